//! What parties answer reaches the ward where the patient is, in an inbox of its own.

use hemgang_proto::planning::{MessageKind, send_message_request, set_outpatient_readiness_request};

use super::*;

each_backend!(
    what_parties_answer_is_in_the_wards_inbox_and_goes_along_with_the_patient,
    a_message_that_is_not_for_the_hospital_is_not_in_its_inbox
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

async fn answers(suite: &Suite, admission_id: &str) {
    let request = pb::SetOutpatientReadinessRequest {
        key: Some(set_outpatient_readiness_request::Key::AdmissionId(admission_id.to_owned())),
        ability: pb::Ability::Can.into(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).set_outpatient_readiness(request).await.expect("said");
}

async fn writes(suite: &Suite, unit: &str, admission_id: &str, recipients: &[&str]) {
    let request = pb::SendMessageRequest {
        key: Some(send_message_request::Key::AdmissionId(admission_id.to_owned())),
        kind: MessageKind::Question.into(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        text: "Vem hämtar?".to_owned(),
        ..Default::default()
    };
    client(suite, unit).send_message(request).await.expect("sent");
}

async fn what_parties_answer_is_in_the_wards_inbox_and_goes_along_with_the_patient(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    answers(suite, &admission_id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    writes(suite, SOCIAL, &admission_id, &[WARD]).await;
    let there = inbox(suite, WARD).await;
    assert_eq!(kinds(&there), [NoticeKind::Message, NoticeKind::OutpatientReadiness], "newest first");
    let coordinator = PlanningServiceClient::new(suite.peer("hospital", HOSPITAL, "region"));
    let listed = { coordinator }.list_inbox(pb::ListInboxRequest::default()).await.expect("listed");
    assert_eq!(listed.into_inner().notices, there, "the hospital sees those of its wards");
    assert!(inbox(suite, OTHER_WARD).await.is_empty());
    // What is a ward's is no unit's.
    let shown = case(suite, SOCIAL, &admission_id).await.notices;
    assert!(shown.iter().all(|notice| notice.recipient == SOCIAL));

    let request =
        pb::AcknowledgeNoticeRequest { notice_id: there[1].notice_id.clone(), ..Default::default() };
    let refusal = refused(client(suite, OTHER_WARD).acknowledge_notice(request.clone()).await);
    assert_eq!(refusal.code, Code::NotFound);
    let taken = client(suite, WARD).acknowledge_notice(request.clone()).await.expect("acknowledged");
    let taken = taken.into_inner().notice.expect("a notice");
    assert_eq!(taken.acknowledged_by, CALLER);
    let refusal = refused(client(suite, WARD).acknowledge_notice(request).await);
    assert_eq!(refusal.reason, "ALREADY_ACKNOWLEDGED");
    let mut system = PlanningServiceClient::new(suite.peer("ehr", HOSPITAL, "region"));
    let unnamed =
        pb::AcknowledgeNoticeRequest { notice_id: there[0].notice_id.clone(), ..Default::default() };
    assert_eq!(refused(system.acknowledge_notice(unnamed).await).fields, ["acknowledged_by"]);

    let moved = admission::TransferPatientRequest {
        admission_id: admission_id.clone(),
        ward: OTHER_WARD.to_owned(),
        transferred_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    ward(suite).transfer_patient(moved).await.expect("moved");
    suite.drain().await;
    assert!(inbox(suite, WARD).await.is_empty());
    let followed = inbox(suite, OTHER_WARD).await;
    assert_eq!(kinds(&followed), kinds(&there));
    assert_eq!(followed[0].acknowledge_by, there[0].acknowledge_by, "the time goes on");
    assert_eq!(
        (followed[1].acknowledged_at, followed[1].recipient.as_str()),
        (taken.acknowledged_at, OTHER_WARD)
    );
    let shared = events(suite, OTHER_WARD).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.notices),
        _ => None,
    });
    let own = shared.expect("a case").into_iter().filter(|notice| !notice.hospital.is_empty());
    assert_eq!(own.count(), 2, "who follows the feed alone has them, too");
}

async fn a_message_that_is_not_for_the_hospital_is_not_in_its_inbox(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH]).await;
    writes(suite, SOCIAL, &admission_id, &[HEALTH]).await;
    writes(suite, WARD, &admission_id, &[]).await;
    assert!(inbox(suite, WARD).await.is_empty(), "nor what it sent itself");
    writes(suite, HEALTH, &admission_id, &[]).await;
    assert_eq!(kinds(&inbox(suite, WARD).await), [NoticeKind::Message]);
}
