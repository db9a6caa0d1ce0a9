//! A duty that a detector watches: its deadline, and its signal, brought in line with how a stay stands to it.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, Deadline};
use hemgang_feed::recipients::Reached;
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::signal::{lapse, raise, stand};
use crate::domain::{signal::Signal, standing::Standing, stay::Stay};

/// One duty.
#[derive(Clone, Copy)]
pub struct Duty {
    /// The kind of its deadline.
    pub kind: &'static str,
    /// The kind of its signal.
    pub signal: SignalKind,
    /// The rule as the signal names it.
    pub rule: &'static str,
}

/// The stay that a deadline is of.
pub fn stay_of(deadline: &Deadline) -> Result<AdmissionId, Failure> {
    let unreadable = |_| Failure::Internal("a deadline whose subject is no admission".into());
    deadline.subject.parse().map_err(unreadable)
}

impl Duty {
    /// Raises its signal when the deadline fires, unless it was met, or ended, since the row was read: the row's removal then
    /// loses, and with it this change.
    pub async fn ran_out(
        self,
        cx: &Context,
        stay: &Stay,
        (standing, signal): (Standing, Option<Signal>),
    ) -> Result<Change, Failure> {
        match (standing, signal) {
            (Standing::Owed { due_at }, None) => raise(cx, self.new_signal(cx, stay, due_at), None).await,
            _ => Ok(Change::new()),
        }
    }

    /// Brings deadline and signal in line with what happened at `at`, after which these units hold a notice, where that may
    /// have changed it. The signal is the open one of this duty.
    pub async fn weigh(
        self,
        cx: &Context,
        stay: &Stay,
        (standing, signal): (Standing, Option<Signal>),
        at: Timestamp,
        hold: Option<&[Reached]>,
    ) -> Result<Change, Failure> {
        let deadline = Deadline::get(&cx.db, self.kind, &stay.admission_id.to_string()).await?;
        Ok(match (standing, signal) {
            (Standing::Owed { due_at }, None) => self.open(stay, deadline, due_at),
            // What met it turns out to have gone astray, or never came.
            (Standing::Owed { .. }, Some(signal)) => {
                close(deadline).and(stand(cx, signal, None, at, hold).await?)
            }
            (Standing::Clear, Some(signal)) => close(deadline).and(lapse(cx, signal, at, hold).await?),
            // It was met before our timer looked.
            (Standing::Late { due_at, met_at }, None) => {
                let signal = Signal { met_at: Some(met_at), ..self.new_signal(cx, stay, due_at) };
                close(deadline).and(raise(cx, signal, hold).await?)
            }
            (Standing::Late { met_at, .. }, Some(signal)) => {
                close(deadline).and(stand(cx, signal, Some(met_at), at, hold).await?)
            }
            (Standing::Clear, None) => close(deadline),
        })
    }

    fn new_signal(self, cx: &Context, stay: &Stay, due_at: Timestamp) -> Signal {
        Signal::raise(stay, self.signal, self.rule, due_at, cx.clock.now())
    }

    /// Opens the deadline, or moves it. One in the past simply runs out at once, also where it turns out after the stay that
    /// the patient left only then.
    fn open(self, stay: &Stay, deadline: Option<Deadline>, due_at: Timestamp) -> Change {
        match deadline {
            Some(deadline) if deadline.due_at == due_at => Change::new(),
            stale => {
                let subject = stay.admission_id.to_string();
                close(stale).insert(&Deadline { kind: self.kind.to_owned(), subject, due_at })
            }
        }
    }
}

fn close(deadline: Option<Deadline>) -> Change {
    deadline.map_or_else(Change::new, |deadline| Change::new().remove(&deadline))
}
