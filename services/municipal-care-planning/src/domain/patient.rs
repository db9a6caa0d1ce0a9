//! A patient as admission tells of it: the statutory fields that identify a person, 2 kap. 3 §.

use hemgang_core::{id::AdmissionId, redacted::Redacted};
use hemgang_proto::common::{Person, PersonId, Protection};

/// A patient as the sender of one stay told of it. A later stay adds nothing here: the parties of this one were not
/// notified of it. Identity and protection are the patient's, and told of every stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub oid: String,
    pub value: Redacted<String>,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub protection: Protection,
}

impl Patient {
    /// What an event says of a person. Of a protected one neither name nor address is kept, whoever sent them.
    pub fn told(admission_id: AdmissionId, version: i64, person: Person, protection: Protection) -> Self {
        let PersonId { oid, value } = person.person_id.unwrap_or_default();
        let open = |text: String| Redacted::new(if is_open(protection) { text } else { String::new() });
        let (name, address) = (open(person.name), open(person.address));
        let value = Redacted::new(value);
        Self { admission_id, version, oid, value, name, address, protection }
    }

    /// The person as parties see it.
    pub fn shown(&self) -> Person {
        Person {
            person_id: Some(PersonId { oid: self.oid.clone(), value: self.value.expose().clone() }),
            name: self.name.expose().clone(),
            address: self.address.expose().clone(),
            protection: self.protection.into(),
        }
    }
}

/// Whether name and address may be kept and shown.
pub fn is_open(protection: Protection) -> bool {
    !matches!(protection, Protection::Confidential | Protection::ProtectedRegistration)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_protected_person_keeps_neither_name_nor_address() {
        let stay = AdmissionId::fresh(Timestamp::UNIX_EPOCH);
        let person =
            Person { name: "Tolvan Exempel".into(), address: "Storgatan 1".into(), ..Person::default() };
        for protection in [Protection::Confidential, Protection::ProtectedRegistration] {
            let shown = Patient::told(stay, 1, person.clone(), protection).shown();
            assert!(shown.name.is_empty() && shown.address.is_empty());
        }
        let open = Patient::told(stay, 1, person, Protection::None);
        assert_eq!(open.shown().name, "Tolvan Exempel");
    }
}
