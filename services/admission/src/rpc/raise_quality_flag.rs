//! `RaiseQualityFlag`: something told of the stay cannot be, and was not taken. Whoever sees the stay sees that.

use hemgang_db::Change;
use hemgang_proto::admission::{self as pb, QualityFlag};
use hemgang_rpc::{Call, Context, Fields};

use super::{change, load, view};
use crate::{domain::quality::Raised, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RaiseQualityFlagRequest,
) -> Result<pb::RaiseQualityFlagResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let flag = fields.choice("flag", req.flag);
    if flag.is_some_and(|flag| flag != QualityFlag::ImplausibleTime) {
        fields.wrong("flag", "goes with the statement that was taken");
    }
    let about = fields.choice_or_default("about", req.about);
    let registered_at = req.registered_at.as_ref();
    let registered_at = registered_at.map_or(Some(call.now), |at| fields.instant("registered_at", Some(at)));
    let (id, raised) = fields.finish(|| {
        let registered_at = registered_at?.min(call.now);
        Some((id?, Raised { flag: flag?, about: about?, registered_at }))
    })?;
    let before = load(cx, call, id, &req.etag).await?;
    let told = store::movement::list(&cx.db, id).await?;
    let Some(episode) = before.clone().doubted(raised, &told)? else {
        let response = pb::RaiseQualityFlagResponse { admission: Some(view::changed(cx, &before).await?) };
        return Ok(call.commit(cx, Change::new(), response).await?);
    };
    let response = pb::RaiseQualityFlagResponse { admission: Some(view::changed(cx, &episode).await?) };
    let event = episode.quality_flags_recorded();
    Ok(call.commit(cx, change(cx, call, &episode, (call.now, None), event)?, response).await?)
}
