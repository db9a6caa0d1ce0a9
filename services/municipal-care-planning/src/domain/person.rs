//! The person of a case without an admission, as the care request told of them.

use hemgang_core::{id::CaseId, person::PersonId, redacted::Redacted};
use hemgang_proto::{
    common::{self, Protection},
    planning::{ProtectionRecorded, planning_event::Event},
};

/// A person as one care request told of them. What another one says stays there; protection holds everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub case_id: CaseId,
    pub version: i64,
    pub oid: String,
    pub value: Redacted<String>,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub protection: Protection,
}

/// What a care request says of a person.
#[derive(Debug)]
pub struct Told {
    pub person_id: PersonId,
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub protection: Protection,
}

impl Person {
    /// What a care request says, under the strictest protection that anybody knows of.
    pub fn told(case_id: CaseId, told: Told, known: Option<Protection>) -> Self {
        let Told { person_id, name, address, protection } = told;
        let (oid, value) = (person_id.oid().to_owned(), Redacted::new(person_id.value().to_owned()));
        let protection = known.map_or(protection, |known| known.max(protection));
        Self { case_id, version: 1, oid, value, name, address, protection }.hidden()
    }

    /// Follows protection that was told of the same identity elsewhere; none where nothing changes. That it was lifted
    /// brings no name back, which is not kept: whoever asks again says it.
    pub fn protect(&self, protection: Protection) -> Option<(Self, Event)> {
        if protection <= self.protection {
            return None;
        }
        let told = ProtectionRecorded { case_id: self.case_id.to_string(), protection: protection.into() };
        let person = Self { version: self.version + 1, protection, ..self.clone() }.hidden();
        Some((person, Event::ProtectionRecorded(told)))
    }

    /// The person after who it was was taken away by law: how they are protected is left, which figures rest on.
    #[must_use]
    pub fn blanked(self) -> Self {
        let (value, name, address) = (Redacted::default(), Redacted::default(), Redacted::default());
        Self { version: self.version + 1, oid: String::new(), value, name, address, ..self }
    }

    /// Whether who it was is blanked.
    pub fn is_blanked(&self) -> bool {
        self.oid.is_empty()
    }

    /// Of a protected person neither name nor address is kept, whoever sent them.
    fn hidden(self) -> Self {
        if self.protection.is_one() {
            Self { name: Redacted::default(), address: Redacted::default(), ..self }
        } else {
            self
        }
    }

    /// The person as parties see it.
    pub fn shown(&self) -> common::Person {
        let person_id = common::PersonId { oid: self.oid.clone(), value: self.value.expose().clone() };
        common::Person {
            person_id: Some(person_id).filter(|_| !self.is_blanked()),
            name: self.name.expose().clone(),
            address: self.address.expose().clone(),
            protection: self.protection.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use hemgang_core::person::PERSONNUMMER;
    use jiff::Timestamp;

    use super::*;

    fn told(protection: Protection, known: Option<Protection>) -> Person {
        let text = |text: &str| Redacted::new(text.to_owned());
        let person_id = PersonId::parse(PERSONNUMMER, "191212121212").expect("an identity");
        let told = Told { person_id, name: text("Tolvan Exempel"), address: text("Storgatan 1"), protection };
        Person::told(CaseId::fresh(Timestamp::UNIX_EPOCH), told, known)
    }

    #[test]
    fn the_strictest_protection_holds_whoever_knows_of_it() {
        use Protection::{Confidential, None as Open, ProtectedRegistration as Secret};
        let rows = [
            (Open, None, Open),
            (Open, Some(Open), Open),
            (Open, Some(Confidential), Confidential),
            (Confidential, None, Confidential),
            (Confidential, Some(Secret), Secret),
            (Secret, Some(Open), Secret),
        ];
        for (said, known, holds) in rows {
            let person = told(said, known);
            assert_eq!(person.protection, holds, "{said:?} {known:?}");
            let is_hidden = person.name.expose().is_empty() && person.address.expose().is_empty();
            assert_eq!(is_hidden, holds != Open, "{said:?} {known:?}");
        }
    }

    #[test]
    fn protection_that_is_told_later_hides_and_its_lifting_brings_nothing_back() {
        let open = told(Protection::None, None);
        assert_eq!(open.protect(Protection::None), None);
        let (hidden, _) = open.protect(Protection::Confidential).expect("a change");
        assert_eq!((hidden.version, hidden.name.expose().as_str()), (2, ""));
        assert_eq!(hidden.protect(Protection::None), None);
        assert!(hidden.protect(Protection::ProtectedRegistration).is_some());
    }
}
