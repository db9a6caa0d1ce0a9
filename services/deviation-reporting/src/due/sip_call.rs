//! The call to a plan, 4 kap. 3 §, where another than the named care contact called while it was due: watched from that call
//! on, until the third day is over.

use hemgang_db::{Change, Deadline};
use hemgang_feed::{Due, recipients::Reached};
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::duty::{Duty, stay_of};
use crate::{
    domain::{
        signal::Signal,
        sip_call::{self, RULE},
        standing::Standing,
        stay::Stay,
    },
    store,
};

const SIGNAL: SignalKind = SignalKind::SipCalledByAnother;
const DUTY: Duty = Duty { kind: "sip-called-by-another", signal: SIGNAL, rule: RULE };

/// Fires where another called, and the named care contact did not.
pub struct SipCall;

#[async_trait::async_trait]
impl Due for SipCall {
    fn kind(&self) -> &'static str {
        DUTY.kind
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let stay = store::stay::get(&cx.db, stay_of(deadline)?).await?;
        let call = store::sip_call::get(&cx.db, stay.admission_id).await?;
        let signal = open(cx, &call).await?;
        DUTY.ran_out(cx, &stay, (call.standing(&stay), signal)).await
    }
}

/// As [`super::admission_notice::weigh`]. `call` is what planning told, where it is not what is kept.
pub async fn weigh(
    cx: &Context,
    stay: &Stay,
    call: Option<&sip_call::SipCall>,
    at: Timestamp,
    hold: Option<&[Reached]>,
) -> Result<Change, Failure> {
    let kept;
    let call = if let Some(call) = call {
        call
    } else {
        kept = store::sip_call::get(&cx.db, stay.admission_id).await?;
        &kept
    };
    let signal = open(cx, call).await?;
    DUTY.weigh(cx, stay, (call.standing(stay), signal), at, hold).await
}

/// Whether [`weigh`] has looked after a signal of a stay.
pub fn has_weighed(stay: &Stay, call: &sip_call::SipCall, signal: &Signal) -> bool {
    let is_late = matches!(call.standing(stay), Standing::Late { .. });
    call.ends_at() == Some(signal.due_at) && (signal.is_open() || is_late)
}

/// The open signal of the readiness that was told last. What came of one before stands: nobody called in its time.
async fn open(cx: &Context, call: &sip_call::SipCall) -> Result<Option<Signal>, Failure> {
    let Some(due_at) = call.ends_at() else { return Ok(None) };
    let signal = store::signal::of_duty(&cx.db, call.admission_id, SIGNAL, due_at).await?;
    Ok(signal.filter(Signal::is_open))
}
