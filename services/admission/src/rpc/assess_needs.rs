//! `AssessNeeds`: a physician has judged which units may be needed after the stay (2 kap. 1 §).

use hemgang_core::id::AdmissionId;
use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{change, load, view};
use crate::{domain::episode::Needs, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AssessNeedsRequest,
) -> Result<pb::AssessNeedsResponse, Error> {
    let (id, needs, entry) = parse(cx, call, &req)?;
    let episode = load(cx, call, id, &req.etag).await?;
    let assessed_at = needs.assessed_at;
    let (episode, event) = episode.assess_needs(needs, entry)?;
    let response = pb::AssessNeedsResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change(cx, call, &episode, (assessed_at, entry), event)?, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AssessNeedsRequest,
) -> Result<(AdmissionId, Needs, Option<Entry>), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    let Some(needs) = &req.needs_assessment else {
        fields.wrong("needs_assessment", "is required");
        return fields.finish(|| None);
    };
    let assessed_at = fields.past("needs_assessment.assessed_at", needs.assessed_at.as_ref());
    let assessed_by = fields.parsed("needs_assessment.assessed_by", &needs.assessed_by);
    fields.finish(|| {
        let needs = Needs {
            social_services: needs.social_services,
            health_care: needs.municipal_health_care,
            outpatient: needs.region_outpatient_care,
            assessed_at: assessed_at?,
            assessed_by: assessed_by?,
        };
        Some((id?, needs, entry?))
    })
}
