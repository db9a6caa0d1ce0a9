//! What the RPCs have in common by which it changes who takes part in a case.

use hemgang_core::{day::local_day, directory::UnitKind, place::HsaId};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure};

use super::{arrange, view};
use crate::{
    domain::{
        case::Case,
        dossier::{Dossier, Recipient},
        heard::broken,
        notice::{Notice, NoticeId},
        stay::Stay,
    },
    error::Error,
    follow::{delivery, sight},
    store::{self, arranged::Arranged},
};

/// Kinds of unit that can be asked.
pub const ADDRESSABLE: [UnitKind; 3] =
    [UnitKind::MunicipalUnit, UnitKind::MunicipalReception, UnitKind::Outpatient];

/// The unit with the municipality that runs it.
pub fn recipient(cx: &Context, call: &Call, unit: &HsaId) -> Recipient {
    let municipality = call.directory(cx).municipality_running(unit, local_day(call.now)).cloned();
    Recipient { unit: unit.clone(), municipality }
}

/// Whether one municipality runs both units, or the region. To let another organisation in is for the sending side.
pub fn are_one_organisation(cx: &Context, call: &Call, [one, other]: [&HsaId; 2]) -> bool {
    let runs = |unit| call.directory(cx).municipality_running(unit, local_day(call.now));
    runs(one) == runs(other)
}

/// A notice that was addressed to the caller's side, with its case.
pub async fn addressed(cx: &Context, call: &Call, id: NoticeId) -> Result<(Case, Notice), Failure> {
    let absent = || Failure::NotFound { resource: "notice", name: id.to_string() };
    cx.followed(async || find(cx, call, id).await).await?.ok_or_else(absent)
}

async fn find(cx: &Context, call: &Call, id: NoticeId) -> Result<Option<(Case, Notice)>, Failure> {
    let notice = store::notice::get(&cx.db, id).await?;
    let Some(notice) = notice.filter(|notice| call.sight.admits(&notice.addressee())) else {
        return Ok(None);
    };
    let case = store::case::get(&cx.db, notice.case_id).await?;
    Ok(Some((case.ok_or_else(|| broken("a notice without a case"))?, notice)))
}

/// The whole case of a notice that was addressed to the caller's side, for a unit that may leave it.
pub async fn held_by(
    cx: &Context,
    call: &Call,
    (id, etag): (NoticeId, &str),
) -> Result<(Dossier, Notice), Error> {
    let (case, notice) = addressed(cx, call, id).await?;
    call.expect_etag(etag, notice.version)?;
    let dossier = store::dossier::get(&cx.db, case.case_id).await?;
    let dossier = dossier.ok_or_else(|| broken("a notice without a case"))?;
    // It may have left the inbox since: whoever leaves at this moment changes the case, which is replaced as it was read.
    if dossier.case.version != case.version {
        return Err(Failure::Lost("care_case").into());
    }
    may_leave(cx, &dossier, &notice.recipient).await?;
    Ok((dossier, notice))
}

/// A unit leaves neither a case that it opened nor a plan in which it does something.
///
/// # Errors
/// `IS_THE_SENDER`, `CONTRIBUTES_TO_SIP`.
pub async fn may_leave(cx: &Context, dossier: &Dossier, unit: &HsaId) -> Result<(), Error> {
    if dossier.case.requested_by.as_ref() == Some(unit) {
        return Err(Error::IsTheSender { unit: unit.clone() });
    }
    match store::sip::get(&cx.db, dossier.case.case_id).await? {
        Some(sip) if sip.rests_on(unit) => Err(Error::ContributesToSip { unit: unit.clone() }),
        _ => Ok(()),
    }
}

/// The case with its parties as decided, who gains or loses sight of it, and what is told and delivered.
pub async fn change(
    cx: &Context,
    call: &Call,
    (dossier, arranged): (&Dossier, &Arranged),
    event: Event,
) -> Result<Change, Failure> {
    let case = dossier.next();
    let stay = stay(cx, dossier).await?;
    let telling = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let now = |audience| telling(call.now, audience);
    let moved = sight::moved((dossier, &case), stay.as_ref(), arranged, now)?;
    let told = now(dossier.listeners()).event::<PlanningEvent>(event)?;
    // From whom the case is kept is told before that it takes part, or somebody could read it in between.
    Ok(moved.and(delivery::parts(cx, dossier, &case, telling)?).tell(told))
}

/// The case as it is then, with those that left.
pub fn shown(dossier: &Dossier) -> pb::Case {
    pb::Case { former_parties: view::former(dossier), ..arrange::shown(dossier) }
}

async fn stay(cx: &Context, dossier: &Dossier) -> Result<Option<Stay>, Failure> {
    match dossier.case.admission_id {
        Some(id) => store::stay::get(&cx.db, id).await.map(Some),
        None => Ok(None),
    }
}
