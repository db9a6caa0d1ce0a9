//! Assignments: one, or a person's.

use hemgang_core::{
    directory::{Assignment, AssignmentId},
    place::HsaId,
};
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

#[derive(Clone, Debug)]
struct Row {
    assignment_id: AssignmentId,
    version: i64,
    person: HsaId,
    unit: HsaId,
    role: String,
    function: String,
    valid_from: Date,
    valid_to: Option<Date>,
}

hemgang_db::record!(
    Row,
    "assignment",
    versioned,
    key(assignment_id),
    columns(version, person, unit, role, function, valid_from, valid_to)
);

impl From<Row> for Assignment {
    fn from(row: Row) -> Self {
        let Row { assignment_id, version, person, unit, role, function, valid_from, valid_to } = row;
        Self { assignment_id, person, unit, role, function, valid_from, valid_to, version }
    }
}

impl From<&Assignment> for Row {
    fn from(assignment: &Assignment) -> Self {
        let Assignment { assignment_id, person, unit, role, function, valid_from, valid_to, version } =
            assignment.clone();
        Self { assignment_id, version, person, unit, role, function, valid_from, valid_to }
    }
}

/// One assignment.
pub async fn get(db: &Db, id: AssignmentId) -> Result<Option<Assignment>, Failure> {
    let sql = "select * from assignment where assignment_id = $1";
    Ok(db.optional::<Row>(sql, params![id]).await?.map(Into::into))
}

/// Every assignment that a person has or had.
pub async fn of_person(db: &Db, person: &HsaId) -> Result<Vec<Assignment>, Failure> {
    let sql = "select * from assignment where person = $1 order by assignment_id";
    let rows = db.list::<Row>(sql, params![person.clone()]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A new one, or its next version.
pub fn put(assignment: &Assignment) -> Change {
    Change::new().put(&Row::from(assignment))
}
