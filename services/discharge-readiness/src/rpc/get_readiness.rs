//! `GetReadiness`: the readiness of one admission with its history.

use hemgang_proto::readiness as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::{check_disclosure, judged, view};
use crate::{domain::readiness::Judgement, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetReadinessRequest,
) -> Result<pb::GetReadinessResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let id = fields.finish(|| id)?;
    check_disclosure(cx, call).await?;
    let (stay, readiness) = judged(cx, call, id).await?;
    cx.rests_on(Some(&id.to_string()))?;
    let judgements = store::judgement::list(&cx.db, id).await?;
    let judgements = judgements.iter().map(Judgement::to_wire).collect();
    Ok(pb::GetReadinessResponse { readiness: Some(pb::Readiness { judgements, ..view(&readiness, &stay) }) })
}
