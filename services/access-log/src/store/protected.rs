//! Admissions and cases of persons who are protected, as the feeds tell it by now.

use std::collections::BTreeSet;

use hemgang_db::{Db, DbError};

/// An admission of a protected person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedStay {
    pub admission_id: String,
}

hemgang_db::record!(ProtectedStay, "protected_stay", key(admission_id), columns());

/// A case without an admission, of a protected person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedCase {
    pub case_id: String,
}

hemgang_db::record!(ProtectedCase, "protected_case", key(case_id), columns());

/// The mark of an admission.
pub async fn of_stay(db: &Db, admission_id: &str) -> Result<Option<ProtectedStay>, DbError> {
    let sql = "select * from protected_stay where admission_id in (select key from keys)";
    Ok(db.projected(sql, "admission_id", admission_id).await?.pop())
}

/// The mark of a case.
pub async fn of_case(db: &Db, case_id: &str) -> Result<Option<ProtectedCase>, DbError> {
    let sql = "select * from protected_case where case_id in (select key from keys)";
    Ok(db.projected(sql, "case_id", case_id).await?.pop())
}

/// Those of these admissions and cases that are marked.
pub async fn among(db: &Db, subjects: &BTreeSet<String>) -> Result<BTreeSet<String>, DbError> {
    let sql = "select * from protected_stay where admission_id in (select key from keys)";
    let stays: Vec<ProtectedStay> = db.list_of(sql, subjects).await?;
    let sql = "select * from protected_case where case_id in (select key from keys)";
    let cases: Vec<ProtectedCase> = db.list_of(sql, subjects).await?;
    let stays = stays.into_iter().map(|stay| stay.admission_id);
    Ok(stays.chain(cases.into_iter().map(|case| case.case_id)).collect())
}
