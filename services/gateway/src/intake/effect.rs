//! The effect of a message: one call of admission, or one for each pair of merged identities.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::admission::{
    self as pb, Admission, MovementKind, admission_service_client::AdmissionServiceClient,
    change_patient_details_request::Key,
};
use hemgang_rpc::Peer;
use pbjson_types::Timestamp;
use tonic::{Code, Status};
use uuid::Uuid;

use super::{Held, Outcome, is_fault, reason, requests};
use crate::adt::{AdtEvent, AdtKind, Statement, Unmapped};

type Client = AdmissionServiceClient<Peer>;

pub async fn of(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<Outcome, Status> {
    match event.kind {
        AdtKind::Admit => return admit(client, event, request_id).await,
        // A number that is merged with itself.
        AdtKind::Merge if event.merges.is_empty() => return Ok(Outcome::Unchanged),
        AdtKind::Merge => {
            for (pair, merge) in event.merges.iter().enumerate() {
                // Each pair is a change of its own under an id of its own.
                let request_id = Uuid::new_v5(&request_id, &pair.to_be_bytes()).to_string();
                client.merge_patients(requests::merge(event, merge, request_id)).await?;
            }
        }
        AdtKind::Update => return update(client, event, request_id).await,
        AdtKind::PendingDischarge | AdtKind::CancelPendingDischarge => {
            return expect(client, event, request_id.to_string()).await;
        }
        _ => return movement(client, event, request_id.to_string()).await,
    }
    Ok(Outcome::Accepted)
}

/// A01 and its like. Told again with another time it corrects, where it states one: the time of a record or a message,
/// which stands in for a time that is missing, says nothing of when the patient came.
async fn admit(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<Outcome, Status> {
    let request = || requests::admit(event, request_id.to_string());
    let status = match client.admit_patient(request()).await {
        Ok(admitted) => {
            withdraw(client, event, admitted.into_inner().admission, request_id).await?;
            return Ok(Outcome::Accepted);
        }
        Err(status) => status,
    };
    match reason(&status).as_str() {
        "ADMITTED_AT_ANOTHER_TIME" => {}
        "NOT_PERMITTED" => return elsewhere(&mut client, event, status).await,
        _ => return Err(status),
    }
    let there = find(&mut client, event).await?;
    if correct(&mut client, event, &there, request_id).await?.is_none() {
        return Err(status);
    }
    // The stay began then, so it says now that there is one: a void that was recorded before comes too late.
    let admission = match client.admit_patient(request()).await {
        Ok(admitted) => admitted.into_inner().admission,
        Err(status) if reason(&status) == "VISIT_ALREADY_ADMITTED" => None,
        Err(status) => return Err(status),
    };
    withdraw(client, event, admission, request_id).await?;
    Ok(Outcome::Accepted)
}

/// An admission that takes back what was said of the person: what it leaves empty it does not say.
async fn withdraw(
    mut client: Client,
    event: &AdtEvent,
    admission: Option<Admission>,
    request_id: Uuid,
) -> Result<(), Status> {
    let Some(admission) = admission.filter(|_| event.patient.withdraws()) else { return Ok(()) };
    let request_id = of_stay(Uuid::new_v5(&request_id, b"withdrawn"), &admission).to_string();
    let key = Key::AdmissionId(admission.admission_id);
    if let Some(request) = requests::details(event, key, request_id) {
        client.change_patient_details(request).await?;
    }
    Ok(())
}

/// An admission to a ward that the sender does not speak for. Where the token is at fault, it may not ask either.
async fn elsewhere(client: &mut Client, event: &AdtEvent, status: Status) -> Result<Outcome, Status> {
    let may_ask = match find(client, event).await {
        Err(asked) if is_fault(&asked) => return Err(asked),
        Err(asked) => asked.code() == Code::NotFound,
        Ok(_) => true,
    };
    match &event.ward {
        Some(ward) if may_ask => Ok(Outcome::Unmapped(Unmapped::WardElsewhere { ward: ward.clone() })),
        _ => Err(status),
    }
}

/// Says when the patient came. The admission after that; none where the message does not say.
async fn correct(
    client: &mut Client,
    event: &AdtEvent,
    there: &Admission,
    request_id: Uuid,
) -> Result<Option<Admission>, Status> {
    let request_id = of_stay(Uuid::new_v5(&request_id, b"admission time"), there);
    let request = requests::correct(event, there.admission_id.clone(), request_id.to_string());
    let Some(request) = request else { return Ok(None) };
    Ok(client.correct_admission_time(request).await?.into_inner().admission)
}

/// Marks the stay, where there is one, because of a message that cannot be.
pub async fn mark(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<(), Status> {
    if event.visit.is_none() {
        return Ok(());
    }
    let there = match find(&mut client, event).await {
        Err(status) if status.code() == Code::NotFound => return Ok(()),
        there => there?,
    };
    let request_id = of_stay(Uuid::new_v5(&request_id, b"quality flag"), &there);
    let request = requests::raise(event, there.admission_id, request_id.to_string());
    match client.raise_quality_flag(request).await {
        Err(status) if is_fault(&status) => Err(status),
        // The message is kept all the same; a stay that is void needs no mark.
        _ => Ok(()),
    }
}

/// An id of its own for each stay: a message may be told of the next one under its number, too.
fn of_stay(request_id: Uuid, there: &Admission) -> Uuid {
    Uuid::new_v5(&request_id, there.admission_id.as_bytes())
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
        log_entry: Some(requests::log_entry(event)),
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
            let log_entry = Some(requests::log_entry(event));
            let request =
                pb::CancelDischargeRequest { request_id, admission_id, etag, registered_at, log_entry };
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

/// A08 and A31: who the patient is, the expected discharge, and last when the patient came and died, for where that
/// cannot be the rest must not wait.
async fn update(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<Outcome, Status> {
    if event.visit.is_none() {
        return update_person(client, event, request_id).await;
    }
    let before = find(&mut client, event).await?;
    let of_message = of_stay(request_id, &before);
    let request_id = of_message.to_string();
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
    if expect(client.clone(), event, request_id).await? == Outcome::Accepted {
        outcome = Outcome::Accepted;
    }
    let corrected = correct(&mut client, event, &before, of_message).await?;
    let is_corrected = corrected.is_some_and(|after| {
        after.admitted_at != before.admitted_at || after.quality_flags != before.quality_flags
    });
    let has_died = died(&mut client, event, &before, of_message).await?;
    Ok(if is_corrected || has_died { Outcome::Accepted } else { outcome })
}

/// Says that the patient has died. Whether the stay ended with it: after the stay, and told again, it says nothing new.
async fn died(
    client: &mut Client,
    event: &AdtEvent,
    there: &Admission,
    request_id: Uuid,
) -> Result<bool, Status> {
    let request_id = Uuid::new_v5(&request_id, b"death").to_string();
    let Some(request) = requests::death(event, there.admission_id.clone(), request_id) else {
        return Ok(false);
    };
    let after = client.record_death(request).await?.into_inner().admission;
    Ok(after.is_some_and(|after| (after.state, after.discharged_at) != (there.state, there.discharged_at)))
}

/// Said of every stay of the person, and kept for those that come; a death last, as of a stay.
async fn update_person(mut client: Client, event: &AdtEvent, request_id: Uuid) -> Result<Outcome, Status> {
    let Some(identity) = event.patient.identities.first() else { return Ok(Outcome::Unchanged) };
    let key = Key::PersonId(requests::person_id(identity));
    let of_death = Uuid::new_v5(&request_id, b"death").to_string();
    let details = requests::details(event, key.clone(), request_id.to_string());
    let death = requests::death_of_person(event, key, of_death);
    let mut outcome = Outcome::Unchanged;
    for request in details.into_iter().chain(death) {
        let died_at = request.died_at;
        let latest = client.change_patient_details(request).await?.into_inner().admission;
        let admitted_at = latest.and_then(|latest| latest.admitted_at);
        outcome = match (died_at, admitted_at) {
            // Who died then was not admitted since: somebody must look at it.
            (Some(died), Some(admitted)) if is_before(&died, &admitted) => {
                Outcome::Parked(Held::BeforeAdmission)
            }
            _ => Outcome::Accepted,
        };
    }
    Ok(outcome)
}

fn is_before(one: &Timestamp, other: &Timestamp) -> bool {
    (one.seconds, one.nanos) < (other.seconds, other.nanos)
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
        log_entry: Some(requests::log_entry(event)),
        retrospective_entry: None,
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

/// The admission of the message's visit, where it is of the patient whom the message names.
async fn find(client: &mut Client, event: &AdtEvent) -> Result<Admission, Status> {
    let key = requests::visit(event).map(pb::get_admission_request::Key::VisitNumber);
    let person_ids = event.patient.identities.iter().map(requests::person_id).collect();
    let answer = client.get_admission(pb::GetAdmissionRequest { key, person_ids }).await?;
    answer.into_inner().admission.ok_or_else(|| Status::internal("an answer without an admission"))
}
