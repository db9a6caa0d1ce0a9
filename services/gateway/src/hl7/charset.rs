//! Which character set a message is in: what it declares (MSH-18) is often not what it is.
//!
//! Strict UTF-8 first, then the declared set, then the agreed one, then Latin-1, which reads any byte.

use super::capture::opens;

/// A character set that we can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// Only seven-bit bytes.
    Ascii,
    /// `UNICODE UTF-8`.
    Utf8,
    /// `8859/1`.
    Latin1,
    /// `8859/15`: Latin-1 with the euro sign.
    Latin9,
}

/// What was declared and what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CharsetReading {
    /// The set that the message was read in.
    pub used: Charset,
    /// The set of MSH-18, when it is one we know.
    pub declared: Option<Charset>,
}

impl Charset {
    /// The set as table 0211 names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UNICODE UTF-8",
            Self::Latin1 => "8859/1",
            Self::Latin9 => "8859/15",
        }
    }

    /// The set that a value of HL7 table 0211 (or a common misspelling) names.
    pub fn named(name: &str) -> Option<Self> {
        let key: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match key.to_ascii_uppercase().as_str() {
            "ASCII" | "USASCII" => Some(Self::Ascii),
            "UNICODEUTF8" | "UTF8" => Some(Self::Utf8),
            "88591" | "ISO88591" | "LATIN1" => Some(Self::Latin1),
            "885915" | "ISO885915" | "LATIN9" => Some(Self::Latin9),
            _ => None,
        }
    }
}

impl CharsetReading {
    /// True when neither the bytes nor MSH-18 say which set it is.
    pub fn is_assumed(self) -> bool {
        self.declared.is_none() && !matches!(self.used, Charset::Ascii | Charset::Utf8)
    }

    /// True when a declared set could not be, or need not have been, believed.
    pub fn contradicts(self) -> bool {
        self.used != Charset::Ascii && self.declared.is_some_and(|declared| declared != self.used)
    }
}

/// Decodes a message whose MSH-18 is `declared`.
pub(super) fn decode(
    bytes: &[u8],
    declared: Option<Charset>,
    fallback: Option<Charset>,
) -> (String, CharsetReading) {
    let (used, text) = match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => (Charset::Ascii, text.to_owned()),
        Ok(text) => (Charset::Utf8, text.to_owned()),
        Err(_) => match declared.or(fallback) {
            Some(Charset::Latin9) => (Charset::Latin9, bytes.iter().map(|byte| latin9(*byte)).collect()),
            _ => (Charset::Latin1, bytes.iter().map(|byte| char::from(*byte)).collect()),
        },
    };
    (text, CharsetReading { used, declared })
}

/// Whether what is no message looks like one in UTF-16 or UTF-32: by its mark, or by zeros among its first letters.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(32)];
    let letters: Vec<_> = start.iter().copied().filter(|byte| *byte != 0).collect();
    // A frame's first byte stands before the mark.
    let letters = letters.strip_prefix(b"\x0B").unwrap_or(&letters).trim_ascii_start();
    let is_marked = letters.starts_with(b"\xFF\xFE") || letters.starts_with(b"\xFE\xFF");
    let is_spread = start.contains(&0) && !start.windows(3).any(opens);
    is_marked || is_spread && opens(letters)
}

fn latin9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        other => char::from(other),
    }
}
