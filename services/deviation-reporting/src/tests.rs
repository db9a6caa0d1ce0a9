//! The detectors and their signals through the generated clients, on both databases: what a ward does, who sees.

mod admission_notice;
mod entry;
mod interruptions;
mod list_signals;
mod recipients;
mod sight;
mod sip_call;

use hemgang_proto::{
    admission::{self as wards, admission_service_client::AdmissionServiceClient},
    common::{Destination, PersonId},
    deviation::{
        self as pb, deviation_feed_service_client::DeviationFeedServiceClient,
        deviation_service_client::DeviationServiceClient,
    },
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::Suite;
use jiff::{SignedDuration, Timestamp};

const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
const OTHER_WARD: &str = "SE2321000131-E000000001102";
const PHYSICIAN: &str = "SE2321000131-P000000000002";
const SOCIAL_SERVICES: &str = "SE0000001480-E0002";

const DAY: SignedDuration = SignedDuration::from_secs(86_400);
/// A bookmark stands for what was recorded half a minute before it: a timer looks no earlier.
const SETTLED: SignedDuration = SignedDuration::from_secs(31);

fn ward(suite: &Suite, unit: &str) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("ward", unit, "region"))
}

/// Somebody who looks at signals: role, unit, organisation.
type Reader = (&'static str, &'static str, &'static str);
const STAFF: Reader = ("ward", WARD, "region");
const COUNTY: Reader = ("quality", HOSPITAL, "region");

async fn signals(suite: &Suite, (role, unit, organisation): Reader) -> Vec<pb::Signal> {
    let mut client = DeviationServiceClient::new(suite.peer(role, unit, organisation));
    let listed = client.list_signals(pb::ListSignalsRequest::default()).await.expect("listed");
    listed.into_inner().signals
}

/// The kinds of events that a reader finds in the feed.
async fn told(suite: &Suite, (role, unit, organisation): Reader) -> Vec<String> {
    let mut client = DeviationFeedServiceClient::new(suite.peer(role, unit, organisation));
    let page = client.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    page.events.into_iter().map(|event| event.header.expect("a header").kind).collect()
}

/// Admits a patient now and finds that somebody is needed.
async fn needed(suite: &Suite, visit: &str) -> String {
    let id = admit(suite, visit, suite.clock.now()).await;
    assess(suite, &id, true, suite.clock.now()).await;
    id
}

async fn admit(suite: &Suite, visit: &str, at: Timestamp) -> String {
    let request = wards::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: "Tolvan Exempel".to_owned(),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(at)),
        visit_number: Some(wards::VisitNumber { authority: "test".to_owned(), value: visit.to_owned() }),
        admission_type: wards::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        liable_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let admitted = ward(suite, WARD).admit_patient(request).await.expect("admitted").into_inner();
    admitted.admission.expect("an admission").admission_id
}

async fn assess(suite: &Suite, id: &str, needed: bool, at: Timestamp) {
    let needs_assessment = wards::NeedsAssessment {
        social_services: needed,
        assessed_at: Some(wire::timestamp(at)),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let request = wards::AssessNeedsRequest {
        admission_id: id.to_owned(),
        needs_assessment: Some(needs_assessment),
        ..Default::default()
    };
    ward(suite, WARD).assess_needs(request).await.expect("assessed");
}

async fn notify(suite: &Suite, id: &str, recipients: &[&str]) {
    let request = wards::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    };
    ward(suite, WARD).send_admission_notice(request).await.expect("sent");
}

async fn discharge(suite: &Suite, id: &str, at: Timestamp, destination: Destination) {
    let request = wards::DischargePatientRequest {
        admission_id: id.to_owned(),
        discharged_at: Some(wire::timestamp(at)),
        destination: destination.into(),
        ..Default::default()
    };
    ward(suite, WARD).discharge_patient(request).await.expect("discharged");
}

async fn void(suite: &Suite, id: &str) {
    let request = wards::VoidAdmissionRequest {
        admission_id: id.to_owned(),
        reason: wards::VoidReason::WrongPatient.into(),
        ..Default::default()
    };
    ward(suite, WARD).void_admission(request).await.expect("voided");
}
