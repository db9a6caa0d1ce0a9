//! Requests made of messages: what a field says, and what is said when it says nothing.

use hemgang_core::{day::local_day, expected::ExpectedDischarge, redacted::Redacted};
use hemgang_proto::{
    admission as pb,
    common::{self, Destination, PersonId, Protection},
    google::r#type::Date as WireDate,
};
use hemgang_rpc::wire;
use jiff::SignedDuration;

use crate::{
    adt::{
        Address, AdtEvent, AdtKind, Death, DischargedTo, Doubt, Identity, Merge, Name, Sex, Statement,
        TimeSource, Timed,
    },
    hl7::{Local, Precision, Stamp},
};

/// Forensic care lasts for years; what was recorded this long after the patient came has a wrong year.
const LONGEST_STAY: SignedDuration = SignedDuration::from_hours(3650 * 24);

/// The visit as admission knows it: numbers without an authority are the hospital's.
pub fn visit(event: &AdtEvent) -> Option<pb::VisitNumber> {
    let visit = event.visit.as_ref()?;
    let authority = visit.authority.clone().unwrap_or_else(|| event.hospital.to_string());
    Some(pb::VisitNumber { authority, value: visit.value.clone() })
}

/// Where the message stands in its sender's log.
pub fn log_entry(event: &AdtEvent) -> pb::LogEntry {
    let movement_id = event.movement_id.clone().unwrap_or_default();
    pb::LogEntry { order: event.order.clone(), movement_id }
}

/// An expected discharge is often only a day.
pub fn expected(stamp: Stamp) -> ExpectedDischarge {
    if stamp.precision > Precision::Day {
        ExpectedDischarge::At(stamp.at)
    } else {
        ExpectedDischarge::On(local_day(stamp.at))
    }
}

pub fn admit(event: &AdtEvent, request_id: String) -> pb::AdmitPatientRequest {
    let patient = &event.patient;
    let identity = patient.identities.first();
    let protected = patient.protected == Some(true);
    let municipality = stated(&patient.municipality);
    let source = if municipality.is_empty() { 0 } else { pb::MunicipalitySource::Message.into() };
    pb::AdmitPatientRequest {
        request_id,
        person_id: identity.map(person_id),
        name: patient.name.stated().map(name).unwrap_or_default(),
        address: patient.address.stated().filter(|_| !protected).map(address).unwrap_or_default(),
        birth_date: patient.born_on.stated().map(|born| wire::date(*born.expose())),
        sex: patient.sex.stated().map_or(common::Sex::Unknown, |said| sex(*said)).into(),
        protection: if protected { Protection::Confidential.into() } else { Protection::None.into() },
        ward: event.ward.as_ref().map(ToString::to_string).unwrap_or_default(),
        admitted_at: admitted(event).map(at),
        visit_number: visit(event),
        admission_type: pb::AdmissionType::Unknown.into(),
        residence_municipality: municipality,
        municipality_source: source,
        listed_unit: stated(&patient.listed_unit),
        expected_discharge: match event.expected_discharge {
            Statement::Stated(stamp) => Some(wire::expected_discharge(expected(stamp))),
            Statement::Absent | Statement::Withdrawn => None,
        },
        quality_flags: faults(event).into_iter().map(i32::from).collect(),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        ..Default::default()
    }
}

