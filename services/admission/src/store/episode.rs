//! Episodes: one, or a page of those that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Column as _, Db, newest, params};
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
        void_registered_at, after_void, admitted_recorded,
        residence_municipality, liable_municipality, listed_unit, quality_flags, expected_discharge,
        needs_social_services, needs_health_care, needs_outpatient, needs_assessed_at, needs_assessed_by,
        notices, agreed_at, discharge_notice_at, discharged_at,
        on_leave_since, movements, expected_recorded, details_recorded,
    ),
    names(
        sex: Sex, specialty: Specialty, admission_type: AdmissionType, legal_status: LegalStatus,
        state: AdmissionState, municipality_source: MunicipalitySource,
        agreed_destination: Destination, destination: Destination, transport: Transport, received_by: Receiver,
    )
);

/// One episode.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Episode>, Failure> {
    let sql = "select * from episode where admission_id in (select key from keys)";
    Ok(db.gathered(sql, "admission_id", id).await?.pop())
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
    let is_open = states.iter().all(|state| *state == AdmissionState::Admitted);
    let mut params = params![page.below(), page.id(), page.limit()];
    params.extend(params![sight.is_all(), sight.hospital(), sight.ward()]);
    if !is_open {
        params.extend(states.map(|state| state.as_str_name().to_value()));
    }
    Ok(db.page(if is_open { OPEN } else { ALL }, params).await?)
}

/// The page of those who are in hospital: closed episodes are not passed.
const OPEN: &str = newest!(
    "admitted_at", "admission_id",
    "episode b where $4 = 1 and state = 'ADMISSION_STATE_ADMITTED'" by "admitted_at", "admission_id";
    "episode b where hospital = $5 and state = 'ADMISSION_STATE_ADMITTED'" by "admitted_at", "admission_id";
    "episode b where ward = $6 and state = 'ADMISSION_STATE_ADMITTED'" by "admitted_at", "admission_id"
);

const ALL: &str = newest!(
    "admitted_at", "admission_id",
    "episode b where $4 = 1 and state in ($7, $8, $9, $10)" by "admitted_at", "admission_id";
    "episode b where hospital = $5 and state in ($7, $8, $9, $10)" by "admitted_at", "admission_id";
    "episode b where ward = $6 and state in ($7, $8, $9, $10)" by "admitted_at", "admission_id"
);
