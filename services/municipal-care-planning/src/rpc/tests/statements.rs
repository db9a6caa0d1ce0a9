//! What units state about a case: answers to planning, readiness of outpatient care, who receives, the patient's summary.

use hemgang_proto::planning::{
    Ability, MissingItem, ServiceDecision, ServiceKind, ServiceLaw, answer_planning_request,
    confirm_receiving_request, hand_over_patient_summary_request, set_outpatient_readiness_request,
};

use super::*;

each_backend!(
    each_unit_answers_under_each_law_and_the_last_answer_holds,
    outpatient_care_is_ready_or_not_or_does_not_know_and_says_what_it_waits_for,
    a_unit_receives_and_the_ward_hands_a_summary_over,
    who_is_told_later_reads_what_was_stated,
    nothing_is_stated_of_who_died_or_by_whom_nothing_is_disclosed_to,
    every_wrong_field_of_a_statement_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn answer(admission_id: &str, law: ServiceLaw, ability: Ability) -> pb::AnswerPlanningRequest {
    let missing = match ability {
        Ability::Can => Vec::new(),
        _ => vec![MissingItem::Staff.into()],
    };
    pb::AnswerPlanningRequest {
        key: Some(answer_planning_request::Key::AdmissionId(admission_id.to_owned())),
        law: law.into(),
        ability: ability.into(),
        services: vec![ServiceKind::SafetyAlarm.into(), ServiceKind::HomeCare.into()],
        decision: ServiceDecision::NotRequired.into(),
        missing,
        ..Default::default()
    }
}

fn answered(case: &pb::Case) -> Vec<(&str, ServiceLaw, Ability)> {
    let mut answers: Vec<_> =
        case.planning_answers.iter().map(|said| (said.unit.as_str(), said.law(), said.ability())).collect();
    answers.sort_by_key(|(unit, law, _)| (*unit, law.as_str_name()));
    answers
}

async fn each_unit_answers_under_each_law_and_the_last_answer_holds(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let ready_from = Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(30)));
    let mut social = client(suite, SOCIAL);
    let unknown = social.answer_planning(answer(&id, ServiceLaw::Sol, Ability::Unknown)).await;
    let case_now = unknown.expect("answered").into_inner().case.expect("a case");
    assert_eq!(answered(&case_now), [(SOCIAL, ServiceLaw::Sol, Ability::Unknown)]);
    assert_eq!(case_now.patient, Some(hemgang_proto::common::Person::default()), "an answer names nobody");
    social.answer_planning(answer(&id, ServiceLaw::Lss, Ability::Cannot)).await.expect("answered");
    let can = pb::AnswerPlanningRequest {
        ready_from,
        decision: ServiceDecision::Granted.into(),
        answered_by: OFFICER.to_owned(),
        ..answer(&id, ServiceLaw::Sol, Ability::Can)
    };
    social.answer_planning(can).await.expect("answered");
    client(suite, HEALTH)
        .answer_planning(answer(&id, ServiceLaw::Hsl, Ability::Unknown))
        .await
        .expect("answered");

    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        let all = [
            (SOCIAL, ServiceLaw::Lss, Ability::Cannot),
            (SOCIAL, ServiceLaw::Sol, Ability::Can),
            (HEALTH, ServiceLaw::Hsl, Ability::Unknown),
        ];
        assert_eq!(answered(&seen), all, "{unit}");
        let sol = seen.planning_answers.iter().find(|said| said.law() == ServiceLaw::Sol).expect("an answer");
        assert_eq!((sol.ready_from, sol.decision()), (ready_from, ServiceDecision::Granted));
        assert_eq!(sol.services, [i32::from(ServiceKind::HomeCare), ServiceKind::SafetyAlarm.into()]);
        assert_eq!((sol.answered_by.as_str(), sol.missing.as_slice()), (OFFICER, [0; 0].as_slice()));
        assert!(cases(suite, unit).await[0].planning_answers.is_empty(), "no list says it");
    }
    let told = |notices: &[pb::Notice]| {
        notices.iter().filter(|notice| notice.kind() == NoticeKind::PlanningAnswer).count()
    };
    assert_eq!(told(&inbox(suite, OUTPATIENT).await), 4);
    assert_eq!(told(&inbox(suite, SOCIAL).await), 1, "who answered knows");
    sees_nothing(suite, ELSEWHERE, &id).await;
}

async fn outpatient_care_is_ready_or_not_or_does_not_know_and_says_what_it_waits_for(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let mut clinic = client(suite, OUTPATIENT);
    for (ability, missing) in [
        (Ability::Unknown, vec![MissingItem::HospitalInformation]),
        (Ability::Cannot, vec![MissingItem::Medicines]),
        (Ability::Can, vec![]),
    ] {
        let request = pb::SetOutpatientReadinessRequest {
            key: Some(set_outpatient_readiness_request::Key::AdmissionId(id.clone())),
            ability: ability.into(),
            missing: missing.iter().map(|item| i32::from(*item)).collect(),
            ..Default::default()
        };
        clinic.set_outpatient_readiness(request).await.expect("said");
        let said = case(suite, SOCIAL, &id).await.outpatient_readiness;
        assert_eq!(said.len(), 1);
        assert_eq!((said[0].unit.as_str(), said[0].ability()), (OUTPATIENT, ability));
        assert_eq!(said[0].missing().collect::<Vec<_>>(), missing);
        assert_eq!(said[0].answered_by, CALLER);
    }
    let is_told = |notice: &&pb::Notice| notice.kind() == NoticeKind::OutpatientReadiness;
    assert_eq!(inbox(suite, SOCIAL).await.iter().filter(is_told).count(), 3);
}

