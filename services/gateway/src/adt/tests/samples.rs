//! Messages that others wrote: each has an outcome, and none makes the reader panic.

use std::{collections::BTreeMap, path::Path};

use proptest::prelude::*;

use super::*;
use crate::hl7;

/// Reads every file below the folder that `HEMGANG_SAMPLES` names, as sent and as from a sender we know.
#[test]
#[ignore = "reads messages that are not in this tree: HEMGANG_SAMPLES names their folder (tests/run does where it is there)"]
fn every_sample_has_an_outcome() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the samples are outside the tree, so the caller says where"
    )]
    let folder = std::env::var("HEMGANG_SAMPLES").expect("HEMGANG_SAMPLES names the folder");
    let mut outcomes = BTreeMap::new();
    visit(Path::new(&folder), &mut |path| {
        let bytes = std::fs::read(path).expect("a readable file");
        let mut pieces = 0;
        for piece in hl7::read(&bytes, None) {
            pieces += 1;
            *outcomes.entry(outcome(&piece.outcome)).or_insert(0) += 1;
        }
        assert!(pieces > 0, "{}: nothing found", path.display());
    });
    assert!(!outcomes.is_empty(), "no samples in {folder}");
    for (outcome, count) in &outcomes {
        println!("{count:5}  {outcome}");
    }
}

fn visit(path: &Path, file: &mut impl FnMut(&Path)) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("a readable folder") {
            visit(&entry.expect("an entry").path(), file);
        }
    } else {
        file(path);
    }
}

fn outcome(message: &Result<Message, hl7::Hl7Fault>) -> String {
    let message = match message {
        Ok(message) => message,
        Err(fault) => return format!("refused: {fault}"),
    };
    match read(message, &knowing(message), TODAY) {
        Err(refusal) => format!("refused: {refusal}"),
        Ok(Reading { envelope, verdict }) => match verdict {
            Verdict::Mapped(event) => format!("{} mapped: {:?}", envelope.label(), event.kind),
            Verdict::Parked(reason) => format!("{} parked: {reason}", envelope.label()),
            Verdict::Ignored(reason) => format!("{} ignored: {reason}", envelope.label()),
        },
    }
}

/// A mapping that knows the sender of just this message, and every ward and authority.
fn knowing(message: &Message) -> SiteMapping {
    let text = |field| message.field("MSH", field).value().into_text().unwrap_or_default();
    let mut sender = site().sender("EHR", "NORTH").expect("the test's sender").clone();
    sender.municipality = None;
    sender.wards.insert("*".to_owned(), hsa("1118"));
    sender.authorities.insert("*".to_owned(), hemgang_core::person::LOCAL.to_owned());
    SiteMapping::new([((text(3), text(4)), sender)])
}

proptest! {
    #[test]
    fn no_bytes_in_a_message_make_it_panic(
        event in "A(0[1-8]|1[1236]|2[125]|3[146]|40|5[23])",
        fields in prop::collection::vec(
            prop_oneof![
                Just(b"|".to_vec()),
                Just(b"\rPID|1||".to_vec()),
                Just(b"\rPV1|1|I|41||||||||||||||||".to_vec()),
                Just(b"\rMRG|".to_vec()),
                prop::collection::vec(any::<u8>(), 0..20),
            ],
            0..30,
        ),
    ) {
        let header = format!("MSH|^~\\&|EHR|NORTH|||20260914||ADT^{event}|7|P|2.5\rEVN||20260914\r");
        for piece in hl7::read(&[header.as_bytes(), &fields.concat()].concat(), None) {
            let Ok(message) = piece.outcome else { continue };
            let _ = (read(&message, &site(), TODAY), read(&message, &knowing(&message), TODAY));
        }
    }

    #[test]
    fn no_message_makes_it_panic(
        fields in "([|^~&A-Z0-9.+åK\"-]|19500907|\\|\\||\rPID|\rPV1|\rPV2|\rEVN){0,80}",
        event in "A(0[1-8]|1[1236]|2[125]|3[146]|40|5[23])",
    ) {
        let text = format!("MSH|^~\\&|EHR|NORTH|||20260914||ADT^{event}|{fields}");
        for piece in hl7::read(text.as_bytes(), None) {
            let Ok(message) = piece.outcome else { continue };
            let _ = read(&message, &site(), TODAY);
        }
    }
}
