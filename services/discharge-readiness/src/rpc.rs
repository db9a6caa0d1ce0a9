//! `ReadinessService`: one line an RPC, one file an RPC.

mod confirm_readiness;
mod get_readiness;
mod list_ready;
#[cfg(test)]
mod tests;
mod withdraw_readiness;

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::readiness::{
    self as pb, ReadinessEvent, readiness_event::Event, readiness_service_server::ReadinessService,
};
use hemgang_rpc::{Audience, Call, Context, Entry, Failure, wire};
use tokio::try_join;

use crate::{
    domain::{
        readiness::{Judgement, Readiness},
        stay::Stay,
    },
    store,
};

/// Answers `ReadinessService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    ReadinessService,
    commands {
        confirm_readiness(ConfirmReadinessRequest) -> ConfirmReadinessResponse,
        withdraw_readiness(WithdrawReadinessRequest) -> WithdrawReadinessResponse,
    }
    reads {
        get_readiness(GetReadinessRequest) -> GetReadinessResponse,
        list_ready(ListReadyRequest) -> ListReadyResponse,
    }
}

/// Reads on in admission's feed before a judgement is decided on: a move, a death or a void of the line before bears
/// on it. With the feed away we decide on what we know, and go on working.
async fn keep_up(cx: &Context) {
    if let Err(behind) = cx.catch_up_on("admission").await {
        tracing::debug!(%behind, "decided on what is known");
    }
}

/// Reads on in planning's feed before a receiving unit is shown anything: what is kept from it is decided there, and is
/// checked at every read.
///
/// # Errors
/// `FEED_BEHIND` when planning is away: rather nothing than what may not be shown.
async fn check_disclosure(cx: &Context, call: &Call) -> Result<(), Failure> {
    let receives = !call.sight.unit().is_empty() || !call.sight.municipality().is_empty();
    if receives { cx.catch_up_on("planning").await } else { Ok(()) }
}

/// The stay that the caller may see, though the caller may have outrun our follower.
async fn visible(cx: &Context, call: &Call, id: AdmissionId) -> Result<Stay, Failure> {
    let absent = || Failure::NotFound { resource: "admission", name: id.to_string() };
    let found = cx.followed(|| seen(cx, call, id)).await?;
    if found.is_none() {
        // Its first event may be among what is parked.
        cx.rests_on(Some(&id.to_string()))?;
    }
    found.ok_or_else(absent)
}

/// The stay that the caller may see, and its readiness.
async fn judged(cx: &Context, call: &Call, id: AdmissionId) -> Result<(Stay, Readiness), Failure> {
    try_join!(visible(cx, call, id), store::readiness::get(&cx.db, id))
}

/// The stay as we know it now, when the caller may see it: unseen is the same as absent, also in how it is looked for.
async fn seen(cx: &Context, call: &Call, id: AdmissionId) -> Result<Option<Stay>, Failure> {
    // Both are read in any case, so that the time it takes does not tell one from the other.
    let (stay, mut parties, barred) = try_join!(
        store::stay::get(&cx.db, id),
        store::stay::parties(&cx.db, id),
        store::stay::barred(&cx.db, id),
    )?;
    parties.retain(|party| !store::stay::is_barred(&barred, &party.unit));
    Ok(stay.filter(|stay| call.sight.admits(&stay.audience(&parties))))
}

/// The new state with its judgement and the event that tells of it. Planning delivers it to the units.
fn change(
    cx: &Context,
    call: &Call,
    stay: &Stay,
    readiness: &Readiness,
    (judgement, entry): (&Judgement, Option<Entry>),
    event: Event,
) -> Result<Change, Failure> {
    let occurred_at = judgement.assessed_at.unwrap_or(judgement.notified_at);
    let audience = Audience::stay(&stay.hospital, &stay.ward);
    let telling = Telling::by(cx, call, stay.admission_id, occurred_at, audience).entered(entry);
    Ok(Change::new().put(readiness).insert(judgement).tell(telling.event::<ReadinessEvent>(event)?))
}

/// A readiness as the contract has it, without its judgements.
pub fn view(readiness: &Readiness, stay: &Stay) -> pb::Readiness {
    let late = readiness.notified_at.zip(stay.discharged_at).is_some_and(|(notified, left)| notified > left);
    pb::Readiness {
        admission_id: stay.admission_id.to_string(),
        etag: readiness.version.to_string(),
        state: readiness.state.into(),
        hospital: stay.hospital.to_string(),
        ward: stay.ward.to_string(),
        liable_municipality: stay.liable_municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
        ready_since: readiness.ready_since.map(wire::timestamp),
        ready_on: readiness.ready_on.map(wire::date),
        reconfirmation_due: readiness.reconfirmation_due(stay),
        judgements: Vec::new(),
        discharged_at: stay.discharged_at.map(wire::timestamp),
        destination: stay.destination.into(),
        late_registration: late,
    }
}
