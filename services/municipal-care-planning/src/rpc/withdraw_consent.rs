//! `WithdrawConsent`: what was given is taken back. It stops later disclosures only.

use hemgang_core::day::local_day;
use hemgang_proto::planning::{
    self as pb, ConsentDecision, ConsentGiver, planning_event::Event, withdraw_consent_request,
};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    consent::{About, Decided},
    key::{Key, named},
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::WithdrawConsentRequest,
) -> Result<pb::WithdrawConsentResponse, Error> {
    let (key, decided) = parse(cx, call, &req)?;
    let (about, consents) = About::load(cx, call, key, &req.etag, decided.kind).await?;
    if !consents.has_given(decided.kind, &decided.recipients, local_day(call.now)) {
        return Err(Error::NoConsentStands);
    }
    let decision = ConsentDecision::Withdrawn.into();
    let (consents, consent) = consents.with(pb::Consent { decision, ..decided.consent(call.now) });

    let (admission_id, case_id) = about.ids();
    let event = pb::ConsentWithdrawn { case_id: case_id.clone(), consent: Some(consent.clone()) };
    let told = (decided.kind, Event::ConsentWithdrawn(event));
    let change = about.change(cx, call, &consents, told).await?;
    let response = pb::WithdrawConsentResponse { consent: Some(consent), admission_id, case_id };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::WithdrawConsentRequest) -> Result<(Key, Decided), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, withdraw_consent_request));
    let (by, at) = (req.decided_by.as_str(), req.decided_at.as_ref());
    let decided = Decided::read(&mut fields, call, req.kind, req.given_by, &req.recipients, (by, at));
    if matches!(req.given_by(), ConsentGiver::Unspecified | ConsentGiver::Nobody) {
        fields.wrong("given_by", "must say who withdrew it");
    }
    fields.finish(|| Some((key?, decided?)))
}
