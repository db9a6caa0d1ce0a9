//! Cases: one, or a page of those that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Column as _, Db, Value, newest, params};
use hemgang_proto::planning::CaseState;
use hemgang_rpc::{Failure, Page, Sight};
use jiff::civil::Date;

use crate::domain::case::{Case, CaseId};

hemgang_db::record!(
    Case,
    "care_case",
    versioned,
    key(case_id),
    columns(
        version, admission_id, hospital, ward, requested_by, ending, opened_at, contact_from, contact_by,
        contact_runs_out_at,
    ),
    names(state: CaseState, course: CaseState)
);

/// One case.
pub async fn get(db: &Db, id: CaseId) -> Result<Option<Case>, Failure> {
    let sql = "select * from care_case where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", id).await?.pop())
}

/// The case of an admission.
pub async fn find(db: &Db, id: AdmissionId) -> Result<Option<Case>, Failure> {
    let sql = "select * from care_case where admission_id in (select key from keys)";
    Ok(db.gathered(sql, "admission_id", id).await?.pop())
}

/// A page of cases in any of these states, latest opened first.
pub async fn list(db: &Db, sight: &Sight, states: [CaseState; 7], page: &Page) -> Result<Vec<Case>, Failure> {
    let is_open = |state: &CaseState| matches!(state, CaseState::Planning | CaseState::Ready);
    let sql = if states.iter().all(is_open) { OPEN } else { ALL };
    Ok(db.page(sql, asked(sight, states, page)).await?)
}

/// A page of those of them that are open and whose patients are to go home between two days, both included.
pub async fn list_leaving(
    db: &Db,
    sight: &Sight,
    states: [CaseState; 7],
    (from, to): (Date, Date),
    page: &Page,
) -> Result<Vec<Case>, Failure> {
    let mut params = asked(sight, states, page);
    params.extend(params![from, to]);
    Ok(db.page(LEAVING, params).await?)
}

fn asked(sight: &Sight, states: [CaseState; 7], page: &Page) -> Vec<Value> {
    let mut params = params![page.below(), page.id(), page.limit(), sight.is_all()];
    params.extend(params![sight.hospital(), sight.ward(), sight.unit(), sight.municipality()]);
    params.extend(states.map(|state| state.as_str_name().to_value()));
    params
}

// The state is made an expression: SQLite plans a statement anew at every call where it compares a parameter with the
// condition of an index. So is the municipality of a case's other parties, or SQLite would look for them among all that the
// municipality ever had, for each row of the page, instead of among those of the case.

/// The page where all states asked for are of open cases: closed ones are not passed.
const OPEN: &str = newest!(
    "opened_at", "case_id",
    "care_case b where $4 = 1 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    "care_case b where hospital = $5 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    "care_case b where ward = $6 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    // As the unit reads it.
    "party p join care_case b on b.case_id = p.case_id where p.unit = $7 and p.is_open = 1 and p.left_at is null
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)" by "p.opened_at", "p.case_id";
    // A case with several units of a municipality is listed by the first of them from which it is not kept, if any.
    "party p join care_case b on b.case_id = p.case_id where p.municipality = $8 and p.is_open = 1 and p.left_at is null
      and not exists (select 1 from party e
        where e.case_id = p.case_id and e.municipality || '' = $8 and e.left_at is null
          and ((e.shown_state is null and p.shown_state is not null)
            or ((e.shown_state is null) = (p.shown_state is null) and e.unit < p.unit)))
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)" by "p.opened_at", "p.case_id"
);

