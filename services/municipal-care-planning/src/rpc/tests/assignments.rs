//! Who at a unit has a case: the unit's own and its municipality's business, and a list of what somebody has.

use hemgang_proto::planning::assign_case_request;
use jiff::civil::Date;

use super::*;

each_backend!(
    who_has_a_case_is_seen_by_the_unit_and_its_municipality_alone,
    a_list_shows_what_somebody_has_or_has_for_somebody_else_until_a_day,
    whose_case_is_kept_from_it_or_is_over_is_the_units_own_business,
    the_reception_says_who_has_it_at_a_unit_of_its_municipality,
    every_wrong_field_of_an_assignment_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const DEPUTY: &str = "SE0000001480-P0008";

fn assign(admission_id: &str, officer: &str) -> pb::AssignCaseRequest {
    pb::AssignCaseRequest {
        key: Some(assign_case_request::Key::AdmissionId(admission_id.to_owned())),
        officer: officer.to_owned(),
        ..Default::default()
    }
}

fn away(admission_id: &str, until: Date) -> pb::AssignCaseRequest {
    let deputy_until = Some(wire::date(until));
    pb::AssignCaseRequest { deputy: DEPUTY.to_owned(), deputy_until, ..assign(admission_id, OFFICER) }
}

async fn assigned(suite: &Suite, unit: &str, request: pb::AssignCaseRequest) -> pb::Assignment {
    let answer = client(suite, unit).assign_case(request).await.expect("assigned").into_inner();
    answer.assignment.expect("an assignment")
}

/// Admissions of the cases that somebody has, as a unit lists them in pages of one.
async fn list(suite: &Suite, unit: &str, person: &str, states: &[CaseState]) -> Vec<String> {
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let states = states.iter().map(|state| i32::from(*state)).collect();
        let assigned_to = person.to_owned();
        let request =
            pb::ListCasesRequest { page_size: 1, page_token, states, assigned_to, ..Default::default() };
        let page = client(suite, unit).list_cases(request).await.expect("a page").into_inner();
        ids.extend(page.cases.into_iter().map(|case| case.admission_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

async fn told(suite: &Suite, unit: &str) -> Vec<String> {
    let said = events(suite, unit).await.into_iter().filter_map(|event| match event {
        Event::CaseAssigned(said) => Some(said.assignment?.officer),
        _ => None,
    });
    said.collect()
}

async fn who_has_a_case_is_seen_by_the_unit_and_its_municipality_alone(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let etag = case(suite, WARD, &id).await.etag;
    let request = pb::AssignCaseRequest {
        request_id: "0190163d-8694-739b-aea5-966c26f8ad95".to_owned(),
        ..assign(&id, OFFICER)
    };
    let first = assigned(suite, SOCIAL, request.clone()).await;
    assert_eq!((first.unit.as_str(), first.officer.as_str(), &*first.assigned_by), (SOCIAL, OFFICER, CALLER));
    assert_eq!(assigned(suite, SOCIAL, request).await, first, "a repeat");
    for unit in [SOCIAL, RECEPTION] {
        assert_eq!(case(suite, unit, &id).await.assignments, std::slice::from_ref(&first), "{unit}");
        assert_eq!(cases(suite, unit).await[0].assignments, std::slice::from_ref(&first), "{unit}");
        assert_eq!(list(suite, unit, OFFICER, &[]).await, [id.as_str()], "{unit}");
        assert_eq!(told(suite, unit).await, [OFFICER], "{unit}");
    }
    for unit in [WARD, HEALTH, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        assert!(seen.assignments.is_empty() && cases(suite, unit).await[0].assignments.is_empty(), "{unit}");
        assert!(list(suite, unit, OFFICER, &[]).await.is_empty(), "{unit}");
        assert!(told(suite, unit).await.is_empty(), "{unit}");
        assert_eq!(seen.etag, etag, "{unit}: nothing became of the case");
    }
    let stale = pb::AssignCaseRequest { etag: "7".to_owned(), ..assign(&id, DEPUTY) };
    assert_eq!(refused(client(suite, SOCIAL).assign_case(stale).await).code, Code::Aborted);
    let next = pb::AssignCaseRequest { etag: first.etag, ..assign(&id, "") };
    assert_eq!(assigned(suite, SOCIAL, next).await.officer, "", "nobody has it any more");
    assert!(list(suite, SOCIAL, OFFICER, &[]).await.is_empty());
    sees_nothing(suite, ELSEWHERE, &id).await;
    let refusal = refused(client(suite, ELSEWHERE).assign_case(assign(&id, OFFICER)).await);
    assert_eq!(refusal.code, Code::NotFound);
    let refusal = refused(client(suite, WARD).assign_case(assign(&id, OFFICER)).await);
    assert_eq!(refusal.code, Code::PermissionDenied);
}

async fn a_list_shows_what_somebody_has_or_has_for_somebody_else_until_a_day(suite: &Suite) {
    const OPEN: [CaseState; 2] = [CaseState::Planning, CaseState::Ready];
    let first = notified(suite, &[SOCIAL, HEALTH]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let second = notified(suite, &[SOCIAL, HEALTH]).await;
    let third = notified(suite, &[SOCIAL]).await;
    let today = hemgang_core::day::local_day(suite.clock.now());
    assigned(suite, SOCIAL, away(&first, today.saturating_add(1.day()))).await;
    assigned(suite, SOCIAL, assign(&second, OFFICER)).await;
    // The same person at two units of a municipality: once in its list.
    assigned(suite, HEALTH, assign(&second, OFFICER)).await;
    assigned(suite, SOCIAL, assign(&third, DEPUTY)).await;
    for unit in [SOCIAL, RECEPTION] {
        assert_eq!(list(suite, unit, OFFICER, &[]).await, [second.as_str(), &first], "{unit}");
        let mut in_place = list(suite, unit, DEPUTY, &OPEN).await;
        in_place.sort();
        let mut both = [third.clone(), first.clone()];
        both.sort();
        assert_eq!(in_place, both, "{unit}: the own, and that of who is away");
    }
    assert_eq!(list(suite, HEALTH, OFFICER, &[]).await, [second.as_str()]);
    left(suite, &second, Destination::Home).await;
    assert_eq!(list(suite, SOCIAL, OFFICER, &OPEN).await, [first.as_str()]);
    assert_eq!(list(suite, RECEPTION, OFFICER, &[CaseState::Discharged]).await, [second.as_str()]);
    suite.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(list(suite, SOCIAL, DEPUTY, &[]).await.len(), 2, "on the last day, too");
    suite.pass(SignedDuration::from_hours(24)).await;
    for unit in [SOCIAL, RECEPTION] {
        assert_eq!(list(suite, unit, DEPUTY, &[]).await, [third.as_str()], "{unit}: the officer is back");
    }
}

async fn whose_case_is_kept_from_it_or_is_over_is_the_units_own_business(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    assigned(suite, SOCIAL, assign(&id, OFFICER)).await;
    barred(suite, &id, SOCIAL).await;
    left(suite, &id, Destination::Deceased).await;
    let next = assigned(suite, SOCIAL, assign(&id, DEPUTY)).await;
    assert_eq!(case(suite, SOCIAL, &id).await.assignments, std::slice::from_ref(&next));
    assert_eq!(cases(suite, SOCIAL).await[0].assignments, [next]);
    for unit in [SOCIAL, RECEPTION] {
        assert_eq!(list(suite, unit, DEPUTY, &[CaseState::Planning]).await, [id.as_str()], "as it stood");
        assert!(list(suite, unit, DEPUTY, &[CaseState::Deceased]).await.is_empty(), "{unit}");
    }
}

async fn the_reception_says_who_has_it_at_a_unit_of_its_municipality(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let at = |unit: &str| pb::AssignCaseRequest { unit: unit.to_owned(), ..assign(&id, OFFICER) };
    assert_eq!(assigned(suite, RECEPTION, at(SOCIAL)).await.unit, SOCIAL);
    assert_eq!(case(suite, SOCIAL, &id).await.assignments[0].officer, OFFICER);
    // It takes no part itself, nor is another's its business.
    for (unit, named) in
        [(RECEPTION, ""), (RECEPTION, OUTPATIENT), (SOCIAL, OUTPATIENT), (OUTPATIENT, HEALTH)]
    {
        let refusal = refused(client(suite, unit).assign_case(at(named)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_A_PARTY"));
        assert_eq!(refusal.metadata["unit"], if named.is_empty() { unit } else { named });
    }
}

async fn every_wrong_field_of_an_assignment_is_named_at_once(suite: &Suite) {
    let fields = async |request| {
        let mut fields = refused(client(suite, SOCIAL).assign_case(request).await).fields;
        fields.sort();
        fields
    };
    let wrong = pb::AssignCaseRequest {
        unit: "somewhere".to_owned(),
        officer: "somebody".to_owned(),
        deputy_until: Some(wire::date(date(2020, 1, 1))),
        assigned_by: "somebody".to_owned(),
        ..Default::default()
    };
    let said = fields(wrong).await;
    assert_eq!(said, ["assigned_by", "deputy_until", "deputy_until", "key", "officer", "unit"]);
    let id = notified(suite, &[SOCIAL]).await;
    let tomorrow = hemgang_core::day::local_day(suite.clock.now()).saturating_add(1.day());
    let alone = pb::AssignCaseRequest { officer: String::new(), ..away(&id, tomorrow) };
    assert_eq!(fields(alone).await, ["deputy"]);
    let same = pb::AssignCaseRequest { officer: DEPUTY.to_owned(), ..away(&id, tomorrow) };
    assert_eq!(fields(same).await, ["deputy"]);
    let for_ever = pb::AssignCaseRequest { deputy_until: None, ..away(&id, tomorrow) };
    assert_eq!(fields(for_ever).await, ["deputy_until"]);
    let request = pb::ListCasesRequest { assigned_to: "somebody".to_owned(), ..Default::default() };
    assert_eq!(refused(client(suite, SOCIAL).list_cases(request).await).fields, ["assigned_to"]);
}
