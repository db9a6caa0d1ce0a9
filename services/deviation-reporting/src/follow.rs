//! Follows admission and planning: what becomes of a stay, and of the duties that rest on it.

mod admission_notice_sent;
mod admission_time_corrected;
mod admission_voided;
mod discharge_cancelled;
mod interruption;
mod needs_assessed;
mod patient_admitted;
mod patient_discharged;
mod patient_transferred;
pub mod planning;
mod residence_recorded;
mod sip_call;
#[cfg(test)]
mod tests;
mod told;

use hemgang_db::{Change, Table};
use hemgang_feed::{
    Follow,
    recipients::{Course, JudgedNeed, Reached, SentNotice},
};
use hemgang_proto::admission::{AdmissionEvent, admission_event::Event};
use hemgang_rpc::{Context, Failure};

use self::told::Told;
use crate::{domain::stay::Stay, due, store};

/// The admission feed.
pub struct Admissions;

/// A stay as it is after an event.
struct After {
    stay: Stay,
    /// What was told that bears on the duty, for `project` to keep.
    rows: Change,
    /// Who holds a notice, where the event may have changed that.
    hold: Option<Vec<Reached>>,
}

#[async_trait::async_trait]
impl Follow for Admissions {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] =
        &[Table::of::<Stay>(), Table::of::<JudgedNeed>(), Table::of::<SentNotice>()];

    async fn project(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let told = Told::of(event)?;
        let Some(After { stay, rows, .. }) = after(cx, &told).await? else { return Ok(Change::new()) };
        let is_new = matches!(told.what, Event::PatientAdmitted(_));
        Ok(if is_new { rows.insert(&stay) } else { rows.replace(&stay) })
    }

    // It runs beside `project`, not after it: the stay is brought past this event here, too, and not written.
    async fn react(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let told = Told::of(event)?;
        let Some(After { stay, hold, .. }) = after(cx, &told).await? else { return Ok(Change::new()) };
        let (at, hold) = (told.occurred_at, hold.as_deref());
        let call = match told.what {
            Event::PatientTransferred(_) => return Ok(Change::new()),
            Event::ResidenceRecorded(_) => return residence_recorded::react(cx, &stay).await,
            _ => due::sip_call::weigh(cx, &stay, None, at, hold).await?,
        };
        match told.what {
            Event::PatientAdmitted(_) | Event::TypeAndLegalStatusRecorded(_) => Ok(call),
            _ => Ok(call.and(due::admission_notice::weigh(cx, &stay, at, hold).await?)),
        }
    }
}

/// The stay as it is after an event; none when the event says nothing of what we keep.
async fn after(cx: &Context, told: &Told<'_>) -> Result<Option<After>, Failure> {
    let before = || store::stay::get(&cx.db, told.admission_id);
    let stay = match told.what {
        Event::PatientAdmitted(what) => patient_admitted::stay(cx, told, what).await?,
        Event::NeedsAssessed(what) => {
            let (stay, mut course) = both(cx, told).await?;
            let judged = needs_assessed::judged(&stay, &course, told, what)?;
            let rows = Change::new().insert(&judged);
            course.judged.push(judged);
            return Ok(Some(After { stay: stay.weighed(&course), rows, hold: None }));
        }
        Event::AdmissionNoticeSent(what) => {
            let (stay, mut course) = both(cx, told).await?;
            let sent = admission_notice_sent::sent(cx, &course, told, what).await?;
            let rows = sent.iter().fold(Change::new(), Change::insert);
            course.sent.extend(sent);
            return Ok(Some(After { stay: stay.weighed(&course), rows, hold: Some(course.reached()) }));
        }
        Event::PatientTransferred(what) => patient_transferred::apply(before().await?, told, what)?,
        Event::PatientDischarged(what) => patient_discharged::apply(before().await?, told, what)?,
        Event::AdmissionVoided(_) => admission_voided::apply(before().await?),
        Event::DischargeCancelled(_) => discharge_cancelled::apply(before().await?),
        Event::AdmissionTimeCorrected(what) => admission_time_corrected::apply(before().await?, told, what)?,
        Event::ResidenceRecorded(what) => residence_recorded::apply(before().await?, told, what)?,
        Event::TypeAndLegalStatusRecorded(what) => before().await?.under(what.legal_status()),
        Event::PatientDetailsRecorded(_)
        | Event::PatientDetailsBlanked(_)
        | Event::LeaveStarted(_)
        | Event::LeaveEnded(_)
        | Event::MovementCancelled(_)
        | Event::QualityFlagsRecorded(_)
        | Event::PatientsMerged(_)
        | Event::SexAndAgeRecorded(_)
        | Event::StayShared(_)
        | Event::StayUnshared(_)
        | Event::ExpectedDischargeChanged(_)
        | Event::DischargeNoticeSent(_) => return Ok(None),
    };
    Ok(Some(After { stay, rows: Change::new(), hold: None }))
}

/// A stay, and what was told of it that bears on the duty.
async fn both(cx: &Context, told: &Told<'_>) -> Result<(Stay, Course), Failure> {
    let id = told.admission_id;
    Ok((store::stay::get(&cx.db, id).await?, Course::read(&cx.db, id).await?))
}
