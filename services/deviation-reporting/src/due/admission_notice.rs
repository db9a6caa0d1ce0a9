//! The admission notice, 2 kap. 1 §: its deadline opens with the judgement of need and closes with the notice.

use hemgang_db::{Change, Deadline};
use hemgang_feed::{Due, recipients::Reached};
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::{
    duty::{Duty, stay_of},
    signal::lapse,
};
use crate::{
    domain::{
        admission_notice::{RULE, standing},
        signal::Signal,
        standing::Standing,
        stay::Stay,
    },
    store,
};

const SIGNAL: SignalKind = SignalKind::AdmissionNoticeLate;
const DUTY: Duty = Duty { kind: "admission-notice-late", signal: SIGNAL, rule: RULE };

/// Fires where a notice was owed and none came.
pub struct AdmissionNotice;

#[async_trait::async_trait]
impl Due for AdmissionNotice {
    fn kind(&self) -> &'static str {
        DUTY.kind
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let stay = store::stay::get(&cx.db, stay_of(deadline)?).await?;
        let signal = store::signal::open(&cx.db, stay.admission_id, SIGNAL).await?;
        DUTY.ran_out(cx, &stay, (standing(&stay), signal)).await
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
    let standing = standing(stay);
    let (lapsed, signal) = match store::signal::open(&cx.db, stay.admission_id, SIGNAL).await? {
        // The patient came later than was told: what was raised had not run out.
        Some(signal) if standing.due_at().is_some_and(|due_at| signal.due_at < due_at) => {
            (lapse(cx, signal, at, hold).await?, None)
        }
        signal => (Change::new(), signal),
    };
    Ok(lapsed.and(DUTY.weigh(cx, stay, (standing, signal), at, hold).await?))
}

/// Whether [`weigh`] has looked after a signal of a stay: after the open one, or one that lapsed and is raised again.
pub fn has_weighed(stay: &Stay, signals: &[Signal], signal: &Signal) -> bool {
    let is_open = |one: &Signal| one.kind == SIGNAL && one.is_open();
    let is_raised = match standing(stay) {
        Standing::Late { due_at, .. } => {
            signal.due_at == due_at && !signals.iter().any(|one| is_open(one) && one.due_at >= due_at)
        }
        _ => false,
    };
    is_open(signal) || is_raised
}
