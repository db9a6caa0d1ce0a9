//! Follows admission: what becomes of a stay, and of the duties that rest on it.

mod admission_notice_sent;
mod admission_time_corrected;
mod admission_voided;
mod discharge_cancelled;
mod needs_assessed;
mod patient_admitted;
mod patient_discharged;
mod patient_transferred;
mod residence_recorded;
mod told;

use hemgang_db::{Change, Table};
use hemgang_feed::Follow;
use hemgang_proto::admission::{AdmissionEvent, admission_event::Event};
use hemgang_rpc::{Context, Failure};

use self::told::Told;
use crate::{domain::stay::Stay, due, store};

/// The admission feed.
pub struct Admissions;

#[async_trait::async_trait]
impl Follow for Admissions {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<Stay>()];

    async fn project(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let stay = stay_after(cx, &Told::of(event)?).await?;
        Ok(stay.map_or_else(Change::new, |stay| Change::new().put(&stay)))
    }

    // It runs beside `project`, not after it: the stay is brought past this event here, too, and not written.
    async fn react(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let told = Told::of(event)?;
        let Some(stay) = stay_after(cx, &told).await? else { return Ok(Change::new()) };
        match told.what {
            Event::PatientAdmitted(_) | Event::PatientTransferred(_) => Ok(Change::new()),
            Event::ResidenceRecorded(_) => residence_recorded::react(cx, &stay).await,
            Event::AdmissionNoticeSent(what) => {
                let recipients = admission_notice_sent::recipients(&told, what)?;
                due::admission_notice::weigh(cx, &stay, told.occurred_at, &recipients).await
            }
            _ => due::admission_notice::weigh(cx, &stay, told.occurred_at, &[]).await,
        }
    }
}

/// The stay as it is after an event; none when the event says nothing of what we keep.
async fn stay_after(cx: &Context, told: &Told<'_>) -> Result<Option<Stay>, Failure> {
    let before = || store::stay::get(&cx.db, told.admission_id);
    let stay = match told.what {
        Event::PatientAdmitted(what) => patient_admitted::stay(told, what)?,
        Event::NeedsAssessed(what) => needs_assessed::apply(before().await?, told, what)?,
        Event::AdmissionNoticeSent(_) => admission_notice_sent::apply(before().await?, told),
        Event::PatientTransferred(what) => patient_transferred::apply(before().await?, told, what)?,
        Event::PatientDischarged(what) => patient_discharged::apply(before().await?, told, what)?,
        Event::AdmissionVoided(_) => admission_voided::apply(before().await?),
        Event::DischargeCancelled(_) => discharge_cancelled::apply(before().await?),
        Event::AdmissionTimeCorrected(what) => admission_time_corrected::apply(before().await?, told, what)?,
        Event::ResidenceRecorded(what) => residence_recorded::apply(before().await?, told, what)?,
        Event::PatientDetailsRecorded(_)
        | Event::PatientDetailsBlanked(_)
        | Event::LeaveStarted(_)
        | Event::LeaveEnded(_)
        | Event::MovementCancelled(_)
        | Event::QualityFlagsRecorded(_)
        | Event::PatientsMerged(_)
        | Event::SexAndAgeRecorded(_)
        | Event::TypeAndLegalStatusRecorded(_)
        | Event::StayShared(_)
        | Event::StayUnshared(_)
        | Event::ExpectedDischargeChanged(_)
        | Event::DischargeNoticeSent(_) => return Ok(None),
    };
    Ok(Some(stay))
}
