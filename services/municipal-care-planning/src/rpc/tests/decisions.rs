//! Decisions about services, as municipalities record them: each step with its times, the last of each service.

use hemgang_proto::planning::{
    DecisionRecord, ServiceDecision, ServiceKind, ServiceLaw, record_decision_request,
};

use super::*;

each_backend!(
    a_service_goes_from_the_application_to_the_decision,
    who_is_told_later_reads_what_was_decided,
    only_a_municipality_that_takes_part_records_a_decision,
    every_wrong_field_of_a_decision_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn recording(suite: &Suite, id: &str, decision: ServiceDecision) -> pb::RecordDecisionRequest {
    let ago = |hours| Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(hours)));
    let is_given = matches!(decision, ServiceDecision::Granted | ServiceDecision::NotRequired);
    let destination = if is_given { Destination::HomeWithCare } else { Destination::Unspecified };
    pb::RecordDecisionRequest {
        key: Some(record_decision_request::Key::AdmissionId(id.to_owned())),
        law: ServiceLaw::Sol.into(),
        service: ServiceKind::HomeCare.into(),
        decision: decision.into(),
        destination: destination.into(),
        applied_at: ago(5).filter(|_| decision != ServiceDecision::NotRequired),
        decided_at: ago(1).filter(|_| decision != ServiceDecision::UnderInvestigation),
        ..Default::default()
    }
}

/// That the patient does not want home care.
pub(super) fn declined(suite: &Suite, id: &str) -> pb::RecordDecisionRequest {
    pb::RecordDecisionRequest { applied_at: None, ..recording(suite, id, ServiceDecision::Declined) }
}

async fn recorded(suite: &Suite, unit: &str, request: pb::RecordDecisionRequest) -> Vec<DecisionRecord> {
    let answer = client(suite, unit).record_decision(request).await.expect("recorded").into_inner();
    answer.case.expect("a case").decisions
}

async fn a_service_goes_from_the_application_to_the_decision(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(6)).await;
    let applied = recording(suite, &id, ServiceDecision::UnderInvestigation);
    let said = recorded(suite, SOCIAL, applied.clone()).await.remove(0);
    assert_eq!((said.unit.as_str(), said.decision()), (SOCIAL, ServiceDecision::UnderInvestigation));
    assert_eq!((said.applied_at, said.decided_at), (applied.applied_at, None));
    assert_eq!(said.recorded_at, Some(wire::timestamp(suite.clock.now())));
    let without = pb::RecordDecisionRequest {
        service: ServiceKind::SafetyAlarm.into(),
        ..recording(suite, &id, ServiceDecision::NotRequired)
    };
    recorded(suite, SOCIAL, without).await;
    let refused_place = pb::RecordDecisionRequest {
        service: ServiceKind::SpecialHousing.into(),
        ..recording(suite, &id, ServiceDecision::Rejected)
    };
    recorded(suite, SOCIAL, refused_place).await;
    let granted = pb::RecordDecisionRequest {
        decided_by: OFFICER.to_owned(),
        ..recording(suite, &id, ServiceDecision::Granted)
    };
    recorded(suite, SOCIAL, granted.clone()).await;

    let stands = |case: &pb::Case| {
        let mut stands: Vec<_> =
            case.decisions.iter().map(|said| (said.service(), said.decision())).collect();
        stands.sort_by_key(|(service, _)| i32::from(*service));
        stands
    };
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        let expected = [
            (ServiceKind::HomeCare, ServiceDecision::Granted),
            (ServiceKind::SafetyAlarm, ServiceDecision::NotRequired),
            (ServiceKind::SpecialHousing, ServiceDecision::Rejected),
        ];
        assert_eq!(stands(&seen), expected, "{unit}");
        let home = seen.decisions.iter().find(|said| said.service() == ServiceKind::HomeCare).expect("it");
        assert_eq!((home.destination(), home.decided_by.as_str()), (Destination::HomeWithCare, OFFICER));
        assert_eq!((home.applied_at, home.decided_at), (granted.applied_at, granted.decided_at));
        assert!(cases(suite, unit).await[0].decisions.is_empty(), "no list says it");
    }
    let told =
        inbox(suite, HEALTH).await.iter().filter(|notice| notice.kind() == NoticeKind::Decision).count();
    assert_eq!(told, 4);
    assert!(!kinds(&inbox(suite, SOCIAL).await).contains(&NoticeKind::Decision), "who decides knows");
}

