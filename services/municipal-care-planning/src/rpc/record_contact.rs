//! `RecordContact`: somebody was spoken with by telephone (the telephone log).

use hemgang_core::{place::HsaId, redacted::Redacted};
use hemgang_proto::planning::{self as pb, ContactTopic, ContactWith, record_contact_request};
use hemgang_rpc::{Call, Context, Failure, Fields};
use jiff::Timestamp;

use super::{
    arrange,
    key::{Key, named},
    meeting,
    person::acting,
};
use crate::{
    domain::{
        contact::{Contact, Spoken},
        dossier::Dossier,
        ending::Doing,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordContactRequest,
) -> Result<pb::RecordContactResponse, Error> {
    let (key, spoken) = parse(cx, call, &req)?;
    let doing = match spoken.topic {
        ContactTopic::AfterHomecoming => Doing::Completing,
        _ => Doing::Recalling(spoken.at),
    };
    let dossier = arrange::open_for(cx, call, (key, &req.etag), doing).await?;
    arrange::keeps_words(cx, &dossier).await?;
    if let Some(unit) = &spoken.other_unit
        && !takes_part(cx, call, &dossier, (unit, spoken.at))
    {
        return Err(Error::NotAParty { unit: unit.clone() });
    }
    arrange::not_before_admission(cx, &dossier, [spoken.at]).await?;
    let spoken = match spoken.topic {
        ContactTopic::AfterHomecoming => spoken.possible(discharged_at(cx, &dossier).await?)?,
        _ => spoken,
    };
    let at = spoken.at;
    let (contact, event) =
        Contact::record((dossier.case.case_id, call.caller.unit.clone()), spoken, call.now);
    let is_due = |from| contact.is_after_homecoming(from) && dossier.callers().contains(&contact.unit);
    let dossier = if dossier.case.contact_from.is_some_and(is_due) { dossier.uncalled() } else { dossier };
    let change = arrange::change(cx, call, (&dossier, at), &contact, [event])?;
    Ok(call.commit(cx, change, pb::RecordContactResponse { contact: Some(contact.told()) }).await?)
}

/// A party that may be told, or whoever works at the hospital where the patient is.
fn takes_part(cx: &Context, call: &Call, dossier: &Dossier, (unit, at): (&HsaId, Timestamp)) -> bool {
    dossier.may_tell(unit) || meeting::is_at_hospital(call.directory(cx), dossier, unit, at)
}

/// When the patient left, also where that was told just now.
async fn discharged_at(cx: &Context, dossier: &Dossier) -> Result<Option<Timestamp>, Failure> {
    let Some(id) = dossier.case.admission_id else { return Ok(None) };
    cx.followed(async || Ok(store::stay::get(&cx.db, id).await?.discharged_at)).await
}

fn parse(cx: &Context, call: &Call, req: &pb::RecordContactRequest) -> Result<(Key, Spoken), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, record_contact_request));
    let counterpart = fields.choice::<ContactWith>("with", req.with);
    let topic = fields.choice::<ContactTopic>("topic", req.topic);
    if (counterpart, topic) == (Some(ContactWith::Unit), Some(ContactTopic::AfterHomecoming)) {
        fields.wrong("with", "must be the patient, or somebody who knows how it is at home");
    }
    let other_unit = match counterpart {
        Some(ContactWith::Unit) => fields.parsed::<HsaId>("other_unit", &req.other_unit).map(Some),
        _ => fields.optional("other_unit", &req.other_unit),
    };
    match (counterpart, &other_unit) {
        (Some(ContactWith::Unit), Some(Some(unit))) if *unit == call.caller.unit => {
            fields.wrong("other_unit", "is the caller's own");
        }
        (Some(with), Some(Some(_))) if with != ContactWith::Unit => {
            fields.wrong("other_unit", "is only of a contact with a unit");
        }
        _ => {}
    }
    let at = fields.past("contacted_at", req.contacted_at.as_ref());
    let words = fields.text("text", &req.text);
    let by = acting(&mut fields, call, "contacted_by", &req.contacted_by);
    fields.finish(|| {
        let spoken = Spoken {
            counterpart: counterpart?,
            other_unit: other_unit?,
            is_incoming: req.incoming,
            at: at?,
            topic: topic?,
            words: Redacted::new(words?),
            by: by?,
        };
        Some((key?, spoken))
    })
}
