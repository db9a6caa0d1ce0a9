//! Our own HL7 v2 reader: bytes to messages, messages to fields.
//!
//! Lenient about form (line ends, batches, short MSH-2), strict about what a field says.

mod capture;
mod charset;
mod escape;
mod field;
mod message;
mod separators;
#[cfg(test)]
mod tests;
mod time;
mod write;

pub use capture::{Piece, read, split};
pub use charset::{Charset, CharsetReading};
pub use field::{Component, Field, Repetition, Value};
pub use message::{Message, Segment};
pub use separators::Separators;
pub use time::{Local, Precision, Stamp, TimeFault};
pub use write::Writer;

/// The longest message that is read, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
/// The most segments that a message may have; an ADT has some tens.
pub const MAX_SEGMENTS: usize = 10_000;

/// Why bytes are not an HL7 v2 message. The texts never repeat what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hl7Fault {
    /// There is no MSH segment where a message must begin.
    #[error("not an hl7 message: it does not begin with msh")]
    NoHeader,
    /// Two or four bytes for each character, which is told apart because its mend is the sender's export.
    #[error("not an hl7 message: it is utf-16 or utf-32, which is not read")]
    Wide,
    /// An MLLP frame whose end did not come, so that nobody knows what is missing.
    #[error("mllp frame is not finished")]
    Unfinished,
    /// Longer than [`MAX_MESSAGE_BYTES`].
    #[error("hl7 message is longer than 16 mib")]
    TooLong,
    /// More segments than [`MAX_SEGMENTS`].
    #[error("hl7 message has more than 10000 segments")]
    TooManySegments,
    /// A NUL character, which no database of ours can keep.
    #[error("hl7 message holds a nul character")]
    Nul,
}
