//! Who is around the patient: relatives, a legal representative, an interpreter. Pure.

use hemgang_core::{id::CaseId, place::HsaId, redacted::Redacted};
use hemgang_proto::planning::{self as pb, RelatedPerson, planning_event::Event};
use hemgang_rpc::{Failure, wire};
use jiff::Timestamp;

use super::heard::broken;

/// Those around a patient, as a unit said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPersons {
    pub case_id: CaseId,
    pub version: i64,
    pub unit: HsaId,
    pub recorded_by: HsaId,
    pub recorded_at: Timestamp,
    /// A list in proto3 JSON.
    pub persons: Redacted<String>,
}

impl RelatedPersons {
    /// Those from now on, in the place of those before, and what is told of it.
    ///
    /// # Errors
    /// When they cannot be written down, which is a fault of ours.
    pub fn set(
        before: Option<&Self>,
        (case_id, unit, recorded_by): (CaseId, HsaId, HsaId),
        persons: &[RelatedPerson],
        now: Timestamp,
    ) -> Result<(Self, Event), Failure> {
        let version = before.map_or(1, |before| before.version + 1);
        let persons = written(persons)?;
        let related = Self { case_id, version, unit, recorded_by, recorded_at: now, persons };
        let related_persons = Some(related.told()?);
        let told = pb::RelatedPersonsSet { case_id: case_id.to_string(), related_persons };
        Ok((related, Event::RelatedPersonsSet(told)))
    }

    /// As the parties read them in the case.
    ///
    /// # Errors
    /// As of [`RelatedPersons::set`].
    pub fn shown(&self) -> Result<pb::RelatedPersons, Failure> {
        let persons = serde_json::from_str(self.persons.expose());
        Ok(pb::RelatedPersons {
            unit: self.unit.to_string(),
            recorded_by: self.recorded_by.to_string(),
            recorded_at: Some(wire::timestamp(self.recorded_at)),
            persons: persons.map_err(|_| broken("related persons as they were not written"))?,
        })
    }

    /// As feeds and answers tell of them, which are kept: without the words.
    ///
    /// # Errors
    /// As of [`RelatedPersons::set`].
    pub fn told(&self) -> Result<pb::RelatedPersons, Failure> {
        Ok(wordless(self.shown()?))
    }

    /// After the record was taken away by law: that there is somebody stays, and who goes.
    ///
    /// # Errors
    /// As of [`RelatedPersons::set`].
    pub fn blanked(self) -> Result<Self, Failure> {
        let persons = written(&self.told()?.persons)?;
        Ok(Self { version: self.version + 1, persons, ..self })
    }
}

/// Whether anybody is named.
pub fn has_words(persons: &[RelatedPerson]) -> bool {
    persons
        .iter()
        .any(|person| [&person.name, &person.telephone, &person.note].iter().any(|it| !it.is_empty()))
}

/// Without the words.
pub fn wordless(related: pb::RelatedPersons) -> pb::RelatedPersons {
    let without = |person: RelatedPerson| RelatedPerson {
        name: String::new(),
        telephone: String::new(),
        note: String::new(),
        ..person
    };
    pb::RelatedPersons { persons: related.persons.into_iter().map(without).collect(), ..related }
}

fn written(persons: &[RelatedPerson]) -> Result<Redacted<String>, Failure> {
    let text =
        serde_json::to_string(persons).map_err(|_| broken("related persons that cannot be written"))?;
    Ok(Redacted::new(text))
}
