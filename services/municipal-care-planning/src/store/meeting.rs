//! Meetings: one, a case's, or those that were held in a period.

use hemgang_db::{Db, params};
use hemgang_proto::planning::{MeetingForm, MeetingKind, MeetingState};
use hemgang_rpc::Failure;

use crate::domain::{
    case::CaseId,
    meeting::{Meeting, MeetingId},
};

hemgang_db::record!(
    Meeting,
    "meeting",
    versioned,
    key(meeting_id),
    columns(
        version, case_id, starts_at, called_by, is_statutory, invited, booked_at, held_at, held_on, participants,
        patient_took_part, relatives_took_part, answers, invitees,
    ),
    names(kind: MeetingKind, state: MeetingState, form: MeetingForm)
);

/// One meeting.
pub async fn get(db: &Db, id: MeetingId) -> Result<Option<Meeting>, Failure> {
    Ok(db.optional("select * from meeting where meeting_id = $1", params![id]).await?)
}

/// The meetings of a case, the first planned first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Meeting>, Failure> {
    let sql = "select * from meeting where case_id = $1 order by starts_at, meeting_id";
    Ok(db.list(sql, params![case_id]).await?)
}
