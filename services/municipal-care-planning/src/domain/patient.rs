//! A patient as admission tells of it: the statutory fields that identify a person, 2 kap. 3 §.

use hemgang_core::redacted::Redacted;
use hemgang_proto::common::{Person, PersonId, Protection};

hemgang_core::typed_id! {
    /// A patient, by the id that admission gave.
    PatientId
}

hemgang_db::text_column!(PatientId);

/// A patient as kept. One row serves every stay, so protection given later covers the earlier stays, too.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    pub patient_id: PatientId,
    pub version: i64,
    pub oid: String,
    pub value: Redacted<String>,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub protection: Protection,
}

impl Patient {
    /// What an event says of a person. Of a protected one neither name nor address is kept, whoever sent them.
    pub fn told(patient_id: PatientId, version: i64, person: Person, protection: Protection) -> Self {
        let PersonId { oid, value } = person.person_id.unwrap_or_default();
        let open = |text: String| Redacted::new(if is_open(protection) { text } else { String::new() });
        let (name, address) = (open(person.name), open(person.address));
        Self { patient_id, version, oid, value: Redacted::new(value), name, address, protection }
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

/// Whether name and address may be shown.
fn is_open(protection: Protection) -> bool {
    !matches!(protection, Protection::Confidential | Protection::ProtectedRegistration)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_protected_person_keeps_neither_name_nor_address() {
        let id = PatientId::fresh(Timestamp::UNIX_EPOCH);
        let person =
            Person { name: "Tolvan Exempel".into(), address: "Storgatan 1".into(), ..Person::default() };
        for protection in [Protection::Confidential, Protection::ProtectedRegistration] {
            let shown = Patient::told(id, 1, person.clone(), protection).shown();
            assert!(shown.name.is_empty() && shown.address.is_empty());
        }
        assert_eq!(Patient::told(id, 1, person, Protection::None).shown().name, "Tolvan Exempel");
    }
}
