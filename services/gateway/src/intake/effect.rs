//! The effect of a message: one call of admission, or one for each pair of merged identities.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::admission::{
    self as pb, Admission, MovementKind, admission_service_client::AdmissionServiceClient,
    change_patient_details_request::Key,
};
use hemgang_rpc::Peer;
use tonic::{Code, Status};
use uuid::Uuid;

use super::{Held, Outcome, requests};
use crate::adt::{AdtEvent, AdtKind, Statement};

type Client = AdmissionServiceClient<Peer>;

pub async fn of(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<Outcome, Status> {
    match event.kind {
        AdtKind::Admit => {
            client.admit_patient(requests::admit(event, request_id.to_string())).await?;
        }
        AdtKind::Merge => {
            for (pair, merge) in event.merges.iter().enumerate() {
                // Each pair is a change of its own under an id of its own.
                let request_id = Uuid::new_v5(&request_id, &pair.to_be_bytes()).to_string();
                client.merge_patients(requests::merge(event, merge, request_id)).await?;
            }
        }
        AdtKind::Update => return update(client, event, request_id.to_string()).await,
        AdtKind::PendingDischarge | AdtKind::CancelPendingDischarge => {
            return expect(client, event, request_id.to_string()).await;
        }
        _ => return movement(client, event, request_id.to_string()).await,
    }
    Ok(Outcome::Accepted)
}

/// What happens to a stay that is there.
async fn movement(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    let admission_id = find(&mut client, event).await?.admission_id;
    let registered_at = Some(requests::at(event.registered_at));
    let cancel = |kind: MovementKind, request_id, admission_id| pb::CancelMovementRequest {
        request_id,
        admission_id,
        kind: kind.into(),
        registered_at,
        ..Default::default()
    };
    match event.kind {
        AdtKind::Transfer => {
            client.transfer_patient(requests::transfer(event, admission_id, request_id)).await?;
        }
        AdtKind::Discharge => {
            client.discharge_patient(requests::discharge(event, admission_id, request_id)).await?;
        }
        AdtKind::StartLeave => {
            client.start_leave(requests::start_leave(event, admission_id, request_id)).await?;
        }
        AdtKind::EndLeave => {
            client.end_leave(requests::end_leave(event, admission_id, request_id)).await?;
        }
        AdtKind::CancelTransfer => {
            client.cancel_movement(cancel(MovementKind::Transfer, request_id, admission_id)).await?;
        }
        AdtKind::CancelStartLeave => {
            client.cancel_movement(cancel(MovementKind::LeaveStart, request_id, admission_id)).await?;
        }
        AdtKind::CancelEndLeave => {
            client.cancel_movement(cancel(MovementKind::LeaveEnd, request_id, admission_id)).await?;
        }
        AdtKind::CancelDischarge => {
            let etag = String::new();
            let request = pb::CancelDischargeRequest { request_id, admission_id, etag, registered_at };
            client.cancel_discharge(request).await?;
        }
        AdtKind::CancelAdmit => {
            let reason = pb::VoidReason::Cancelled.into();
            let etag = String::new();
            let request = pb::VoidAdmissionRequest { request_id, admission_id, etag, reason, registered_at };
            client.void_admission(request).await?;
        }
        AdtKind::Admit
        | AdtKind::Merge
        | AdtKind::Update
        | AdtKind::PendingDischarge
        | AdtKind::CancelPendingDischarge => return Err(Status::internal("not a movement")),
    }
    Ok(Outcome::Accepted)
}

/// A08 and A31: who the patient is, and the expected discharge.
async fn update(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    if event.visit.is_none() {
        return update_person(client, event, request_id).await;
    }
    let before = find(&mut client, event).await?;
    let key = Key::AdmissionId(before.admission_id.clone());
    let mut outcome = Outcome::Unchanged;
    if let Some(request) = requests::details(event, key, request_id.clone()) {
        client.change_patient_details(request).await?;
        // The version rises also where only the time of the last word is new.
        let after = find(&mut client, event).await?;
        if (Admission { etag: before.etag.clone(), ..after }) != before {
            outcome = Outcome::Accepted;
        }
    }
    match expect(client, event, request_id).await? {
        Outcome::Unchanged => Ok(outcome),
        expected => Ok(expected),
    }
}

/// A person without a stay here is nobody of ours.
async fn update_person(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    let Some(identity) = event.patient.identities.first() else { return Ok(Outcome::Unchanged) };
    let key = Key::PersonId(requests::person_id(identity));
    let Some(request) = requests::details(event, key, request_id) else { return Ok(Outcome::Unchanged) };
    match client.change_patient_details(request).await {
        Ok(_) => Ok(Outcome::Accepted),
        Err(status) if status.code() == Code::NotFound => Ok(Outcome::Unchanged),
        Err(status) => Err(status),
    }
}

/// A08, A16 and A25 change the expected discharge.
async fn expect(mut client: Client, event: &AdtEvent, request_id: String) -> Result<Outcome, Status> {
    let expected = match (event.kind, event.expected_discharge) {
        // A cancelled expectation is not a new one: the time is unknown again.
        (AdtKind::CancelPendingDischarge, _) | (_, Statement::Withdrawn) => ExpectedDischarge::UnknownYet,
        (_, Statement::Stated(stamp)) => requests::expected(stamp),
        (_, Statement::Absent) => return Ok(Outcome::Unchanged),
    };
    let expected = Some(hemgang_rpc::wire::expected_discharge(expected));
    let before = find(&mut client, event).await?;
    let request = pb::ChangeExpectedDischargeRequest {
        request_id,
        admission_id: before.admission_id,
        etag: String::new(),
        expected_discharge: expected,
        registered_at: Some(requests::at(event.registered_at)),
    };
    let after = client.change_expected_discharge(request).await?.into_inner().admission;
    let is_new = after.is_some_and(|after| after.expected_discharge != before.expected_discharge);
    Ok(if is_new { Outcome::Accepted } else { Outcome::Unchanged })
}

/// What a message that a void stay refuses is: of that stay, or recorded after the void and ahead of the admission of
/// the same number that is still to come.
pub async fn of_void(mut client: Client, event: &AdtEvent) -> Result<Outcome, Status> {
    let voided_at = find(&mut client, event).await?.voided_at.as_ref().and_then(hemgang_rpc::wire::instant);
    let is_later = voided_at.is_some_and(|void| event.registered_at.stamp.at > void);
    let awaits = is_later && event.kind != AdtKind::Admit;
    Ok(if awaits { Outcome::Parked(Held::AwaitsAdmission) } else { Outcome::Unchanged })
}

/// The admission of the message's visit.
async fn find(client: &mut Client, event: &AdtEvent) -> Result<Admission, Status> {
    let key = requests::visit(event).map(pb::get_admission_request::Key::VisitNumber);
    let answer = client.get_admission(pb::GetAdmissionRequest { key }).await?;
    answer.into_inner().admission.ok_or_else(|| Status::internal("an answer without an admission"))
}
