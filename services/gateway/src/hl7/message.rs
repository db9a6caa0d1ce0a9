//! One message: its text with one kind of line end, and where its segments are.

use std::{fmt, ops::Range};

use super::{
    Charset, CharsetReading, Field, Hl7Fault, MAX_MESSAGE_BYTES, MAX_SEGMENTS, Separators,
    capture::{is_unfinished, lines},
    charset::{decode, is_wide},
    separators::is_header,
};

/// A message as sent, decoded and cut into segments.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    segments: Vec<Range<usize>>,
    separators: Separators,
    charset: CharsetReading,
}

/// One segment.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    raw: &'a str,
    separators: &'a Separators,
}

impl Message {
    /// Reads one message, as [`super::split`] cuts them; `fallback` is the sender's agreed character set.
    pub fn read(bytes: &[u8], fallback: Option<Charset>) -> Result<Self, Hl7Fault> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Hl7Fault::TooLong);
        }
        if is_unfinished(bytes) {
            return Err(Hl7Fault::Unfinished);
        }
        let mut lines = lines(bytes);
        let header = lines.next().filter(|line| is_header(line));
        let header =
            header.ok_or_else(|| if is_wide(bytes) { Hl7Fault::Wide } else { Hl7Fault::NoHeader })?;
        let declared = declared_charset(header);
        let mut whole = header.to_vec();
        let mut starts = vec![0];
        for line in lines {
            // A line that no segment name opens continues the text before it: line feeds occur inside long texts.
            if is_segment(line, header[3]) {
                whole.push(b'\r');
                starts.push(whole.len());
            } else {
                whole.push(b'\n');
            }
            if starts.len() > MAX_SEGMENTS {
                return Err(Hl7Fault::TooManySegments);
            }
            whole.extend_from_slice(line);
        }
        if whole.contains(&0) {
            return Err(Hl7Fault::Nul);
        }
        let (text, charset) = decode(&whole, declared, fallback);
        let separators = Separators::of_header(&text);
        let segments = segment_ranges(&text);
        Ok(Self { text, segments, separators, charset })
    }

    /// The message with CR between its segments and without envelopes: what a content hash is taken of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The separators in use.
    pub fn separators(&self) -> &Separators {
        &self.separators
    }

    /// Which character set was declared and which was found.
    pub fn charset(&self) -> CharsetReading {
        self.charset
    }

    /// The segments in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.segments
            .iter()
            .map(|range| Segment { raw: &self.text[range.clone()], separators: &self.separators })
    }

    /// The first segment of that name.
    pub fn segment(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|segment| segment.name() == name)
    }

    /// A field of the first segment of that name; absent when the segment is.
    pub fn field(&self, name: &str, number: usize) -> Field<'_> {
        self.segment(name).map_or(Field::ABSENT, |segment| segment.field(number))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("segments", &self.segments.len()).finish_non_exhaustive()
    }
}

impl<'a> Segment<'a> {
    /// The three letters that name it.
    pub fn name(self) -> &'a str {
        self.raw.get(..3).unwrap_or(self.raw)
    }

    /// A field by its number. In MSH the separator itself is field 1, so the others stand one further.
    pub fn field(self, number: usize) -> Field<'a> {
        let is_header = self.name() == "MSH";
        let nth = |index: usize| self.raw.split(self.separators.field).nth(index);
        match (is_header, number) {
            (_, 0) => Field::ABSENT,
            (true, 1) => Field::literal(self.raw.get(3..4).unwrap_or("")),
            (true, 2) => Field::literal(nth(1).unwrap_or("")),
            (true, _) => nth(number - 1).map_or(Field::ABSENT, |raw| Field::new(raw, self.separators)),
            (false, _) => nth(number).map_or(Field::ABSENT, |raw| Field::new(raw, self.separators)),
        }
    }
}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Segment").field(&self.name()).finish()
    }
}

/// A name of one capital and two capitals or digits, then a separator or the end.
fn is_segment(line: &[u8], separator: u8) -> bool {
    let Some((name, rest)) = line.split_at_checked(3) else { return false };
    name[0].is_ascii_uppercase()
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && rest.first().is_none_or(|byte| *byte == separator)
}

fn segment_ranges(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split('\r')
        .map(|segment| {
            let range = start..start + segment.len();
            start = range.end + 1;
            range
        })
        .collect()
}

/// MSH-18, read from the bytes: it says how the rest of them is to be read.
fn declared_charset(header: &[u8]) -> Option<Charset> {
    let field = header.split(|byte| *byte == header[3]).nth(17)?;
    let first = field.split(|byte| matches!(*byte, b'~' | b'^')).next()?;
    Charset::named(std::str::from_utf8(first).ok()?)
}
