//! What a document says. How it looks on paper is not the caller's concern.

use jiff::Timestamp;

use crate::{flow, write};

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Title: the first heading on paper, and what a reader's window says. Never empty. A list of files may show it, so it names
    /// nobody.
    pub title: String,
    /// How large its text is.
    pub size: Size,
    /// What stands before the first section.
    pub lead: Vec<Block>,
    /// Sections, in the order in which they are read.
    pub sections: Vec<Section>,
    /// What stands at the foot of each page.
    pub footer: Footer,
}

/// How large a text is. Line and heading follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 11 points: work lists and forms.
    Ordinary,
    /// 14 points: what patients read.
    Large,
}

/// A part of a document under a heading of its own.
#[derive(Clone, Debug)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// What a section is made of. A line feed in a text begins a new line.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A heading of the second level, within a section.
    Subheading(String),
    /// Items, each with a bullet.
    List(Vec<String>),
    /// A table.
    Table(Table),
}

/// A table, with a line under each row. On a further page its headings stand again.
#[derive(Clone, Debug)]
pub struct Table {
    /// Heading of each column, and its share of the width; shares are relative to each other.
    pub columns: Vec<(String, f32)>,
    /// Rows; a cell that is missing is empty, as one to write in by hand, and one too many is left out.
    pub rows: Vec<Vec<String>>,
}

/// The foot of each page: when it was printed, by whom, what it is and which page.
#[derive(Clone, Debug)]
pub struct Footer {
    /// When it was printed.
    pub printed_at: Timestamp,
    /// Name of the unit that printed it.
    pub unit: String,
    /// What else stands there, such as a version; may be empty.
    pub note: String,
}

/// Why a document could not be written. It says nothing of what the document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be written: {0}")]
pub struct Error(pub(crate) &'static str);

impl Document {
    /// The document as a PDF: tagged, with its title and language, as PDF/UA-1 (ISO 14289-1) requires. Characters that the
    /// font lacks are printed as U+FFFD.
    ///
    /// # Errors
    /// When the PDF would not conform: without a title it does not, and no other text leads to it.
    pub fn pdf(&self) -> Result<Vec<u8>, Error> {
        write::pdf(self, &flow::lay(self))
    }
}