/// When the patient came, where the message states it. A day is no time, and what was recorded or sent is another.
pub fn correct(
    event: &AdtEvent,
    admission_id: String,
    request_id: String,
) -> Option<pb::CorrectAdmissionTimeRequest> {
    let stated = stated_admission(event)?;
    Some(pb::CorrectAdmissionTimeRequest {
        request_id,
        admission_id,
        etag: String::new(),
        admitted_at: Some(at(stated)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(stated),
    })
}

/// That the message says what cannot be.
pub fn raise(event: &AdtEvent, admission_id: String, request_id: String) -> pb::RaiseQualityFlagRequest {
    let about = match event.kind {
        AdtKind::Admit | AdtKind::CancelAdmit => pb::MovementKind::Admission,
        AdtKind::Update if stated_admission(event).is_some() => pb::MovementKind::Admission,
        AdtKind::Update if event.died_at.is_some() => pb::MovementKind::Discharge,
        AdtKind::Transfer | AdtKind::CancelTransfer => pb::MovementKind::Transfer,
        AdtKind::StartLeave | AdtKind::CancelStartLeave => pb::MovementKind::LeaveStart,
        AdtKind::EndLeave | AdtKind::CancelEndLeave => pb::MovementKind::LeaveEnd,
        AdtKind::Discharge | AdtKind::CancelDischarge => pb::MovementKind::Discharge,
        AdtKind::Update | AdtKind::PendingDischarge | AdtKind::CancelPendingDischarge | AdtKind::Merge => {
            pb::MovementKind::Unspecified
        }
    };
    pb::RaiseQualityFlagRequest {
        request_id,
        admission_id,
        etag: String::new(),
        flag: pb::QualityFlag::ImplausibleTime.into(),
        about: about.into(),
        registered_at: Some(at(event.registered_at)),
    }
}

/// Whether the message states when the patient came.
pub fn states_admission(event: &AdtEvent) -> bool {
    stated_admission(event).is_some()
}

/// When the patient came. Of an admission a time that cannot be gives way to the event's own, which then stands in for it:
/// the patient is there.
fn admitted(event: &AdtEvent) -> Option<Timed> {
    let told = event.admitted_at?;
    if event.kind != AdtKind::Admit || may_begin(event, told) {
        return Some(told);
    }
    let instead = if may_begin(event, event.occurred_at) { event.occurred_at } else { event.registered_at };
    Some(Timed { is_stand_in: true, ..instead })
}

fn may_begin(event: &AdtEvent, at: Timed) -> bool {
    let (at, recorded) = (at.stamp.at, event.registered_at.stamp.at);
    let is_born = event.patient.born_on.stated().is_none_or(|born| *born.expose() <= local_day(at));
    is_born && recorded.duration_since(at) < LONGEST_STAY
}

fn stated_admission(event: &AdtEvent) -> Option<Timed> {
    let states =
        |source| matches!(source, TimeSource::Admission | TimeSource::Movement | TimeSource::Occurred);
    admitted(event).filter(|timed| states(timed.source) && timed.stamp.precision > Precision::Day)
}

/// What the message says of the person and of where the person belongs; none when it says nothing.
pub fn details(
    event: &AdtEvent,
    key: pb::change_patient_details_request::Key,
    request_id: String,
) -> Option<pb::ChangePatientDetailsRequest> {
    let patient = &event.patient;
    let protected = patient.protected == Some(true);
    let is_told = patient.municipality.stated().is_some();
    let said = pb::ChangePatientDetailsRequest {
        name: changed(&patient.name, name),
        address: changed(&patient.address, address).filter(|told| told.is_empty() || !protected),
        birth_date: match &patient.born_on {
            Statement::Absent => None,
            // A date of zeros takes back the one that was told.
            Statement::Withdrawn => Some(WireDate::default()),
            Statement::Stated(born) => Some(wire::date(*born.expose())),
        },
        sex: match patient.sex {
            Statement::Withdrawn => common::Sex::Unknown.into(),
            // That the sex is not known says nothing of what is.
            Statement::Absent | Statement::Stated(Sex::Other | Sex::Unknown) => 0,
            Statement::Stated(said) => sex(said).into(),
        },
        // That a message does not speak of protection, denies it or withdraws it, lifts nothing: people do.
        protection: if protected { Protection::Confidential.into() } else { 0 },
        municipality_source: if is_told { pb::MunicipalitySource::Message.into() } else { 0 },
        residence_municipality: changed(&patient.municipality, ToString::to_string),
        listed_unit: changed(&patient.listed_unit, ToString::to_string),
        ..Default::default()
    };
    if said == pb::ChangePatientDetailsRequest::default() {
        return None;
    }
    let pb::ChangePatientDetailsRequest { request_id, key, registered_at, log_entry, quality_flags, .. } =
        nothing(event, key, request_id);
    Some(pb::ChangePatientDetailsRequest { request_id, key, registered_at, log_entry, quality_flags, ..said })
}

/// That a person has died, where an update tells it apart from any stay.
pub fn death_of_person(
    event: &AdtEvent,
    key: pb::change_patient_details_request::Key,
    request_id: String,
) -> Option<pb::ChangePatientDetailsRequest> {
    let died = event.died_at?;
    let said = nothing(event, key, request_id);
    let quality_flags = said.quality_flags.iter().copied().chain(of_time(died)).collect();
    Some(pb::ChangePatientDetailsRequest { died_at: Some(at(died)), quality_flags, ..said })
}

/// A statement of the person that says nothing yet.
fn nothing(
    event: &AdtEvent,
    key: pb::change_patient_details_request::Key,
    request_id: String,
) -> pb::ChangePatientDetailsRequest {
    pb::ChangePatientDetailsRequest {
        request_id,
        key: Some(key),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: check_digit(event).into_iter().chain(character_set(event)).map(i32::from).collect(),
        ..Default::default()
    }
}

pub fn transfer(event: &AdtEvent, admission_id: String, request_id: String) -> pb::TransferPatientRequest {
    pb::TransferPatientRequest {
        request_id,
        admission_id,
        ward: event.ward.as_ref().map(ToString::to_string).unwrap_or_default(),
        transferred_at: Some(at(event.occurred_at)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(event.occurred_at),
        ..Default::default()
    }
}

pub fn discharge(event: &AdtEvent, admission_id: String, request_id: String) -> pb::DischargePatientRequest {
    let left = event.discharged_at.unwrap_or(event.occurred_at);
    let destination = match event.discharged_to {
        _ if event.patient.death.is_some_and(|death| is_during_stay(death, left)) => Destination::Deceased,
        Some(DischargedTo::Deceased) => Destination::Deceased,
        // The message does not say whether the other hospital is of the same group.
        Some(DischargedTo::OtherHospital) => Destination::OtherHospitalGroup,
        Some(DischargedTo::Home) | None => Destination::Home,
    };
    pb::DischargePatientRequest {
        request_id,
        admission_id,
        discharged_at: Some(at(left)),
        destination: destination.into(),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(left),
        ..Default::default()
    }
}

/// A message sent after the stay may tell of a death at home. A day says nothing of the hour.
fn is_during_stay(death: Death, left: Timed) -> bool {
    let Some(died) = death.at else { return true };
    let (died, left) = (died.stamp, left.stamp);
    if died.precision.min(left.precision) > Precision::Day {
        died.at <= left.at
    } else {
        local_day(died.at) <= local_day(left.at)
    }
}

/// That the patient has died, where an update tells it.
pub fn death(event: &AdtEvent, admission_id: String, request_id: String) -> Option<pb::RecordDeathRequest> {
    let died = event.died_at?;
    Some(pb::RecordDeathRequest {
        request_id,
        admission_id,
        died_at: Some(at(died)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(died),
        ..Default::default()
    })
}

pub fn start_leave(event: &AdtEvent, admission_id: String, request_id: String) -> pb::StartLeaveRequest {
    pb::StartLeaveRequest {
        request_id,
        admission_id,
        etag: String::new(),
        started_at: Some(at(event.occurred_at)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(event.occurred_at),
    }
}

pub fn end_leave(event: &AdtEvent, admission_id: String, request_id: String) -> pb::EndLeaveRequest {
    pb::EndLeaveRequest {
        request_id,
        admission_id,
        etag: String::new(),
        ended_at: Some(at(event.occurred_at)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: of_time(event.occurred_at),
    }
}

pub fn merge(event: &AdtEvent, merge: &Merge, request_id: String) -> pb::MergePatientsRequest {
    let failed = has_failed(merge);
    pb::MergePatientsRequest {
        request_id,
        surviving: Some(person_id(&merge.surviving)),
        absorbed: Some(person_id(&merge.absorbed)),
        merged_at: Some(at(event.occurred_at)),
        registered_at: Some(at(event.registered_at)),
        log_entry: Some(log_entry(event)),
        quality_flags: failed.then(|| pb::QualityFlag::CheckDigit.into()).into_iter().collect(),
    }
}

pub fn person_id(identity: &Identity) -> PersonId {
    PersonId { oid: identity.id.oid().to_owned(), value: identity.id.value().to_owned() }
}

pub fn at(timed: Timed) -> pbjson_types::Timestamp {
    wire::timestamp(timed.stamp.at)
}

fn name(said: &Redacted<Name>) -> String {
    let Name { family, given } = said.expose();
    format!("{given} {family}").trim().to_owned()
}

fn address(said: &Redacted<Address>) -> String {
    let Address { lines, postal_code, town } = said.expose();
    let place = format!("{postal_code} {town}");
    let parts = lines.iter().map(String::as_str).chain([place.trim()]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn sex(said: Sex) -> common::Sex {
    match said {
        Sex::Female => common::Sex::Female,
        Sex::Male => common::Sex::Male,
        Sex::Other | Sex::Unknown => common::Sex::Unknown,
    }
}

fn stated<T: ToString>(said: &Statement<T>) -> String {
    said.stated().map(ToString::to_string).unwrap_or_default()
}

/// A text that changes: what is withdrawn is empty from now on.
fn changed<T>(said: &Statement<T>, text: impl FnOnce(&T) -> String) -> Option<String> {
    match said {
        Statement::Absent => None,
        Statement::Withdrawn => Some(String::new()),
        Statement::Stated(said) => Some(text(said)),
    }
}

/// What is at fault in a message that was understood: its identity, and the time that its effect rests on.
pub fn faults(event: &AdtEvent) -> Vec<pb::QualityFlag> {
    let time = match event.kind {
        AdtKind::Admit => admitted(event),
        AdtKind::Update => stated_admission(event).or(event.died_at),
        AdtKind::Discharge => event.discharged_at.or(Some(event.occurred_at)),
        AdtKind::Transfer | AdtKind::StartLeave | AdtKind::EndLeave => Some(event.occurred_at),
        _ => None,
    };
    let of_time = time.map(time_flags).into_iter().flatten();
    check_digit(event).into_iter().chain(character_set(event)).chain(of_time).collect()
}

fn check_digit(event: &AdtEvent) -> Option<pb::QualityFlag> {
    let failed = event.patient.identities.first().is_some_and(|identity| identity.check_digit_failed)
        || event.merges.iter().any(has_failed);
    failed.then_some(pb::QualityFlag::CheckDigit)
}

fn has_failed(merge: &Merge) -> bool {
    merge.surviving.check_digit_failed || merge.absorbed.check_digit_failed
}

fn character_set(event: &AdtEvent) -> Option<pb::QualityFlag> {
    event.doubts.contains(&Doubt::Charset).then_some(pb::QualityFlag::CharacterSet)
}

fn of_time(time: Timed) -> Vec<i32> {
    time_flags(time).map(i32::from).collect()
}

/// What is at fault with a time that is taken all the same.
fn time_flags(time: Timed) -> impl Iterator<Item = pb::QualityFlag> {
    let is_ambiguous = matches!(time.stamp.local, Local::Ambiguous | Local::Nonexistent);
    let flags = [
        is_ambiguous.then_some(pb::QualityFlag::AmbiguousTime),
        time.is_stand_in.then_some(pb::QualityFlag::StandInTime),
    ];
    flags.into_iter().flatten()
}