/// The page of open cases whose patients are to go home between two days: the agreed one, or else the expected one.
const LEAVING: &str = newest!(
    "opened_at", "case_id",
    "care_case b where $4 = 1 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)
      and exists (select 1 from stay s where s.admission_id = b.admission_id and coalesce(s.agreed_on, s.expected_on) between $16 and $17)" by "opened_at", "case_id";
    "care_case b where hospital = $5 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)
      and exists (select 1 from stay s where s.admission_id = b.admission_id and coalesce(s.agreed_on, s.expected_on) between $16 and $17)" by "opened_at", "case_id";
    "care_case b where ward = $6 and state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY')
      and state || '' in ($9, $10, $11, $12, $13, $14, $15)
      and exists (select 1 from stay s where s.admission_id = b.admission_id and coalesce(s.agreed_on, s.expected_on) between $16 and $17)" by "opened_at", "case_id";
    // As the unit reads it: of a case that is kept from it, the expected discharge alone, 2 kap. 3 §.
    "party p join care_case b on b.case_id = p.case_id where p.unit = $7 and p.is_open = 1 and p.left_at is null
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)
      and exists (select 1 from stay s where s.admission_id = b.admission_id
        and coalesce(case when p.shown_state is null then s.agreed_on end, s.expected_on) between $16 and $17)" by "p.opened_at", "p.case_id";
    // A case with several units of a municipality is listed by the first of them from which it is not kept, if any.
    "party p join care_case b on b.case_id = p.case_id where p.municipality = $8 and p.is_open = 1 and p.left_at is null
      and not exists (select 1 from party e
        where e.case_id = p.case_id and e.municipality || '' = $8 and e.left_at is null
          and ((e.shown_state is null and p.shown_state is not null)
            or ((e.shown_state is null) = (p.shown_state is null) and e.unit < p.unit)))
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)
      and exists (select 1 from stay s where s.admission_id = b.admission_id
        and coalesce(case when p.shown_state is null then s.agreed_on end, s.expected_on) between $16 and $17)" by "p.opened_at", "p.case_id"
);

const ALL: &str = newest!(
    "opened_at", "case_id",
    "care_case b where $4 = 1 and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    "care_case b where hospital = $5 and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    "care_case b where ward = $6 and state || '' in ($9, $10, $11, $12, $13, $14, $15)" by "opened_at", "case_id";
    "party p join care_case b on b.case_id = p.case_id where p.unit = $7 and p.left_at is null
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)" by "p.opened_at", "p.case_id";
    "party p join care_case b on b.case_id = p.case_id where p.municipality = $8 and p.left_at is null
      and not exists (select 1 from party e
        where e.case_id = p.case_id and e.municipality || '' = $8 and e.left_at is null
          and ((e.shown_state is null and p.shown_state is not null)
            or ((e.shown_state is null) = (p.shown_state is null) and e.unit < p.unit)))
      and coalesce(p.shown_state, b.state) in ($9, $10, $11, $12, $13, $14, $15)" by "p.opened_at", "p.case_id"
);

#[cfg(test)]
mod tests {
    use hemgang_testing::{On, Suite};

    use super::{super::assignment::OF_PERSON, ALL, Db, LEAVING, OPEN, params};

    /// A step of a plan.
    struct Step {
        detail: String,
    }

    hemgang_db::record!(Step, "plan", key(detail), columns());

    async fn plan(db: &Db, sql: &str) -> Vec<String> {
        let sql = Box::leak(format!("explain query plan {sql}").into_boxed_str());
        let steps: Vec<Step> = db.list(sql, params![]).await.expect("a plan");
        steps.into_iter().map(|step| step.detail).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_other_parties_of_a_case_are_found_by_the_case() {
        let services = &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE];
        let suite = Suite::start(On::Sqlite, services).await;
        let cx = suite.process.contexts().find(|cx| cx.name == "planning").expect("the service");
        for sql in [OPEN, ALL, LEAVING, OF_PERSON] {
            let plan = plan(&cx.db, sql).await;
            let others: Vec<_> = plan.iter().filter(|step| step.starts_with("SEARCH e ")).collect();
            assert!(!others.is_empty(), "{plan:?}");
            assert!(others.iter().all(|step| step.contains("(case_id=?")), "{others:?}");
            // Nor is anything of a person looked for but by who has it.
            let held: Vec<_> = plan.iter().filter(|step| step.starts_with("SEARCH a ")).collect();
            assert!(held.iter().all(|step| step.contains("assignment_by_")), "{held:?}");
        }
    }
}
