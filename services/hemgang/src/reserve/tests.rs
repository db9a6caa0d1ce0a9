//! The forms, what is read of them, and the list.

use std::collections::BTreeSet;

use csv::ByteRecord;
use hemgang_print::{Block, Document};
use hemgang_proto::{
    admission::DischargeNotice,
    common::{Person, PersonId},
    planning::{Case, CaseState},
};
use hemgang_rpc::wire;

use super::{
    blank,
    forms::{COLUMNS, FORMS, HEAD},
    paper::{self, Paper, What},
    work_list,
};
use crate::import::rows::{cells::Cells, columns::Columns};

const HEAD_CELLS: [(&str, &str); 5] = [
    ("form", "17"),
    ("unit", "SE2321000131-E000000001118"),
    ("person", "SE2321000131-P000000000002"),
    ("at", "2026-03-05 08:00"),
    ("admission", "3"),
];

/// A row of these cells, read.
fn read(cells: &[(&str, &str)]) -> Result<Paper, Vec<String>> {
    let heading: ByteRecord = COLUMNS.iter().map(|(name, ..)| *name).collect();
    let columns = Columns::read(&heading, COLUMNS).expect("a heading");
    let cell =
        |name: &str| cells.iter().rev().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
    let record: ByteRecord = COLUMNS.iter().map(|(name, ..)| cell(name)).collect();
    let now = "2026-03-06T08:00:00Z".parse().expect("an instant");
    paper::read(Cells::new(&columns, &record, now))
}

fn of(kind: &str, cells: &[(&str, &str)]) -> Result<Paper, Vec<String>> {
    let head = HEAD_CELLS.into_iter().filter(|(name, _)| kind != "admission" || *name != "admission");
    read(&head.chain([("kind", kind)]).chain(cells.iter().copied()).collect::<Vec<_>>())
}

fn texts(document: &Document) -> String {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let text = |block: &Block| match block {
        Block::Paragraph(text) | Block::Subheading(text) => text.clone(),
        Block::List(items) => items.join("\n"),
        Block::Table(table) => table.rows.iter().map(|row| row.join("|") + "\n").collect(),
    };
    blocks.map(text).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_column_is_on_a_form_and_every_field_has_its_column() {
    let columns: BTreeSet<_> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    let fields = HEAD.iter().chain(FORMS.iter().flat_map(|form| form.fields)).map(|(name, ..)| *name);
    let asked: BTreeSet<_> = fields.chain(["kind"]).collect();
    assert_eq!(columns, asked);
}

#[test]
fn a_blank_form_asks_for_everything_that_its_row_holds() {
    for form in FORMS {
        let document = blank::blank(form, "2026-03-05T07:00:00Z".parse().expect("an instant"));
        let text = texts(&document);
        for (_, label, required) in HEAD.iter().chain(form.fields) {
            assert!(text.contains(&format!("{label}{}", if *required { " *" } else { "" })), "{label}");
        }
        assert!(document.pdf().expect("a form").starts_with(b"%PDF"), "{}", form.kind);
    }
}

#[test]
fn each_kind_of_paper_is_read() {
    let unit = "SE0000001488-E0002 SE2321000131-E000000002036";
    let rows: [(&str, &[(&str, &str)]); 14] = [
        ("admission", &[("person_value", "191212121212"), ("admission_type", "unplanned")]),
        ("admission_notice", &[("needs", "social_services"), ("recipients", unit), ("expected", "unknown")]),
        ("expected_discharge", &[("expected", "2026-03-09")]),
        ("readiness", &[]),
        ("readiness_withdrawn", &[("reason", "deteriorated")]),
        ("discharge_notice", &[("agreed_at", "2026-03-07 14:00"), ("destination", "home_with_care")]),
        ("discharge", &[("destination", "deceased")]),
        ("receipt", &[("notice", "admission")]),
        ("care_contact", &[("contact", "SE2321000131-P000000000205"), ("function", "Distriktssköterska")]),
        (
            "planning_answer",
            &[("law", "sol"), ("ability", "cannot"), ("missing", "staff"), ("decision", "granted")],
        ),
        ("outpatient_readiness", &[("ability", "can")]),
        ("receiving", &[("receives_at", "2026-03-07 16:00")]),
        ("sip_need", &[("needed", "yes")]),
        ("sip_call", &[("starts_at", "2026-03-08 10:00"), ("meeting_form", "video"), ("recipients", unit)]),
    ];
    assert_eq!(rows.map(|(kind, _)| kind), FORMS.iter().map(|form| form.kind).collect::<Vec<_>>()[..]);
    for (kind, cells) in rows {
        let paper = of(kind, cells).unwrap_or_else(|faults| panic!("{kind}: {faults:?}"));
        assert_eq!(paper.form, "17");
        assert_eq!(paper.at.to_string(), "2026-03-05T07:00:00Z");
        // Without one of its own cells it is not read.
        for (column, _, required) in FORMS.iter().find(|form| form.kind == kind).expect("a form").fields {
            let lacks: Vec<_> = cells.iter().copied().filter(|(name, _)| name != column).collect();
            assert_eq!(of(kind, &lacks).is_err(), *required, "{kind} without {column}");
        }
    }
    let notice = of("admission_notice", rows[1].1).expect("a paper");
    assert!(matches!(notice.what, What::AdmissionNotice { recipients, .. } if recipients.len() == 2));
}

#[test]
fn every_fault_of_a_paper_is_named_at_once() {
    let faults = read(&[
        ("kind", "readiness"),
        ("unit", "Avd 41"),
        ("at", "2026-03-07 08:00"),
        ("destination", "home"),
        ("form", "17"),
    ]);
    let faults = faults.expect_err("faults");
    let columns: BTreeSet<_> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
    assert_eq!(columns, BTreeSet::from(["admission", "at", "destination", "person", "unit"]), "{faults:?}");
    assert!(read(&[("kind", "letter")]).expect_err("faults")[0].starts_with("kind: is none of admission, "));
}

#[test]
fn the_list_has_who_is_ready_first_and_names_nobody_who_is_protected() {
    let at = |text: &str| Some(wire::timestamp(text.parse().expect("an instant")));
    let person = Person {
        name: "Tolvan Exempel".to_owned(),
        person_id: Some(PersonId { oid: String::new(), value: "191212121212".to_owned() }),
        ..Default::default()
    };
    let case = |state: CaseState, ready: Option<_>, patient: Person| Case {
        admission_id: format!("{state:?}"),
        state: state.into(),
        ready_since: ready,
        patient: Some(patient),
        ..Default::default()
    };
    let later = case(CaseState::Ready, at("2026-03-05T09:00:00Z"), Person::default());
    let notice = DischargeNotice { agreed_at: at("2026-03-06T12:00:00Z"), ..Default::default() };
    let first =
        Case { discharge_notice: Some(notice), ..case(CaseState::Ready, at("2026-03-04T09:00:00Z"), person) };
    let waits = case(CaseState::Planning, None, Person::default());
    let list =
        work_list::document(&[waits, later, first], "2026-03-05T10:00:00Z".parse().expect("an instant"));
    let headings: Vec<_> = list.sections.iter().map(|section| section.heading.as_str()).collect();
    assert_eq!(headings, ["Utskrivningsklara (2)", "Planering pågår (1)"]);
    let text = texts(&list);
    let places =
        ["Tolvan Exempel\n191212121212", "6 mars 2026 kl. 13.00", "Skyddade personuppgifter", "Planning"]
            .map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}")));
    assert!(places.is_sorted(), "{text}");
    assert!(list.pdf().expect("a list").starts_with(b"%PDF"));
}
