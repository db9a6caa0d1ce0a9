//! `ForwardNotice` (vidarebefordra): another unit of the organisation is in the caller's place.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    person::acting,
    recipients::{self, ADDRESSABLE, are_one_organisation, recipient},
    view,
};
use crate::{
    domain::{consent::Terms, dossier::Dossier, notice::NoticeId, party::Party},
    error::Error,
    follow::homecoming,
    store,
};

/// A request as read.
struct Asked {
    id: NoticeId,
    to: HsaId,
    by: HsaId,
}

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ForwardNoticeRequest,
) -> Result<pb::ForwardNoticeResponse, Error> {
    let Asked { id, to, by } = parse(cx, call, &req)?;
    let (dossier, notice) = recipients::held_by(cx, call, (id, &req.etag)).await?;
    let from = notice.recipient;
    if !are_one_organisation(cx, call, [&from, &to]) {
        return Err(Error::NotTheSender);
    }
    is_disclosed(cx, call, &dossier, [&from, &to]).await?;
    if dossier.has_party(&to) {
        return Err(Error::AlreadyAParty { unit: to });
    }

    let to = recipient(cx, call, &to);
    let event = pb::RecipientForwarded {
        case_id: dossier.case.case_id.to_string(),
        from_unit: from.to_string(),
        to_unit: to.unit.to_string(),
        municipality: view::text(to.municipality.as_ref()),
        forwarded_at: Some(wire::timestamp(call.now)),
        notified_at: dossier.party(&from).map(|party| wire::timestamp(party.since)),
        forwarded_by: by.to_string(),
    };
    let mut arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let handed_on = arranged.handed_on(&from, &to.unit);
    let back = homecoming::let_in(cx, &dossier, &to.unit).await?;
    let dossier = dossier.forward(&from, to, call.now);
    let event = Event::RecipientForwarded(event);
    let change = recipients::change(cx, call, (&dossier, &arranged), event).await?.and(handed_on).and(back);
    let notice = dossier.notices.iter().find(|notice| notice.notice_id == id).map(view::notice);
    Ok(call.commit(cx, change, pb::ForwardNoticeResponse { notice }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::ForwardNoticeRequest) -> Result<Asked, Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("notice_id", &req.notice_id);
    let to = fields.unit("unit", &req.unit, &ADDRESSABLE).map(|unit| unit.hsa_id.clone());
    let by = acting(&mut fields, call, "forwarded_by", &req.forwarded_by);
    fields.finish(|| Some(Asked { id: id?, to: to?, by: by? }))
}

/// What is kept from a unit reaches no other by its hand, nor what is kept from the other.
async fn is_disclosed(cx: &Context, call: &Call, dossier: &Dossier, units: [&HsaId; 2]) -> Result<(), Error> {
    let consents = store::consent::get(&cx.db, dossier.case.about()).await?;
    let terms = Terms::at(cx.own.disclosure, call.now);
    let is_kept = |unit: &HsaId| dossier.party(unit).is_some_and(Party::is_kept_out);
    let bars = |unit| is_kept(unit) || consents.bars(unit, terms).case;
    if units.into_iter().any(bars) { Err(Error::DisclosureBarred) } else { Ok(()) }
}
