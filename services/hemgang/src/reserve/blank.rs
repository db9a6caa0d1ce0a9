//! `hemgang reserve forms`: the blank forms.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_core::clock::Clock;
use hemgang_print::{Block, Document, Footer, Section, Size, Table};
use jiff::Timestamp;

use super::{
    forms::{FORMS, Form, HEAD},
    save,
};
use crate::output;

/// Arguments of `hemgang reserve forms`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Folder that the forms are written to; made where it is not there.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    let unusable = || format!("{} cannot be used", args.out.display());
    fs::create_dir_all(&args.out).with_context(unusable)?;
    let now = Clock::system().now();
    for (number, form) in (1..).zip(FORMS) {
        let name = format!("{number:02}-{}.pdf", form.kind.replace('_', "-"));
        save(&args.out.join(name), &blank(form, now).pdf()?)?;
    }
    output::line(&format!("{} forms written to {}", FORMS.len(), args.out.display()))
}

/// A form to be filled in by hand.
pub fn blank(form: &Form, printed_at: Timestamp) -> Document {
    let row = |(_, label, required): &(&str, &str, bool)| {
        vec![if *required { format!("{label} *") } else { (*label).to_owned() }]
    };
    let table = |fields: &[(&str, &str, bool)]| {
        let columns = vec![("Uppgift".to_owned(), 2.0), ("Fylls i".to_owned(), 3.0)];
        Block::Table(Table { columns, rows: fields.iter().map(row).collect() })
    };
    let mut sections = vec![Section { heading: "Ärendet".to_owned(), blocks: vec![table(HEAD)] }];
    if !form.fields.is_empty() {
        sections.push(Section { heading: "Meddelandet".to_owned(), blocks: vec![table(form.fields)] });
    }
    let steps = [
        "Ring mottagaren, läs upp blanketten och skriv nedan vem som svarade och när.",
        "Fälten med * måste fyllas i. Är uppgiften inte känd skriver du det.",
        "Behåll blanketten. När systemet fungerar igen registreras den i efterhand med klockslaget ovan.",
        "Skriv ingen adress om patienten har skyddade personuppgifter.",
    ];
    let columns =
        vec![("Mottagare".to_owned(), 3.0), ("Vem svarade".to_owned(), 3.0), ("Klockslag".to_owned(), 2.0)];
    let told = Block::Table(Table { columns, rows: vec![Vec::new(); 5] });
    sections.push(Section {
        heading: "Så gör du".to_owned(),
        blocks: vec![Block::List(steps.map(str::to_owned).to_vec())],
    });
    sections.push(Section { heading: "Meddelat per telefon".to_owned(), blocks: vec![told] });
    Document {
        title: format!("Reservrutin: {}", form.title),
        size: Size::Ordinary,
        lead: vec![Block::Paragraph(format!(
            "Blankett för {} ({}).",
            form.title.to_lowercase(),
            form.source
        ))],
        sections,
        footer: Footer { printed_at, unit: String::new(), note: form.kind.to_owned() },
    }
}
