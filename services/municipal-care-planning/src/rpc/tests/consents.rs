//! Consent, harm test and block: what is kept from a unit, from when on, and what never is.

use hemgang_proto::{
    admission::{ChangeExpectedDischargeRequest, VoidAdmissionRequest, VoidReason},
    planning::{
        ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, MeetingForm, record_consent_request,
        withdraw_consent_request,
    },
};

use hemgang_rpc::Disclosure;
use hemgang_testing::On;

use super::*;

each_backend!(
    what_is_refused_is_held_and_delivered_once_it_is_allowed,
    a_withdrawal_stops_later_disclosures_only,
    what_was_decided_before_anybody_was_notified_holds,
    a_block_keeps_the_case_and_lets_notices_pass,
    the_side_that_sends_decides,
    a_plan_is_called_for_with_consent_only,
    an_admission_that_never_was_is_told_whatever_is_kept,
    a_reception_reads_what_any_of_its_units_may,
    every_wrong_field_of_a_decision_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn decision(
    admission_id: &str,
    kind: ConsentKind,
    decision: ConsentDecision,
    recipients: &[&str],
) -> pb::RecordConsentRequest {
    pb::RecordConsentRequest {
        key: Some(record_consent_request::Key::AdmissionId(admission_id.to_owned())),
        kind: kind.into(),
        decision: decision.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    }
}

fn withdrawal(admission_id: &str, kind: ConsentKind) -> pb::WithdrawConsentRequest {
    pb::WithdrawConsentRequest {
        key: Some(withdraw_consent_request::Key::AdmissionId(admission_id.to_owned())),
        kind: kind.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    }
}

async fn decide(suite: &Suite, request: pb::RecordConsentRequest) {
    client(suite, WARD).record_consent(request).await.expect("recorded");
    suite.drain().await;
}

async fn expect_home(suite: &Suite, admission_id: &str, on: &str) {
    let on: jiff::civil::Date = on.parse().expect("a day");
    let request = ChangeExpectedDischargeRequest {
        admission_id: admission_id.to_owned(),
        expected_discharge: Some(wire::expected_discharge(hemgang_core::expected::ExpectedDischarge::On(on))),
        ..Default::default()
    };
    ward(suite).change_expected_discharge(request).await.expect("changed");
    suite.drain().await;
}

async fn ready(suite: &Suite, unit: &str) -> usize {
    let request = pb::ListCasesRequest { states: vec![CaseState::Ready.into()], ..Default::default() };
    client(suite, unit).list_cases(request).await.expect("listed").into_inner().cases.len()
}

/// Whether readiness itself shows a unit anything.
async fn reads_readiness(suite: &Suite, unit: &str, admission_id: &str) -> (bool, usize) {
    use hemgang_proto::readiness::{self, readiness_service_client::ReadinessServiceClient};
    let mut client = ReadinessServiceClient::new(peer(suite, unit));
    let request = readiness::GetReadinessRequest { admission_id: admission_id.to_owned() };
    let read = client.get_readiness(request).await;
    let listed = client.list_ready(readiness::ListReadyRequest::default()).await.expect("listed");
    (read.is_ok(), listed.into_inner().readiness.len())
}

async fn what_is_refused_is_held_and_delivered_once_it_is_allowed(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, ELSEWHERE]).await;
    let before = case(suite, SOCIAL, &admission_id).await;
    let heard = events(suite, SOCIAL).await.len();
    let (kind, refused_by) = (ConsentKind::Disclosure, ConsentDecision::Refused);
    decide(suite, decision(&admission_id, kind, refused_by, &[SOCIAL])).await;
    confirm(suite, &admission_id).await;
    expect_home(suite, &admission_id, "2026-09-20").await;

    // The four fields of 2 kap. 3 § are owed; nothing else is new.
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), seen.ready_since), (CaseState::Planning, None));
    assert_eq!(seen.patient, before.patient);
    assert_ne!(seen.expected_discharge, before.expected_discharge);
    let told = [NoticeKind::Admission, NoticeKind::ExpectedDischarge];
    assert_eq!(kinds(&seen.notices), told);
    assert!(!kinds(&inbox(suite, SOCIAL).await).contains(&NoticeKind::Readiness));
    assert_eq!((ready(suite, SOCIAL).await, ready(suite, ELSEWHERE).await), (0, 1));
    assert_eq!(events(suite, SOCIAL).await.len(), heard + 1, "that of the expected discharge");
    assert_eq!(reads_readiness(suite, SOCIAL, &admission_id).await, (false, 0));
    assert_eq!(reads_readiness(suite, ELSEWHERE, &admission_id).await, (true, 1));
    // The sending side sees what is held, and why.
    let sent = case(suite, WARD, &admission_id).await;
    let held: Vec<_> = sent.notices.iter().filter(|notice| notice.delivered_at.is_none()).collect();
    assert_eq!((held.len(), held[0].recipient.as_str(), held[0].kind()), (1, SOCIAL, NoticeKind::Readiness));
    assert_eq!(sent.consents.len(), 1);
    assert!(seen.consents.is_empty());
    assert!(events(suite, WARD).await.iter().any(|event| matches!(event, Event::NoticeHeld(_))));
    let request = pb::AcknowledgeNoticeRequest { notice_id: held[0].notice_id.clone(), ..Default::default() };
    assert_eq!(refused(client(suite, SOCIAL).acknowledge_notice(request).await).code, Code::NotFound);

    suite.pass(SignedDuration::from_hours(30)).await;
    let harmless = pb::RecordConsentRequest {
        basis: ConsentBasis::HarmTest.into(),
        given_by: ConsentGiver::Nobody.into(),
        ..decision(&admission_id, kind, ConsentDecision::Given, &[])
    };
    decide(suite, harmless).await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), seen.ready_since.is_some()), (CaseState::Ready, true));
    let notice = seen.notices.iter().find(|notice| notice.kind() == NoticeKind::Readiness).expect("told");
    let now = Some(wire::timestamp(suite.clock.now()));
    assert_eq!((notice.sent_at, notice.delivered_at), (now, now), "it is given now, not when it was held");
    assert_eq!(ready(suite, SOCIAL).await, 1);
    assert_eq!(reads_readiness(suite, SOCIAL, &admission_id).await, (true, 1));
    let after = events(suite, SOCIAL).await;
    assert!(after.iter().any(|event| matches!(event, Event::CaseShared(said) if said.ready_since.is_some())));
}

