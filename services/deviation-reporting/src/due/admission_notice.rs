//! The admission notice, 2 kap. 1 §: its deadline opens with the judgement of need and closes with the notice.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::{Change, Deadline};
use hemgang_feed::Due;
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::signal::{lapse, meet, raise};
use crate::{
    domain::{
        admission_notice::{RULE, Standing, standing},
        signal::Signal,
        stay::Stay,
    },
    store,
};

const KIND: &str = "admission-notice-late";
const SIGNAL: SignalKind = SignalKind::AdmissionNoticeLate;

/// Fires where a notice was owed and none came.
pub struct AdmissionNotice;

#[async_trait::async_trait]
impl Due for AdmissionNotice {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let unreadable = |_| Failure::Internal("a deadline whose subject is no admission".into());
        let id: AdmissionId = deadline.subject.parse().map_err(unreadable)?;
        let stay = store::stay::get(&cx.db, id).await?;
        match (standing(&stay), store::signal::open(&cx.db, id, SIGNAL).await?) {
            (Standing::Owed { due_at }, None) => {
                raise(cx, new_signal(cx, &stay, due_at), cx.clock.now(), &[]).await
            }
            // Met, or ended, since the row was read: its removal then loses, and with it this change.
            _ => Ok(Change::new()),
        }
    }
}

/// Brings deadline and signal in line with what the feed has told of a stay: with what happened at `at`, which
/// is a notice when it has recipients.
pub async fn weigh(
    cx: &Context,
    stay: &Stay,
    at: Timestamp,
    recipients: &[HsaId],
) -> Result<Change, Failure> {
    let id = stay.admission_id;
    let deadline = Deadline::get(&cx.db, KIND, &id.to_string()).await?;
    let standing = standing(stay);
    let (lapsed, signal) = match store::signal::open(&cx.db, id, SIGNAL).await? {
        // The patient came later than was told: what was raised had not run out.
        Some(signal) if standing.due_at().is_some_and(|due_at| signal.due_at < due_at) => {
            (lapse(cx, signal, at).await?, None)
        }
        signal => (Change::new(), signal),
    };
    let change = match (standing, signal) {
        (Standing::Owed { due_at }, None) => open(stay, deadline, due_at),
        (Standing::Clear, Some(signal)) => close(deadline).and(lapse(cx, signal, at).await?),
        // The notice came before our timer looked.
        (Standing::Late { due_at, met_at }, None) => {
            let signal = Signal { met_at: Some(met_at), ..new_signal(cx, stay, due_at) };
            close(deadline).and(raise(cx, signal, at, recipients).await?)
        }
        (Standing::Late { met_at, .. }, Some(signal)) => {
            close(deadline).and(meet(cx, signal, met_at, at, recipients).await?)
        }
        // One open signal is enough.
        (Standing::Clear, None) | (Standing::Owed { .. }, Some(_)) => close(deadline),
    };
    Ok(lapsed.and(change))
}

fn new_signal(cx: &Context, stay: &Stay, due_at: Timestamp) -> Signal {
    Signal::raise(stay, SIGNAL, RULE, due_at, cx.clock.now())
}

/// Opens the deadline, or moves it to an earlier judgement. One in the past simply runs out at once, also where it
/// turns out after the stay that the patient left only then.
fn open(stay: &Stay, deadline: Option<Deadline>, due_at: Timestamp) -> Change {
    match deadline {
        Some(deadline) if deadline.due_at == due_at => Change::new(),
        stale => {
            let subject = stay.admission_id.to_string();
            close(stale).insert(&Deadline { kind: KIND.to_owned(), subject, due_at })
        }
    }
}

fn close(deadline: Option<Deadline>) -> Change {
    deadline.map_or_else(Change::new, |deadline| Change::new().remove(&deadline))
}
