//! What the tests of this crate share: units of the directory, and what a ward does with a stay.

use hemgang_proto::{
    admission::{self, admission_service_client::AdmissionServiceClient},
    common::{
        BlankingGround, Destination, ListIndicatorCasesRequest, Period, PersonId, Protection,
        QueryIndicatorRequest, indicator_service_client::IndicatorServiceClient,
    },
    planning::{self as pb, planning_service_client::PlanningServiceClient},
    readiness::{self, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::Suite;
use jiff::civil::date;

pub const HOSPITAL: &str = "SE2321000131-E000000001001";
pub const WARD: &str = "SE2321000131-E000000001101";
pub const OTHER_WARD: &str = "SE2321000131-E000000001102";
pub const OUTPATIENT: &str = "SE2321000131-E000000002036";
pub const RECEPTION: &str = "SE0000001480-E0001";
pub const SOCIAL: &str = "SE0000001480-E0002";
pub const HEALTH: &str = "SE0000001480-E0003";
pub const ELSEWHERE: &str = "SE0000001401-E0002";

const PHYSICIAN: &str = "SE2321000131-P000000000002";

pub fn ward(suite: &Suite) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("ward", WARD, "region"))
}

pub fn peer(suite: &Suite, unit: &str) -> Peer {
    match unit {
        WARD | OTHER_WARD => suite.peer("ward", unit, "region"),
        _ if unit.starts_with("SE2321000131-E00000000203") => suite.peer("outpatient", unit, "region"),
        _ => suite.peer("municipality", unit, &unit[8..12]),
    }
}

/// A stay of which a physician judged that everyone may be needed.
pub async fn assessed(suite: &Suite, protection: Protection) -> String {
    let now = Some(wire::timestamp(suite.clock.now()));
    let is_open = protection == Protection::None;
    let request = admission::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: "Tolvan Exempel".to_owned(),
        address: if is_open { "Storgatan 1, Göteborg".to_owned() } else { String::new() },
        protection: protection.into(),
        ward: WARD.to_owned(),
        admitted_at: now,
        admission_type: admission::AdmissionType::Unplanned.into(),
        ..Default::default()
    };
    let answer = ward(suite).admit_patient(request).await.expect("admitted").into_inner();
    let admission_id = answer.admission.expect("an admission").admission_id;
    let needs = admission::NeedsAssessment {
        social_services: true,
        assessed_at: now,
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let request = admission::AssessNeedsRequest {
        admission_id: admission_id.clone(),
        needs_assessment: Some(needs),
        ..Default::default()
    };
    ward(suite).assess_needs(request).await.expect("assessed");
    admission_id
}

pub async fn notify(suite: &Suite, admission_id: &str, recipients: &[&str]) {
    let request = admission::SendAdmissionNoticeRequest {
        admission_id: admission_id.to_owned(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    };
    ward(suite).send_admission_notice(request).await.expect("sent");
}

/// A physician judged just now that the patient is ready.
pub async fn confirm(suite: &Suite, admission_id: &str) {
    let request = readiness::ConfirmReadinessRequest {
        admission_id: admission_id.to_owned(),
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let mut client = ReadinessServiceClient::new(suite.peer("ward", WARD, "region"));
    client.confirm_readiness(request).await.expect("confirmed");
    suite.drain().await;
}

pub async fn withdraw(suite: &Suite, admission_id: &str) {
    let request = readiness::WithdrawReadinessRequest {
        admission_id: admission_id.to_owned(),
        reason: readiness::WithdrawalReason::Deteriorated.into(),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let mut client = ReadinessServiceClient::new(suite.peer("ward", WARD, "region"));
    client.withdraw_readiness(request).await.expect("withdrawn");
    suite.drain().await;
}

/// A stay of which these units were told.
pub async fn notified(suite: &Suite, recipients: &[&str]) -> String {
    let admission_id = assessed(suite, Protection::None).await;
    notify(suite, &admission_id, recipients).await;
    suite.drain().await;
    admission_id
}

/// The patient leaves.
pub async fn left(suite: &Suite, admission_id: &str, destination: Destination) {
    let request = admission::DischargePatientRequest {
        admission_id: admission_id.to_owned(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: destination.into(),
        ..Default::default()
    };
    ward(suite).discharge_patient(request).await.expect("discharged");
    suite.drain().await;
}

/// Numerator and denominator of a figure of September, and how each of these stays counts in it: not at all, or by what.
pub async fn figure<const N: usize>(
    suite: &Suite,
    indicator_id: &str,
    stays: [&String; N],
) -> ((i64, i64), [Option<i64>; N]) {
    let day = |day| Some(wire::date(day));
    let period = Some(Period { from: day(date(2026, 9, 1)), to: day(date(2026, 9, 30)) });
    let indicator_id = indicator_id.to_owned();
    let mut figures = IndicatorServiceClient::new(suite.peer("quality", HOSPITAL, "region"));
    let request = QueryIndicatorRequest { indicator_id: indicator_id.clone(), period, ..Default::default() };
    let total = figures.query_indicator(request).await.expect("a figure").into_inner().figure_set;
    let total = total.and_then(|set| set.total).expect("a total");
    let request = ListIndicatorCasesRequest { indicator_id, period, page_size: 50, ..Default::default() };
    let cases = figures.list_indicator_cases(request).await.expect("cases").into_inner().cases;
    let counted = |id: &String| cases.iter().find(|case| case.admission_id == *id).map(|case| case.numerator);
    ((total.numerator, total.denominator), stays.map(counted))
}

/// The patient refuses that anything is disclosed to a unit.
pub async fn barred(suite: &Suite, admission_id: &str, unit: &str) {
    discloses(suite, admission_id, unit, pb::ConsentDecision::Refused).await;
}

/// What may be disclosed to a unit is decided.
pub async fn discloses(suite: &Suite, admission_id: &str, unit: &str, decision: pb::ConsentDecision) {
    let decision = pb::RecordConsentRequest {
        kind: pb::ConsentKind::Disclosure.into(),
        recipients: vec![unit.to_owned()],
        ..consent(admission_id, decision)
    };
    PlanningServiceClient::new(peer(suite, WARD)).record_consent(decision).await.expect("recorded");
}

/// The patient says whether a plan is wanted.
pub async fn answers_sip(suite: &Suite, admission_id: &str, decision: pb::ConsentDecision) {
    let kind = pb::ConsentKind::Sip.into();
    let answer = pb::RecordConsentRequest { kind, ..consent(admission_id, decision) };
    PlanningServiceClient::new(peer(suite, OUTPATIENT)).record_consent(answer).await.expect("recorded");
}

fn consent(admission_id: &str, decision: pb::ConsentDecision) -> pb::RecordConsentRequest {
    pb::RecordConsentRequest {
        key: Some(pb::record_consent_request::Key::AdmissionId(admission_id.to_owned())),
        decision: decision.into(),
        basis: pb::ConsentBasis::Consent.into(),
        given_by: pb::ConsentGiver::Patient.into(),
        ..Default::default()
    }
}

/// The record of a stay goes by law.
pub async fn blanked(suite: &Suite, admission_id: &str) {
    let request = admission::BlankPatientDetailsRequest {
        admission_id: admission_id.to_owned(),
        ground: BlankingGround::RecordDestroyed.into(),
        decision: "Beslut 7".to_owned(),
        ..Default::default()
    };
    let keeper = suite.peer("records-manager", HOSPITAL, "region");
    AdmissionServiceClient::new(keeper).blank_patient_details(request).await.expect("blanked");
    suite.drain().await;
}
