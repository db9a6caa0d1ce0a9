//! What units do for the patient at home today: shared at admission, one statement a unit, told to everybody else.

use hemgang_proto::planning::{
    AdlActivity, AdlAssessment, AdlLevel, Aid, CurrentService, MedicineHandling, ServiceKind,
    share_current_services_request,
};

use super::*;

each_backend!(
    what_a_unit_does_today_is_read_by_all_and_what_it_shared_last_holds,
    who_is_told_later_or_no_more_reads_what_was_shared_by_then,
    nothing_is_shared_of_who_died_and_a_repeat_gets_the_first_answer,
    every_wrong_field_of_current_services_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn home_care(times_per_week: i32) -> CurrentService {
    CurrentService {
        kind: ServiceKind::HomeCare.into(),
        times_per_week,
        minutes_per_week: 30 * times_per_week,
    }
}

fn bathing(level: AdlLevel) -> AdlAssessment {
    AdlAssessment { activity: AdlActivity::Bathing.into(), level: level.into() }
}

fn share(admission_id: &str, services: Vec<CurrentService>) -> pb::ShareCurrentServicesRequest {
    pb::ShareCurrentServicesRequest {
        key: Some(share_current_services_request::Key::AdmissionId(admission_id.to_owned())),
        services,
        ..Default::default()
    }
}

/// Who gives how many services of a case.
fn shared(case: &pb::Case) -> Vec<(&str, usize)> {
    case.current_services.iter().map(|said| (said.unit.as_str(), said.services.len())).collect()
}

async fn what_a_unit_does_today_is_read_by_all_and_what_it_shared_last_holds(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let mut social = client(suite, SOCIAL);
    let first = social.share_current_services(share(&id, vec![home_care(7)])).await.expect("shared");
    let answer = first.into_inner().case.expect("a case");
    assert_eq!(answer.patient, Some(hemgang_proto::common::Person::default()), "an answer names nobody");
    let paused_since = Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(10)));
    let restarts_at = Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(100)));
    let all = pb::ShareCurrentServicesRequest {
        adl: vec![bathing(AdlLevel::Dependent)],
        aids: vec![Aid::Lift.into(), Aid::Walker.into(), Aid::Lift.into()],
        medicine_handling: MedicineHandling::ByUnit.into(),
        paused_since,
        restarts_at,
        shared_by: OFFICER.to_owned(),
        ..share(&id, vec![home_care(14)])
    };
    social.share_current_services(all).await.expect("shared");
    client(suite, HEALTH).share_current_services(share(&id, Vec::new())).await.expect("none is an answer");

    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        let mut by = shared(&seen);
        by.sort_unstable();
        assert_eq!(by, [(SOCIAL, 1), (HEALTH, 0)], "{unit}");
        let said = seen.current_services.iter().find(|said| said.unit == SOCIAL).expect("services");
        assert_eq!(said.services, [home_care(14)]);
        assert_eq!(said.adl, [bathing(AdlLevel::Dependent)]);
        assert_eq!(said.aids().collect::<Vec<_>>(), [Aid::Walker, Aid::Lift]);
        assert_eq!(said.medicine_handling(), MedicineHandling::ByUnit);
        assert_eq!((said.paused_since, said.restarts_at), (paused_since, restarts_at));
        assert_eq!(said.shared_by, OFFICER);
        assert!(cases(suite, unit).await[0].current_services.is_empty(), "no list says it");
    }
    let is_told = |notice: &&pb::Notice| notice.kind() == NoticeKind::CurrentServices;
    assert_eq!(inbox(suite, OUTPATIENT).await.iter().filter(is_told).count(), 3);
    assert_eq!(inbox(suite, SOCIAL).await.iter().filter(is_told).count(), 1, "who shared knows");
    sees_nothing(suite, ELSEWHERE, &id).await;
    let refusal = refused(client(suite, ELSEWHERE).share_current_services(share(&id, Vec::new())).await);
    assert_eq!(refusal.code, Code::NotFound);
    let refusal = refused(client(suite, WARD).share_current_services(share(&id, Vec::new())).await);
    assert_eq!(refusal.code, Code::PermissionDenied);
}

async fn who_is_told_later_or_no_more_reads_what_was_shared_by_then(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let mut social = client(suite, SOCIAL);
    social.share_current_services(share(&id, vec![home_care(7)])).await.expect("shared");
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let told = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.current_services),
        _ => None,
    });
    assert_eq!(told, Some(case(suite, OUTPATIENT, &id).await.current_services));

    barred(suite, &id, SOCIAL).await;
    client(suite, HEALTH).share_current_services(share(&id, Vec::new())).await.expect("shared");
    assert_eq!(shared(&case(suite, SOCIAL, &id).await), [(SOCIAL, 1)], "as it stood");
    assert!(cases(suite, SOCIAL).await[0].current_services.is_empty(), "no list says it");
    let refusal = refused(social.share_current_services(share(&id, Vec::new())).await);
    assert_eq!(refusal.reason, "DISCLOSURE_BARRED");
}

async fn nothing_is_shared_of_who_died_and_a_repeat_gets_the_first_answer(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let mut social = client(suite, SOCIAL);
    let request = pb::ShareCurrentServicesRequest {
        request_id: "0190163d-8694-739b-aea5-966c26f8ad91".to_owned(),
        ..share(&id, vec![home_care(7)])
    };
    let first = social.share_current_services(request.clone()).await.expect("shared").into_inner();
    let again = social.share_current_services(request).await.expect("a repeat").into_inner();
    assert_eq!(first, again);
    let is_told = |notice: &&pb::Notice| notice.kind() == NoticeKind::CurrentServices;
    assert_eq!(inbox(suite, OUTPATIENT).await.iter().filter(is_told).count(), 1);
    left(suite, &id, Destination::Deceased).await;
    assert_eq!(refused(social.share_current_services(share(&id, Vec::new())).await).reason, "CASE_OVER");
}

async fn every_wrong_field_of_current_services_is_named_at_once(suite: &Suite) {
    let later = Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(1)));
    let now = Some(wire::timestamp(suite.clock.now()));
    let wrong = pb::ShareCurrentServicesRequest {
        key: None,
        adl: vec![AdlAssessment::default(), bathing(AdlLevel::Dependent), bathing(AdlLevel::Independent)],
        aids: vec![99],
        medicine_handling: 99,
        paused_since: later,
        shared_by: "somebody".to_owned(),
        ..share("", vec![home_care(-1), home_care(1), CurrentService::default()])
    };
    let mut fields = refused(client(suite, SOCIAL).share_current_services(wrong).await).fields;
    fields.sort();
    assert_eq!(
        fields,
        [
            "adl[0].activity",
            "adl[0].level",
            "adl[2].activity",
            "aids[0]",
            "key",
            "medicine_handling",
            "paused_since",
            "services[0].minutes_per_week",
            "services[0].times_per_week",
            "services[1].kind",
            "services[2].kind",
            "shared_by",
        ]
    );
    for (paused_since, restarts_at) in
        [(None, later), (now, Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(1))))]
    {
        let request = pb::ShareCurrentServicesRequest { paused_since, restarts_at, ..share("x", Vec::new()) };
        let refusal = refused(client(suite, SOCIAL).share_current_services(request).await);
        assert!(refusal.fields.iter().any(|field| field == "restarts_at"), "{refusal:?}");
    }
}
