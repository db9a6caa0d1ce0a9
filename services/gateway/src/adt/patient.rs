//! Who the patient is (PID), as far as those who receive the patient need it.

use hemgang_core::{
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use jiff::civil::Date;

use super::{
    AdtKind, DischargedTo, Doubt, Identity, Sender, Statement, TimeSource, Timed, Unmapped, identity,
};
use crate::hl7::{Message, Repetition, Stamp, Value};

/// The patient as this message tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Every identity, national ones first.
    pub identities: Vec<Identity>,
    /// The name (PID-5).
    pub name: Statement<Redacted<Name>>,
    /// The day of birth (PID-7), when a whole day is given.
    pub born_on: Statement<Redacted<Date>>,
    /// The sex (PID-8).
    pub sex: Statement<Sex>,
    /// The address (PID-11); never that of a protected person.
    pub address: Statement<Redacted<Address>>,
    /// Protected identity (PV2-22), when it says yes or no.
    pub protected: Option<bool>,
    /// The municipality of folkbokföring, from the field that the site mapping names.
    pub municipality: Statement<MunicipalityCode>,
    /// The primary care unit where the patient is listed, from the field that the site mapping names.
    pub listed_unit: Statement<HsaId>,
    /// Set when the patient has died.
    pub death: Option<Death>,
}

/// A name.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
}

/// Sex as registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// F.
    Female,
    /// M.
    Male,
    /// O, A and N.
    Other,
    /// Anything else.
    Unknown,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Street and what follows it.
    pub lines: Vec<String>,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub town: String,
}

/// That the patient has died, and when if it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// PID-29.
    pub at: Option<Timed>,
}

impl Patient {
    pub(super) fn read(
        kind: AdtKind,
        message: &Message,
        sender: &Sender,
        discharged_to: Option<DischargedTo>,
        today: Date,
        doubts: &mut Vec<Doubt>,
    ) -> Result<Self, Unmapped> {
        let protected = yes_or_no(&message.field("PV2", 22).value());
        Ok(Self {
            identities: identity::identities(message, sender, today, doubts),
            name: name(message),
            born_on: Statement::of(&message.field("PID", 7).value(), born_on),
            sex: Statement::of(&message.field("PID", 8).value(), |code| Some(Sex::read(code))),
            address: if protected == Some(true) { Statement::Absent } else { address(message) },
            protected,
            municipality: municipality(kind, message, sender, doubts)?,
            listed_unit: listed_unit(message, sender, doubts),
            death: death(message, discharged_to, doubts),
        })
    }

    /// Whether it takes back something that was said of the person.
    pub fn withdraws(&self) -> bool {
        self.name == Statement::Withdrawn
            || self.address == Statement::Withdrawn
            || self.born_on == Statement::Withdrawn
            || self.sex == Statement::Withdrawn
            || self.municipality == Statement::Withdrawn
            || self.listed_unit == Statement::Withdrawn
    }
}

impl Sex {
    fn read(code: &str) -> Self {
        match code.get(..1).unwrap_or_default().to_ascii_uppercase().as_str() {
            "F" | "K" => Self::Female,
            "M" => Self::Male,
            "O" | "A" | "N" => Self::Other,
            _ => Self::Unknown,
        }
    }
}

fn yes_or_no(value: &Value<'_>) -> Option<bool> {
    match value.text()?.to_ascii_uppercase().as_str() {
        "Y" | "J" | "1" => Some(true),
        "N" | "0" => Some(false),
        _ => None,
    }
}

/// The legal name when one is marked so, else the first.
fn name(message: &Message) -> Statement<Redacted<Name>> {
    let field = message.field("PID", 5);
    let is_legal = |name: &Repetition<'_>| name.component(7).value().text() == Some("L");
    let named = field.repetitions().find(is_legal).or_else(|| field.repetitions().next());
    let Some(named) = named else { return Statement::Absent };
    let part = |number| named.component(number).value().into_text();
    let given: Vec<String> = [part(2), part(3)].into_iter().flatten().collect();
    let name = Name { family: part(1).unwrap_or_default(), given: given.join(" ") };
    if !name.family.is_empty() || !name.given.is_empty() {
        return Statement::Stated(Redacted::new(name));
    }
    if named.value() == Value::Delete { Statement::Withdrawn } else { Statement::Absent }
}

fn born_on(text: &str) -> Option<Redacted<Date>> {
    Stamp::read(text).ok()?.date().map(Redacted::new)
}

fn address(message: &Message) -> Statement<Redacted<Address>> {
    let field = message.field("PID", 11);
    if field.value() == Value::Delete {
        return Statement::Withdrawn;
    }
    let read = |address: Repetition<'_>| {
        let part = |number| address.component(number).value().into_text();
        let lines: Vec<String> = [part(1), part(2)].into_iter().flatten().collect();
        let (town, postal_code) = (part(3).unwrap_or_default(), part(5).unwrap_or_default());
        let says_something = !lines.is_empty() || !town.is_empty() || !postal_code.is_empty();
        says_something.then(|| Redacted::new(Address { lines, postal_code, town }))
    };
    field.repetitions().find_map(read).map_or(Statement::Absent, Statement::Stated)
}

/// A code that is none parks what opens or corrects an episode; it must not hold up a discharge.
fn municipality(
    kind: AdtKind,
    message: &Message,
    sender: &Sender,
    doubts: &mut Vec<Doubt>,
) -> Result<Statement<MunicipalityCode>, Unmapped> {
    let Some(path) = &sender.municipality else { return Ok(Statement::Absent) };
    let value = path.value(message);
    // Six digits are municipality and parish (LKF).
    let is_parish = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let code = |text: &str| MunicipalityCode::parse(if is_parish(text) { &text[..4] } else { text }).ok();
    let said = Statement::of(&value, code);
    if value.text().is_some() && said == Statement::Absent {
        if matches!(kind, AdtKind::Admit | AdtKind::Update) {
            return Err(Unmapped::Municipality);
        }
        doubts.push(Doubt::Municipality);
    }
    Ok(said)
}

fn listed_unit(message: &Message, sender: &Sender, doubts: &mut Vec<Doubt>) -> Statement<HsaId> {
    let Some(path) = &sender.listed_unit else { return Statement::Absent };
    let read = |text: &str| HsaId::parse(text).inspect_err(|_| doubts.push(Doubt::ListedUnit)).ok();
    Statement::of(&path.value(message), read)
}

fn death(message: &Message, discharged_to: Option<DischargedTo>, doubts: &mut Vec<Doubt>) -> Option<Death> {
    let at = Timed::read(message, TimeSource::Death, doubts);
    let indicated = yes_or_no(&message.field("PID", 30).value());
    let died = indicated == Some(true) || at.is_some() || discharged_to == Some(DischargedTo::Deceased);
    (died && (indicated != Some(false) || discharged_to == Some(DischargedTo::Deceased)))
        .then_some(Death { at })
}
