//! A patient: an identity and how it is protected. What a person is called and where they live is a stay's own: one
//! hospital does not learn from another what it was told.

use hemgang_core::{person::PersonId, redacted::Redacted};
use hemgang_proto::{
    admission::{
        AdmissionEvent, PatientAdmitted, PatientDetailsRecorded, PatientsMerged, StayShared,
        admission_event::Event,
    },
    common::{Person, PersonId as WirePersonId, Protection},
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
    pub protection: Protection,
    /// When the last statement of protection was recorded by its sender, for whichever stay.
    pub protection_registered_at: Option<Timestamp>,
    /// The patient that this one was absorbed by. Never one that was absorbed itself.
    pub merged_into: Option<PatientId>,
}

impl Patient {
    /// The patient after what a sender says of protection; the version tells whether anything of it is new. Only what
    /// is said outright lifts it, and only what is newer than the last word.
    #[must_use]
    pub fn changed(&self, told: Option<Protection>, registered_at: Timestamp) -> Self {
        let is_late = self.protection_registered_at.is_some_and(|last| registered_at < last);
        let protection = match told {
            Some(Protection::None) if !is_late => Protection::None,
            Some(told) => stricter(self.protection, told),
            None => return self.clone(),
        };
        let protection_registered_at = self.protection_registered_at.max(Some(registered_at));
        let told = Self { protection, protection_registered_at, ..self.clone() };
        if *self == told { told } else { Self { version: self.version + 1, ..told } }
    }

    /// The patient after an admission: a new one, one who is protected from now on, or the same.
    ///
    /// Protection is raised by whoever knows of it and lowered by no admission: another hospital's system may simply
    /// not know.
    pub fn recorded(
        known: Option<&Self>,
        (person_id, protection): (&PersonId, Protection),
        registered_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let told = Some(protection).filter(|told| told.is_one());
        match known {
            Some(known) => known.changed(told, registered_at),
            None => Self { version: 1, ..Self::unnamed(person_id, now).changed(told, registered_at) },
        }
    }

    /// A patient of whom no more than an identity is known.
    pub fn unnamed(person_id: &PersonId, now: Timestamp) -> Self {
        let (oid, value) = (person_id.oid().to_owned(), Redacted::new(person_id.value().to_owned()));
        Self {
            patient_id: PatientId::fresh(now),
            version: 1,
            oid,
            value,
            protection: Protection::None,
            protection_registered_at: None,
            merged_into: None,
        }
    }

    /// Whether the identity has a check digit that fails.
    pub fn check_digit_failed(&self, today: Date) -> bool {
        PersonId::parse_unchecked_digit_at(&self.oid, self.value.expose(), today)
            .is_ok_and(|read| read.check_digit_failed)
    }

    /// The survivor after a merge: with the stricter protection.
    #[must_use]
    pub fn absorbing(self, absorbed: &Self) -> Self {
        Self {
            version: self.version + 1,
            protection: stricter(self.protection, absorbed.protection),
            protection_registered_at: self.protection_registered_at.max(absorbed.protection_registered_at),
            ..self
        }
    }

    /// The absorbed one after a merge: it names the survivor.
    #[must_use]
    pub fn absorbed_by(self, survivor: PatientId) -> Self {
        Self { version: self.version + 1, merged_into: Some(survivor), ..self }
    }

    /// The patient after what identifies them was taken away by law: a number that names nobody is left, and how they
    /// were protected.
    #[must_use]
    pub fn blanked(self) -> Self {
        let value = Redacted::new(self.patient_id.to_string());
        let (version, oid) = (self.version + 1, String::new());
        // When protection was told is the same for every stay of a person.
        Self { version, oid, value, merged_into: None, protection_registered_at: None, ..self }
    }

    /// Another patient for a stay that is nobody's from now on, while this one goes on.
    pub fn nobody(&self, now: Timestamp) -> Self {
        Self { patient_id: PatientId::fresh(now), version: 0, ..self.clone() }.blanked()
    }

    /// Whether who it was is blanked.
    pub fn is_blanked(&self) -> bool {
        self.oid.is_empty()
    }

    /// The one event that identifies a person. Who it is and how protected holds for every stay; the rest is what the
    /// stay's own sender said, because its parties were notified of no other.
    pub fn details_recorded(&self, stay: &Episode) -> PatientDetailsRecorded {
        PatientDetailsRecorded {
            patient_id: self.patient_id.to_string(),
            person: Some(self.of_stay(stay)),
            birth_date: stay.birth_date.map(wire::date),
            sex: stay.sex.into(),
        }
    }

