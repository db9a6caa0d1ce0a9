//! The feeds that planning follows. `project` keeps what was said of stays; `react` opens cases and delivers.
//!
//! The feeds have no order among each other. Both replace the stay's row, so a notice and a judgement that are
//! applied at the same moment cannot miss each other: the later one loses the row and decides again.

mod admission_notice_sent;
mod admission_time_corrected;
mod admission_voided;
pub mod delivery;
mod discharge_cancelled;
mod discharge_notice_sent;
pub mod disclosure;
mod expected_discharge_changed;
pub mod homecoming;
mod leave;
mod patient_admitted;
mod patient_details_blanked;
mod patient_details_recorded;
mod patient_discharged;
mod patient_transferred;
mod readiness_confirmed;
mod readiness_withdrawn;
mod residence_recorded;
mod sex_and_age_recorded;
pub mod sight;
#[cfg(test)]
mod tests;
pub mod words;

use hemgang_core::place::{HsaId, MunicipalityCode};
use hemgang_db::{Change, Table};
use hemgang_feed::{FeedEvent, Follow, Source, Telling};
use hemgang_proto::{
    admission::{AdmissionEvent, admission_event::Event as Admission},
    planning::PlanningEvent,
    readiness::{ReadinessEvent, readiness_event::Event as Readiness},
};
use hemgang_rpc::{Context, Failure};

use crate::{
    domain::{
        heard::{Heard, broken},
        judgement::Judgement,
        patient::Patient,
        stay::Stay,
    },
    store,
};

/// Follows admission.
pub struct AdmissionFollower;

/// Follows readiness.
pub struct ReadinessFollower;

#[async_trait::async_trait]
impl Follow for AdmissionFollower {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<Stay>(), Table::of::<Patient>()];

    async fn project(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let heard = hear(cx, event)?;
        let stay = store::stay::get(&cx.db, heard.admission_id).await?;
        let stay = match said(event.event.as_ref())? {
            Admission::PatientDetailsRecorded(said) => {
                return patient_details_recorded::project(cx, heard.admission_id, said).await;
            }
            Admission::PatientDetailsBlanked(_) => {
                return patient_details_blanked::project(cx, heard.admission_id).await;
            }
            // Under which identity a stay goes on is told beside the merge.
            Admission::PatientsMerged(_)
            | Admission::NeedsAssessed(_)
            | Admission::LeaveStarted(_)
            | Admission::LeaveEnded(_)
            | Admission::QualityFlagsRecorded(_)
            | Admission::MovementCancelled(_)
            | Admission::StayShared(_)
            | Admission::StayUnshared(_) => return Ok(Change::new()),
            Admission::ResidenceRecorded(said) => residence_recorded::project(stay, said)?,
            Admission::SexAndAgeRecorded(said) => sex_and_age_recorded::project(stay, *said),
            Admission::TypeAndLegalStatusRecorded(said) => Stay { legal_status: said.legal_status(), ..stay },
            Admission::DischargeCancelled(_) => discharge_cancelled::project(stay),
            Admission::AdmissionTimeCorrected(said) => admission_time_corrected::project(stay, said)?,
            Admission::PatientAdmitted(said) => patient_admitted::project(stay, &heard, said)?,
            Admission::AdmissionNoticeSent(said) => admission_notice_sent::project(stay, &heard, said),
            Admission::ExpectedDischargeChanged(said) => {
                expected_discharge_changed::project(stay, &heard, said)
            }
            Admission::PatientTransferred(said) => patient_transferred::project(stay, said)?,
            Admission::DischargeNoticeSent(said) => discharge_notice_sent::project(stay, said)?,
            Admission::PatientDischarged(said) => patient_discharged::project(stay, said)?,
            Admission::AdmissionVoided(_) => admission_voided::project(stay),
        };
        Ok(put(stay))
    }

    async fn react(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let heard = hear(cx, event)?;
        let said = said(event.event.as_ref())?;
        match said {
            Admission::AdmissionNoticeSent(said) => {
                return admission_notice_sent::react(cx, &heard, said).await;
            }
            Admission::PatientDetailsRecorded(said) => {
                let raised = patient_details_recorded::react(cx, &heard, said).await?;
                return Ok(raised.and(revised(cx, &heard).await?));
            }
            Admission::AdmissionTimeCorrected(_) => return revised(cx, &heard).await,
            _ => {}
        }
        // An admission alone reaches nobody: without a case nothing is delivered.
        let Some(dossier) = store::dossier::find(&cx.db, heard.admission_id).await? else {
            return Ok(Change::new());
        };
        let dossier = match said {
            // Read in the case: nobody plans by the hour of the admission.
            Admission::AdmissionTimeCorrected(_)
            | Admission::QualityFlagsRecorded(_)
            | Admission::TypeAndLegalStatusRecorded(_)
            | Admission::PatientAdmitted(_)
            | Admission::PatientDetailsRecorded(_)
            | Admission::PatientsMerged(_)
            | Admission::ResidenceRecorded(_)
            | Admission::SexAndAgeRecorded(_)
            | Admission::NeedsAssessed(_)
            | Admission::StayShared(_)
            | Admission::StayUnshared(_)
            | Admission::AdmissionNoticeSent(_) => return Ok(Change::new()),
            Admission::PatientDetailsBlanked(said) => {
                return patient_details_blanked::react(cx, dossier, *said).await;
            }
            Admission::DischargeCancelled(_) => return discharge_cancelled::react(cx, dossier, &heard).await,
            Admission::LeaveStarted(said) => leave::started(dossier, &heard, said),
            Admission::LeaveEnded(said) => leave::ended(dossier, &heard, said),
            Admission::MovementCancelled(said) => leave::cancelled(dossier, &heard, said),
            Admission::ExpectedDischargeChanged(_) => expected_discharge_changed::react(dossier, &heard),
            Admission::PatientTransferred(said) => {
                return patient_transferred::react(cx, dossier, &heard, said).await;
            }
            Admission::DischargeNoticeSent(_) => discharge_notice_sent::react(dossier, &heard),
            Admission::PatientDischarged(said) => {
                let dossier = patient_discharged::react(dossier, &heard, said)?;
                homecoming::departed(cx, dossier, &heard, said).await?
            }
            Admission::AdmissionVoided(_) => admission_voided::react(dossier, &heard),
        };
        delivery::change(cx, &dossier)
    }
}

