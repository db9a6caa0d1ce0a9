//! `SendMessage`: something is asked, answered or told, in words, to some of those who take part or to everybody.

use hemgang_core::{place::HsaId, redacted::Redacted};
use hemgang_proto::planning::{self as pb, MessageKind, NoticeKind, send_message_request};
use hemgang_rpc::{Call, Context, Failure, Fields, Organisation};

use super::{
    arrange,
    key::{Key, named},
    meeting::hsa_ids,
    message,
    person::acting,
};
use crate::{
    domain::{
        dossier::Dossier,
        message::{Message, MessageId, Sender, Written},
    },
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SendMessageRequest,
) -> Result<pb::SendMessageResponse, Error> {
    let (key, written) = parse(cx, call, &req)?;
    let dossier = arrange::open_for_words(cx, call, key, &req.etag).await?;
    let is_addressed = |unit: &&HsaId| dossier.may_tell(unit) || dossier.case.is_hospitals(unit);
    if let Some(unit) = written.recipients.iter().find(|unit| !is_addressed(unit)) {
        return Err(Error::NotAParty { unit: unit.clone() });
    }
    if let Some(id) = written.answers {
        let answered = message::find(cx, call, id).await?;
        answered
            .filter(|(of, _)| of.case.case_id == dossier.case.case_id)
            .ok_or_else(|| message::absent(id))?;
    }
    let from = sender(call, &dossier, &written.recipients);
    let (message, event) = Message::send(dossier.case.case_id, from, written, call.now);
    let change = message::change(cx, call, dossier, &message, (NoticeKind::Message, event))?;
    Ok(call.commit(cx, change, pb::SendMessageResponse { message: Some(message.told()) }).await?)
}

/// The caller's side. Who works at the hospital and is a party by the unit sends for the unit.
fn sender(call: &Call, dossier: &Dossier, recipients: &[HsaId]) -> Sender {
    let unit = call.caller.unit.clone();
    let is_sent_by_hospital = call.sight.admits(&dossier.case.staff()) && !dossier.has_party(&unit);
    let municipality = match &call.caller.organisation {
        Organisation::Municipality(code) => Some(code.clone()),
        Organisation::Region => None,
    };
    let is_hospitals = is_sent_by_hospital || recipients.iter().any(|unit| dossier.case.is_hospitals(unit));
    Sender { unit, municipality, is_hospitals }
}

fn parse(cx: &Context, call: &Call, req: &pb::SendMessageRequest) -> Result<(Key, Written), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, send_message_request));
    let kind = fields.choice::<MessageKind>("kind", req.kind);
    let recipients = hsa_ids(&mut fields, "recipients", &req.recipients);
    let answers = fields.optional::<MessageId>("answers", &req.answers);
    let words = fields.required_text("text", &req.text);
    let by = acting(&mut fields, call, "sent_by", &req.sent_by);
    fields.finish(|| {
        let written = Written {
            kind: kind?,
            recipients: recipients?,
            answers: answers?,
            words: Redacted::new(words?),
            by: by?,
        };
        Some((key?, written))
    })
}
