//! `TransferDischargeInformation`: what the hospital hands over for the care afterwards, 3 kap. 2 §, or by which other channel
//! it went and when.

use std::collections::HashSet;

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{
    self as pb, HandOverItem, HandOverKind, HandOverState, NoticeKind, transfer_discharge_information_request,
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::{
    domain::{discharge_information::DischargeInformation, ending::Doing},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::TransferDischargeInformationRequest,
) -> Result<pb::TransferDischargeInformationResponse, Error> {
    let (key, items, transferred_by) = parse(cx, call, &req)?;
    let dossier = arrange::open_for(cx, call, (key, &req.etag), Doing::Completing).await?;
    arrange::keeps_words(cx, &dossier).await?;
    let sent = items.iter().filter_map(|item| item.sent_at.as_ref().and_then(wire::instant));
    arrange::not_before_admission(cx, &dossier, sent).await?;
    let case_id = dossier.case.case_id;
    let before = store::discharge_information::get(&cx.db, case_id).await?;
    let by = (case_id, call.caller.unit.clone(), transferred_by);
    let (information, event) = DischargeInformation::transfer(before.as_ref(), by, items, call.now)?;
    let dossier =
        arrange::inform_others(dossier, call, NoticeKind::DischargeInformation, &information.source());
    let change = arrange::change(cx, call, (&dossier, call.now), &information, [event])?;
    let discharge_information = Some(information.told()?);
    let case = pb::Case { discharge_information, ..arrange::shown(&dossier) };
    Ok(call.commit(cx, change, pb::TransferDischargeInformationResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::TransferDischargeInformationRequest,
) -> Result<(Key, Vec<HandOverItem>, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, transfer_discharge_information_request));
    let items = fields.each("items", &req.items, item);
    let is_transfer =
        |item: &HandOverItem| matches!(item.state(), HandOverState::Given | HandOverState::OtherChannel);
    if !req.items.iter().any(is_transfer) {
        fields.wrong("items", "needs at least one that is given or was sent by another channel");
    }
    let mut kinds = HashSet::new();
    for (place, item) in req.items.iter().enumerate() {
        if !kinds.insert(item.kind) {
            fields.wrong(format!("items[{place}].kind"), "is there before");
        }
    }
    let by = acting(&mut fields, call, "transferred_by", &req.transferred_by);
    fields.finish(|| Some((key?, items.into_iter().collect::<Option<_>>()?, by?)))
}

fn item(fields: &mut Fields<'_>, path: &str, said: &HandOverItem) -> Option<HandOverItem> {
    let kind = fields.choice::<HandOverKind>(&format!("{path}.kind"), said.kind);
    let state = fields.choice::<HandOverState>(&format!("{path}.state"), said.state);
    let (text_path, sent_path) = (format!("{path}.text"), format!("{path}.sent_at"));
    let text = match state {
        Some(HandOverState::Given | HandOverState::OtherChannel) => {
            fields.required_text(&text_path, &said.text)
        }
        _ => fields.text(&text_path, &said.text),
    };
    let sent_at = match (state, &said.sent_at) {
        (Some(HandOverState::OtherChannel), at) => fields.past(&sent_path, at.as_ref()).map(Some),
        (Some(_), Some(_)) => {
            fields.wrong(sent_path, "is only of what was sent by another channel");
            None
        }
        _ => Some(None),
    };
    Some(HandOverItem {
        kind: kind?.into(),
        state: state?.into(),
        text: text?,
        sent_at: sent_at?.map(wire::timestamp),
    })
}
