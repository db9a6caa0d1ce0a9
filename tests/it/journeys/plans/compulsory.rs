//! Under LPT: the chief physician's notice of 7 a § makes the patient ready, the plan is a samordnad vårdplan, and nobody owes
//! the call of 4 kap. 3 §.

use hemgang_proto::{
    admission as adm,
    planning::{CaseState, SipState},
    readiness as rea,
};
use hemgang_testing::{each_backend, refused};
use jiff::civil::date;

use super::*;
use crate::journeys::steps::{COUNTY, PHYSICIAN, WARD, until};

each_backend!(
    under_compulsory_care_a_plan_is_drawn_up_when_all_approve_and_no_call_is_owed
    on crate::services::SERVICES
);

/// Avd 67 Psykos at Sahlgrenska sjukhuset.
const PSYCHIATRY: Caller = Caller { unit: "SE2321000131-E000000001105", ..WARD };

async fn admit(suite: &Suite) -> String {
    let request = adm::AdmitPatientRequest {
        person_id: Some(hemgang_proto::common::PersonId {
            oid: "1.2.752.129.2.1.3.1".to_owned(),
            value: "191212121212".to_owned(),
        }),
        name: "Tolvan Exempel".to_owned(),
        ward: PSYCHIATRY.unit.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: adm::AdmissionType::Unplanned.into(),
        legal_status: adm::LegalStatus::Lpt.into(),
        residence_municipality: "1480".to_owned(),
        liable_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let admitted = PSYCHIATRY.admissions(suite).admit_patient(request).await.expect("admitted").into_inner();
    admitted.admission.expect("an admission").admission_id
}

async fn under_compulsory_care_a_plan_is_drawn_up_when_all_approve_and_no_call_is_owed(suite: &Suite) {
    let id = admit(suite).await;
    PSYCHIATRY.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    appoint(suite, &id).await;
    needed(suite, &id).await;
    until(suite, "2026-09-16T08:00:00Z").await;
    let request = rea::ConfirmReadinessRequest {
        admission_id: id.clone(),
        assessed_by: PHYSICIAN.to_owned(),
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        basis: rea::ReadinessBasis::CompulsoryCareNotice.into(),
        ..Default::default()
    };
    PSYCHIATRY.readiness(suite).confirm_readiness(request).await.expect("confirmed");
    suite.drain().await;
    let readiness = PSYCHIATRY.readiness_of(suite, &id).await.expect("a readiness");
    assert_eq!(readiness.judgements[0].basis(), rea::ReadinessBasis::CompulsoryCareNotice);
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.state(), CaseState::Ready);

    // Somebody else calls, and nobody is late: the plan is another.
    let request = inviting(&id, "2026-09-17T08:00:00Z", MeetingForm::Video);
    let called = PSYCHIATRY.planning(suite).invite_to_sip(request).await.expect("called").into_inner();
    assert!(!called.meeting.expect("a meeting").statutory);

    // Without anybody's consent it is drafted; drawn up it is when the last unit has approved it.
    let goal = "Sova hemma och ta min medicin";
    let draft = plan(SipKind::CoordinatedCarePlan, goal, date(2026, 10, 14));
    assert_eq!(save(suite, PSYCHIATRY, &id, 0, draft.clone()).await.state(), SipState::Draft);
    let approved = approve(suite, SOCIAL, &id, 1).await;
    assert_eq!((approved.state(), approved.agreed_at), (SipState::Draft, None), "not upprättad yet");
    let key = Some(pla::record_follow_up_request::Key::AdmissionId(id.clone()));
    let follow_up = pla::RecordFollowUpRequest {
        key,
        held_at: Some(wire::timestamp(suite.clock.now())),
        outcome: pla::FollowUpOutcome::Continues.into(),
        ..Default::default()
    };
    let early = CLINIC.planning(suite).record_follow_up(follow_up).await;
    assert_eq!(refused(early).reason, "SIP_NOT_AGREED");
    // What is changed must be approved again, by all.
    let changed = pla::SipPlan { goals: vec![goal.to_owned(), "Träffa min syster".to_owned()], ..draft };
    assert_eq!(save(suite, CLINIC, &id, 1, changed).await.approvals, []);
    assert_eq!(approve(suite, CLINIC, &id, 2).await.state(), SipState::Draft);
    let drawn_up = approve(suite, SOCIAL, &id, 2).await;
    assert_eq!((drawn_up.state(), drawn_up.approvals.len()), (SipState::Agreed, 2));
    let paper = print(suite, SOCIAL, &id).await;
    assert!(String::from_utf8_lossy(&paper.document).contains("Samordnad vårdplan"), "its title");

    until(suite, "2026-09-22T08:00:00Z").await;
    let request = adm::DischargePatientRequest {
        admission_id: id.clone(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: hemgang_proto::common::Destination::Home.into(),
        ..Default::default()
    };
    PSYCHIATRY.admissions(suite).discharge_patient(request).await.expect("discharged");
    suite.drain().await;
    assert_eq!(COUNTY.total(suite, "sip_called_in_time").await, (0, 0));
    for reader in [SOCIAL, PSYCHIATRY] {
        assert_eq!(reader.signals(suite).await, [], "{reader:?}");
    }
}
