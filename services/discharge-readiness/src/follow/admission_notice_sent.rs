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
    let mut parties = store::stay::parties(&cx.db, admission_id).await?;
    let mut change = Change::new();
    for recipient in &event.recipients {
        let unit: HsaId = parsed(recipient)?;
        let known =
            parties.iter().position(|party| party.unit == unit).map(|place| parties.swap_remove(place));
        let party = if let Some(known) = known {
            // Told afterwards, an earlier notice may come after a later one.
            Party { version: known.version + 1, notified_at: known.notified_at.max(sent_at), ..known }
        } else {
            let directory = cx.directory.knowing(&unit).await?;
            let municipality = directory.municipality_running(&unit, local_day(sent_at)).cloned();
            Party {
                admission_id,
                unit,
                version: 1,
                municipality,
                notified_at: sent_at,
                is_open: stay.is_open(),
            }
        };
        change = change.put(&party);
        parties.push(party);
    }
    Ok(change.replace(&stay.notified(sent_at, told_as).with(&parties)))
}
