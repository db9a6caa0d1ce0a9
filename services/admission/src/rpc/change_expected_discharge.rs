//! `ChangeExpectedDischarge`: the expected time moved, or is said to be unknown (2 kap. 4 §).

use hemgang_db::Change;
use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::{change, load, movement::log_entry, view};
use crate::{domain::recorded::Recorded, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangeExpectedDischargeRequest,
) -> Result<pb::ChangeExpectedDischargeResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    let expected = fields.expected("expected_discharge", req.expected_discharge.as_ref());
    if expected == Some(None) {
        fields.wrong("expected_discharge", "is required");
    }
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let log_entry = log_entry(&mut fields, req.log_entry.as_ref());
    if req.registered_at.is_some() && req.retrospective_entry.is_some() {
        fields.wrong("registered_at", "must be empty beside retrospective_entry, whose stated_at it is");
    }
    let (id, expected, registered_at, order, entry) =
        fields.finish(|| Some((id?, expected??, registered_at?, log_entry?.order, entry?)))?;
    let episode = load(cx, call, id, &req.etag).await?;
    // Told by a log that it stands: nobody needs to hear it, and what is older and comes later is old.
    let registered_at = registered_at.or(entry.map(|entry| entry.stated_at));
    let is_of_log = registered_at.is_some();
    let stands = is_of_log && episode.expected_discharge == Some(expected);
    let recorded = Recorded { at: registered_at.unwrap_or(call.now), order };
    let is_late = episode.expected_recorded.as_ref().is_some_and(|last| recorded < *last);
    if is_late || (is_of_log && episode.is_before(recorded.at)) {
        let response =
            pb::ChangeExpectedDischargeResponse { admission: Some(view::changed(cx, &episode).await?) };
        return Ok(call.commit(cx, Change::new(), response).await?);
    }
    let (episode, event) = episode.change_expected(expected, is_of_log, recorded)?;
    let response =
        pb::ChangeExpectedDischargeResponse { admission: Some(view::changed(cx, &episode).await?) };
    let change = if stands {
        Change::new().replace(&episode)
    } else {
        change(cx, call, &episode, (call.now, entry), event)?
    };
    Ok(call.commit(cx, change, response).await?)
}
