//! The admission notice, 2 kap. 1 §: its deadline opens with the judgement of need and closes with the notice.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, Deadline};
use hemgang_feed::{
    Due,
    recipients::{Reached, RecipientChange},
};
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::signal::{lapse, raise, replace, stand};
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
            (Standing::Owed { due_at }, None) => raise(cx, new_signal(cx, &stay, due_at), None).await,
            // Met, or ended, since the row was read: its removal then loses, and with it this change.
            _ => Ok(Change::new()),
        }
    }
}

/// Brings deadline and signal in line with what the feeds have told of a stay: with what happened at `at`, after which
/// these units hold a notice, where that may have changed it.
pub async fn weigh(
    cx: &Context,
    stay: &Stay,
    at: Timestamp,
    hold: Option<&[Reached]>,
) -> Result<Change, Failure> {
    let id = stay.admission_id;
    let deadline = Deadline::get(&cx.db, KIND, &id.to_string()).await?;
    let standing = standing(stay);
    let (lapsed, signal) = match store::signal::open(&cx.db, id, SIGNAL).await? {
        // The patient came later than was told: what was raised had not run out.
        Some(signal) if standing.due_at().is_some_and(|due_at| signal.due_at < due_at) => {
            (lapse(cx, signal, at, hold).await?, None)
        }
        signal => (Change::new(), signal),
    };
    let change = match (standing, signal) {
        (Standing::Owed { due_at }, None) => open(stay, deadline, due_at),
        // What met it turns out to have gone astray, or never came.
        (Standing::Owed { .. }, Some(signal)) => {
            close(deadline).and(stand(cx, signal, None, at, hold).await?)
        }
        (Standing::Clear, Some(signal)) => close(deadline).and(lapse(cx, signal, at, hold).await?),
        // The notice came before our timer looked.
        (Standing::Late { due_at, met_at }, None) => {
            let signal = Signal { met_at: Some(met_at), ..new_signal(cx, stay, due_at) };
            close(deadline).and(raise(cx, signal, hold).await?)
        }
        (Standing::Late { met_at, .. }, Some(signal)) => {
            close(deadline).and(stand(cx, signal, Some(met_at), at, hold).await?)
        }
        (Standing::Clear, None) => close(deadline),
    };
    Ok(lapsed.and(change))
}

/// The same for a change of recipients, after which these units hold a notice. Who left sees none of the stay's signals any
/// more, and who is in its place those that it saw.
pub async fn regroup(
    cx: &Context,
    stay: &Stay,
    told: &RecipientChange,
    hold: &[Reached],
) -> Result<Change, Failure> {
    let mut change = weigh(cx, stay, told.changed_at, Some(hold)).await?;
    let standing = standing(stay);
    let signals = store::signal::list_of(&cx.db, stay.admission_id).await?;
    let raised = match standing {
        Standing::Late { due_at, .. } if !signals.iter().any(|one| one.is_open() && one.due_at >= due_at) => {
            Some(due_at)
        }
        _ => None,
    };
    for signal in signals {
        let is_weighed = signal.is_open() || raised == Some(signal.due_at);
        if !is_weighed {
            change = change.and(replace(cx, &signal, told, hold).await?);
        }
    }
    Ok(change)
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
