//! `ConfirmReadiness`: a physician has judged that the patient no longer needs inpatient care (3 kap. 1 §).

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::readiness::{self as pb, ReadinessBasis};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{change, judged, keep_up, view};
use crate::{domain::readiness::Assessment, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ConfirmReadinessRequest,
) -> Result<pb::ConfirmReadinessResponse, Error> {
    let (id, assessment) = parse(cx, call, &req)?;
    keep_up(cx).await;
    let entry = assessment.entry;
    let (stay, readiness) = judged(cx, call, id).await?;
    call.expect_etag(&req.etag, readiness.version)?;
    let (readiness, judgement, event) = readiness.confirm(&stay, assessment, call.now)?;
    let response = pb::ConfirmReadinessResponse { readiness: Some(view(&readiness, &stay)) };
    let change = change(cx, call, &stay, &readiness, (&judgement, entry), event)?;
    Ok(call.commit(cx, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ConfirmReadinessRequest,
) -> Result<(AdmissionId, Assessment), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    // A nurse registers, a physician judges: who judged is always named.
    let assessed_by = fields.parsed("assessed_by", &req.assessed_by);
    let assessed_at = fields.optional_past("assessed_at", req.assessed_at.as_ref());
    let registered_by = fields.optional::<HsaId>("registered_by", &req.registered_by);
    let basis = fields.choice_or_default::<ReadinessBasis>("basis", req.basis);
    fields.finish(|| {
        let registered_by = registered_by?.map_or_else(|| call.caller.subject.clone(), |by| by.to_string());
        let (assessed_at, assessed_by) = (assessed_at?, Some(assessed_by?));
        let basis = Some(basis?).filter(|basis| *basis != ReadinessBasis::Unspecified);
        let basis = basis.unwrap_or(ReadinessBasis::Judgement);
        Some((id?, Assessment { assessed_at, assessed_by, registered_by, entry: entry?, basis }))
    })
}
