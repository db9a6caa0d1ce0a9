//! A stay as readiness knows it, projected from admission's feed.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    admission::AdmissionState,
    common::{AgeGroup, Destination, EntryReason, Sex, Specialty},
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
    /// Whether a unit of the liable municipality holds an admission notice.
    pub liable_told: bool,
    pub residence_municipality: Option<MunicipalityCode>,
    pub sex: Sex,
    /// At admission.
    pub age_group: AgeGroup,
    /// Since when somebody may be needed, as judged.
    pub needed_since: Option<Timestamp>,
    /// Why that judgement was told afterwards.
    pub needed_entry: EntryReason,
    /// The first admission notice, and its local day: a stay without one is no case.
    pub notified_at: Option<Timestamp>,
    pub notified_on: Option<Date>,
    /// Why that notice was told afterwards.
    pub notified_entry: EntryReason,
    /// Local day on which the 24 hours for the notice run out.
    pub notice_due_on: Option<Date>,
    pub discharge_notice_at: Option<Timestamp>,
    pub discharged_at: Option<Timestamp>,
    pub discharged_on: Option<Date>,
    pub destination: Destination,
}

/// A unit that holds an admission notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub admission_id: AdmissionId,
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
}

impl Stay {
    /// Who may see its readiness: the ward's and hospital's staff, and the units that hold a notice of it.
    pub fn audience(&self, parties: &[Party]) -> Audience {
        parties.iter().fold(Audience::stay(&self.hospital, &self.ward), |audience, party| {
            audience.and_party(&party.unit, party.municipality.as_ref())
        })
    }
}
