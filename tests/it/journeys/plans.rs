//! Plans (SIP and samordnad vårdplan) through all services: from the need to the last follow-up.

mod complex;
mod compulsory;
mod protected;
mod weekend;

use std::sync::Arc;

use hemgang_proto::planning::{
    self as pla, ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, MeetingForm, SipKind,
    SipNeedDecision, planning_service_client::PlanningServiceClient,
};
use hemgang_rpc::{Peer, wire, with_token};
use hemgang_testing::{Suite, at};
use jiff::civil::Date;

use super::steps::{CLINIC, Caller, SOCIAL};

/// Fast vårdkontakt at the clinic, and who stands in at weekends.
const CONTACT: &str = "SE2321000131-P000000000205";
const DEPUTY: &str = "SE2321000131-P000000000206";

/// Somebody at the clinic.
fn at_clinic(suite: &Suite, person: &str) -> PlanningServiceClient<Peer> {
    let token = suite.token_of(person, &[CLINIC.role], CLINIC.unit, CLINIC.organisation);
    PlanningServiceClient::new(with_token(suite.process.peer(), Arc::new(move || token.clone())))
}

/// The clinic names the contact with a deputy.
async fn appoint(suite: &Suite, id: &str) {
    let request = pla::AppointCareContactRequest {
        key: Some(pla::appoint_care_contact_request::Key::AdmissionId(id.to_owned())),
        person: CONTACT.to_owned(),
        function: "Distriktssköterska".to_owned(),
        deputies: vec![DEPUTY.to_owned()],
        ..Default::default()
    };
    CLINIC.planning(suite).appoint_care_contact(request).await.expect("appointed");
}

/// Region and municipality see that a plan is needed.
async fn needed(suite: &Suite, id: &str) {
    for who in [CLINIC, SOCIAL] {
        let request = pla::DecideSipNeedRequest {
            key: Some(pla::decide_sip_need_request::Key::AdmissionId(id.to_owned())),
            decision: SipNeedDecision::Needed.into(),
            ..Default::default()
        };
        who.planning(suite).decide_sip_need(request).await.expect("judged");
    }
    suite.drain().await;
}

/// The patient wants a plan.
async fn wanted(suite: &Suite, id: &str) {
    let request = pla::RecordConsentRequest {
        key: Some(pla::record_consent_request::Key::AdmissionId(id.to_owned())),
        kind: ConsentKind::Sip.into(),
        decision: ConsentDecision::Given.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    };
    CLINIC.planning(suite).record_consent(request).await.expect("recorded");
}

fn inviting(id: &str, starts_at: &str, form: MeetingForm) -> pla::InviteToSipRequest {
    pla::InviteToSipRequest {
        key: Some(pla::invite_to_sip_request::Key::AdmissionId(id.to_owned())),
        starts_at: Some(wire::timestamp(at(starts_at))),
        form: form.into(),
        invited: vec![SOCIAL.unit.to_owned()],
        ..Default::default()
    }
}

/// A plan in which municipality and clinic each do something.
fn plan(kind: SipKind, goal: &str, follow_up_on: Date) -> pla::SipPlan {
    let service = |what: &str, who: Caller, role: &str| pla::SipService {
        what: what.to_owned(),
        unit: who.unit.to_owned(),
        role: role.to_owned(),
        ..Default::default()
    };
    pla::SipPlan {
        kind: kind.into(),
        goals: vec![goal.to_owned()],
        services: vec![
            service("Boendestöd tre gånger i veckan", SOCIAL, "Boendestödjare"),
            service("Samtal varje vecka", CLINIC, "Sjuksköterska"),
        ],
        responsible_unit: CLINIC.unit.to_owned(),
        follow_up_on: Some(wire::date(follow_up_on)),
        patient_took_part: true,
        ..Default::default()
    }
}

async fn save(suite: &Suite, who: Caller, id: &str, version: i32, plan: pla::SipPlan) -> pla::Sip {
    let key = Some(pla::save_sip_request::Key::AdmissionId(id.to_owned()));
    let request = pla::SaveSipRequest { key, version, plan: Some(plan), ..Default::default() };
    let saved = who.planning(suite).save_sip(request).await.expect("saved").into_inner();
    saved.case.and_then(|case| case.sip).expect("a plan")
}

async fn approve(suite: &Suite, who: Caller, id: &str, version: i32) -> pla::Sip {
    let key = Some(pla::approve_sip_request::Key::AdmissionId(id.to_owned()));
    let request = pla::ApproveSipRequest { key, version, ..Default::default() };
    let approved = who.planning(suite).approve_sip(request).await.expect("approved").into_inner();
    approved.case.and_then(|case| case.sip).expect("a plan")
}

async fn print(suite: &Suite, who: Caller, id: &str) -> pla::PrintSipResponse {
    let key = Some(pla::print_sip_request::Key::AdmissionId(id.to_owned()));
    who.planning(suite)
        .print_sip(pla::PrintSipRequest { key, version: 0 })
        .await
        .expect("printed")
        .into_inner()
}