async fn who_is_told_later_reads_what_was_decided(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    recorded(suite, SOCIAL, declined(suite, &id)).await;
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let seen = case(suite, OUTPATIENT, &id).await.decisions;
    assert_eq!(seen.len(), 1);
    let shared = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(said) => Some(said.decisions),
        _ => None,
    });
    assert_eq!(shared, Some(seen));
}

async fn only_a_municipality_that_takes_part_records_a_decision(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    for unit in [WARD, OUTPATIENT] {
        let refusal = refused(client(suite, unit).record_decision(declined(suite, &id)).await);
        assert_eq!(refusal.code, Code::PermissionDenied, "{unit}");
    }
    let refusal = refused(client(suite, ELSEWHERE).record_decision(declined(suite, &id)).await);
    assert_eq!(refusal.reason, "NOT_FOUND");
    barred(suite, &id, SOCIAL).await;
    let refusal = refused(client(suite, SOCIAL).record_decision(declined(suite, &id)).await);
    assert_eq!(refusal.reason, "DISCLOSURE_BARRED");
    assert!(case(suite, WARD, &id).await.decisions.is_empty());
    left(suite, &id, Destination::Deceased).await;
    let refusal = refused(client(suite, SOCIAL).record_decision(declined(suite, &id)).await);
    assert_eq!(refusal.reason, "CASE_OVER");
}

async fn every_wrong_field_of_a_decision_is_named_at_once(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let wrong = async |request: pb::RecordDecisionRequest| {
        let mut fields = refused(client(suite, SOCIAL).record_decision(request).await).fields;
        fields.sort();
        fields
    };
    let nothing = pb::RecordDecisionRequest { decided_by: "?".to_owned(), ..Default::default() };
    assert_eq!(wrong(nothing).await, ["decided_by", "decision", "key", "law", "service"]);
    let base = |decision| recording(suite, &id, decision);
    let hsl = pb::RecordDecisionRequest { law: ServiceLaw::Hsl.into(), ..base(ServiceDecision::Granted) };
    assert_eq!(wrong(hsl).await, ["law"]);
    assert_eq!(wrong(base(ServiceDecision::NotApplied)).await, ["decision"]);
    for (request, fields) in [
        // What is investigated was applied for and is not decided; what is decided was and is.
        (
            pb::RecordDecisionRequest {
                applied_at: None,
                decided_at: base(ServiceDecision::Granted).decided_at,
                ..base(ServiceDecision::UnderInvestigation)
            },
            vec!["applied_at", "decided_at"],
        ),
        (
            pb::RecordDecisionRequest {
                applied_at: None,
                decided_at: None,
                ..base(ServiceDecision::Rejected)
            },
            vec!["applied_at", "decided_at"],
        ),
        // Nobody applies for what is given without an assessment, which says where to.
        (
            pb::RecordDecisionRequest {
                applied_at: base(ServiceDecision::Granted).applied_at,
                destination: 0,
                ..base(ServiceDecision::NotRequired)
            },
            vec!["applied_at", "destination"],
        ),
        (
            pb::RecordDecisionRequest {
                destination: Destination::Deceased.into(),
                applied_at: base(ServiceDecision::Granted).decided_at,
                decided_at: base(ServiceDecision::Granted).applied_at,
                ..base(ServiceDecision::Granted)
            },
            vec!["decided_at", "destination"],
        ),
        (
            pb::RecordDecisionRequest {
                destination: Destination::Home.into(),
                decided_at: Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(1))),
                ..base(ServiceDecision::Declined)
            },
            vec!["decided_at", "destination"],
        ),
    ] {
        assert_eq!(wrong(request).await, fields);
    }
}
