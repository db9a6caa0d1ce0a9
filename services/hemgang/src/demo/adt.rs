//! ADT messages of a simulated region, as its hospitals' systems write them: HL7 v2, about nobody.

use hemgang_core::{day::local, expected::ExpectedDischarge};
use hemgang_gateway::hl7::{Separators, Writer};
use hemgang_proto::common::{Destination, PersonId, Protection, Sex};
use jiff::Timestamp;

use super::senders::{Habits, Place, Residence};
use crate::simulate::{Act, Person, Stay, Step};

/// What a message is about.
pub struct About<'a> {
    pub stay: &'a Stay,
    pub person: &'a Person,
    /// Where the patient is, or moves to.
    pub place: &'a Place,
    /// Where the patient was, of a transfer.
    pub from: Option<&'a Place>,
    /// The visit number.
    pub visit: &'a str,
    /// MSH-10.
    pub control_id: String,
}

/// The message that tells of a step; none for what no system tells.
pub fn write(step: &Step, about: &About<'_>) -> Option<Vec<u8>> {
    let habits = about.place.habits;
    let trigger = trigger(&step.act, habits)?;
    let mut message = Message { habits, writer: header(habits, trigger, step.at, &about.control_id) };
    let (told_at, happened_at) = (habits.at(step.at), habits.at(step.happened_at));
    message.segment("EVN", &[(1, trigger.to_owned()), (2, told_at), (6, happened_at.clone())]);
    let at_admission = habits.identity_at_admission(about.person);
    if step.act == Act::Merge {
        message.patient(about.person, identity(&about.person.identity(), habits.civic, "NI"), None);
        message.segment("MRG", &[(1, at_admission)]);
    } else {
        let died_at = (step.act == Act::Die).then_some(happened_at);
        message.patient(about.person, at_admission, died_at);
        message.visit(step, about);
        message.additional(&step.act, about.person.protection);
    }
    if let Residence::Own(segment, before) = habits.residence {
        let person = about.person;
        let listed_unit = person.listed_unit.as_ref().map(ToString::to_string).unwrap_or_default();
        message.segment(segment, &[(before + 1, municipality(person)), (before + 2, listed_unit)]);
    }
    Some(habits.bytes(message.writer))
}

/// A visit to the emergency department, which comes to nothing here.
pub fn emergency(at: Timestamp, about: &About<'_>) -> Vec<u8> {
    let habits = about.place.habits;
    let mut message = Message { habits, writer: header(habits, "A04", at, &about.control_id) };
    message.segment("EVN", &[(1, "A04".to_owned()), (2, habits.at(at))]);
    message.patient(about.person, habits.identity_at_admission(about.person), None);
    message.segment("PV1", &[(2, "E".to_owned()), (3, "AKM".to_owned()), (19, format!("E{}", about.visit))]);
    habits.bytes(message.writer)
}

/// The event; the expected discharge goes into A16 and A25, or into A08.
fn trigger(act: &Act, habits: &Habits) -> Option<&'static str> {
    Some(match act {
        Act::Admit => "A01",
        Act::Transfer(_) => "A02",
        Act::Discharge(_) | Act::Die => "A03",
        Act::Void => "A11",
        Act::CancelDischarge => "A13",
        Act::ChangeExpected(ExpectedDischarge::UnknownYet) if habits.expects_by_a16 => "A25",
        Act::ChangeExpected(_) if habits.expects_by_a16 => "A16",
        Act::ChangeExpected(_) => "A08",
        Act::StartLeave => "A21",
        Act::EndLeave => "A22",
        Act::Merge => "A40",
        _ => return None,
    })
}

fn header(habits: &Habits, trigger: &str, at: Timestamp, control_id: &str) -> Writer {
    let time = habits.at(at);
    let what = format!("ADT^{trigger}");
    let fields = [
        habits.application,
        habits.facility,
        "HEMGANG",
        "VGR",
        &time,
        "",
        &what,
        control_id,
        "P",
        habits.version,
        "",
        "",
        "AL",
        "NE",
        "SWE",
        habits.charset,
    ];
    Writer::new(Separators::default(), &fields)
}

/// With skyddad folkbokföring the municipality itself is secret.
fn municipality(person: &Person) -> String {
    if person.protection == Protection::ProtectedRegistration { String::new() } else { person.code.clone() }
}

/// A message in the making.
struct Message {
    habits: &'static Habits,
    writer: Writer,
}

