//! `AdmissionNoticeSent`: the duty is met, in time or late, and its recipients may know of the stay, unless planning tells
//! that they do not take part.

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_feed::recipients::{Course, SentNotice};
use hemgang_proto::admission::AdmissionNoticeSent;
use hemgang_rpc::{Context, Failure};

use super::told::Told;

/// The notice to each of its recipients, after what was told before.
pub async fn sent(
    cx: &Context,
    course: &Course,
    told: &Told<'_>,
    what: &AdmissionNoticeSent,
) -> Result<Vec<SentNotice>, Failure> {
    let mut sent = Vec::new();
    for recipient in &what.recipients {
        let unit: HsaId = told.parsed("recipients", recipient)?;
        let directory = cx.directory.knowing(&unit).await?;
        sent.push(SentNotice {
            admission_id: told.admission_id,
            number: course.next_number(),
            municipality: directory.municipality_running(&unit, local_day(told.occurred_at)).cloned(),
            unit,
            sent_at: told.occurred_at,
            entry: told.entry,
        });
    }
    Ok(sent)
}