async fn a_unit_receives_and_the_ward_hands_a_summary_over(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    let receives_at = Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(5)));
    let request = pb::ConfirmReceivingRequest {
        key: Some(confirm_receiving_request::Key::AdmissionId(id.clone())),
        receives_at,
        ..Default::default()
    };
    client(suite, SOCIAL).confirm_receiving(request).await.expect("confirmed");
    let request = pb::HandOverPatientSummaryRequest {
        key: Some(hand_over_patient_summary_request::Key::AdmissionId(id.clone())),
        handed_over_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(1))),
        form: pb::SummaryForm::Paper.into(),
        names_care_contact: true,
        ..Default::default()
    };
    client(suite, WARD).hand_over_patient_summary(request.clone()).await.expect("handed over");
    let seen = case(suite, OUTPATIENT, &id).await;
    assert_eq!((seen.receivings[0].unit.as_str(), seen.receivings[0].receives_at), (SOCIAL, receives_at));
    let summary = &seen.patient_summaries[0];
    assert_eq!((summary.unit.as_str(), summary.form()), (WARD, pb::SummaryForm::Paper));
    assert!(summary.names_care_contact && !summary.names_sip_time && !summary.names_planned_care);
    let told = kinds(&inbox(suite, OUTPATIENT).await);
    assert_eq!(told, [NoticeKind::ReceivingConfirmed, NoticeKind::Admission], "a summary is the patient's");
    let refusal = refused(client(suite, SOCIAL).hand_over_patient_summary(request).await);
    assert_eq!(refusal.code, Code::PermissionDenied);
}

async fn who_is_told_later_reads_what_was_stated(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    client(suite, SOCIAL)
        .answer_planning(answer(&id, ServiceLaw::Sol, Ability::Unknown))
        .await
        .expect("answered");
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let shared = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.planning_answers),
        _ => None,
    });
    assert_eq!(shared, Some(case(suite, OUTPATIENT, &id).await.planning_answers));
    assert_eq!(shared.map(|answers| answers.len()), Some(1));
}

async fn nothing_is_stated_of_who_died_or_by_whom_nothing_is_disclosed_to(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let mut social = client(suite, SOCIAL);
    social.answer_planning(answer(&id, ServiceLaw::Sol, Ability::Unknown)).await.expect("answered");
    barred(suite, &id, SOCIAL).await;
    let barred = social.answer_planning(answer(&id, ServiceLaw::Sol, Ability::Cannot)).await;
    assert_eq!(refused(barred).reason, "DISCLOSURE_BARRED");
    let mut clinic = client(suite, OUTPATIENT);
    clinic.answer_planning(answer(&id, ServiceLaw::Hsl, Ability::Unknown)).await.expect("answered");
    let stood = [(SOCIAL, ServiceLaw::Sol, Ability::Unknown)];
    assert_eq!(answered(&case(suite, SOCIAL, &id).await), stood, "as it stood when it was kept from them");
    assert!(cases(suite, SOCIAL).await[0].planning_answers.is_empty(), "no list says it");

    let dead = notified(suite, &[SOCIAL]).await;
    left(suite, &dead, Destination::Deceased).await;
    let over = social.answer_planning(answer(&dead, ServiceLaw::Sol, Ability::Unknown)).await;
    assert_eq!(refused(over).reason, "CASE_OVER");
}

async fn every_wrong_field_of_a_statement_is_named_at_once(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let fields = |refusal: hemgang_testing::Refused| {
        let mut fields = refusal.fields;
        fields.sort();
        fields
    };
    let wrong = pb::AnswerPlanningRequest {
        services: vec![99],
        missing: vec![MissingItem::Staff.into(), 99],
        answered_by: "somebody".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        fields(refused(client(suite, SOCIAL).answer_planning(wrong).await)),
        ["ability", "answered_by", "decision", "key", "law", "missing[1]", "services[0]"]
    );
    let can = answer(&id, ServiceLaw::Sol, Ability::Can);
    let waiting = pb::AnswerPlanningRequest { missing: vec![MissingItem::Staff.into()], ..can };
    assert_eq!(
        fields(refused(client(suite, SOCIAL).answer_planning(waiting).await)),
        ["missing", "ready_from"],
        "whoever can says from when, and waits for nothing"
    );
    let unknown = pb::AnswerPlanningRequest {
        missing: Vec::new(),
        ready_from: Some(wire::timestamp(suite.clock.now())),
        decision: ServiceDecision::Granted.into(),
        ..answer(&id, ServiceLaw::Hsl, Ability::Unknown)
    };
    assert_eq!(
        fields(refused(client(suite, HEALTH).answer_planning(unknown).await)),
        ["decision", "missing", "ready_from"]
    );
    let of_the_region = answer(&id, ServiceLaw::Sol, Ability::Unknown);
    assert_eq!(fields(refused(client(suite, OUTPATIENT).answer_planning(of_the_region).await)), ["law"]);
    let empty = pb::HandOverPatientSummaryRequest::default();
    assert_eq!(
        fields(refused(client(suite, WARD).hand_over_patient_summary(empty).await)),
        ["form", "handed_over_at", "key"]
    );
    let empty = pb::ConfirmReceivingRequest::default();
    assert_eq!(fields(refused(client(suite, SOCIAL).confirm_receiving(empty).await)), ["key", "receives_at"]);
    let empty = pb::SetOutpatientReadinessRequest::default();
    assert_eq!(
        fields(refused(client(suite, OUTPATIENT).set_outpatient_readiness(empty).await)),
        ["ability", "key"]
    );
}
