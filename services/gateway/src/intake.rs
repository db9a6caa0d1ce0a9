//! From ADT messages to `AdmissionService`, through its public API. An ADT notifies nobody and never makes ready.
//!
//! Messages may come in any order and more than once. Admission keeps what comes late or early for a stay that it
//! knows; what comes before its admission waits here, and goes on when that comes.

mod effect;
mod parking;
mod requests;
#[cfg(test)]
mod tests;

use hemgang_core::place::HsaId;
use hemgang_proto::admission::{QualityFlag, VisitNumber, admission_service_client::AdmissionServiceClient};
use hemgang_rpc::Peer;
use jiff::SignedDuration;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use self::parking::Parking;
pub use self::parking::Released;
use crate::adt::{AdtEvent, AdtKind, Ignored, Reading, Timed, Unmapped, Verdict};

/// How far a movement may lie from when it was recorded. A wrong year is farther, and late registration nearer.
const FAR: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Times of the contract that a clock which runs ahead makes wrong.
const TIMES: [&str; 9] = [
    "admitted_at",
    "transferred_at",
    "started_at",
    "ended_at",
    "discharged_at",
    "died_at",
    "merged_at",
    "changed_at",
    "registered_at",
];

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It had its effect, now or when it came first.
    Accepted,
    /// The very message had its effect before, on what is otherwise now: a stay that is void, a ward that is mapped anew.
    Repeated,
    /// It says nothing that is not known.
    Unchanged,
    /// It is nothing to us.
    Ignored(Ignored),
    /// It is ours, and waits for the mapping to be mended.
    Unmapped(Unmapped),
    /// It is ours and maps, and cannot have its effect as things are.
    Parked(Held),
    /// It is ours, and admission refuses it; the reason is admission's.
    Refused {
        /// `ErrorInfo.reason`.
        reason: String,
    },
}

/// Why a message that maps has no effect yet. The texts never repeat what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Held {
    /// It waits, and goes on by itself when the admission comes.
    #[error("admission of the visit has not come")]
    AwaitsAdmission,
    /// No stay is shortened to nothing or less: somebody must look at it.
    #[error("time lies before the admission")]
    BeforeAdmission,
    /// The same visit began at two times, and the one told later is not a correction that fits the stay: somebody must
    /// look at it, unless the first is taken back.
    #[error("visit is known to have begun at another time")]
    OtherAdmission,
    /// The message names another patient than the visit's: the number is wrong, or is used again, or a merge has not come.
    #[error("visit is known to be another patient's")]
    OtherPatient,
    /// A clock or a year is wrong: somebody must look at it.
    #[error("time lies in the future")]
    Future,
    /// A year is wrong: somebody must look at it.
    #[error("time lies a century back")]
    LongAgo,
    /// A year is wrong: somebody must look at it.
    #[error("time lies half a year or more from when it was recorded")]
    FarFromRecord,
}

impl Held {
    /// Whether it says what cannot be, so that the stay is marked where there is one.
    fn is_implausible(self) -> bool {
        !matches!(self, Self::AwaitsAdmission | Self::OtherPatient)
    }
}

/// What is at fault in a message, once its outcome is known.
pub fn quality_flags(event: &AdtEvent, outcome: &Outcome) -> Vec<QualityFlag> {
    let is_implausible = matches!(outcome, Outcome::Parked(held) if held.is_implausible());
    let implausible = is_implausible.then_some(QualityFlag::ImplausibleTime);
    requests::faults(event).into_iter().chain(implausible).collect()
}

/// Hands messages on, each with the token of its hospital.
pub struct Intake<P> {
    peer: P,
    parking: Parking,
}

impl<P: Fn(&HsaId) -> Peer> Intake<P> {
    /// An intake that reaches admission through these peers.
    pub fn new(peer: P) -> Self {
        Self { peer, parking: Parking::default() }
    }

