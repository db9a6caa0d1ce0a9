//! Courses of stays over a period: what the indicators count.

use hemgang_db::{Db, DbError, Record as _, Row, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

use crate::domain::{course::Course, stay::Stay};

/// The stays that ended in a period, both days included.
pub async fn list_ended(db: &Db, from: Date, to: Date) -> Result<Vec<Course>, Failure> {
    let sql = "select s.*, r.assessed_at as ready_assessed_at, r.notified_at as ready_notified_at
        from stay s left join readiness r on r.admission_id = s.admission_id
        where s.discharged_on >= $1 and s.discharged_on <= $2";
    courses(&db.rows(sql, params![from, to]).await?)
}

/// The stays whose cases were closed in a period, each with the day: the day on which the case was closed, or, where nobody
/// ever did, that of the discharge. Cases whose planning was broken off are none.
pub async fn list_closed(db: &Db, from: Date, to: Date) -> Result<Vec<(Date, Course)>, Failure> {
    let sql = "select s.*, r.assessed_at as ready_assessed_at, r.notified_at as ready_notified_at, e.ended_on as closed_on
        from ending e join stay s on s.admission_id = e.admission_id
          left join readiness r on r.admission_id = s.admission_id
        where e.state = 'CASE_STATE_CLOSED' and e.ended_on >= $1 and e.ended_on <= $2
        union all
        select s.*, r.assessed_at as ready_assessed_at, r.notified_at as ready_notified_at, s.discharged_on as closed_on
        from stay s left join readiness r on r.admission_id = s.admission_id
        where s.discharged_on >= $1 and s.discharged_on <= $2
          and not exists (select 1 from ending e where e.admission_id = s.admission_id)";
    let rows = db.rows(sql, params![from, to]).await?;
    let days = rows.iter().map(|row| row.column("closed_on")).collect::<Result<Vec<Date>, DbError>>()?;
    Ok(days.into_iter().zip(courses(&rows)?).collect())
}

/// The stays whose valid readiness is of a period, ended or not.
pub async fn list_ready(db: &Db, from: Date, to: Date) -> Result<Vec<(Date, Course)>, Failure> {
    let sql = "select s.*, r.assessed_at as ready_assessed_at, r.notified_at as ready_notified_at, r.ready_on
        from readiness r join stay s on s.admission_id = r.admission_id
        where r.ready_on >= $1 and r.ready_on <= $2";
    let rows = db.rows(sql, params![from, to]).await?;
    let days = rows.iter().map(|row| row.column("ready_on")).collect::<Result<Vec<Date>, DbError>>()?;
    Ok(days.into_iter().zip(courses(&rows)?).collect())
}

fn courses(rows: &[Row]) -> Result<Vec<Course>, Failure> {
    let course = |row: &Row| -> Result<Course, DbError> {
        Ok(Course {
            stay: Stay::from_row(row)?,
            assessed_at: row.column("ready_assessed_at")?,
            notified_at: row.column("ready_notified_at")?,
        })
    };
    Ok(rows.iter().map(course).collect::<Result<_, _>>()?)
}
