//! Writing messages: acknowledgements, and messages of our own in tests and simulations.

use super::{Separators, escape::escape};

/// A message in the making.
#[derive(Clone, Debug)]
pub struct Writer {
    separators: Separators,
    text: String,
}

impl Writer {
    /// Begins a message; `fields` are MSH-3 and onwards, already encoded.
    pub fn new<S: AsRef<str>>(separators: Separators, fields: &[S]) -> Self {
        let Separators { field, component, repetition, escape, sub_component } = separators;
        let text = format!("MSH{field}{component}{repetition}{escape}{sub_component}");
        let mut writer = Self { separators, text };
        writer.fields(fields);
        writer
    }

    /// Adds a segment; `fields` begin with number 1 and are already encoded.
    pub fn segment<S: AsRef<str>>(&mut self, name: &str, fields: &[S]) {
        self.text.push_str(name);
        self.fields(fields);
    }

    /// The encoded form of one text, for use inside a field.
    pub fn encode(&self, text: &str) -> String {
        escape(text, &self.separators)
    }

    /// The message, a CR after every segment.
    pub fn finish(self) -> String {
        self.text
    }

    fn fields<S: AsRef<str>>(&mut self, fields: &[S]) {
        for field in fields {
            self.text.push(self.separators.field);
            self.text.push_str(field.as_ref());
        }
        self.text.push('\r');
    }
}
