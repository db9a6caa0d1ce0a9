//! A stay as readiness knows it, projected from admission's feed.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    admission::AdmissionState,
    common::{Destination, Specialty},
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
    pub notified_on: Option<Date>,
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
