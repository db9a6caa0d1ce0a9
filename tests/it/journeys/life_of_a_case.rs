//! The life of a case through all services: nobody needed anew, a patient who wants nothing, a death before going home, and a
//! patient who comes back. Hospitals' messages come twice, as messages do.

use hemgang_proto::{
    common::Cut,
    planning::{
        self as pla, Ability, CaseState, ClosingGap, ConsentDecision, ConsentGiver, ConsentKind,
        HandOverItem, HandOverKind, HandOverState, InterruptionReason, NoticeKind, ServiceDecision,
        ServiceKind, ServiceLaw, SummaryForm, answer_planning_request, hand_over_patient_summary_request,
        interrupt_case_request, invite_to_sip_request, record_consent_request, record_decision_request,
        transfer_discharge_information_request,
    },
};
use hemgang_rpc::wire;
use hemgang_testing::{Refused, Suite, each_backend, refused};

use super::steps::{
    CLINIC, COUNTY, Caller, GOTEBORG, MOLNDAL, NOW, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, TOLVAN, a01, a03, a40, marta, tell},
    figures::cell,
    kinds, two_stays, until,
};

each_backend!(
    nobody_is_needed_anew_and_the_case_is_closed,
    a_patient_who_wants_nothing_is_in_no_figure_of_what_others_owe,
    a_death_before_going_home_stops_every_timer_and_is_told_to_everybody,
    a_patient_who_comes_back_is_linked_to_the_stay_before_also_once_it_is_known_who_it_is
    on crate::services::SERVICES
);

/// Somebody at a unit opens the case and takes note of all that came.
async fn reads_all(suite: &Suite, unit: Caller) {
    for notice in unit.inbox(suite).await {
        let request = pla::AcknowledgeNoticeRequest { notice_id: notice.notice_id, ..Default::default() };
        unit.planning(suite).acknowledge_notice(request).await.expect("acknowledged");
    }
    suite.drain().await;
}

async fn answers_can(suite: &Suite, unit: Caller, id: &str, law: ServiceLaw) -> Result<pla::Case, Refused> {
    let request = pla::AnswerPlanningRequest {
        key: Some(answer_planning_request::Key::AdmissionId(id.to_owned())),
        law: law.into(),
        ability: Ability::Can.into(),
        ready_from: Some(wire::timestamp(suite.clock.now())),
        decision: ServiceDecision::NotRequired.into(),
        ..Default::default()
    };
    match unit.planning(suite).answer_planning(request).await {
        Ok(answer) => Ok(answer.into_inner().case.expect("a case")),
        Err(status) => Err(refused::<()>(Err(status))),
    }
}

/// The hospital's side transfers what is to be known at home, and gives the patient a summary.
async fn hands_over(suite: &Suite, id: &str) {
    let item = HandOverItem {
        kind: HandOverKind::Nursing.into(),
        state: HandOverState::Given.into(),
        text: "Rapport".to_owned(),
        sent_at: None,
    };
    let information = pla::TransferDischargeInformationRequest {
        key: Some(transfer_discharge_information_request::Key::AdmissionId(id.to_owned())),
        items: vec![item],
        ..Default::default()
    };
    WARD.planning(suite).transfer_discharge_information(information).await.expect("transferred");
    let summary = pla::HandOverPatientSummaryRequest {
        key: Some(hand_over_patient_summary_request::Key::AdmissionId(id.to_owned())),
        handed_over_at: Some(wire::timestamp(suite.clock.now())),
        form: SummaryForm::Paper.into(),
        ..Default::default()
    };
    WARD.planning(suite).hand_over_patient_summary(summary).await.expect("handed over");
}

fn gaps(case: &pla::Case) -> Vec<ClosingGap> {
    case.ending.iter().flat_map(pla::CaseEnding::missing).collect()
}

