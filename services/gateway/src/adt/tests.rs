//! What each field comes to, the three ends of a message, and every sample within reach.

mod demo;
mod mapping;
mod movement;
mod odd;
mod samples;
mod verdict;

use hemgang_core::place::HsaId;
use jiff::civil::{Date, date};

use super::*;
use crate::hl7::Message;

const TODAY: Date = date(2026, 9, 20);

/// A personnummer from the design pages, and what it makes of a PID-3.
const PERSON: &str = "19500907-2553^^^&1.2.752.129.2.1.3.1&ISO^NI";

const SITE: &str = r#"
[[sender]]
application = "EHR"
facility = "NORTH"
hospital = "SE2321000131-E000000001005"
municipality = "ZPI-2"
listed_unit = "ZPI-3"

[sender.facilities]
SOUTH = "SE2321000131-E000000001006"

[sender.wards]
"41" = "SE2321000131-E000000001118"
"43" = "SE2321000131-E000000001119"
"SOUTH/41" = "SE2321000131-E000000001123"

[sender.authorities]
VGRLRID = "1.2.752.113.11.0.2.1.1.1"
OWN = "1.2.752.129.2.1.2.1"

[sender.dispositions]
deceased = ["20"]
other_hospital = ["02"]
"#;

fn site() -> SiteMapping {
    SiteMapping::from_toml(SITE).expect("a mapping")
}

/// Segments of a message from the known sender; `{}` stands for its event.
fn message(event: &str, segments: &[&str]) -> Message {
    let header = format!("MSH|^~\\&|EHR|NORTH|HG|VGR|202609140900||ADT^{event}|7|P|2.5");
    Message::read([&[header.as_str()], segments].concat().join("\r").as_bytes(), None).expect("a message")
}

fn reading(message: &Message) -> Reading {
    read(message, &site(), TODAY).expect("a typed message")
}

fn mapped(event: &str, segments: &[&str]) -> AdtEvent {
    match reading(&message(event, segments)).verdict {
        Verdict::Mapped(event) => *event,
        other => panic!("not mapped: {other:?}"),
    }
}

fn verdict(event: &str, segments: &[&str]) -> Verdict {
    reading(&message(event, segments)).verdict
}

/// PID with these fields, by number.
fn segment(name: &str, fields: &[(usize, &str)]) -> String {
    let last = fields.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let value = |number| fields.iter().find(|(at, _)| *at == number).map_or("", |(_, value)| *value);
    (1..=last).fold(name.to_owned(), |text, number| format!("{text}|{}", value(number)))
}

fn pid(fields: &[(usize, &str)]) -> String {
    segment("PID", &[&[(3, PERSON), (5, "Påhittad^Åsa^Märta")], fields].concat())
}

fn pv1(fields: &[(usize, &str)]) -> String {
    segment("PV1", &[fields, &[(2, "I"), (3, "41^1^2^NORTH"), (19, "V1^^^NORTHVISIT")]].concat())
}

fn hsa(last: &str) -> HsaId {
    HsaId::parse(&format!("SE2321000131-E00000000{last}")).expect("an hsa-id")
}
