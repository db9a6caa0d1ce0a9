//! Documents on paper: what somebody says in sections, paragraphs, lists and tables becomes an accessible PDF (PDF/UA-1).
//!
//! ```
//! # fn main() -> Result<(), hemgang_print::Error> {
//! use hemgang_print::{Block, Document, Footer, Section, Size};
//!
//! let document = Document {
//!     title: "Arbetslista".to_owned(),
//!     size: Size::Ordinary,
//!     lead: vec![Block::Paragraph("Reservrutin.".to_owned())],
//!     sections: vec![Section {
//!         heading: "Hemgångar i dag".to_owned(),
//!         blocks: vec![Block::List(vec!["Säng 4".to_owned()])],
//!     }],
//!     footer: Footer { printed_at: jiff::Timestamp::UNIX_EPOCH, unit: "Avdelning 1".to_owned(), note: String::new() },
//! };
//! let pdf: Vec<u8> = document.pdf()?;
//! # assert!(pdf.starts_with(b"%PDF-1.7"));
//! # Ok(())
//! # }
//! ```
//!
//! The words are Swedish, those of the footer too, and the language of a document is `sv-SE`. The same document gives the
//! same bytes. The font is compiled in, so the machine that prints needs none.

mod document;
mod flow;
mod font;
mod lines;
mod tags;
mod when;
mod write;

pub use self::{
    document::{Block, Document, Error, Footer, Section, Size, Table},
    when::{day, moment},
};