async fn a_withdrawal_stops_later_disclosures_only(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let kind = ConsentKind::Disclosure;
    decide(suite, decision(&admission_id, kind, ConsentDecision::Given, &[])).await;
    confirm(suite, &admission_id).await;
    let before = case(suite, SOCIAL, &admission_id).await;
    client(suite, WARD).withdraw_consent(withdrawal(&admission_id, kind)).await.expect("withdrawn");
    let again = refused(client(suite, WARD).withdraw_consent(withdrawal(&admission_id, kind)).await);
    assert_eq!((again.code, again.reason.as_str()), (Code::FailedPrecondition, "NO_CONSENT_STANDS"));
    withdraw(suite, &admission_id).await;

    let after = case(suite, SOCIAL, &admission_id).await;
    assert_eq!(
        (after.state(), after.ready_since),
        (CaseState::Ready, before.ready_since),
        "what it received"
    );
    assert_eq!(kinds(&after.notices), kinds(&before.notices));
    assert_eq!(case(suite, WARD, &admission_id).await.state(), CaseState::Planning);
    assert_eq!(ready(suite, SOCIAL).await, 1, "found as it is read");
    let booking = pb::BookPlanningMeetingRequest {
        key: Some(pb::book_planning_meeting_request::Key::AdmissionId(admission_id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(24))),
        form: MeetingForm::Video.into(),
        ..Default::default()
    };
    let refusal = refused(client(suite, SOCIAL).book_planning_meeting(booking).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "DISCLOSURE_BARRED"));
}

async fn what_was_decided_before_anybody_was_notified_holds(suite: &Suite) {
    let admission_id = assessed(suite, Protection::None).await;
    confirm(suite, &admission_id).await;
    let (kind, no) = (ConsentKind::Disclosure, ConsentDecision::Refused);
    decide(suite, decision(&admission_id, kind, no, &[SOCIAL])).await;
    notify(suite, &admission_id, &[SOCIAL, HEALTH]).await;
    suite.drain().await;

    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), kinds(&seen.notices)), (CaseState::Planning, vec![NoticeKind::Admission]));
    assert_eq!((seen.admitted_at, seen.ready_since, seen.parties.len()), (None, None, 0));
    assert_eq!(seen.patient.expect("the statutory fields").name, "Tolvan Exempel");
    let told = events(suite, SOCIAL).await;
    assert!(matches!(told[..], [Event::CaseShared(_), Event::NoticeDelivered(_)]), "{told:?}");
    assert_eq!(case(suite, HEALTH, &admission_id).await.state(), CaseState::Ready);
}

async fn a_block_keeps_the_case_and_lets_notices_pass(suite: &Suite) {
    let admission_id = notified(suite, &[OUTPATIENT]).await;
    let (kind, no) = (ConsentKind::SharedDocumentation, ConsentDecision::Refused);
    decide(suite, decision(&admission_id, kind, no, &[OUTPATIENT])).await;
    confirm(suite, &admission_id).await;
    let seen = case(suite, OUTPATIENT, &admission_id).await;
    assert_eq!((seen.state(), seen.ready_since), (CaseState::Planning, None));
    assert_eq!(
        kinds(&seen.notices),
        [NoticeKind::Admission, NoticeKind::Readiness],
        "the notice is owed, 3 kap. 1 §"
    );
}

