//! A document as a PDF reader finds it: its tags, its language and title, and its words in the order in which they are read.

use hemgang_print::{Block, Document, Footer, Section, Size, Table};
use lopdf::{Dictionary, Object};
use proptest::prelude::*;

fn document() -> Document {
    let row = |number: usize| vec![format!("Säng {number}"), "Väntar på hemtjänst".to_owned(), String::new()];
    Document {
        title: "Arbetslista för avdelningen".to_owned(),
        size: Size::Large,
        lead: vec![Block::Paragraph("Åsa, Örjan och Ängla åker hem.".to_owned())],
        sections: vec![
            Section {
                heading: "Mål".to_owned(),
                blocks: vec![
                    Block::Subheading("Mina".to_owned()),
                    Block::List(vec!["Bo hemma".to_owned(), "Gå i trappor".to_owned()]),
                ],
            },
            Section {
                heading: "Hemgångar".to_owned(),
                blocks: vec![Block::Table(Table {
                    columns: ["Plats", "Läge", "Signatur"].map(|title| (title.to_owned(), 1.0)).to_vec(),
                    rows: (1..=60).map(row).collect(),
                })],
            },
        ],
        footer: Footer {
            printed_at: "2026-10-03T12:05:00Z".parse().expect("an instant"),
            unit: "Avdelning 1".to_owned(),
            note: "Version 2".to_owned(),
        },
    }
}

fn read(document: &Document) -> lopdf::Document {
    lopdf::Document::load_mem(&document.pdf().expect("a PDF")).expect("readable")
}

/// The kinds of tag in their order, each behind as many dots as it lies deep.
fn tags(pdf: &lopdf::Document, node: &Dictionary, depth: usize, found: &mut Vec<String>) {
    if let Ok(kind) = node.get(b"S").and_then(Object::as_name) {
        found.push(format!("{}{}", ".".repeat(depth), String::from_utf8_lossy(kind)));
    }
    let Ok(children) = node.get(b"K") else { return };
    let (_, children) = pdf.dereference(children).expect("children");
    let one = std::slice::from_ref(children);
    for child in children.as_array().map_or(one, Vec::as_slice) {
        if let Ok((_, Object::Dictionary(child))) = pdf.dereference(child) {
            tags(pdf, child, depth + 1, found);
        }
    }
}

fn text(pdf: &lopdf::Document, page: u32) -> String {
    let text = pdf.extract_text(&[page]).expect("text");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_reader_finds_language_title_and_tags() {
    let pdf = read(&document());
    let catalog = pdf.catalog().expect("a catalog");
    let marked = catalog.get(b"MarkInfo").and_then(Object::as_dict).and_then(|info| info.get(b"Marked"));
    assert!(matches!(marked, Ok(Object::Boolean(true))));
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).expect("a language"), b"sv-SE");
    let shows = catalog.get(b"ViewerPreferences").and_then(Object::as_dict).expect("preferences");
    assert!(matches!(shows.get(b"DisplayDocTitle"), Ok(Object::Boolean(true))));
    let bytes = document().pdf().expect("a PDF");
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(
        holds("<pdfuaid:part>1</pdfuaid:part>") && holds("Arbetslista för avdelningen"),
        "in its metadata"
    );

    let root = catalog.get(b"StructTreeRoot").expect("a tree");
    let root = pdf.dereference(root).expect("a tree").1.as_dict().expect("a tree");
    let mut found = Vec::new();
    tags(&pdf, root, 0, &mut found);
    let kinds: Vec<&str> = found.iter().map(|tag| tag.trim_start_matches('.')).collect();
    let beginning =
        ["Document", "H1", "P", "H2", "H3", "L", "LI", "Lbl", "LBody", "LI", "Lbl", "LBody", "H2", "Table"];
    assert_eq!(kinds[..14], beginning);
    let count = |kind: &str| kinds.iter().filter(|found| **found == kind).count();
    assert_eq!(
        (count("TH"), count("TR"), count("TD")),
        (3, 61, 180),
        "also of cells of nothing, and heads once"
    );
}

#[test]
fn the_words_are_there_and_each_page_says_when_it_was_printed_and_by_whom() {
    let pdf = read(&document());
    let pages = pdf.get_pages().len();
    assert!(pages > 2, "{pages}");
    let first = text(&pdf, 1);
    assert!(
        first.starts_with("Arbetslista för avdelningen Åsa, Örjan och Ängla åker hem. Mål Mina"),
        "{first}"
    );
    for page in 1..=pages {
        let said = text(&pdf, u32::try_from(page).expect("a page"));
        let foot =
            format!("Utskriven 3 oktober 2026 kl. 14.05 av Avdelning 1 · Version 2 Sida {page} av {pages}");
        assert!(said.ends_with(&foot), "{said}");
        assert!(page == 1 || said.starts_with("Plats Läge Signatur Säng"), "{said}");
    }
    let last = text(&pdf, u32::try_from(pages).expect("a page"));
    assert!(last.contains("Säng 60"), "{last}");
}

#[test]
fn a_document_without_a_title_is_none() {
    assert!(Document { title: String::new(), ..document() }.pdf().is_err());
}

#[test]
fn a_section_without_a_heading_is_printed_without_one() {
    let mut document = document();
    document.sections[0].heading = String::new();
    assert!(document.pdf().is_ok());
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(document().pdf().expect("a PDF"), document().pdf().expect("a PDF"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever people write, a document that conforms comes of it.
    #[test]
    fn any_words_can_be_printed(words in proptest::collection::vec("\\PC{0,40}|.{0,20}|[א-ת ]{0,20}|\\w{200}", 1..6)) {
        let mut document = document();
        document.footer.unit = words[0].clone();
        document.lead = words.iter().cloned().map(Block::Paragraph).collect();
        document.sections[0] = Section { heading: words[0].clone(), blocks: vec![Block::List(words.clone())] };
        document.sections[1].blocks = vec![Block::Table(Table {
            columns: words.iter().map(|word| (word.clone(), 1.0)).collect(),
            rows: vec![words.clone(), Vec::new(), [words.clone(), words].concat()],
        })];
        prop_assert!(document.pdf().is_ok(), "{:?}", document.pdf());
    }
}
