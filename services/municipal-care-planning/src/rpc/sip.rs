//! What the RPCs about a plan have in common: how it is loaded, kept, told and answered.

use hemgang_db::Change;
use hemgang_proto::planning::{self as pb, NoticeKind, SipState, planning_event::Event};
use hemgang_rpc::{Call, Context};

use super::arrange;
use crate::{
    domain::{dossier::Dossier, sip::Sip},
    error::Error,
    store,
};

/// The plan of a case.
///
/// # Errors
/// `SIP_NOT_AGREED` where there is none.
pub async fn load(cx: &Context, dossier: &Dossier) -> Result<Sip, Error> {
    let sip = store::sip::get(&cx.db, dossier.case.case_id).await?;
    sip.ok_or(Error::SipNotAgreed { state: SipState::Unspecified })
}

/// The plan as decided, told to the other parties, and the case with it.
pub fn change(
    cx: &Context,
    call: &Call,
    dossier: Dossier,
    sip: &Sip,
    (notice, events): (Option<NoticeKind>, Vec<Event>),
) -> Result<(pb::Case, Change), Error> {
    let dossier = match notice {
        Some(kind) => arrange::inform_others(dossier, call, kind, &sip.source()),
        None => dossier,
    };
    let change = arrange::change(cx, call, (&dossier, call.now), sip, events)?;
    Ok((pb::Case { sip: Some(sip.told()), ..arrange::shown(&dossier) }, change))
}
