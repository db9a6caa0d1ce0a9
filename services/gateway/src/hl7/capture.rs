//! From a file, a capture or a frame to single messages: MLLP bytes, BOMs and batch envelopes fall away.

use super::{
    Charset, Hl7Fault, Message,
    separators::{declaration, is_header},
};

const FRAME_START: u8 = 0x0B;
const FRAME_END: u8 = 0x1C;
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// How nearly every message begins.
const USUAL: &[u8] = b"|^~\\&|";

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

/// Cuts the bytes where a frame begins or ends, and where a message begins. Envelopes, blanks and commit blocks are no
/// pieces; what holds no beginning of anything of ours is one, for its bytes of framing mean nothing.
pub fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let begins = |line: &[u8]| opens(line) || header_within(line, USUAL).is_some();
    let is_ours = bytes.split(|byte| is_line_end(*byte)).any(|line| begins(trimmed(line)));
    let mut rest = bytes;
    let frames = std::iter::from_fn(move || {
        let end = if is_ours { end_of_frame(rest) } else { rest.len() };
        let frame = rest.split_off(..end)?;
        (!frame.is_empty()).then_some(frame)
    });
    frames.flat_map(move |frame| messages(frame, is_ours)).filter(|piece| lines(piece).next().is_some())
}

/// Whether a frame was begun and nothing says that all of it came.
pub(super) fn is_unfinished(piece: &[u8]) -> bool {
    piece.first() == Some(&FRAME_START) && !piece.contains(&FRAME_END)
}

/// How far the first frame, or what stands before it, reaches: a second beginning means that the end was lost.
fn end_of_frame(bytes: &[u8]) -> usize {
    let ends = |(at, byte): (usize, &u8)| match *byte {
        FRAME_END => Some(at + 1),
        FRAME_START if at > 0 => Some(at),
        _ => None,
    };
    bytes.iter().enumerate().find_map(ends).unwrap_or(bytes.len())
}

/// The messages of a frame. An unfinished one stays whole: which of its messages was cut is not known once it is taken
/// apart. Of a finished one with several, the first goes without the beginning, as the end is the last one's.
fn messages(frame: &[u8], is_ours: bool) -> impl Iterator<Item = &[u8]> {
    let is_whole = !is_ours || is_unfinished(frame);
    let several = !is_whole && end_of_message(frame) < frame.len();
    let mut rest = if several { frame.strip_prefix(&[FRAME_START]).unwrap_or(frame) } else { frame };
    std::iter::from_fn(move || {
        let end = if is_whole { rest.len() } else { end_of_message(rest) };
        let message = rest.split_off(..end)?;
        (!message.is_empty()).then_some(message)
    })
}

/// How far the first message reaches: to the second header, also where no line end stands before it.
fn end_of_message(bytes: &[u8]) -> usize {
    let (mut begun, mut own) = (false, USUAL);
    let mut start = 0;
    for line in bytes.split(|byte| is_line_end(*byte)) {
        let content = trimmed(line);
        if begun && is_header(content) {
            return start;
        }
        if !begun && is_header(content) {
            own = declaration(content);
        }
        if let Some(at) = [own, USUAL].into_iter().filter_map(|by| header_within(content, by)).min() {
            return start + line.len() - content.len() + at;
        }
        begun |= is_content(content);
        start += line.len() + 1;
    }
    bytes.len()
}

/// Where a header stands in the midst of a line, which lost the line end before it. A text may say `MSH|`, but the
/// separators in a row, as the message before declares them, it can only hold escaped.
fn header_within(line: &[u8], declared: &[u8]) -> Option<usize> {
    let is_exact = declared.len() > 4;
    let begins = |at: &usize| line[*at..].strip_prefix(b"MSH").is_some_and(|rest| rest.starts_with(declared));
    (1..line.len()).filter(|_| is_exact).find(begins)
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

/// Whether a message, a batch or a file of batches may begin with this line.
pub(super) fn opens(line: &[u8]) -> bool {
    [b"MSH", b"FHS", b"BHS"].iter().any(|name| line.starts_with(*name))
}

/// False for blanks, the commit bytes of MLLP release 2, and the envelope segments of batches and files.
fn is_content(line: &[u8]) -> bool {
    let envelope = [b"FHS", b"BHS", b"BTS", b"FTS"].iter().any(|name| {
        line.strip_prefix(*name)
            .is_some_and(|rest| rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric()))
    });
    !envelope && !line.iter().all(|byte| byte.is_ascii_whitespace() || matches!(*byte, 0x06 | 0x15))
}
