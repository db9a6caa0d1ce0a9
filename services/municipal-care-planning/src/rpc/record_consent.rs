//! `RecordConsent` (samtycke, menprövning, spärr): what was decided of disclosure, a plan or shared documentation.

use hemgang_proto::planning::{
    self as pb, ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, planning_event::Event,
    record_consent_request,
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};
use jiff::civil::Date;

use super::{
    consent::{About, Decided},
    key::{Key, named},
};
use crate::error::Error;

/// A request as read.
struct Asked {
    key: Key,
    decided: Decided,
    decision: ConsentDecision,
    basis: ConsentBasis,
    valid_until: Option<Date>,
}

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordConsentRequest,
) -> Result<pb::RecordConsentResponse, Error> {
    let Asked { key, decided, decision, basis, valid_until } = parse(cx, call, &req)?;
    let (about, consents) = About::load(cx, call, key, &req.etag, decided.kind).await?;
    let said = pb::Consent {
        decision: decision.into(),
        basis: basis.into(),
        valid_until: valid_until.map(wire::date),
        ..decided.consent(call.now)
    };
    let (consents, consent) = consents.with(said);

    let (admission_id, case_id) = about.ids();
    let event = pb::ConsentRecorded { case_id: case_id.clone(), consent: Some(consent.clone()) };
    let told = (decided.kind, Event::ConsentRecorded(event));
    let change = about.change(cx, call, &consents, told).await?;
    let response = pb::RecordConsentResponse { consent: Some(consent), admission_id, case_id };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::RecordConsentRequest) -> Result<Asked, Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, record_consent_request));
    let (by, at) = (req.decided_by.as_str(), req.decided_at.as_ref());
    let decided = Decided::read(&mut fields, call, req.kind, req.given_by, &req.recipients, (by, at));
    let decision = fields.choice::<ConsentDecision>("decision", req.decision);
    if decision == Some(ConsentDecision::Withdrawn) {
        fields.wrong("decision", "must be GIVEN or REFUSED; WithdrawConsent withdraws");
    }
    let basis = fields.choice::<ConsentBasis>("basis", req.basis);
    let (kind, giver) = (req.kind(), req.given_by());
    match basis {
        Some(ConsentBasis::HarmTest) if kind != ConsentKind::Disclosure => {
            fields.wrong("basis", "must be CONSENT: only disclosure may rest on a harm test");
        }
        Some(ConsentBasis::HarmTest)
            if !matches!(giver, ConsentGiver::Unspecified | ConsentGiver::Nobody) =>
        {
            fields.wrong("given_by", "must be NOBODY or unspecified for a harm test");
        }
        Some(ConsentBasis::Consent) if matches!(giver, ConsentGiver::Unspecified | ConsentGiver::Nobody) => {
            fields.wrong("given_by", "must say who answered");
        }
        _ => {}
    }
    let blocks = kind == ConsentKind::SharedDocumentation && decision == Some(ConsentDecision::Refused);
    if blocks && giver == ConsentGiver::Guardian {
        // Lag (2022:913): a guardian may not oppose for a child.
        fields.wrong("given_by", "must not be GUARDIAN: a guardian may not block for a child");
    }
    let valid_until = fields.optional_day("valid_until", req.valid_until.as_ref());
    match valid_until {
        Some(Some(_)) if decision == Some(ConsentDecision::Refused) => {
            fields.wrong("valid_until", "must be empty: what is refused does not end by itself");
        }
        Some(Some(last)) if last < fields.today() => fields.wrong("valid_until", "lies in the past"),
        _ => {}
    }
    fields.finish(|| {
        let (decision, basis, valid_until) = (decision?, basis?, valid_until?);
        Some(Asked { key: key?, decided: decided?, decision, basis, valid_until })
    })
}
