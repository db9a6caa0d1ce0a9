//! `AddRecipient`: one more unit takes part in a case.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, add_recipient_request, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    arrange,
    key::{Key, named},
    recipients::{self, ADDRESSABLE, are_one_organisation, recipient},
    view,
};
use crate::{domain::consent::Terms, error::Error, follow::homecoming, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AddRecipientRequest,
) -> Result<pb::AddRecipientResponse, Error> {
    let (key, unit) = parse(cx, call, &req)?;
    let dossier = arrange::open(cx, call, key, &req.etag).await?;
    if !call.sight.admits(&dossier.case.senders())
        && !are_one_organisation(cx, call, [&unit, &call.caller.unit])
    {
        return Err(Error::NotTheSender);
    }
    if dossier.has_party(&unit) {
        return Err(Error::AlreadyAParty { unit });
    }
    let judgements = match dossier.case.admission_id {
        Some(id) => store::judgement::list(&cx.db, id).await?,
        None => Vec::new(),
    };
    let consents = store::consent::get(&cx.db, dossier.case.about()).await?;
    let terms = Terms::at(cx.own.disclosure, call.now);

    let recipient = recipient(cx, call, &unit);
    let event = Event::RecipientAdded(pb::RecipientAdded {
        case_id: dossier.case.case_id.to_string(),
        unit: unit.to_string(),
        municipality: view::text(recipient.municipality.as_ref()),
        notified_at: Some(wire::timestamp(call.now)),
    });
    let dossier = dossier.add(recipient, &judgements, (&consents, terms), call.now);
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let back = homecoming::let_in(cx, &dossier, &unit).await?;
    let change = recipients::change(cx, call, (&dossier, &arranged), event).await?.and(back);
    let case = Some(recipients::shown(&dossier));
    Ok(call.commit(cx, change, pb::AddRecipientResponse { case }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::AddRecipientRequest) -> Result<(Key, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, add_recipient_request));
    let unit = fields.unit("unit", &req.unit, &ADDRESSABLE).map(|unit| unit.hsa_id.clone());
    fields.finish(|| Some((key?, unit?)))
}
