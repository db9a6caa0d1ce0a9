//! `AdmissionNoticeSent`: the stay is a case, and its recipients may see its readiness.

use hemgang_core::{day::local_day, id::AdmissionId, place::HsaId};
use hemgang_db::Change;
use hemgang_proto::{admission::AdmissionNoticeSent, common::EntryReason};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::parsed;
use crate::{domain::stay::Party, store};

pub async fn project(
    cx: &Context,
    admission_id: AdmissionId,
    (sent_at, told_as): (Timestamp, EntryReason),
    event: &AdmissionNoticeSent,
) -> Result<Change, Failure> {
    let stay = super::stay(cx, admission_id).await?;
    let known = store::stay::parties(&cx.db, admission_id).await?;
    let sent_on = local_day(sent_at);
    let mut stay = stay.notified(sent_at, told_as);
    let mut change = Change::new();
    for recipient in &event.recipients {
        let unit: HsaId = parsed(recipient)?;
        if known.iter().all(|party| party.unit != unit) {
            let municipality = cx.directory.municipality_running(&unit, sent_on).cloned();
            stay.liable_told |= municipality.is_some() && municipality == stay.liable_municipality;
            change = change.insert(&Party { admission_id, unit, municipality });
        }
    }
    Ok(change.replace(&stay))
}
