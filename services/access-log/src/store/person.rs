//! Whose admission or case something was, by identity.

use std::collections::BTreeSet;

use hemgang_core::redacted::Redacted;
use hemgang_db::{Db, DbError, params};

/// Who the person of an admission was said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayPerson {
    pub admission_id: String,
    pub oid: Redacted<String>,
    pub value: Redacted<String>,
    pub patient_id: String,
}

hemgang_db::record!(StayPerson, "stay_person", key(admission_id, oid, value, patient_id), columns());

/// Who the person of a case without an admission is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePerson {
    pub case_id: String,
    pub oid: Redacted<String>,
    pub value: Redacted<String>,
}

hemgang_db::record!(CasePerson, "case_person", key(case_id, oid, value), columns());

/// What was said of an admission's person.
pub async fn of_stay(db: &Db, admission_id: &str) -> Result<Vec<StayPerson>, DbError> {
    let sql = "select * from stay_person where admission_id in (select key from keys)";
    db.projected(sql, "admission_id", admission_id).await
}

/// What was said of a case's person.
pub async fn of_case(db: &Db, case_id: &str) -> Result<Vec<CasePerson>, DbError> {
    let sql = "select * from case_person where case_id in (select key from keys)";
    db.projected(sql, "case_id", case_id).await
}

/// What is about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    pub patients: BTreeSet<String>,
    pub admissions: BTreeSet<String>,
    pub cases: BTreeSet<String>,
}

impl Subjects {
    /// All of it.
    pub fn all(&self) -> BTreeSet<String> {
        self.patients.iter().chain(&self.admissions).chain(&self.cases).cloned().collect()
    }
}

/// Everything that is about a person under an identity, and under every other that a merge has made the same: an admission
/// keeps each identity that it was told with.
pub async fn subjects(db: &Db, oid: &str, value: &str) -> Result<Subjects, DbError> {
    let sql = "select * from stay_person where value = $1 and oid = $2";
    let own: Vec<StayPerson> = db.list(sql, params![value, oid]).await?;
    let mut next: BTreeSet<_> = own.into_iter().map(|stay| stay.patient_id).collect();
    let mut about = Subjects { patients: next.clone(), ..Subjects::default() };
    while !next.is_empty() {
        let sql = "select * from stay_person where patient_id in (select key from keys)";
        let stays: Vec<StayPerson> = db.list_of(sql, &next).await?;
        let admissions: BTreeSet<_> = stays.into_iter().map(|stay| stay.admission_id).collect();
        let sql = "select * from stay_person where admission_id in (select key from keys)";
        let same: Vec<StayPerson> = db.list_of(sql, &admissions).await?;
        about.admissions.extend(admissions);
        let patients = same.into_iter().map(|stay| stay.patient_id);
        next = patients.filter(|id| !about.patients.contains(id)).collect();
        about.patients.extend(next.iter().cloned());
    }
    let cases: Vec<CasePerson> =
        db.list("select * from case_person where value = $1 and oid = $2", params![value, oid]).await?;
    about.cases = cases.into_iter().map(|case| case.case_id).collect();
    Ok(about)
}
