//! `CorrectMessage`: a message says something else, or is voided (makuleras): what it said before is not kept.

use hemgang_core::{place::HsaId, redacted::Redacted};
use hemgang_proto::planning::{self as pb, MessageState, NoticeKind};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{arrange, message, person::acting};
use crate::{domain::message::MessageId, error::Error};

/// What it says from now on, which of one that is voided is nothing, and who corrects it.
struct Correction {
    words: Option<Redacted<String>>,
    by: HsaId,
}

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CorrectMessageRequest,
) -> Result<pb::CorrectMessageResponse, Error> {
    let (id, Correction { words, by }) = parse(cx, call, &req)?;
    let found = cx.followed(async || message::find(cx, call, id).await).await?;
    let (dossier, sent) = found.ok_or_else(|| message::absent(id))?;
    arrange::is_told(&dossier, call)?;
    call.expect_etag(&req.etag, sent.version)?;
    if words.is_some() {
        arrange::keeps_words(cx, &dossier).await?;
    }
    let (message, event) = sent.correct((&call.caller.unit, by), words, call.now)?;
    let dossier = match message.state {
        MessageState::Voided => dossier.taken_back(&message),
        _ => dossier,
    };
    let change = message::change(cx, call, dossier, &message, (NoticeKind::MessageCorrected, event))?;
    Ok(call.commit(cx, change, pb::CorrectMessageResponse { message: Some(message.told()) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::CorrectMessageRequest,
) -> Result<(MessageId, Correction), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("message_id", &req.message_id);
    if req.void && !req.text.is_empty() {
        fields.wrong("text", "must be empty where the message is voided");
    }
    let words = (!req.void).then(|| fields.required_text("text", &req.text));
    let by = acting(&mut fields, call, "corrected_by", &req.corrected_by);
    fields.finish(|| {
        let words = match words {
            Some(words) => Some(Redacted::new(words?)),
            None => None,
        };
        Some((id?, Correction { words, by: by? }))
    })
}
