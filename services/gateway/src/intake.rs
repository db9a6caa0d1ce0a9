//! From ADT messages to `AdmissionService`, through its public API. An ADT notifies nobody and never makes ready.

mod requests;

use hemgang_core::{expected::ExpectedDischarge, place::HsaId};
use hemgang_proto::admission::{self as pb, Admission, admission_service_client::AdmissionServiceClient};
use hemgang_rpc::Peer;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::adt::{AdtEvent, AdtKind, Ignored, Reading, Statement, Unmapped, Verdict};

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It had its effect, now or when it came first.
    Accepted,
    /// It says nothing that is not known.
    Unchanged,
    /// It is nothing to us.
    Ignored(Ignored),
    /// It is ours, and waits for the mapping to be mended.
    Unmapped(Unmapped),
    /// It is ours, and admission refuses it; the reason is admission's.
    Refused {
        /// `ErrorInfo.reason`.
        reason: String,
    },
}

/// Hands messages on, each with the token of its hospital.
pub struct Intake<P> {
    peer: P,
}

impl<P: Fn(&HsaId) -> Peer> Intake<P> {
    /// An intake that reaches admission through these peers.
    pub fn new(peer: P) -> Self {
        Self { peer }
    }

    /// Gives a message its effect. A repeat has none more: its request ids are made of its content.
    ///
    /// # Errors
    /// When admission cannot be reached or cannot write now: only what a resend can cure.
    pub async fn accept(&self, reading: &Reading) -> Result<Outcome, Status> {
        let event = match &reading.verdict {
            Verdict::Mapped(event) => event,
            Verdict::Parked(reason) => return Ok(Outcome::Unmapped(reason.clone())),
            Verdict::Ignored(reason) => return Ok(Outcome::Ignored(*reason)),
        };
        let request_id =
            Uuid::new_v5(&Uuid::NAMESPACE_OID, reading.envelope.repeat_key().as_bytes()).to_string();
        let client = AdmissionServiceClient::new((self.peer)(&event.hospital));
        match effect(client, event, request_id).await {
            Ok(outcome) => Ok(outcome),
            Err(status)
                if matches!(status.code(), Code::Unavailable | Code::Internal | Code::Unauthenticated) =>
            {
                Err(status)
            }
            Err(status) => {
                let details = status.get_error_details();
                let reason = details.error_info().map(|said| said.reason.clone()).unwrap_or_default();
                // The visit is there: an A01 sent again with other words, which A08 is for.
                Ok(if reason == "VISIT_ALREADY_ADMITTED" {
                    Outcome::Unchanged
                } else {
                    Outcome::Refused { reason }
                })
            }
        }
    }
}

type Client = AdmissionServiceClient<Peer>;

async fn effect(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    match event.kind {
        AdtKind::Admit => {
            client.admit_patient(requests::admit(event, request_id)).await?;
        }
        AdtKind::Transfer => {
            let admission_id = find(&mut client, event).await?.admission_id;
            client.transfer_patient(requests::transfer(event, admission_id, request_id)).await?;
        }
        AdtKind::Discharge => {
            let admission_id = find(&mut client, event).await?.admission_id;
            client.discharge_patient(requests::discharge(event, admission_id, request_id)).await?;
        }
        AdtKind::CancelAdmit => {
            let admission_id = find(&mut client, event).await?.admission_id;
            let reason = pb::VoidReason::Cancelled.into();
            client
                .void_admission(pb::VoidAdmissionRequest {
                    request_id,
                    admission_id,
                    reason,
                    ..Default::default()
                })
                .await?;
        }
        AdtKind::Update | AdtKind::PendingDischarge | AdtKind::CancelPendingDischarge => {
            return expect(client, event, request_id).await;
        }
    }
    Ok(Outcome::Accepted)
}

/// A08, A16 and A25 change the expected discharge, and nothing else yet.
async fn expect(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    let expected = match (event.kind, event.expected_discharge) {
        // A cancelled expectation is not a new one: the time is unknown again.
        (AdtKind::CancelPendingDischarge, _) | (_, Statement::Withdrawn) => ExpectedDischarge::UnknownYet,
        (_, Statement::Stated(stamp)) => requests::expected(stamp),
        (_, Statement::Absent) => return Ok(Outcome::Unchanged),
    };
    let expected = hemgang_rpc::wire::expected_discharge(expected);
    let admission = find(&mut client, event).await?;
    if admission.expected_discharge.as_ref() == Some(&expected) {
        return Ok(Outcome::Unchanged);
    }
    let request = pb::ChangeExpectedDischargeRequest {
        request_id,
        admission_id: admission.admission_id,
        expected_discharge: Some(expected),
        ..Default::default()
    };
    client.change_expected_discharge(request).await?;
    Ok(Outcome::Accepted)
}

/// The admission of the message's visit.
async fn find(client: &mut Client, event: &AdtEvent) -> Result<Admission, Status> {
    let key = requests::visit(event).map(pb::get_admission_request::Key::VisitNumber);
    let answer = client.get_admission(pb::GetAdmissionRequest { key }).await?;
    answer.into_inner().admission.ok_or_else(|| Status::internal("an answer without an admission"))
}