async fn nobody_is_needed_anew_and_the_case_is_closed(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    reads_all(suite, SOCIAL).await;
    answers_can(suite, SOCIAL, &id, ServiceLaw::Sol).await.expect("answered");
    until(suite, "2026-09-15T08:00:00Z").await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    let leaving = hemgang_proto::admission::SendDischargeNoticeRequest {
        admission_id: id.clone(),
        agreed_at: Some(wire::timestamp(suite.clock.now() + jiff::SignedDuration::from_hours(1))),
        destination: hemgang_proto::common::Destination::Home.into(),
        ..Default::default()
    };
    WARD.admissions(suite).send_discharge_notice(leaving).await.expect("sent");
    hands_over(suite, &id).await;
    until(suite, "2026-09-15T10:00:00Z").await;
    tell(suite, &[a03("V1", "20260915110000")]).await;
    reads_all(suite, SOCIAL).await;
    assert_eq!(COUNTY.cells(suite, "missing_messages", Cut::Month).await, [cell("2026-09", 0, 1)]);

    // Closed in the month after: nothing is missing, and that month counts it.
    until(suite, "2026-10-02T08:00:00Z").await;
    let closed = WARD.closes(suite, &id).await;
    assert_eq!((closed.state(), gaps(&closed)), (CaseState::Closed, vec![]));
    assert_eq!(kinds(&SOCIAL.inbox(suite).await), [NoticeKind::CaseClosed]);
    assert_eq!(COUNTY.cells(suite, "missing_messages", Cut::Month).await, [cell("2026-10", 0, 1)]);
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Month).await, [cell("2026-09", 1, 1)], "the discharge's");
    assert_eq!(COUNTY.total(suite, "information_same_day").await, (1, 1));

    // An answer to a closed case.
    let refusal = answers_can(suite, SOCIAL, &id, ServiceLaw::Lss).await.expect_err("closed");
    assert_eq!(
        (refusal.reason.as_str(), refusal.metadata["state"].as_str()),
        ("CASE_CLOSED", "CASE_STATE_CLOSED")
    );
    let seen = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!((seen.state(), seen.planning_answers.len()), (CaseState::Closed, 1));
    let open = pla::ListCasesRequest {
        states: vec![CaseState::Planning.into(), CaseState::Ready.into(), CaseState::Discharged.into()],
        ..Default::default()
    };
    for who in [WARD, SOCIAL] {
        let listed = who.planning(suite).list_cases(open.clone()).await.expect("cases").into_inner().cases;
        assert!(listed.is_empty(), "{who:?}");
    }
    assert!(COUNTY.signals(suite).await.is_empty());
}

async fn a_patient_who_wants_nothing_is_in_no_figure_of_what_others_owe(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    until(suite, "2026-09-14T12:00:00Z").await;
    // The patient wants no plan, and no help at home.
    let refusal = pla::RecordConsentRequest {
        key: Some(record_consent_request::Key::AdmissionId(id.clone())),
        kind: ConsentKind::Sip.into(),
        decision: ConsentDecision::Refused.into(),
        basis: pla::ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    };
    CLINIC.planning(suite).record_consent(refusal).await.expect("recorded");
    let calling = pla::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::AdmissionId(id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now())),
        form: pla::MeetingForm::Video.into(),
        invited: vec![SOCIAL.unit.to_owned()],
        ..Default::default()
    };
    let call = CLINIC.planning(suite).invite_to_sip(calling).await;
    assert_eq!(refused(call).reason, "SIP_REFUSED");
    let declining = pla::RecordDecisionRequest {
        key: Some(record_decision_request::Key::AdmissionId(id.clone())),
        law: ServiceLaw::Sol.into(),
        service: ServiceKind::HomeCare.into(),
        decision: ServiceDecision::Declined.into(),
        decided_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    SOCIAL.planning(suite).record_decision(declining).await.expect("recorded");
    let seen = WARD.case(suite, &id).await.expect("a case");
    assert_eq!(
        seen.decisions.iter().map(pla::DecisionRecord::decision).collect::<Vec<_>>(),
        [ServiceDecision::Declined]
    );

    let breaking_off = pla::InterruptCaseRequest {
        key: Some(interrupt_case_request::Key::AdmissionId(id.clone())),
        reason: InterruptionReason::PatientDeclines.into(),
        ..Default::default()
    };
    WARD.planning(suite).interrupt_case(breaking_off).await.expect("interrupted");
    suite.drain().await;
    for unit in [SOCIAL, CLINIC] {
        assert!(kinds(&unit.inbox(suite).await).contains(&NoticeKind::CaseInterrupted), "{unit:?}");
        assert_eq!(unit.case(suite, &id).await.expect("a case").state(), CaseState::Interrupted, "{unit:?}");
    }
    until(suite, "2026-09-16T09:30:00Z").await;
    tell(suite, &[a03("V1", "20260916100000")]).await;
    assert_eq!(SOCIAL.case(suite, &id).await.expect("a case").state(), CaseState::Interrupted);
    for indicator in ["missing_messages", "care_contact_named", "information_same_day", "sip_called_in_time"]
    {
        assert_eq!(COUNTY.total(suite, indicator).await, (0, 0), "{indicator}");
    }
    assert_eq!(GOTEBORG.total(suite, "notified_admissions").await.0, 1, "it was notified all the same");
    assert!(COUNTY.signals(suite).await.is_empty());
}

