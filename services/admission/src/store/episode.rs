//! Episodes: one, or a page of those that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::{
    admission::{AdmissionState, AdmissionType, LegalStatus, MunicipalitySource},
    common::{Destination, Receiver, Sex, Specialty, Transport},
};
use hemgang_rpc::{Failure, Page, Sight};

use crate::domain::{episode::Episode, patient::PatientId};

hemgang_db::record!(
    Episode,
    "episode",
    versioned,
    key(admission_id),
    columns(
        version, patient_id, visit_authority, visit_value, name, address, birth_date, hospital, ward, admitted_at, registered_at,
        void_registered_at, admitted_registered_at,
        residence_municipality, liable_municipality, listed_unit, quality_flags, expected_discharge,
        needs_social_services, needs_health_care, needs_outpatient, needs_assessed_at, needs_assessed_by,
        notices, agreed_at, discharge_notice_at, discharged_at,
        on_leave_since, movements, expected_registered_at, details_registered_at,
    ),
    names(
        sex: Sex, specialty: Specialty, admission_type: AdmissionType, legal_status: LegalStatus,
        state: AdmissionState, municipality_source: MunicipalitySource,
        agreed_destination: Destination, destination: Destination, transport: Transport, received_by: Receiver,
    )
);

/// One episode.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Episode>, Failure> {
    Ok(db.optional("select * from episode where admission_id = $1", params![id]).await?)
}

/// The episodes of a patient, the first first.
pub async fn list_of(db: &Db, patient: PatientId) -> Result<Vec<Episode>, Failure> {
    let sql = "select * from episode where patient_id = $1 order by admitted_at, admission_id";
    Ok(db.list(sql, params![patient]).await?)
}

/// A page of episodes in any of these states, latest admitted first.
pub async fn list(
    db: &Db,
    sight: &Sight,
    states: [AdmissionState; 4],
    page: &Page,
) -> Result<Vec<Episode>, Failure> {
    let [a, b, c, d] = states.map(|state| state.as_str_name());
    let sql = "select * from episode
        where ($1 = 1 or hospital = $2 or ward = $3) and state in ($4, $5, $6, $7)
          and (admitted_at < $8 or (admitted_at = $8 and admission_id < $9))
        order by admitted_at desc, admission_id desc limit $10";
    let (all, hospital, ward) = (sight.is_all(), sight.hospital(), sight.ward());
    let params = params![all, hospital, ward, a, b, c, d, page.below(), page.id(), page.limit()];
    Ok(db.list(sql, params).await?)
}