    /// Gives a message its effect. A repeat has none more: its request ids are made of its content.
    ///
    /// One that comes before the admission of its visit is held, as is an admission at another time than the visit's.
    /// When an admission is accepted or taken back, what waited for it goes on in the order in which it came, and what names
    /// another patient than its visit's when identities are merged; [`Intake::take_released`] tells what became of it.
    ///
    /// # Errors
    /// When admission cannot be reached or cannot write now: only what a resend can cure.
    pub async fn accept(&self, reading: &Reading) -> Result<Outcome, Status> {
        let outcome = Box::pin(self.effect(reading)).await?;
        let Verdict::Mapped(event) = &reading.verdict else { return Ok(outcome) };
        let had_effect = matches!(outcome, Outcome::Accepted | Outcome::Repeated | Outcome::Unchanged);
        let mut visits = Vec::new();
        if is_waiting(&outcome) {
            self.parking.hold(visit(event), reading.clone(), is_conflict(&outcome));
        } else if had_effect && opens(reading) {
            visits.push(visit(event));
        } else if outcome == Outcome::Accepted && event.kind == AdtKind::Merge {
            visits = self.parking.conflicts();
        }
        for visit in visits {
            Box::pin(self.release(&visit)).await?;
        }
        Ok(outcome)
    }

    /// What became of messages that waited, since this was last asked, in the order in which they went on.
    pub fn take_released(&self) -> Vec<Released> {
        self.parking.take_released()
    }

    /// Messages that still wait for the admission of their visit.
    pub fn waiting(&self) -> Vec<Reading> {
        self.parking.waiting()
    }

    /// Gives what waits for a visit its effect. Once more where an admission or a void was among it: what waited before it
    /// may have waited for it.
    async fn release(&self, visit: &VisitNumber) -> Result<(), Status> {
        let mut again = true;
        while again {
            again = false;
            let mut held = self.parking.take(visit).into_iter();
            while let Some(reading) = held.next() {
                match self.effect(&reading).await {
                    // Its admission is another one, which has not come either.
                    Ok(outcome) if is_waiting(&outcome) => {
                        self.parking.hold(visit.clone(), reading, is_conflict(&outcome));
                    }
                    Ok(outcome) => {
                        again |= opens(&reading);
                        self.parking.released(reading, outcome);
                    }
                    Err(status) => {
                        self.parking.put_back(visit, reading, held);
                        return Err(status);
                    }
                }
            }
        }
        Ok(())
    }

    async fn effect(&self, reading: &Reading) -> Result<Outcome, Status> {
        let event = match &reading.verdict {
            Verdict::Mapped(event) => event,
            Verdict::Parked(reason) => return Ok(Outcome::Unmapped(reason.clone())),
            Verdict::Ignored(reason) => return Ok(Outcome::Ignored(*reason)),
        };
        let request_id = Uuid::new_v5(&Uuid::NAMESPACE_OID, reading.envelope.repeat_key().as_bytes());
        let client = AdmissionServiceClient::new((self.peer)(&event.hospital));
        let outcome = if is_far_from_record(event) {
            Outcome::Parked(Held::FarFromRecord)
        } else {
            match effect::of(client.clone(), event, request_id).await {
                Ok(outcome) => outcome,
                Err(status) if is_of_void(&status) => effect::of_void(client.clone(), event).await?,
                Err(status) => refused(event, status)?,
            }
        };
        if matches!(outcome, Outcome::Parked(held) if held.is_implausible()) {
            effect::mark(client, event, request_id).await?;
        }
        Ok(outcome)
    }
}

/// The visit as admission knows it.
fn visit(event: &AdtEvent) -> VisitNumber {
    requests::visit(event).unwrap_or_default()
}

/// An admission may lie years back: whoever connects a hospital sends the stays that go on.
fn is_far_from_record(event: &AdtEvent) -> bool {
    let at = match event.kind {
        AdtKind::Discharge => event.discharged_at.unwrap_or(event.occurred_at),
        AdtKind::Transfer | AdtKind::StartLeave | AdtKind::EndLeave => event.occurred_at,
        _ => return false,
    };
    let instant = |timed: Timed| timed.stamp.at;
    instant(at).duration_since(instant(event.registered_at)).abs() >= FAR
}

