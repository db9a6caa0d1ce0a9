//! The five characters that divide a message, as MSH-1 and MSH-2 declare them.

/// The separators of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Between fields (MSH-1).
    pub field: char,
    /// Between components.
    pub component: char,
    /// Between repetitions.
    pub repetition: char,
    /// Around escapes.
    pub escape: char,
    /// Between sub-components.
    pub sub_component: char,
}

/// MSH-2 as nearly every sender writes it.
const USUAL: &str = "^~\\&";

impl Default for Separators {
    fn default() -> Self {
        Self { field: '|', component: '^', repetition: '~', escape: '\\', sub_component: '&' }
    }
}

impl Separators {
    /// Reads a line that [`is_header`] has accepted; what MSH-2 leaves out keeps its usual character. A short MSH-2 of
    /// usual characters in their usual order (`^&`) leaves out those between: by place, `&` would divide repetitions,
    /// and one repetition of an identity would be cut into three.
    pub(super) fn of_header(line: &str) -> Self {
        let usual = Self::default();
        let mut rest = line.chars().skip(3);
        let field = rest.next().unwrap_or(usual.field);
        let declared: String = rest.take_while(|char| *char != field).collect();
        let mut in_order = USUAL.chars();
        if declared.chars().all(|char| in_order.any(|usual| usual == char)) {
            return Self { field, ..usual };
        }
        let mut declared = declared.chars();
        let mut next = |usual| declared.next().unwrap_or(usual);
        Self {
            field,
            component: next(usual.component),
            repetition: next(usual.repetition),
            escape: next(usual.escape),
            sub_component: next(usual.sub_component),
        }
    }
}

/// True for a line that can open a message: `MSH`, a field separator, and no letter or digit as first of MSH-2.
pub(super) fn is_header(line: &[u8]) -> bool {
    let Some([field, rest @ ..]) = line.strip_prefix(b"MSH") else { return false };
    field.is_ascii_punctuation() && rest.first().is_some_and(|byte| !byte.is_ascii_alphanumeric())
}

/// MSH-1, MSH-2 and the separator after it, of a line that [`is_header`] has accepted.
pub(super) fn declaration(line: &[u8]) -> &[u8] {
    let rest = line.get(3..).unwrap_or_default();
    let end = rest.iter().skip(1).position(|byte| Some(byte) == rest.first());
    end.map_or(rest, |end| &rest[..end + 2])
}
