//! Meetings that were held in a period, and plans that were agreed in it, with what figures need of their cases.

use hemgang_db::{Db, params};
use hemgang_proto::planning::MeetingKind;
use hemgang_rpc::Failure;
use jiff::civil::Date;

use super::known::{self, Known};
use crate::domain::{meeting::Meeting, sip::Sip};

/// A meeting that was held, and its case.
pub struct Held {
    pub meeting: Meeting,
    pub on: Date,
    pub known: Known,
}

/// The meetings of a kind that were held in a period, both days included.
pub async fn list(db: &Db, kind: MeetingKind, from: Date, to: Date) -> Result<Vec<Held>, Failure> {
    let sql = "select * from meeting where kind = $1 and held_on >= $2 and held_on <= $3";
    let meetings: Vec<Meeting> = db.list(sql, params![kind.as_str_name(), from, to]).await?;
    let known = known::list_of(db, &meetings.iter().map(|meeting| meeting.case_id).collect()).await?;
    let held = meetings.into_iter().filter_map(|meeting| {
        let known = known.get(&meeting.case_id)?.clone();
        Some(Held { on: meeting.held_on?, known, meeting })
    });
    Ok(held.collect())
}

/// The cases whose plan first was agreed in a period, both days included, and when.
pub async fn drawn_up(db: &Db, from: Date, to: Date) -> Result<Vec<(Date, Known)>, Failure> {
    let sql = "select * from sip where agreed_on >= $1 and agreed_on <= $2";
    let plans: Vec<Sip> = db.list(sql, params![from, to]).await?;
    let mut known = known::list_of(db, &plans.iter().map(|plan| plan.case_id).collect()).await?;
    let drawn_up = plans.into_iter().filter_map(|plan| Some((plan.agreed_on?, known.remove(&plan.case_id)?)));
    Ok(drawn_up.collect())
}
