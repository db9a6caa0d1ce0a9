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
        let open = |text: String| Redacted::new(if protection.is_one() { String::new() } else { text });
        let (name, address) = (open(person.name), open(person.address));
        let value = Redacted::new(value);
        Self { admission_id, version, oid, value, name, address, protection }
    }

    /// The patient after who it was was taken away by law: how they are protected is left.
    #[must_use]
    pub fn blanked(self) -> Self {
        let person = Person { protection: self.protection.into(), ..Person::default() };
        Self::told(self.admission_id, self.version + 1, person, self.protection)
    }

    /// Whether who it was is blanked.
    pub fn is_blanked(&self) -> bool {
        self.oid.is_empty()
    }

    /// The identity; none once it is blanked.
    pub fn identity(&self) -> Option<PersonId> {
        let identity = PersonId { oid: self.oid.clone(), value: self.value.expose().clone() };
        Some(identity).filter(|_| !self.is_blanked())
    }

    /// The person as parties see it.
    pub fn shown(&self) -> Person {
        Person {
            // Of one who was blanked by law nothing is left.
            person_id: self.identity(),
            name: self.name.expose().clone(),
            address: self.address.expose().clone(),
            protection: self.protection.into(),
        }
    }
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
