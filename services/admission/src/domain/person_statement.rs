//! What a hospital's system said of a person apart from any stay, kept for stays that it tells of later: a message of the
//! person may come before the admission that was recorded earlier.

use hemgang_core::{
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use hemgang_proto::{admission::MunicipalitySource, common::Sex};
use jiff::{Timestamp, civil::Date};

use super::{
    description::{Death, Description, DetailsRecorded, Said},
    patient::PatientId,
    quality::TimeFaults,
    recorded::Recorded,
};

/// The last word of one hospital on each part of who a person is. Protection is the patient's, for every hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonStatement {
    pub patient_id: PatientId,
    pub hospital: HsaId,
    pub version: i64,
    pub details_recorded: DetailsRecorded,
    pub name: Option<Redacted<String>>,
    /// None of a protected person.
    pub address: Option<Redacted<String>>,
    pub birth_date: Said<Date>,
    /// Unspecified says nothing.
    pub sex: Sex,
    pub residence_municipality: Said<MunicipalityCode>,
    pub liable_municipality: Said<MunicipalityCode>,
    pub municipality_source: MunicipalitySource,
    pub listed_unit: Said<HsaId>,
    pub died_at: Option<Timestamp>,
    pub death_faults: TimeFaults,
}

impl PersonStatement {
    /// What is said now over what was said before. None where it says nothing new.
    pub fn over(
        earlier: Option<Self>,
        (patient_id, hospital): (PatientId, HsaId),
        said: &Description,
        recorded: &DetailsRecorded,
    ) -> Option<Self> {
        let earlier = earlier.unwrap_or_else(|| Self::nothing(patient_id, hospital));
        let mut details_recorded = earlier.details_recorded.clone();
        let said = said.clone().over(recorded, &mut details_recorded);
        let before = earlier.clone();
        let after = Self {
            details_recorded,
            name: said.name.or(earlier.name),
            address: said.address.or(earlier.address),
            birth_date: said.birth_date.or(earlier.birth_date),
            sex: said.sex.unwrap_or(earlier.sex),
            residence_municipality: said.residence_municipality.or(earlier.residence_municipality),
            liable_municipality: said.liable_municipality.or(earlier.liable_municipality),
            municipality_source: said.municipality_source.unwrap_or(earlier.municipality_source),
            listed_unit: said.listed_unit.or(earlier.listed_unit),
            died_at: said.death.map(|death| death.at).or(earlier.died_at),
            death_faults: said.death.map_or(earlier.death_faults, |death| death.time_faults),
            ..earlier
        };
        (after != before).then(|| Self { version: before.version + 1, ..after })
    }

    /// The statement without an address, where it has one: the person is protected.
    pub fn unaddressed(self) -> Option<Self> {
        self.address.is_some().then(|| Self { version: self.version + 1, address: None, ..self })
    }

    /// What it says of a stay's person.
    pub fn description(&self) -> Description {
        Description {
            name: self.name.clone(),
            address: self.address.clone(),
            birth_date: self.birth_date.clone(),
            sex: Some(self.sex).filter(|sex| *sex != Sex::Unspecified),
            residence_municipality: self.residence_municipality.clone(),
            liable_municipality: self.liable_municipality.clone(),
            municipality_source: Some(self.municipality_source)
                .filter(|source| *source != MunicipalitySource::Unspecified),
            listed_unit: self.listed_unit.clone(),
            admission_type: None,
            legal_status: None,
            death: self.died_at.map(|at| Death { at, time_faults: self.death_faults }),
        }
    }

    /// The death that it tells of, and when that was recorded.
    pub fn death(&self) -> Option<(Death, Recorded)> {
        Some((self.description().death?, self.details_recorded.death()?.clone()))
    }

    fn nothing(patient_id: PatientId, hospital: HsaId) -> Self {
        Self {
            patient_id,
            hospital,
            version: 0,
            details_recorded: DetailsRecorded::default(),
            name: None,
            address: None,
            birth_date: Said::Nothing,
            sex: Sex::Unspecified,
            residence_municipality: Said::Nothing,
            liable_municipality: Said::Nothing,
            municipality_source: MunicipalitySource::Unspecified,
            listed_unit: Said::Nothing,
            died_at: None,
            death_faults: TimeFaults::default(),
        }
    }
}
