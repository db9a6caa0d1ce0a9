//! `AdmissionNoticeSent`: the stay is a case, and its recipients may see its readiness, unless planning tells otherwise.

use hemgang_core::{day::local_day, id::AdmissionId, place::HsaId};
use hemgang_db::Change;
use hemgang_feed::recipients::{Course, SentNotice};
use hemgang_proto::{admission::AdmissionNoticeSent, common::EntryReason};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::parsed;

pub async fn project(
    cx: &Context,
    admission_id: AdmissionId,
    (sent_at, entry): (Timestamp, EntryReason),
    event: &AdmissionNoticeSent,
) -> Result<Change, Failure> {
    let (stay, mut course) =
        tokio::try_join!(super::stay(cx, admission_id), Course::read(&cx.db, admission_id))?;
    let number = course.next_number();
    let mut change = Change::new();
    for recipient in &event.recipients {
        let unit: HsaId = parsed(recipient)?;
        let directory = cx.directory.knowing(&unit).await?;
        let municipality = directory.municipality_running(&unit, local_day(sent_at)).cloned();
        let sent = SentNotice { admission_id, number, unit, municipality, sent_at, entry };
        change = change.insert(&sent);
        course.sent.push(sent);
    }
    Ok(change.and(super::weighed(cx, stay, &course).await?))
}