#[async_trait::async_trait]
impl Follow for ReadinessFollower {
    type Event = ReadinessEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<Stay>(), Table::of::<Judgement>()];

    async fn project(&self, cx: &Context, event: &ReadinessEvent) -> Result<Change, Failure> {
        let heard = hear(cx, event)?;
        let (stay, earlier) = tokio::try_join!(
            store::stay::get(&cx.db, heard.admission_id),
            store::judgement::list(&cx.db, heard.admission_id),
        )?;
        let (stay, judgement) = match said(event.event.as_ref())? {
            // The first confirmation stays the valid one.
            Readiness::ReadinessReconfirmed(_)
            | Readiness::ReadinessShared(_)
            | Readiness::ReadinessUnshared(_) => return Ok(Change::new()),
            Readiness::ReadinessConfirmed(said) => {
                readiness_confirmed::project(stay, &earlier, &heard, said)?
            }
            Readiness::ReadinessWithdrawn(_) => readiness_withdrawn::project(stay, &earlier, &heard),
        };
        Ok(judgement.iter().fold(put(stay), Change::insert))
    }

    async fn react(&self, cx: &Context, event: &ReadinessEvent) -> Result<Change, Failure> {
        let heard = hear(cx, event)?;
        // Kept until the first admission notice, which then tells its recipients.
        let Some(dossier) = store::dossier::find(&cx.db, heard.admission_id).await? else {
            return Ok(Change::new());
        };
        let dossier = match said(event.event.as_ref())? {
            // Nobody is told: nothing changed for the receivers.
            Readiness::ReadinessReconfirmed(_)
            | Readiness::ReadinessShared(_)
            | Readiness::ReadinessUnshared(_) => return Ok(Change::new()),
            Readiness::ReadinessConfirmed(_) => readiness_confirmed::react(dossier, &heard),
            Readiness::ReadinessWithdrawn(_) => readiness_withdrawn::react(dossier, &heard),
        };
        delivery::change(cx, &dossier)
    }
}

fn hear<E: FeedEvent + Source>(cx: &Context, event: &E) -> Result<Heard, Failure> {
    Heard::read(E::FEED, event.header(), cx.clock.now())
}

/// What an event says. A kind that we do not know stops the feed: consumers are upgraded first.
fn said<T>(what: Option<&T>) -> Result<&T, Failure> {
    what.ok_or_else(|| broken("an event of an unknown kind"))
}

/// Tells whoever reads the case that it says something else, of which no event tells what.
async fn revised(cx: &Context, heard: &Heard) -> Result<Change, Failure> {
    let Some(dossier) = store::dossier::find(&cx.db, heard.admission_id).await? else {
        return Ok(Change::new());
    };
    let telling = Telling::reacting(cx, dossier.case.subject(), heard.recorded_at, dossier.audience());
    Ok(Change::new().tell(telling.event::<PlanningEvent>(dossier.case.revised())?))
}

/// The stay's next version.
fn put(stay: Stay) -> Change {
    Change::new().put(&stay.next())
}

/// The HSA-id of a unit, as an event names it.
fn unit(hsa_id: &str) -> Result<HsaId, Failure> {
    hsa_id.parse().map_err(|_| broken("an event that names no unit"))
}

/// A municipality, as an event names it; none when it is unknown or secret.
fn municipality(code: &str) -> Result<Option<MunicipalityCode>, Failure> {
    if code.is_empty() {
        return Ok(None);
    }
    code.parse().map(Some).map_err(|_| broken("an event that names no municipality"))
}

/// A value of an enum, as an event names it.
fn known<T: TryFrom<i32>>(value: i32) -> Result<T, Failure> {
    T::try_from(value).map_err(|_| broken("an event with an unknown value"))
}