/// Whether a message goes on by itself when the admission of its visit comes or is taken back, or identities are merged.
fn is_waiting(outcome: &Outcome) -> bool {
    let Outcome::Parked(held) = outcome else { return false };
    matches!(held, Held::AwaitsAdmission | Held::OtherAdmission | Held::OtherPatient)
}

/// Whether it is an admission or its void, which others of its visit wait for.
fn opens(reading: &Reading) -> bool {
    let Verdict::Mapped(event) = &reading.verdict else { return false };
    matches!(event.kind, AdtKind::Admit | AdtKind::CancelAdmit)
}

fn is_conflict(outcome: &Outcome) -> bool {
    *outcome == Outcome::Parked(Held::OtherPatient)
}

/// Whether a message holds its visit, so that what comes later waits behind it: an admission that says another time or
/// patient than is known may be the next stay under the number, and what follows is that stay's then.
pub fn holds_visit(event: &AdtEvent, outcome: &Outcome) -> bool {
    let is_other = match outcome {
        // One that states no time of its own is told again, as far as anybody knows.
        Outcome::Parked(Held::OtherAdmission) => requests::states_admission(event),
        outcome => is_conflict(outcome),
    };
    is_other && event.kind == AdtKind::Admit
}

/// Whether the stay is not open: what is told of a log names when it was recorded, which only one that is void refuses.
fn is_of_void(status: &Status) -> bool {
    matches!(reason(status).as_str(), "ADMISSION_VOIDED" | "ADMISSION_NOT_OPEN")
}

/// Whether it says nothing of the message.
fn is_fault(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Internal | Code::Unauthenticated)
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|said| said.reason.clone()).unwrap_or_default()
}

/// What a refusal of admission means for a message.
fn refused(event: &AdtEvent, status: Status) -> Result<Outcome, Status> {
    if is_fault(&status) {
        return Err(status);
    }
    if status.code() == Code::NotFound && event.visit.is_some() {
        // A visit to a clinic, which no admission will follow.
        return Ok(if event.is_outpatient {
            Outcome::Ignored(Ignored::NotInpatient)
        } else {
            Outcome::Parked(Held::AwaitsAdmission)
        });
    }
    let details = status.get_error_details();
    let wrong = details.bad_request().map(|request| request.field_violations.as_slice()).unwrap_or_default();
    if !wrong.is_empty() && wrong.iter().all(|violation| TIMES.contains(&violation.field.as_str())) {
        let is_long_ago = event.registered_at.stamp.written.year() < 1900;
        return Ok(Outcome::Parked(if is_long_ago { Held::LongAgo } else { Held::Future }));
    }
    if let ([wrong], Some(ward)) = (wrong, &event.ward)
        && wrong.field == "ward"
    {
        return Ok(Outcome::Unmapped(Unmapped::NoSuchWard { ward: ward.clone() }));
    }
    let fields: Vec<_> = wrong.iter().map(|violation| violation.field.as_str()).collect();
    let reason = reason(&status);
    Ok(match reason.as_str() {
        // The visit is there, and this says nothing that is not known of it.
        "VISIT_ALREADY_ADMITTED" => Outcome::Unchanged,
        "OTHER_PATIENT" => Outcome::Parked(Held::OtherPatient),
        "ADMITTED_AT_ANOTHER_TIME" | "NOT_OF_THIS_STAY" => Outcome::Parked(Held::OtherAdmission),
        // Ids are made of the content, what is asked under them of things as they are now.
        "REQUEST_ID_REUSED" => Outcome::Repeated,
        "BEFORE_ADMISSION" | "DISCHARGE_BEFORE_ADMISSION" => Outcome::Parked(Held::BeforeAdmission),
        // Names of the contract's fields, never what they hold.
        "INVALID_FIELDS" => Outcome::Refused { reason: format!("{reason}: {}", fields.join(", ")) },
        _ => Outcome::Refused { reason },
    })
}
