//! A case with its parts. The root is read first: whoever changes a part replaces it at the version read here.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use super::{case, notice, party};
use crate::domain::{
    case::{Case, CaseId},
    dossier::Dossier,
};

/// The case of that id.
pub async fn get(db: &Db, id: CaseId) -> Result<Option<Dossier>, Failure> {
    whole(db, case::get(db, id).await?).await
}

/// The case of an admission.
pub async fn find(db: &Db, id: AdmissionId) -> Result<Option<Dossier>, Failure> {
    whole(db, case::find(db, id).await?).await
}

async fn whole(db: &Db, case: Option<Case>) -> Result<Option<Dossier>, Failure> {
    let Some(case) = case else { return Ok(None) };
    let parties = party::list(db, case.case_id).await?;
    let notices = notice::list(db, case.case_id).await?;
    Ok(Some(Dossier::new(case, parties, notices)))
}
