//! Whose message it is: every identity of PID-3, its system told by OID, else by authority name, else by shape.

use hemgang_core::person::{
    LOCAL, NATIONAL_RESERVE, PERSONNUMMER, PersonId, PersonIdFault, PersonIdKind, SAMORDNINGSNUMMER,
    Unchecked, VGR_GRID, VGR_LRID,
};
use jiff::civil::Date;

use super::{Doubt, Sender};
use crate::hl7::{Field, Message, Repetition};

/// One identity of the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The identity; its check digit may fail, for feeds carry such numbers.
    pub id: PersonId,
    /// True when the check digit fails.
    pub check_digit_failed: bool,
}

/// All identities, national ones first, without repeats.
pub(super) fn identities(
    message: &Message,
    sender: &Sender,
    today: Date,
    doubts: &mut Vec<Doubt>,
) -> Vec<Identity> {
    let mut found = of_field(message.field("PID", 3), sender, today, doubts);
    if !found.iter().any(|identity| identity.id.kind() < PersonIdKind::Local) {
        let social_security = message.field("PID", 19).value().into_text();
        found.extend(social_security.and_then(|number| civic(&number, today)).map(Identity::of));
    }
    if found.iter().any(|identity| identity.check_digit_failed) {
        doubts.push(Doubt::CheckDigit);
    }
    ordered(found)
}

/// The identities of one field, national ones first, without repeats.
pub(super) fn of_field(
    field: Field<'_>,
    sender: &Sender,
    today: Date,
    doubts: &mut Vec<Doubt>,
) -> Vec<Identity> {
    let mut found: Vec<Identity> = Vec::new();
    for repetition in field.repetitions() {
        let Some(number) = repetition.value().into_text() else { continue };
        let type_code = repetition.component(5).value().into_text();
        match resolve(&number, repetition, type_code.as_deref(), sender, today) {
            // Cut at the wrong places, an OID stands where the number should, and every patient has the same.
            Some(read) if number.matches('.').count() < 3 || !is_oid(&number) => {
                found.push(Identity::of(read));
            }
            _ => doubts.push(Doubt::UnreadIdentity),
        }
    }
    ordered(found)
}

fn ordered(mut found: Vec<Identity>) -> Vec<Identity> {
    found.sort_by(|a, b| (a.id.kind(), &a.id).cmp(&(b.id.kind(), &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

impl Identity {
    fn of(read: Unchecked) -> Self {
        Self { id: read.id, check_digit_failed: read.check_digit_failed }
    }
}

fn resolve(
    number: &str,
    cx: Repetition<'_>,
    type_code: Option<&str>,
    sender: &Sender,
    today: Date,
) -> Option<Unchecked> {
    let authority = cx.component(4);
    let (name, universal) = (authority.value().into_text(), authority.sub_component(2).into_text());
    let oids = [&name, &universal].into_iter().flatten();
    if let Some(oid) =
        oids.map(|text| text.strip_prefix("urn:oid:").unwrap_or(text)).find(|text| is_oid(text))
    {
        return by_oid(oid, number, sender, today);
    }
    let Some(name) = name else {
        // Without any authority a number is its hospital's own, unless its shape says otherwise.
        return by_shape(number, type_code, today).or_else(|| by_oid(LOCAL, number, sender, today));
    };
    let named = || sender.authority(&name, number);
    if sender.authorities.contains_key(&name) {
        return named().and_then(|(oid, number)| by_oid(oid, &number, sender, today));
    }
    if matches!(name.to_uppercase().as_str(), "SKATTEVERKET" | "SKV") {
        return civic(number, today);
    }
    by_shape(number, type_code, today)
        .or_else(|| named().and_then(|(oid, number)| by_oid(oid, &number, sender, today)))
}

fn is_oid(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn by_oid(oid: &str, number: &str, sender: &Sender, today: Date) -> Option<Unchecked> {
    match oid {
        // Many systems send both kinds under the OID of the first.
        PERSONNUMMER | SAMORDNINGSNUMMER => civic(number, today),
        LOCAL if !number.starts_with("SE") => {
            let number = format!("{}{number}", sender.hospital);
            PersonId::parse_unchecked_digit_at(LOCAL, &number, today).ok()
        }
        _ => PersonId::parse_unchecked_digit_at(oid, number, today).ok(),
    }
}

/// A personnummer or a samordningsnummer, told apart by the day.
fn civic(number: &str, today: Date) -> Option<Unchecked> {
    let digits_only = number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits_only { &format!("{}-{}", &number[..6], &number[6..]) } else { number };
    match PersonId::parse_unchecked_digit_at(PERSONNUMMER, number, today) {
        Err(PersonIdFault::NotADate) => {
            PersonId::parse_unchecked_digit_at(SAMORDNINGSNUMMER, number, today).ok()
        }
        read => read.ok(),
    }
}

/// By its look alone. A number that only looks civic must pass its check digit, unless its type says it is one.
fn by_shape(number: &str, type_code: Option<&str>, today: Date) -> Option<Unchecked> {
    let said_to_be_civic = type_code.is_some_and(|code| matches!(code, "NI" | "SS" | "NNSWE"));
    civic(number, today).filter(|read| said_to_be_civic || !read.check_digit_failed).or_else(|| {
        let read = |oid: &&str| PersonId::parse_unchecked_digit_at(oid, number, today).ok();
        [NATIONAL_RESERVE, VGR_LRID, VGR_GRID].iter().find_map(read)
    })
}
