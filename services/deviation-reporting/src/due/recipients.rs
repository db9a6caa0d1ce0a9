//! A change of recipients: it may bear on every duty of a stay, and on who sees what came of them.

use hemgang_db::Change;
use hemgang_feed::recipients::{Reached, RecipientChange};
use hemgang_proto::deviation::SignalKind;
use hemgang_rpc::{Context, Failure};

use super::{admission_notice, signal::replace, sip_call};
use crate::{domain::stay::Stay, store};

/// Brings all of it in line with a change after which these units hold a notice. Who left sees none of the stay's signals any
/// more, and who is in its place those that it saw.
pub async fn regroup(
    cx: &Context,
    stay: &Stay,
    told: &RecipientChange,
    hold: &[Reached],
) -> Result<Change, Failure> {
    let (at, id) = (told.changed_at, stay.admission_id);
    let call = store::sip_call::get(&cx.db, id).await?;
    let change = admission_notice::weigh(cx, stay, at, Some(hold)).await?;
    let mut change = change.and(sip_call::weigh(cx, stay, Some(&call), at, Some(hold)).await?);
    let signals = store::signal::list_of(&cx.db, id).await?;
    for signal in &signals {
        let is_weighed = match signal.kind {
            SignalKind::SipCalledByAnother => sip_call::has_weighed(stay, &call, signal),
            _ => admission_notice::has_weighed(stay, &signals, signal),
        };
        if !is_weighed {
            change = change.and(replace(cx, signal, told, hold).await?);
        }
    }
    Ok(change)
}
