//! A patient: an identity and the details that the last sender gave.

use hemgang_core::{person::PersonId, redacted::Redacted};
use hemgang_proto::{
    admission::PatientDetailsRecorded,
    common::{Person, PersonId as WirePersonId, Protection, Sex},
};
use hemgang_rpc::wire;
use jiff::{Timestamp, civil::Date};

use super::episode::Episode;

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
    /// When the last statement of who the patient is was recorded by its sender, for whichever stay.
    pub details_registered_at: Option<Timestamp>,
    /// The patient that this one was absorbed by. Never one that was absorbed itself.
    pub merged_into: Option<PatientId>,
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

/// What a sender changes of a person; none says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub name: Option<Redacted<String>>,
    pub address: Option<Redacted<String>>,
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    pub protection: Option<Protection>,
}

impl Patient {
    /// The patient after a sender's changes; the version tells whether anything of it is new.
    #[must_use]
    pub fn changed(&self, changes: Changes, registered_at: Timestamp) -> Self {
        let changes = if self.is_late(registered_at) {
            // Late, it no longer says who the patient is; that the patient is protected it says all the same.
            let protection = changes.protection.filter(|told| *told != Protection::None);
            Changes { protection, ..Changes::default() }
        } else {
            changes
        };
        let says_nothing = changes == Changes::default();
        let protection = match changes.protection {
            // Said outright. That a message does not speak of protection lifts nothing.
            Some(Protection::None) => Protection::None,
            Some(told) => stricter(self.protection, told),
            None => self.protection,
        };
        let address = changes.address.unwrap_or_else(|| self.address.clone());
        let told = Self {
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            address: if is_protected(protection) { Redacted::default() } else { address },
            birth_date: changes.birth_date.or(self.birth_date),
            sex: changes.sex.unwrap_or(self.sex),
            protection,
            details_registered_at: if says_nothing {
                self.details_registered_at
            } else {
                self.details_registered_at.max(Some(registered_at))
            },
            ..self.clone()
        };
        if *self == told { told } else { Self { version: self.version + 1, ..told } }
    }

    /// The patient after a sender's details: a new one, a changed one, or the same. Only a new or changed patient
    /// is written; the version tells.
    ///
    /// What a sender does not say stands. Protection is raised by whoever knows of it and lowered by no admission:
    /// another hospital's system may simply not know. An older statement that comes late adds what nobody said.
    pub fn recorded(
        known: Option<&Self>,
        details: Details,
        registered_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let Some(known) = known else {
            return Self { details_registered_at: Some(registered_at), ..Self::new(details, now) };
        };
        let told = Self {
            name: details.name,
            address: details.address,
            birth_date: details.birth_date,
            sex: details.sex,
            protection: details.protection,
            details_registered_at: Some(registered_at),
            ..known.clone()
        };
        let told =
            if known.is_late(registered_at) { known.clone().adding(&told) } else { told.adding(known) };
        if *known == told { told } else { Self { version: known.version + 1, ..told } }
    }

    fn new(details: Details, now: Timestamp) -> Self {
        let Details { person_id, name, address, birth_date, sex, protection } = details;
        let (oid, value) = (person_id.oid().to_owned(), Redacted::new(person_id.value().to_owned()));
        let patient_id = PatientId::fresh(now);
        Self {
            patient_id,
            version: 1,
            oid,
            value,
            name,
            address,
            birth_date,
            sex,
            protection,
            details_registered_at: None,
            merged_into: None,
        }
    }

    /// A patient of whom no more than an identity is known.
    pub fn unnamed(person_id: PersonId, now: Timestamp) -> Self {
        let details = Details {
            person_id,
            name: Redacted::default(),
            address: Redacted::default(),
            birth_date: None,
            sex: Sex::Unknown,
            protection: Protection::None,
        };
        Self::new(details, now)
    }

    /// Whether both bear one identity.
    pub fn is(&self, other: &Self) -> bool {
        self.oid == other.oid && self.value.expose() == other.value.expose()
    }

    /// The survivor after a merge: what it lacks it takes from the absorbed, and the stricter protection.
    #[must_use]
    pub fn absorbing(self, absorbed: &Self) -> Self {
        Self { version: self.version + 1, ..self.adding(absorbed) }
    }

    /// The absorbed one after a merge: it names the survivor, who has the details from now on.
    #[must_use]
    pub fn absorbed_by(self, survivor: PatientId) -> Self {
        Self {
            version: self.version + 1,
            name: Redacted::default(),
            address: Redacted::default(),
            merged_into: Some(survivor),
            ..self
        }
    }

    /// With what another statement says and this one does not, and the stricter protection of both.
    fn adding(self, other: &Self) -> Self {
        let protection = stricter(self.protection, other.protection);
        let address = said_or(self.address, &other.address);
        Self {
            name: said_or(self.name, &other.name),
            address: if is_protected(protection) { Redacted::default() } else { address },
            birth_date: self.birth_date.or(other.birth_date),
            sex: if self.sex == Sex::Unknown { other.sex } else { self.sex },
            protection,
            details_registered_at: self.details_registered_at.max(other.details_registered_at),
            ..self
        }
    }

