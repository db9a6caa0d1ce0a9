//! What a hospital's system said of a person apart from any stay, kept for stays that it tells of later: a message of the
//! person may come before the admission that was recorded earlier.

use hemgang_core::{
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use hemgang_proto::{admission::MunicipalitySource, common::Sex};
use jiff::civil::Date;

use super::{
    episode::{Residence, Said},
    patient::{Changes, PatientId},
    recorded::Recorded,
};

/// The last word of one hospital on one person. Protection is the patient's, for every hospital.
#[derive(Clone, Debug)]
pub struct PersonStatement {
    pub patient_id: PatientId,
    pub hospital: HsaId,
    pub version: i64,
    pub recorded: Recorded,
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
}

impl PersonStatement {
    /// What is said now over what was said before. None where a later word stands.
    pub fn over(
        earlier: Option<Self>,
        (patient_id, hospital): (PatientId, HsaId),
        (changes, residence): (&Changes, &Residence),
        recorded: Recorded,
    ) -> Option<Self> {
        if earlier.as_ref().is_some_and(|earlier| recorded < earlier.recorded) {
            return None;
        }
        let earlier = earlier.unwrap_or_else(|| Self::nothing(patient_id, hospital));
        Some(Self {
            version: earlier.version + 1,
            recorded,
            name: changes.name.clone().or(earlier.name),
            address: changes.address.clone().or(earlier.address),
            birth_date: changes.birth_date.clone().or(earlier.birth_date),
            sex: changes.sex.unwrap_or(earlier.sex),
            residence_municipality: residence.municipality.clone().or(earlier.residence_municipality),
            liable_municipality: residence.liable.clone().or(earlier.liable_municipality),
            municipality_source: match residence.source {
                MunicipalitySource::Unspecified => earlier.municipality_source,
                source => source,
            },
            listed_unit: residence.listed_unit.clone().or(earlier.listed_unit),
            ..earlier
        })
    }

    /// The statement without an address, where it has one: the person is protected.
    pub fn unaddressed(self) -> Option<Self> {
        self.address.is_some().then(|| Self { version: self.version + 1, address: None, ..self })
    }

    /// What it changes of a stay's person.
    pub fn changes(&self) -> Changes {
        Changes {
            name: self.name.clone(),
            address: self.address.clone(),
            birth_date: self.birth_date.clone(),
            sex: Some(self.sex).filter(|sex| *sex != Sex::Unspecified),
            protection: None,
        }
    }

    /// What it changes of where the person belongs.
    pub fn residence(&self) -> Residence {
        Residence {
            municipality: self.residence_municipality.clone(),
            liable: self.liable_municipality.clone(),
            source: self.municipality_source,
            listed_unit: self.listed_unit.clone(),
        }
    }

    fn nothing(patient_id: PatientId, hospital: HsaId) -> Self {
        Self {
            patient_id,
            hospital,
            version: 0,
            recorded: Recorded { at: jiff::Timestamp::MIN, order: String::new() },
            name: None,
            address: None,
            birth_date: Said::Nothing,
            sex: Sex::Unspecified,
            residence_municipality: Said::Nothing,
            liable_municipality: Said::Nothing,
            municipality_source: MunicipalitySource::Unspecified,
            listed_unit: Said::Nothing,
        }
    }
}
