//! Nobody at a unit took note of a notice in time: the side that sent it is told, and then functions at the unit are reminded,
//! one after the other, as the region's chain says.

use hemgang_core::day::local_day;
use hemgang_db::{Change, Deadline};
use hemgang_feed::{Due, Telling, directory::wire as directory};
use hemgang_proto::planning::{self as pb, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Context, Failure, Step, wire};
use jiff::Timestamp;

use crate::{
    domain::{
        dossier::Dossier,
        heard::broken,
        notice::{Notice, NoticeId},
        reminder::Reminder,
    },
    follow::delivery,
    store,
};

/// Fires where a receipt was owed and none came, and again at each step.
pub struct Receipt;

#[async_trait::async_trait]
impl Due for Receipt {
    fn kind(&self) -> &'static str {
        Notice::DEADLINE
    }

    /// What may end the duty is told of the case, whose id is the first word.
    fn about<'a>(&self, deadline: &'a Deadline) -> &'a str {
        deadline.subject.split_once(' ').map_or(deadline.subject.as_str(), |(about, _)| about)
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let id = deadline.subject.split_once(' ').and_then(|(_, id)| id.parse::<NoticeId>().ok());
        let id = id.ok_or_else(|| broken("a deadline whose subject is no notice"))?;
        let Some((dossier, notice)) = owed(cx, id, deadline).await? else {
            // Met, or ended, since the row was read: its removal then loses, and with it this change.
            return Ok(Change::new());
        };
        let delivered_at = notice.delivered_at.unwrap_or(notice.sent_at);
        let steps = cx.own.escalations.steps(notice.addressee_kind(), delivered_at);
        if notice.is_missed {
            return escalate(cx, (dossier, &notice), steps);
        }
        let now = cx.clock.now();
        delivery::fired(cx, &dossier.missed(id, ends(cx, &notice, steps.first(), now), now))
    }
}

/// The notice with its case, as long as the deadline is its own.
async fn owed(cx: &Context, id: NoticeId, deadline: &Deadline) -> Result<Option<(Dossier, Notice)>, Failure> {
    let Some(notice) = store::notice::get(&cx.db, id).await? else { return Ok(None) };
    let Some(dossier) = store::dossier::get(&cx.db, notice.case_id).await? else { return Ok(None) };
    let notice = dossier.notices.iter().find(|notice| notice.notice_id == id).cloned();
    let notice = notice.filter(|notice| notice.runs_out_at == Some(deadline.due_at));
    Ok(notice.map(|notice| (dossier.run_out(deadline), notice)))
}

/// Takes the next step: whoever has the function is reminded, as far as the directory knows where.
fn escalate(cx: &Context, (dossier, notice): (Dossier, &Notice), steps: &[Step]) -> Result<Change, Failure> {
    let (id, now) = (notice.notice_id, cx.clock.now());
    let place = notice.escalations.0.len();
    // The policy of that day may be another by now.
    let Some(step) = steps.get(place) else {
        return delivery::fired(cx, &dossier.escalated(id, None, None));
    };
    let directory = cx.directory.now();
    let addresses = directory.addresses(&notice.recipient, step.function, local_day(now));
    // Where nothing is sent, nothing waits to be.
    let addresses = if cx.own.reminders.is_some() { addresses } else { &[] };
    let escalation = pb::Escalation {
        function: directory::function(step.function).into(),
        escalated_at: Some(wire::timestamp(now)),
        addresses: i32::try_from(addresses.len()).unwrap_or(i32::MAX),
    };
    let next = ends(cx, notice, steps.get(place + 1), now);
    let event = Event::NoticeEscalated(pb::NoticeEscalated {
        notice_id: id.to_string(),
        case_id: notice.case_id.to_string(),
        kind: notice.kind.into(),
        recipient: notice.recipient.to_string(),
        escalation: Some(escalation),
    });
    let dossier = dossier.escalated(id, Some(escalation), next);
    let audience = notice.audience(&dossier.case);
    let telling = Telling::reacting(cx, dossier.case.subject(), now, audience);
    let change = delivery::fired(cx, &dossier)?.tell(telling.event::<PlanningEvent>(event)?);
    let reminders = addresses.iter().map(|address| Reminder::new(notice, step.function, address, now));
    Ok(reminders.fold(change, |change, reminder| change.insert(&reminder)))
}

/// When a step is to be taken, as the unit's office hours have it. It counts from when the one before was: nobody is passed over
/// because the system was down.
fn ends(cx: &Context, notice: &Notice, step: Option<&Step>, now: Timestamp) -> Option<Timestamp> {
    step.map(|step| step.after.ends(&cx.directory.now(), &notice.recipient, now))
}