    /// Whether a newer statement has said who the patient is.
    fn is_late(&self, registered_at: Timestamp) -> bool {
        self.details_registered_at.is_some_and(|last| registered_at < last)
    }

    /// Whether name and address are shown to nobody.
    pub fn is_protected(&self) -> bool {
        is_protected(self.protection)
    }

    /// The person as anyone may see it: of a protected one neither name nor address.
    pub fn shown(&self) -> Person {
        self.named(&self.name, &self.address)
    }

    /// The one event that identifies a person. Who it is and how protected holds for every stay; the rest is what the
    /// stay's own sender said, because its parties were notified of no other.
    pub fn details_recorded(&self, stay: &Episode) -> PatientDetailsRecorded {
        PatientDetailsRecorded {
            patient_id: self.patient_id.to_string(),
            person: Some(self.named(&stay.name, &stay.address)),
            birth_date: stay.birth_date.map(wire::date),
            sex: stay.sex.into(),
        }
    }

    fn named(&self, name: &Redacted<String>, address: &Redacted<String>) -> Person {
        let open =
            |text: &Redacted<String>| if self.is_protected() { String::new() } else { text.expose().clone() };
        Person {
            person_id: Some(WirePersonId { oid: self.oid.clone(), value: self.value.expose().clone() }),
            name: open(name),
            address: open(address),
            protection: self.protection.into(),
        }
    }
}

/// Whether name and address are shown to nobody.
pub fn is_protected(protection: Protection) -> bool {
    matches!(protection, Protection::Confidential | Protection::ProtectedRegistration)
}

/// The proto's numbers rise with the protection.
fn stricter(known: Protection, told: Protection) -> Protection {
    if i32::from(told) > i32::from(known) { told } else { known }
}

fn said_or(told: Redacted<String>, known: &Redacted<String>) -> Redacted<String> {
    if told.expose().is_empty() { known.clone() } else { told }
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
        let new = Patient::recorded(None, details("Tolvan Exempel", Protection::None), now, now);
        assert_eq!(new.version, 1);
        let same = Patient::recorded(Some(&new), details("Tolvan Exempel", Protection::None), now, now);
        assert_eq!(same, new);
        let renamed = Patient::recorded(Some(&new), details("Tolvan Åberg", Protection::None), now, now);
        assert_eq!((renamed.version, renamed.patient_id), (2, new.patient_id));
    }

    #[test]
    fn a_protected_person_shows_neither_name_nor_address() {
        for protection in [Protection::Confidential, Protection::ProtectedRegistration] {
            let patient = Patient::recorded(
                None,
                details("Tolvan Exempel", protection),
                Timestamp::UNIX_EPOCH,
                Timestamp::UNIX_EPOCH,
            );
            let shown = patient.shown();
            assert!(shown.name.is_empty() && shown.address.is_empty());
        }
    }

    #[test]
    fn an_older_statement_adds_what_nobody_said_and_takes_nothing_back() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let known = Patient::recorded(None, details("Tolvan Exempel", Protection::Confidential), late, late);
        let older = Details { sex: Sex::Male, ..details("Tolvan Gammal", Protection::None) };
        let after = Patient::recorded(Some(&known), older, early, late);
        assert_eq!((after.name.expose().as_str(), after.sex), ("Tolvan Exempel", Sex::Male));
        assert_eq!(after.protection, Protection::Confidential);
        let lift = Changes { protection: Some(Protection::None), ..Changes::default() };
        assert_eq!(known.changed(lift.clone(), early), known);
        assert_eq!(known.changed(lift, late).protection, Protection::None);
    }

    #[test]
    fn an_absorbed_patient_keeps_neither_name_nor_address() {
        let now = Timestamp::UNIX_EPOCH;
        let address = Redacted::new("Provgatan 1".to_owned());
        let open = Details { address, ..details("Tolvan Exempel", Protection::None) };
        let absorbed = Patient::recorded(None, open, now, now).absorbed_by(PatientId::fresh(now));
        assert!(absorbed.name.expose().is_empty() && absorbed.address.expose().is_empty());
    }

    #[test]
    fn an_admission_that_does_not_know_of_protection_does_not_lift_it() {
        let now = Timestamp::UNIX_EPOCH;
        let protected =
            Patient::recorded(None, details("Tolvan Exempel", Protection::Confidential), now, now);
        let address = Redacted::new("Provgatan 1".to_owned());
        let unaware = Details { address, ..details("", Protection::None) };
        let after = Patient::recorded(Some(&protected), unaware, now, now);
        assert_eq!((after.protection, after.address.expose().as_str()), (Protection::Confidential, ""));
        assert_eq!(after.name.expose(), "Tolvan Exempel");
    }
}
