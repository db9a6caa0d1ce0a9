//! A field and its parts: repetitions, components, sub-components. All numbers begin at 1, as in the standard.

use std::borrow::Cow;

use super::{Separators, escape::unescape};

/// What a field says. "Nothing said" and "delete what you have" are different statements.
#[derive(Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// The sender says nothing about it.
    Absent,
    /// `""`: the sender withdraws what was said before.
    Delete,
    /// A text, without escapes and surrounding blanks.
    Text(Cow<'a, str>),
}

/// One field, possibly repeated.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    raw: &'a str,
    separators: Option<&'a Separators>,
}

/// One repetition of a field.
#[derive(Clone, Copy)]
pub struct Repetition<'a> {
    raw: &'a str,
    separators: Option<&'a Separators>,
}

/// One component of a repetition.
#[derive(Clone, Copy)]
pub struct Component<'a> {
    raw: &'a str,
    separators: Option<&'a Separators>,
}

impl<'a> Value<'a> {
    fn read(raw: &'a str, separators: Option<&Separators>) -> Self {
        match (raw.trim(), separators) {
            ("", _) => Self::Absent,
            ("\"\"", _) => Self::Delete,
            (raw, Some(separators)) => Self::Text(unescape(raw, separators)),
            (raw, None) => Self::Text(Cow::Borrowed(raw)),
        }
    }

    /// The text, when there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Delete => None,
        }
    }

    /// The text as one's own, when there is one.
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.into_owned()),
            Self::Absent | Self::Delete => None,
        }
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Delete => "Delete",
            Self::Text(_) => "Text([redacted])",
        })
    }
}

impl<'a> Field<'a> {
    /// A field that is not there.
    pub const ABSENT: Field<'static> = Field { raw: "", separators: None };

    pub(super) fn new(raw: &'a str, separators: &'a Separators) -> Self {
        Self { raw, separators: Some(separators) }
    }

    /// MSH-1 and MSH-2, which hold the separators themselves.
    pub(super) fn literal(raw: &'a str) -> Self {
        Self { raw, separators: None }
    }

    /// The repetitions in order; an absent field has none.
    pub fn repetitions(self) -> impl Iterator<Item = Repetition<'a>> {
        let separators = self.separators;
        let parts = parts(self.raw, separators.map(|all| all.repetition));
        parts.map(move |raw| Repetition { raw, separators }).filter(|one| !one.raw.trim().is_empty())
    }

    /// The first repetition, blank or not.
    pub fn first(self) -> Repetition<'a> {
        let raw = parts(self.raw, self.separators.map(|all| all.repetition)).next().unwrap_or("");
        Repetition { raw, separators: self.separators }
    }

    /// A component of the first repetition.
    pub fn component(self, number: usize) -> Component<'a> {
        self.first().component(number)
    }

    /// The first sub-component of the first component of the first repetition.
    pub fn value(self) -> Value<'a> {
        self.first().value()
    }
}

impl<'a> Repetition<'a> {
    /// A component by its number.
    pub fn component(self, number: usize) -> Component<'a> {
        let raw = part(self.raw, self.separators.map(|all| all.component), number);
        Component { raw, separators: self.separators }
    }

    /// The first sub-component of the first component.
    pub fn value(self) -> Value<'a> {
        self.component(1).value()
    }
}

impl<'a> Component<'a> {
    /// A sub-component by its number.
    pub fn sub_component(self, number: usize) -> Value<'a> {
        Value::read(part(self.raw, self.separators.map(|all| all.sub_component), number), self.separators)
    }

    /// The first sub-component.
    pub fn value(self) -> Value<'a> {
        self.sub_component(1)
    }
}

fn parts(raw: &str, separator: Option<char>) -> impl Iterator<Item = &str> {
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let whole = rest?;
        let (part, after) = match separator.and_then(|separator| whole.split_once(separator)) {
            Some((part, after)) => (part, Some(after)),
            None => (whole, None),
        };
        rest = after;
        Some(part)
    })
}

fn part(raw: &str, separator: Option<char>, number: usize) -> &str {
    number.checked_sub(1).and_then(|skip| parts(raw, separator).nth(skip)).unwrap_or("")
}
