//! Who has which case, one row a case and unit; and a page of what somebody has.

use hemgang_core::{id::CaseId, place::HsaId};
use hemgang_db::{Column as _, Db, newest, params};
use hemgang_proto::planning::CaseState;
use hemgang_rpc::{Failure, Page, Sight};
use jiff::civil::Date;

use crate::domain::{assignment::Assignment, case::Case};

hemgang_db::record!(
    Assignment,
    "assignment",
    versioned,
    key(case_id, unit),
    columns(version, municipality, opened_at, officer, deputy, deputy_until, assigned_by, assigned_at)
);

/// Who has a case, at each of its units.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Assignment>, Failure> {
    let sql = "select * from assignment where case_id in (select key from keys) order by unit";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}

/// Who has these cases.
pub async fn list_of(db: &Db, cases: &[Case]) -> Result<Vec<Assignment>, Failure> {
    let sql = "select * from assignment where case_id in (select key from keys) order by unit";
    Ok(db.list_of(sql, cases.iter().map(|case| case.case_id)).await?)
}

/// A page of the cases in any of these states that somebody has at the units that are seen, or has on a day in the place of
/// somebody else, latest opened first. Of the side that sends nobody has any.
pub async fn list_cases(
    db: &Db,
    sight: &Sight,
    (person, today): (&HsaId, Date),
    states: [CaseState; 7],
    page: &Page,
) -> Result<Vec<Case>, Failure> {
    let mut params = params![page.below(), page.id(), page.limit(), sight.unit(), sight.municipality()];
    params.extend(params![person.clone(), today]);
    params.extend(states.map(|state| state.as_str_name().to_value()));
    Ok(db.page(OF_PERSON, params).await?)
}

// As a municipality reads a case with several of its units: by the first from which it is not kept, if any; and once, where
// somebody has it at several. Made expressions, as in the list of all: SQLite would look among all cases of a municipality.
pub const OF_PERSON: &str = newest!(
    "opened_at", "case_id",
    "assignment a join party p on p.case_id = a.case_id and p.unit = a.unit join care_case b on b.case_id = a.case_id
      where a.officer = $6 and a.unit = $4 and p.left_at is null
      and coalesce(p.shown_state, b.state) in ($8, $9, $10, $11, $12, $13, $14)" by "a.opened_at", "a.case_id";
    "assignment a join party p on p.case_id = a.case_id and p.unit = a.unit join care_case b on b.case_id = a.case_id
      where a.deputy = $6 and a.deputy_until >= $7 and a.unit = $4 and p.left_at is null
      and coalesce(p.shown_state, b.state) in ($8, $9, $10, $11, $12, $13, $14)" by "a.opened_at", "a.case_id";
    "assignment a join party p on p.case_id = a.case_id join care_case b on b.case_id = a.case_id
      where a.officer = $6 and a.municipality = $5 and p.municipality || '' = $5
      and p.left_at is null
      and not exists (select 1 from assignment o
        where o.case_id = a.case_id and o.officer || '' = $6 and o.municipality || '' = $5 and o.unit < a.unit)
      and not exists (select 1 from party e
        where e.case_id = p.case_id and e.municipality || '' = $5 and e.left_at is null
          and ((e.shown_state is null and p.shown_state is not null)
            or ((e.shown_state is null) = (p.shown_state is null) and e.unit < p.unit)))
      and coalesce(p.shown_state, b.state) in ($8, $9, $10, $11, $12, $13, $14)" by "a.opened_at", "a.case_id";
    "assignment a join party p on p.case_id = a.case_id join care_case b on b.case_id = a.case_id
      where a.deputy = $6 and a.deputy_until >= $7 and a.municipality = $5 and p.municipality || '' = $5
      and p.left_at is null
      and not exists (select 1 from assignment o
        where o.case_id = a.case_id and o.deputy || '' = $6 and o.deputy_until >= $7
          and o.municipality || '' = $5 and o.unit < a.unit)
      and not exists (select 1 from party e
        where e.case_id = p.case_id and e.municipality || '' = $5 and e.left_at is null
          and ((e.shown_state is null and p.shown_state is not null)
            or ((e.shown_state is null) = (p.shown_state is null) and e.unit < p.unit)))
      and coalesce(p.shown_state, b.state) in ($8, $9, $10, $11, $12, $13, $14)" by "a.opened_at", "a.case_id"
);