impl Message {
    /// A segment of the fields that say something.
    fn segment(&mut self, name: &str, said: &[(usize, String)]) {
        let last = said.iter().map(|(number, _)| *number).max().unwrap_or_default();
        let mut fields = vec![String::new(); last];
        for (number, value) in said {
            fields[number - 1].clone_from(value);
        }
        self.writer.segment(name, &fields);
    }

    fn patient(&mut self, person: &Person, identity: String, died_at: Option<String>) {
        let name = format!(
            "{}^{}^^^^^L",
            self.writer.encode(person.name.family),
            self.writer.encode(person.name.given)
        );
        let sex = if person.sex == Sex::Female { "F" } else { "M" };
        let mut fields = vec![
            (1, "1".to_owned()),
            (3, identity),
            (5, name),
            (7, person.birth_date.strftime("%Y%m%d").to_string()),
            (8, sex.to_owned()),
        ];
        let municipality = municipality(person);
        let code = if self.habits.residence == Residence::Standard { municipality.as_str() } else { "" };
        if let Some(street) = &person.street {
            fields.push((11, format!("{}^^{}^^41100^^^^{code}", street, self.writer.encode(&person.town))));
        } else if !code.is_empty() {
            fields.push((11, format!("^^^^^^^^{code}")));
        }
        if let Some(died_at) = died_at {
            fields.extend([(29, died_at), (30, "Y".to_owned())]);
        }
        self.segment("PID", &fields);
        let listed = person.listed_unit.as_ref().filter(|_| self.habits.residence == Residence::Standard);
        if let Some(listed) = listed {
            self.segment("PD1", &[(3, format!("Vårdcentral^^^^^^^^^{listed}"))]);
        }
    }

    fn visit(&mut self, step: &Step, about: &About<'_>) {
        let habits = self.habits;
        let location =
            |place: &Place| format!("{}^^^{}", place.code, place.facility.as_deref().unwrap_or(""));
        let number = format!("{}^^^{}", about.visit, habits.visits);
        let mut fields =
            vec![(1, "1".to_owned()), (2, "I".to_owned()), (3, location(about.place)), (19, number)];
        fields.extend(about.from.map(|from| (6, location(from))));
        let disposition = match step.act {
            Act::Die => habits.deceased,
            Act::Discharge(Destination::OtherHospitalGroup) => habits.other_hospital,
            Act::Discharge(_) => "01",
            _ => "",
        };
        fields.push((36, disposition.to_owned()));
        if habits.says_times {
            fields.push((44, habits.at(about.stay.admitted_at)));
            if matches!(step.act, Act::Discharge(_) | Act::Die) {
                fields.push((45, habits.at(step.happened_at)));
            }
        }
        fields.retain(|(_, value)| !value.is_empty());
        self.segment("PV1", &fields);
    }

    /// PV2: the expected discharge, where it is what the message is for, and protection.
    fn additional(&mut self, act: &Act, protection: Protection) {
        let mut fields = Vec::new();
        if let Act::ChangeExpected(expected) = act {
            let said = match expected {
                ExpectedDischarge::On(day) => day.strftime("%Y%m%d").to_string(),
                ExpectedDischarge::At(at) => self.habits.at(*at),
                ExpectedDischarge::UnknownYet => "\"\"".to_owned(),
            };
            fields.push((9, said));
        }
        if protection != Protection::None {
            fields.push((22, "Y".to_owned()));
        }
        if !fields.is_empty() {
            self.segment("PV2", &fields);
        }
    }
}

/// A CX: the number with the authority that gave it, and its type.
fn identity(id: &PersonId, authority: &str, kind: &str) -> String {
    format!("{}^^^{authority}^{kind}", id.value)
}

impl Habits {
    fn at(&self, at: Timestamp) -> String {
        local(at).strftime(self.time).to_string()
    }

    /// The number that the patient came with, which a system goes on with until it merges.
    fn identity_at_admission(&self, person: &Person) -> String {
        let (authority, kind) =
            if person.reserve.is_some() { (self.reserve, "PI") } else { (self.civic, "NI") };
        identity(&person.identity_at_admission(), authority, kind)
    }

    fn bytes(&self, writer: Writer) -> Vec<u8> {
        let text = writer.finish().replace('\r', self.line_end);
        match self.charset {
            // Every letter of a name here is in Latin-1.
            "8859/1" => text.chars().map(|char| u8::try_from(char).unwrap_or(b'?')).collect(),
            _ => text.into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests;