    /// The person of a stay as anyone may see it: of a protected one neither name nor address.
    pub fn of_stay(&self, stay: &Episode) -> Person {
        let protected = self.protection.is_one();
        let open = |text: &Redacted<String>| if protected { String::new() } else { text.expose().clone() };
        let person_id = WirePersonId { oid: self.oid.clone(), value: self.value.expose().clone() };
        Person {
            person_id: Some(person_id).filter(|_| !self.is_blanked()),
            name: open(&stay.name),
            address: open(&stay.address),
            protection: self.protection.into(),
        }
    }
}

/// What is left of an event that told who a patient is: how they are protected, which figures rest on. Where the stay is
/// `nobody`'s from now on, the other stays of its patient are not to be found by our own id either.
pub fn tombstone(event: AdmissionEvent, nobody: Option<PatientId>) -> AdmissionEvent {
    let left = match (event.event, nobody) {
        (Some(Event::PatientDetailsRecorded(said)), _) => {
            let protection = said.person.unwrap_or_default().protection;
            let person = Some(Person { protection, ..Person::default() });
            Some(Event::PatientDetailsRecorded(PatientDetailsRecorded { person, ..Default::default() }))
        }
        (Some(Event::PatientAdmitted(said)), Some(nobody)) => {
            Some(Event::PatientAdmitted(PatientAdmitted { patient_id: nobody.to_string(), ..said }))
        }
        (Some(Event::StayShared(said)), Some(nobody)) => {
            let of_nobody = |stay| PatientAdmitted { patient_id: nobody.to_string(), ..stay };
            Some(Event::StayShared(StayShared { stay: said.stay.map(of_nobody), ..said }))
        }
        (Some(Event::PatientsMerged(_)), Some(_)) => Some(Event::PatientsMerged(PatientsMerged::default())),
        (said, _) => said,
    };
    AdmissionEvent { event: left, ..event }
}

/// The proto's numbers rise with the protection.
fn stricter(known: Protection, told: Protection) -> Protection {
    if i32::from(told) > i32::from(known) { told } else { known }
}

#[cfg(test)]
mod tests {
    use hemgang_core::person::PERSONNUMMER;

    use super::*;

    fn recorded(known: Option<&Patient>, protection: Protection, at: Timestamp) -> Patient {
        let person_id = PersonId::parse(PERSONNUMMER, "191212121212").expect("an identity");
        Patient::recorded(known, (&person_id, protection), at, at)
    }

    #[test]
    fn a_patient_is_new_or_changed_where_protection_is() {
        let now = Timestamp::UNIX_EPOCH;
        let new = recorded(None, Protection::None, now);
        assert_eq!((new.version, new.protection), (1, Protection::None));
        assert_eq!(recorded(Some(&new), Protection::None, now), new);
        let protected = recorded(Some(&new), Protection::Confidential, now);
        assert_eq!((protected.version, protected.protection), (2, Protection::Confidential));
        let first = recorded(None, Protection::Confidential, now);
        assert_eq!((first.version, first.protection), (1, Protection::Confidential));
    }

    #[test]
    fn protection_is_lifted_by_a_newer_word_said_outright_and_by_no_admission() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let known = recorded(None, Protection::Confidential, late);
        assert_eq!(recorded(Some(&known), Protection::None, late), known);
        assert_eq!(known.changed(Some(Protection::None), early).protection, Protection::Confidential);
        assert_eq!(known.changed(Some(Protection::None), late).protection, Protection::None);
        assert_eq!(known.changed(None, late), known);
        // An older word that is stricter holds all the same.
        let stricter = known.changed(Some(Protection::ProtectedRegistration), early);
        assert_eq!(stricter.protection, Protection::ProtectedRegistration);
    }

    #[test]
    fn a_survivor_has_the_stricter_protection() {
        let now = Timestamp::UNIX_EPOCH;
        let open = recorded(None, Protection::None, now);
        let protected = recorded(None, Protection::Confidential, now);
        assert_eq!(open.clone().absorbing(&protected).protection, Protection::Confidential);
        assert_eq!(protected.absorbing(&open).protection, Protection::Confidential);
    }
}
