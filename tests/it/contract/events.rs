//! One stored example of every kind of event ever released is decoded, so that old rows stay readable.
//!
//! An example is a payload as `feed_event` keeps it: proto3 JSON without the header. One that no longer decodes
//! means that a change of the contract would lose history: change the contract, not the example.

use std::{collections::BTreeSet, fs, path::PathBuf};

use hemgang_feed::FeedEvent;
use hemgang_proto::{
    admission::AdmissionEvent, deviation::DeviationEvent, directory::DirectoryEvent, planning::PlanningEvent,
    readiness::ReadinessEvent,
};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::Value;

use super::descriptors;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/events")
}

/// The kinds of a package that have an example, with it.
fn examples(package: &str) -> Vec<(String, String)> {
    let files = fs::read_dir(folder()).expect("the examples").map(|entry| entry.expect("an entry").path());
    let kind = |path: &PathBuf| {
        let name = path.file_stem()?.to_str()?;
        Some(name.strip_prefix(package)?.strip_prefix('.')?.to_owned())
    };
    let mut examples: Vec<_> = files
        .filter_map(|path| Some((kind(&path)?, fs::read_to_string(&path).expect("an example"))))
        .collect();
    examples.sort();
    examples
}

/// The descriptor of a package's event message.
fn event(package: &str) -> MessageDescriptor {
    let (first, rest) = package.split_at(1);
    let name = format!("hemgang.{package}.v1.{}{rest}Event", first.to_uppercase());
    descriptors::pool().get_message_by_name(&name).expect("the event message")
}

/// Every kind of the package's events, and its field.
fn kinds(package: &str) -> Vec<(String, FieldDescriptor)> {
    let event = event(package);
    let oneof = event.oneofs().next().expect("the oneof of kinds");
    oneof
        .fields()
        .map(|field| match field.kind() {
            Kind::Message(message) => (message.name().to_owned(), field),
            kind => panic!("an event that is a {kind:?}"),
        })
        .collect()
}

fn check<E: FeedEvent>(package: &str) {
    let examples = examples(package);
    for (kind, example) in &examples {
        let said: Value = serde_json::from_str(example).expect("JSON");
        let event: E = serde_json::from_str(example)
            .unwrap_or_else(|fault| panic!("a stored {package}.{kind} can no longer be read: {fault}"));
        assert_eq!(
            serde_json::to_value(&event).expect("JSON"),
            said,
            "{package}.{kind} comes back otherwise"
        );
    }
    let examples: BTreeSet<_> = examples.into_iter().map(|(kind, _)| kind).collect();
    let kinds: BTreeSet<_> = kinds(package).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, examples, "kinds of {package} events in the contract, and in {}", folder().display());
}

#[test]
fn every_kind_of_event_ever_released_is_still_read() {
    check::<AdmissionEvent>("admission");
    check::<ReadinessEvent>("readiness");
    check::<PlanningEvent>("planning");
    check::<DeviationEvent>("deviation");
    check::<DirectoryEvent>("directory");
}

/// Asserts that a JSON object has every field of its message; of a oneof, one.
fn assert_whole(message: &MessageDescriptor, object: &Value, path: &str) {
    for oneof in message.oneofs() {
        let said = oneof.fields().filter(|field| object.get(field.json_name()).is_some()).count();
        assert_eq!(said, 1, "{path}: {} of {} are said", said, oneof.name());
    }
    for field in message.fields() {
        let path = format!("{path}.{}", field.json_name());
        let value = object.get(field.json_name());
        assert!(value.is_some() || field.containing_oneof().is_some(), "{path} is not in the example");
        let (Some(value), Kind::Message(message)) = (value, field.kind()) else { continue };
        match value {
            Value::Array(items) => {
                let items = items.iter().filter(|item| item.is_object());
                items.for_each(|item| assert_whole(&message, item, &path));
            }
            Value::Object(_) => assert_whole(&message, value, &path),
            // A timestamp, which is text, as are those of a list.
            _ => {}
        }
    }
}

#[test]
fn an_example_says_every_field_so_that_none_is_renamed_unseen() {
    for package in ["admission", "readiness", "planning", "deviation", "directory"] {
        let kinds = kinds(package);
        for (kind, example) in examples(package) {
            let (_, field) = kinds.iter().find(|(name, _)| *name == kind).expect("a kind");
            let example: Value = serde_json::from_str(&example).expect("JSON");
            let Kind::Message(message) = field.kind() else { panic!("{kind}") };
            assert_whole(&message, &example[field.json_name()], &format!("{package}.{kind}"));
        }
    }
}
