//! From a file, a capture or a frame to single messages: MLLP bytes, BOMs and batch envelopes fall away.

use super::{Charset, Hl7Fault, Message, separators::is_header};

const FRAME_START: u8 = 0x0B;
const FRAME_END: u8 = 0x1C;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One message of a capture, or what stood where a message should be.
#[derive(Debug)]
pub struct Piece<'a> {
    /// The bytes as received, for keeping.
    pub raw: &'a [u8],
    /// The message, or why it is none.
    pub outcome: Result<Message, Hl7Fault>,
}

/// Reads every message in the bytes; `fallback` is the sender's agreed character set, if one is agreed.
pub fn read(bytes: &[u8], fallback: Option<Charset>) -> impl Iterator<Item = Piece<'_>> {
    split(bytes).map(move |raw| Piece { raw, outcome: Message::read(raw, fallback) })
}

/// Cuts the bytes where a message begins or a frame ends. Envelopes, blanks and commit blocks are no pieces.
pub fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(end_of_piece(rest));
            rest = after;
            if lines(piece).next().is_some() {
                return Some(piece);
            }
        }
        None
    })
}

/// How far the first piece reaches: to the second header, or past the first frame byte that ends it.
fn end_of_piece(bytes: &[u8]) -> usize {
    let mut begun = false;
    let mut start = 0;
    for end in (0..bytes.len()).filter(|at| is_line_end(bytes[*at])).chain([bytes.len()]) {
        let line = trimmed(&bytes[start..end]);
        if begun && is_header(line) {
            return start;
        }
        begun |= is_content(line);
        if begun && bytes.get(end).is_some_and(|byte| matches!(*byte, FRAME_START | FRAME_END)) {
            return end + 1;
        }
        start = end + 1;
    }
    bytes.len()
}

/// The lines that carry content.
pub(super) fn lines(piece: &[u8]) -> impl Iterator<Item = &[u8]> {
    piece.split(|byte| is_line_end(*byte)).map(trimmed).filter(|line| is_content(line))
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | FRAME_START | FRAME_END)
}

fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    line.strip_prefix(BOM).unwrap_or(line).trim_ascii_start()
}

/// False for blanks, the commit bytes of MLLP release 2, and the envelope segments of batches and files.
fn is_content(line: &[u8]) -> bool {
    let envelope = [b"FHS", b"BHS", b"BTS", b"FTS"].iter().any(|name| {
        line.strip_prefix(*name)
            .is_some_and(|rest| rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric()))
    });
    !envelope && !line.iter().all(|byte| byte.is_ascii_whitespace() || matches!(*byte, 0x06 | 0x15))
}