async fn a_death_before_going_home_stops_every_timer_and_is_told_to_everybody(suite: &Suite) {
    let (id, untold) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC, MOLNDAL]).await;
    // Of the other patient nobody has been told yet, and a day to do so runs.
    WARD.assess(suite, &untold, &[SOCIAL], NOW).await;
    for unit in [SOCIAL, CLINIC, MOLNDAL] {
        reads_all(suite, unit).await;
    }
    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-14T20:00:00Z").await;
    let died = |visit| Adt { disposition: "20", ..a03(visit, "20260914210000") };
    tell(suite, &[died("V1"), marta(died("V2"))]).await;
    for unit in [SOCIAL, CLINIC, MOLNDAL] {
        assert!(kinds(&unit.inbox(suite).await).contains(&NoticeKind::Death), "{unit:?}");
        assert_eq!(unit.case(suite, &id).await.expect("a case").state(), CaseState::Deceased, "{unit:?}");
        assert!(unit.ready(suite).await.is_empty(), "{unit:?}");
    }
    // Days later nothing has run out, nothing is closed, and no figure counts it.
    until(suite, "2026-09-20T08:00:00Z").await;
    assert!(COUNTY.signals(suite).await.is_empty());
    let closing = pla::CloseCaseRequest {
        key: Some(pla::close_case_request::Key::AdmissionId(id.clone())),
        ..Default::default()
    };
    let refusal = refused(WARD.planning(suite).close_case(closing).await);
    assert_eq!(
        (refusal.reason.as_str(), refusal.metadata["state"].as_str()),
        ("CASE_OVER", "CASE_STATE_DECEASED")
    );
    for indicator in
        ["same_day", "ready_days", "missing_messages", "care_contact_named", "information_same_day"]
    {
        assert_eq!(COUNTY.total(suite, indicator).await, (0, 0), "{indicator}");
    }
}

async fn a_patient_who_comes_back_is_linked_to_the_stay_before_also_once_it_is_known_who_it_is(
    suite: &Suite,
) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let first = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &first, &[SOCIAL, CLINIC]).await;
    until(suite, "2026-09-15T10:00:00Z").await;
    tell(suite, &[a03("V1", "20260915110000")]).await;
    WARD.closes(suite, &first).await;

    // Two days later somebody comes whom nobody knows, under a reserve number.
    until(suite, "2026-09-17T08:00:00Z").await;
    tell(suite, &[Adt { person: "4711^^^^MR", ..a01("V2", "20260917090000") }]).await;
    let second = SAHLGRENSKA.admission_of(suite, "V2").await.admission_id;
    WARD.tell_of(suite, &second, &[SOCIAL, MOLNDAL]).await;
    let previous = async |unit: Caller| unit.case(suite, &second).await.expect("a case").previous_case_id;
    assert_eq!(previous(SOCIAL).await, "");

    until(suite, "2026-09-17T12:00:00Z").await;
    tell(suite, &[a40("20260917130000", TOLVAN, "4711^^^^MR")]).await;
    let before = WARD.case(suite, &first).await.expect("a case");
    assert_eq!((before.state(), before.previous_case_id.as_str()), (CaseState::Closed, ""));
    assert_eq!((previous(SOCIAL).await, previous(WARD).await), (before.case_id.clone(), before.case_id));
    assert_eq!(previous(MOLNDAL).await, "", "it saw nothing of the stay before");
    assert!(MOLNDAL.sees_nothing_of(suite, &first).await);
}
