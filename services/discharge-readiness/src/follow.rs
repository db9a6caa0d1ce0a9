//! Follows admission and planning: a stay and the units notified of it, which is projection and can be rebuilt; on our own readiness
//! the mark that the patient has left, by which the work list finds who waits; and a ward that the patient comes to is
//! told of what was judged.

mod admission_notice_sent;
mod admission_time_corrected;
mod admission_voided;
mod discharge_cancelled;
mod discharge_notice_sent;
mod disclosure;
mod ending;
mod needs_assessed;
mod patient_admitted;
mod patient_details_recorded;
mod patient_discharged;
mod patient_transferred;
pub mod planning;
mod recipients;
mod residence_recorded;
mod sex_and_age_recorded;
#[cfg(test)]
mod tests;

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, Table};
use hemgang_feed::{
    FeedEvent as _, Follow,
    recipients::{Course, JudgedNeed, SentNotice},
};
use hemgang_proto::{
    admission::{AdmissionEvent, admission_event::Event},
    common::EventHeader,
};
use hemgang_rpc::{Context, Entry, Failure, wire};
use jiff::Timestamp;

use crate::{
    domain::{
        readiness::Readiness,
        stay::{Party, Stay},
    },
    store,
};

/// Follows admission's feed.
pub struct Admission;

#[async_trait::async_trait]
impl Follow for Admission {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] =
        &[Table::of::<Stay>(), Table::of::<Party>(), Table::of::<JudgedNeed>(), Table::of::<SentNotice>()];

    async fn project(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let header = event.header().ok_or_else(|| Failure::Internal("an event without a header".into()))?;
        let what =
            event.event.as_ref().ok_or_else(|| Failure::Internal("an event of an unknown kind".into()))?;
        let (id, at) = about(header)?;
        let told_as = Entry::reason(Entry::of(header)?);
        match what {
            Event::PatientAdmitted(event) => patient_admitted::project(cx, id, at, event).await,
            Event::AdmissionNoticeSent(event) => {
                admission_notice_sent::project(cx, id, (at, told_as), event).await
            }
            Event::NeedsAssessed(event) => {
                needs_assessed::project(cx, id, (recorded_at(header)?, told_as), event).await
            }
            Event::DischargeNoticeSent(_) => discharge_notice_sent::project(cx, id, at).await,
            Event::PatientTransferred(event) => patient_transferred::project(cx, id, event).await,
            Event::PatientDischarged(event) => {
                patient_discharged::project(cx, id, (at, told_as), event).await
            }
            Event::AdmissionVoided(_) => admission_voided::project(cx, id).await,
            Event::DischargeCancelled(_) => discharge_cancelled::project(cx, id).await,
            Event::ResidenceRecorded(event) => residence_recorded::project(cx, id, event).await,
            Event::PatientDetailsRecorded(event) => patient_details_recorded::project(cx, id, event).await,
            Event::SexAndAgeRecorded(event) => sex_and_age_recorded::project(cx, id, event).await,
            Event::AdmissionTimeCorrected(event) => admission_time_corrected::project(cx, id, event).await,
            // What they say is not needed to tell readiness. The ward after a cancelled move is told by a transfer.
            // Leave pauses nothing: a patient who is ready and away holds the bed all the same. A flag moves no figure.
            Event::LeaveStarted(_)
            | Event::LeaveEnded(_)
            | Event::PatientsMerged(_)
            | Event::PatientDetailsBlanked(_)
            | Event::MovementCancelled(_)
            | Event::QualityFlagsRecorded(_)
            | Event::TypeAndLegalStatusRecorded(_)
            | Event::StayShared(_)
            | Event::StayUnshared(_)
            | Event::ExpectedDischargeChanged(_) => Ok(Change::new()),
        }
    }

    async fn react(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let header = event.header().ok_or_else(|| Failure::Internal("an event without a header".into()))?;
        let (id, at) = about(header)?;
        match &event.event {
            Some(Event::PatientTransferred(said)) => patient_transferred::react(cx, id, at, said).await,
            Some(Event::PatientDischarged(_) | Event::AdmissionVoided(_)) => marked(cx, id, false).await,
            Some(Event::DischargeCancelled(_)) => marked(cx, id, true).await,
            _ => Ok(Change::new()),
        }
    }
}

/// Our readiness, marked with whether the patient is in hospital.
async fn marked(cx: &Context, id: AdmissionId, in_hospital: bool) -> Result<Change, Failure> {
    let readiness = store::readiness::get(&cx.db, id).await?;
    // A departure that is taken back is marked also where nobody has judged: whoever judges at this moment, of a
    // patient who had left, then loses the row and sees that the patient has not.
    let is_news =
        readiness.in_hospital != in_hospital && readiness.is_kept() || in_hospital && !readiness.is_kept();
    let marked = Readiness { version: readiness.version + 1, in_hospital, ..readiness };
    Ok(if is_news { Change::new().put(&marked) } else { Change::new() })
}

/// The parties of a stay that was opened or closed, where that is new to them.
async fn opened_or_closed(cx: &Context, stay: &Stay) -> Result<Change, Failure> {
    let parties = store::stay::parties(&cx.db, stay.admission_id).await?;
    let open = |party: &Party| Party { is_open: stay.is_open(), ..party.clone() };
    let next: Vec<_> = parties.iter().map(open).collect();
    Ok(exchanged(parties, &next))
}

/// A stay and its parties, as what was told of it leaves them.
async fn weighed(cx: &Context, stay: Stay, course: &Course) -> Result<Change, Failure> {
    let known = store::stay::parties(&cx.db, stay.admission_id).await?;
    let stay = stay.weighed(course);
    let parties = stay.parties(course);
    let stay = stay.with(&parties);
    Ok(exchanged(known, &parties).replace(&stay))
}

/// Parties in the place of those that stand. They have no version: the stay's row, which whoever changes them replaces, is
/// theirs, so that in whatever order the feeds are read the rows are the same.
fn exchanged(known: Vec<Party>, next: &[Party]) -> Change {
    let (stand, gone): (Vec<_>, Vec<_>) = known.into_iter().partition(|party| next.contains(party));
    let change = gone.iter().fold(Change::new(), Change::remove);
    next.iter().filter(|party| !stand.contains(party)).fold(change, Change::insert)
}

/// The admission that an event is about, and when it happened.
fn about(header: &EventHeader) -> Result<(AdmissionId, Timestamp), Failure> {
    let id = header.admission_id.parse().map_err(|fault| Failure::Internal(Box::new(fault)))?;
    let at = header.occurred_at.as_ref().and_then(wire::instant);
    Ok((id, at.ok_or_else(|| Failure::Internal("an event without a time".into()))?))
}

/// When we were told of an event.
fn recorded_at(header: &EventHeader) -> Result<Timestamp, Failure> {
    let at = header.recorded_at.as_ref().and_then(wire::instant);
    at.ok_or_else(|| Failure::Internal("an event that does not say when it was told".into()))
}

/// The stay of a later event; its first event comes before in the same feed.
async fn stay(cx: &Context, id: AdmissionId) -> Result<Stay, Failure> {
    let stay = store::stay::get(&cx.db, id).await?;
    stay.ok_or_else(|| Failure::Internal(format!("no stay {id} for a later event").into()))
}

/// A code of the contract that must parse.
fn parsed<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    text: &str,
) -> Result<T, Failure> {
    text.parse().map_err(|fault: T::Err| Failure::Internal(Box::new(fault)))
}