async fn the_side_that_sends_decides(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let request = || decision(&admission_id, ConsentKind::Disclosure, ConsentDecision::Given, &[SOCIAL]);
    let refusal = refused(client(suite, SOCIAL).record_consent(request()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_THE_SENDER"));
    for stranger in [OTHER_WARD, ELSEWHERE] {
        assert_eq!(refused(client(suite, stranger).record_consent(request()).await).code, Code::NotFound);
    }
    // A stay of which nobody was notified is the hospital's alone.
    let unknown = assessed(suite, Protection::None).await;
    let request = decision(&unknown, ConsentKind::Sip, ConsentDecision::Given, &[]);
    assert_eq!(refused(client(suite, SOCIAL).record_consent(request).await).code, Code::NotFound);
}

async fn a_plan_is_called_for_with_consent_only(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let invitation = || pb::InviteToSipRequest {
        key: Some(pb::invite_to_sip_request::Key::AdmissionId(admission_id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(24))),
        form: MeetingForm::InPerson.into(),
        invited: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    let says = |decision| super::consents::decision(&admission_id, ConsentKind::Sip, decision, &[]);
    client(suite, SOCIAL).record_consent(says(ConsentDecision::Refused)).await.expect("any party may");
    let refusal = refused(client(suite, WARD).invite_to_sip(invitation()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "SIP_REFUSED"));
    assert_eq!(case(suite, SOCIAL, &admission_id).await.state(), CaseState::Planning, "nothing else is kept");
    client(suite, SOCIAL).record_consent(says(ConsentDecision::Given)).await.expect("recorded");
    client(suite, WARD).invite_to_sip(invitation()).await.expect("called");
}

async fn an_admission_that_never_was_is_told_whatever_is_kept(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let (kind, no) = (ConsentKind::Disclosure, ConsentDecision::Refused);
    decide(suite, decision(&admission_id, kind, no, &[])).await;
    let (id, reason) = (admission_id.clone(), VoidReason::Duplicate.into());
    let request = VoidAdmissionRequest { admission_id: id, reason, ..Default::default() };
    ward(suite).void_admission(request).await.expect("voided");
    suite.drain().await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!(seen.state(), CaseState::Voided);
    assert_eq!(kinds(&seen.notices), [NoticeKind::Admission, NoticeKind::Voided]);
}

async fn a_reception_reads_what_any_of_its_units_may(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH]).await;
    let (kind, no) = (ConsentKind::Disclosure, ConsentDecision::Refused);
    decide(suite, decision(&admission_id, kind, no, &[SOCIAL])).await;
    confirm(suite, &admission_id).await;
    assert_eq!(case(suite, RECEPTION, &admission_id).await.state(), CaseState::Ready);
    assert_eq!(ready(suite, RECEPTION).await, 1);
    decide(suite, decision(&admission_id, kind, no, &[HEALTH])).await;
    withdraw(suite, &admission_id).await;
    // Where the case is kept from both, the reception reads what the first of them does; notices stay what they are.
    assert_eq!((ready(suite, RECEPTION).await, ready(suite, HEALTH).await), (0, 1));
    assert!(kinds(&inbox(suite, RECEPTION).await).contains(&NoticeKind::Readiness));
    assert_eq!(cases(suite, RECEPTION).await.len(), 1);
}

async fn every_wrong_field_of_a_decision_is_named_at_once(suite: &Suite) {
    let request = pb::RecordConsentRequest {
        kind: ConsentKind::SharedDocumentation.into(),
        decision: ConsentDecision::Refused.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Guardian.into(),
        recipients: vec!["SE-nobody".to_owned()],
        decided_at: Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(1))),
        ..Default::default()
    };
    let refusal = refused(client(suite, WARD).record_consent(request).await);
    assert_eq!(refusal.fields, ["key", "recipients[0]", "decided_at", "given_by"]);
    let request = pb::RecordConsentRequest {
        decision: ConsentDecision::Withdrawn.into(),
        given_by: ConsentGiver::Patient.into(),
        recipients: vec![SOCIAL.to_owned()],
        basis: ConsentBasis::HarmTest.into(),
        ..decision("0190163d-8694-739b-aea5-966c26f8ad90", ConsentKind::Sip, ConsentDecision::Given, &[])
    };
    let refusal = refused(client(suite, WARD).record_consent(request).await);
    assert_eq!(refusal.fields, ["recipients", "decision", "basis"]);
    let request = withdrawal("", ConsentKind::Disclosure);
    let request = pb::WithdrawConsentRequest { given_by: ConsentGiver::Nobody.into(), ..request };
    assert_eq!(
        refused(client(suite, WARD).withdraw_consent(request).await).fields,
        ["admission_id", "given_by"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_region_requires_a_record_nothing_but_the_four_fields_goes_without_one() {
    // The suite's clock stands at that day.
    let disclosure = Disclosure { record_required_from: Some("2026-09-14".parse().expect("a day")) };
    let services = [hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE];
    let suite = Suite::start_under(On::Sqlite, &services, disclosure).await;
    let admission_id = notified(&suite, &[SOCIAL]).await;
    confirm(&suite, &admission_id).await;
    let seen = case(&suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), kinds(&seen.notices)), (CaseState::Planning, vec![NoticeKind::Admission]));
    let consent = decision(&admission_id, ConsentKind::Disclosure, ConsentDecision::Given, &[SOCIAL]);
    decide(&suite, consent).await;
    let seen = case(&suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), seen.notices.len()), (CaseState::Ready, 2));
}
