//! A patient: an identity and the details that the last sender gave.

use hemgang_core::{person::PersonId, redacted::Redacted};
use hemgang_proto::{
    admission::PatientDetailsRecorded,
    common::{Person, PersonId as WirePersonId, Protection, Sex},
};
use hemgang_rpc::wire;
use jiff::{Timestamp, civil::Date};

hemgang_core::typed_id! {
    /// A patient, stable over admissions.
    PatientId
}

hemgang_db::text_column!(PatientId);

/// A patient as kept.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    pub patient_id: PatientId,
    pub version: i64,
    pub oid: String,
    pub value: Redacted<String>,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub birth_date: Option<Date>,
    pub sex: Sex,
    pub protection: Protection,
}

/// What a sender says of a person.
#[derive(Clone, Debug)]
pub struct Details {
    pub person_id: PersonId,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub birth_date: Option<Date>,
    pub sex: Sex,
    pub protection: Protection,
}

impl Patient {
    /// The patient after a sender's details: a new one, a changed one, or the same. Only a new or changed patient
    /// is written; the version tells.
    pub fn recorded(known: Option<&Self>, details: Details, now: Timestamp) -> Self {
        let Details { person_id, name, address, birth_date, sex, protection } = details;
        let (patient_id, version) =
            known.map_or_else(|| (PatientId::fresh(now), 0), |known| (known.patient_id, known.version));
        let (oid, value) = (person_id.oid().to_owned(), Redacted::new(person_id.value().to_owned()));
        let told = Self { patient_id, version, oid, value, name, address, birth_date, sex, protection };
        if known == Some(&told) { told } else { Self { version: version + 1, ..told } }
    }

    /// Whether name and address are shown to nobody.
    pub fn is_protected(&self) -> bool {
        matches!(self.protection, Protection::Confidential | Protection::ProtectedRegistration)
    }

    /// The person as anyone may see it: of a protected one neither name nor address.
    pub fn shown(&self) -> Person {
        let open =
            |text: &Redacted<String>| if self.is_protected() { String::new() } else { text.expose().clone() };
        Person {
            person_id: Some(WirePersonId { oid: self.oid.clone(), value: self.value.expose().clone() }),
            name: open(&self.name),
            address: open(&self.address),
            protection: self.protection.into(),
        }
    }

    /// The one event that identifies a person.
    pub fn details_recorded(&self) -> PatientDetailsRecorded {
        PatientDetailsRecorded {
            patient_id: self.patient_id.to_string(),
            person: Some(self.shown()),
            birth_date: self.birth_date.map(wire::date),
            sex: self.sex.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use hemgang_core::person::PERSONNUMMER;

    use super::*;

    fn details(name: &str, protection: Protection) -> Details {
        Details {
            person_id: PersonId::parse(PERSONNUMMER, "191212121212").expect("an identity"),
            name: Redacted::new(name.to_owned()),
            address: Redacted::new(String::new()),
            birth_date: None,
            sex: Sex::Unknown,
            protection,
        }
    }

    #[test]
    fn a_patient_is_written_when_new_or_changed_only() {
        let now = Timestamp::UNIX_EPOCH;
        let new = Patient::recorded(None, details("Tolvan Exempel", Protection::None), now);
        assert_eq!(new.version, 1);
        let same = Patient::recorded(Some(&new), details("Tolvan Exempel", Protection::None), now);
        assert_eq!(same, new);
        let renamed = Patient::recorded(Some(&new), details("Tolvan Åberg", Protection::None), now);
        assert_eq!((renamed.version, renamed.patient_id), (2, new.patient_id));
    }

    #[test]
    fn a_protected_person_shows_neither_name_nor_address() {
        for protection in [Protection::Confidential, Protection::ProtectedRegistration] {
            let patient =
                Patient::recorded(None, details("Tolvan Exempel", protection), Timestamp::UNIX_EPOCH);
            let (shown, told) = (patient.shown(), patient.details_recorded().person.unwrap_or_default());
            assert!(shown.name.is_empty() && shown.address.is_empty() && told == shown);
        }
    }
}
