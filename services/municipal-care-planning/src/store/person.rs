//! Persons of cases without an admission, and what anybody said of their protection.

use std::collections::HashMap;

use hemgang_core::{id::CaseId, redacted::Redacted};
use hemgang_db::{Db, params};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;

use crate::domain::person::Person;

hemgang_db::record!(
    Person,
    "person",
    versioned,
    key(case_id),
    columns(version, oid, value, name, address),
    names(protection: Protection)
);

/// The person of one case.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Option<Person>, Failure> {
    let sql = "select * from person where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", case_id).await?.pop())
}

/// The persons of these cases.
pub async fn list(
    db: &Db,
    ids: impl IntoIterator<Item = CaseId>,
) -> Result<HashMap<CaseId, Person>, Failure> {
    let sql = "select * from person where case_id in (select key from keys)";
    let persons: Vec<Person> = db.list_of(sql, ids).await?;
    Ok(persons.into_iter().map(|person| (person.case_id, person)).collect())
}

/// What care requests told of one identity.
pub async fn list_of(db: &Db, oid: &str, value: Redacted<String>) -> Result<Vec<Person>, Failure> {
    let sql = "select * from person where oid = $1 and value = $2 order by case_id";
    Ok(db.list(sql, params![oid, value]).await?)
}
