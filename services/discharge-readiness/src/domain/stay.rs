//! A stay as readiness knows it, projected from admission's feed, and from planning's for who was told.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_feed::recipients::Course;
use hemgang_indicator::{Belonging, participating};
use hemgang_proto::{
    admission::AdmissionState,
    common::{AgeGroup, Destination, EntryReason, Sex, Specialty},
    planning::CaseState,
};
use hemgang_rpc::Audience;
use jiff::{Timestamp, civil::Date};

/// What we need of an admission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub specialty: Specialty,
    pub state: AdmissionState,
    pub admitted_at: Timestamp,
    pub liable_municipality: Option<MunicipalityCode>,
    pub residence_municipality: Option<MunicipalityCode>,
    /// Whether the patient has skyddad folkbokföring.
    pub municipality_is_secret: bool,
    /// Of the municipalities whose units hold an admission notice, the one that figures count the stay under.
    pub participating_municipality: Option<MunicipalityCode>,
    pub sex: Sex,
    /// At admission.
    pub age_group: AgeGroup,
    /// Since when somebody may be needed, as judged.
    pub needed_since: Option<Timestamp>,
    /// Why that judgement was told afterwards.
    pub needed_entry: EntryReason,
    /// The first admission notice that reached a unit which takes part, and its local day: a stay without one is no case.
    pub notified_at: Option<Timestamp>,
    pub notified_on: Option<Date>,
    /// Why that notice was told afterwards.
    pub notified_entry: EntryReason,
    pub discharge_notice_at: Option<Timestamp>,
    pub discharged_at: Option<Timestamp>,
    pub discharged_on: Option<Date>,
    pub destination: Destination,
    /// Why the departure was told afterwards.
    pub discharged_entry: EntryReason,
}

/// A unit that holds an admission notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub admission_id: AdmissionId,
    pub unit: HsaId,
    /// The municipality that runs it.
    pub municipality: Option<MunicipalityCode>,
    /// When it was notified last.
    pub notified_at: Timestamp,
    /// Whether the patient is in hospital.
    pub is_open: bool,
}

/// A unit that the case is kept from, for reasons of secrecy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barred {
    pub admission_id: AdmissionId,
    pub unit: HsaId,
}

/// How the case of a stay ended, as it stands: one that is open again has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub admission_id: AdmissionId,
    /// Closed, or interrupted.
    pub state: CaseState,
    /// The local day.
    pub ended_on: Date,
}

impl Stay {
    /// Whether the patient is in hospital, on leave or not.
    pub fn is_open(&self) -> bool {
        self.state == AdmissionState::Admitted
    }

    /// Whether something of it was entered from the papers of the reserve routine.
    pub fn is_on_paper(&self) -> bool {
        [self.needed_entry, self.notified_entry, self.discharged_entry]
            .contains(&EntryReason::DowntimeRoutine)
    }

    /// Who may see its readiness: the ward's and hospital's staff, and the units that hold a notice of it.
    pub fn audience(&self, parties: &[Party]) -> Audience {
        parties.iter().fold(Audience::stay(&self.hospital, &self.ward), |audience, party| {
            audience.and_party(&party.unit, party.municipality.as_ref())
        })
    }

    /// The units that hold a notice of it, by what was told of the stay.
    pub fn parties(&self, course: &Course) -> Vec<Party> {
        let mut parties: Vec<Party> = Vec::new();
        for reached in course.reached() {
            let party = Party {
                admission_id: self.admission_id,
                unit: reached.unit,
                municipality: reached.municipality,
                notified_at: reached.at,
                is_open: self.is_open(),
            };
            match parties.iter_mut().find(|known| known.unit == party.unit) {
                // Told afterwards, an earlier notice may come after a later one.
                Some(known) => known.notified_at = known.notified_at.max(party.notified_at),
                None => parties.push(party),
            }
        }
        parties
    }

    /// The stay with the municipality that takes part in it, of those whose units hold a notice. Said anew where either
    /// changes.
    #[must_use]
    pub fn with(self, parties: &[Party]) -> Self {
        let told = |party: &Party| Some((party.notified_at, party.municipality.clone()?));
        let told: Vec<_> = parties.iter().filter_map(told).collect();
        let belonging = Belonging {
            liable: self.liable_municipality.as_ref(),
            residence: self.residence_municipality.as_ref(),
            is_secret: self.municipality_is_secret,
        };
        Self { participating_municipality: participating(&told, belonging), ..self }
    }
}
