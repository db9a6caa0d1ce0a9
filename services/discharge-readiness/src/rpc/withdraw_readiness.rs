//! `WithdrawReadiness`: the patient is not ready after all. The first judgement stays in the history.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::readiness::{self as pb, ReadinessBasis, WithdrawalReason};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{change, judged, keep_up, view};
use crate::{domain::readiness::Assessment, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::WithdrawReadinessRequest,
) -> Result<pb::WithdrawReadinessResponse, Error> {
    let (id, reason, assessment) = parse(cx, call, &req)?;
    keep_up(cx).await;
    let entry = assessment.entry;
    let (stay, readiness) = judged(cx, call, id).await?;
    call.expect_etag(&req.etag, readiness.version)?;
    let (readiness, judgement, event) = readiness.withdraw(&stay, reason, assessment, call.now)?;
    let response = pb::WithdrawReadinessResponse { readiness: Some(view(&readiness, &stay)) };
    let change = change(cx, call, &stay, &readiness, (&judgement, entry), event)?;
    Ok(call.commit(cx, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::WithdrawReadinessRequest,
) -> Result<(AdmissionId, WithdrawalReason, Assessment), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    let reason = fields.choice("reason", req.reason);
    // That a patient deteriorated is a physician's judgement; an error in registering needs none.
    let assessed_by = if reason == Some(WithdrawalReason::Deteriorated) {
        fields.parsed("assessed_by", &req.assessed_by).map(Some)
    } else {
        fields.optional("assessed_by", &req.assessed_by)
    };
    let assessed_at = fields.optional_past("assessed_at", req.assessed_at.as_ref());
    let registered_by = fields.optional::<HsaId>("registered_by", &req.registered_by);
    fields.finish(|| {
        let registered_by = registered_by?.map_or_else(|| call.caller.subject.clone(), |by| by.to_string());
        let (assessed_at, assessed_by) = (assessed_at?, assessed_by?);
        let basis = ReadinessBasis::Unspecified;
        Some((id?, reason?, Assessment { assessed_at, assessed_by, registered_by, entry: entry?, basis }))
    })
}
