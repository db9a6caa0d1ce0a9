//! Cases: one, or a page of those that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Column as _, Db, params};
use hemgang_proto::planning::CaseState;
use hemgang_rpc::{Failure, Page, Sight};

use crate::domain::case::{Case, CaseId};

hemgang_db::record!(
    Case,
    "care_case",
    versioned,
    key(case_id),
    columns(version, admission_id, hospital, ward, requested_by, opened_at),
    names(state: CaseState)
);

/// One case.
pub async fn get(db: &Db, id: CaseId) -> Result<Option<Case>, Failure> {
    Ok(db.optional("select * from care_case where case_id = $1", params![id]).await?)
}

/// The case of an admission.
pub async fn find(db: &Db, id: AdmissionId) -> Result<Option<Case>, Failure> {
    Ok(db.optional("select * from care_case where admission_id = $1", params![id]).await?)
}

/// A page of cases in any of these states, latest opened first.
pub async fn list(db: &Db, sight: &Sight, states: [CaseState; 5], page: &Page) -> Result<Vec<Case>, Failure> {
    let sql = "select * from care_case
        where ($1 = 1 or hospital = $2 or ward = $3 or exists (
            select 1 from party
            where party.case_id = care_case.case_id and (party.unit = $4 or party.municipality = $5)))
          and state in ($6, $7, $8, $9, $10)
          and (opened_at < $11 or (opened_at = $11 and case_id < $12))
        order by opened_at desc, case_id desc limit $13";
    let mut params =
        params![sight.is_all(), sight.hospital(), sight.ward(), sight.unit(), sight.municipality(),];
    params.extend(states.map(|state| state.as_str_name().to_value()));
    params.extend(params![page.below(), page.id(), page.limit()]);
    Ok(db.list(sql, params).await?)
}
