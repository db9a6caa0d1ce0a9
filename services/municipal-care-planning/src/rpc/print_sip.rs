//! `PrintSip`: the plan as the patient reads it, on paper or on a screen that reads aloud.

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_proto::planning::{self as pb, SipState, print_sip_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    get_case,
    key::{Key, named},
};
use crate::{domain::sip_paper, error::Error};

/// What a PDF is called where media types are.
const PDF: &str = "application/pdf";

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::PrintSipRequest,
) -> Result<pb::PrintSipResponse, Error> {
    let (key, version) = parse(cx, call, &req)?;
    let case = get_case::read(cx, call, key).await?;
    let sip = case.sip.as_ref().ok_or(Error::SipNotAgreed { state: SipState::Unspecified })?;
    if version != 0 && version != sip.version {
        return Err(Error::SipChanged { version: sip.version });
    }
    let plan = sip.plan.as_ref().filter(|plan| !plan.goals.is_empty()).ok_or(Error::DetailsBlanked)?;
    let directory = call.directory(cx);
    // A unit that was closed since is called what it was called last.
    let name = |unit: &str| {
        let Ok(id) = HsaId::parse(unit) else { return unit.to_owned() };
        let known = directory.unit(&id, local_day(call.now)).or_else(|| directory.rows(&id).last());
        known.map_or_else(|| unit.to_owned(), |unit| unit.name.clone())
    };
    let patient = case.patient.as_ref().map(|patient| patient.name.as_str()).unwrap_or_default();
    let printed = sip_paper::Printed { at: call.now, by: call.caller.unit.as_str(), name: &name };
    let document = sip_paper::document(patient, (sip, plan), &printed);
    let document = document.pdf().map_err(|error| Failure::Internal(error.to_string().into()))?;
    Ok(pb::PrintSipResponse {
        document,
        content_type: PDF.to_owned(),
        version: sip.version,
        case_id: case.case_id,
        admission_id: case.admission_id,
    })
}

fn parse(cx: &Context, call: &Call, req: &pb::PrintSipRequest) -> Result<(Key, i32), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, print_sip_request));
    if req.version < 0 {
        fields.wrong("version", "must be 0 or the version that was read");
    }
    fields.finish(|| Some((key?, req.version)))
}
