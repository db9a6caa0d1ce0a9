//! Whether an individual plan is needed: judged by each principal, told to whoever takes part, and a duty to call once both
//! see it.

use hemgang_proto::planning::{
    SipNeedDecision, appoint_care_contact_request, decide_sip_need_request, invite_to_sip_request,
};

use super::*;

each_backend!(
    each_principal_judges_once_and_the_parties_learn_of_it,
    nobody_judges_of_who_died_or_by_whom_nothing_is_disclosed_to,
    every_wrong_field_of_a_judgement_is_named_at_once,
    the_call_counts_that_the_named_contact_made_in_time
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const JUDGED_BY: &str = "SE2321000131-P000000000205";

fn judgement(admission_id: &str, decision: SipNeedDecision) -> pb::DecideSipNeedRequest {
    pb::DecideSipNeedRequest {
        key: Some(decide_sip_need_request::Key::AdmissionId(admission_id.to_owned())),
        decision: decision.into(),
        decided_by: JUDGED_BY.to_owned(),
        ..Default::default()
    }
}

/// What principals judge, after one of their units has.
async fn judged(
    suite: &Suite,
    unit: &str,
    admission_id: &str,
    decision: SipNeedDecision,
) -> Vec<(String, SipNeedDecision)> {
    let answer = client(suite, unit).decide_sip_need(judgement(admission_id, decision)).await;
    let case = answer.expect("judged").into_inner().case.expect("a case");
    assert_eq!(case.patient, Some(hemgang_proto::common::Person::default()), "an answer names nobody");
    stands(case)
}

fn stands(case: pb::Case) -> Vec<(String, SipNeedDecision)> {
    let judged = |need: pb::SipNeed| (need.principal.clone(), need.decision());
    let mut stands: Vec<_> = case.sip_needs.into_iter().map(judged).collect();
    stands.sort_by(|one, other| one.0.cmp(&other.0));
    stands
}

async fn each_principal_judges_once_and_the_parties_learn_of_it(suite: &Suite) {
    use SipNeedDecision::{Needed, NotNeeded};
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let of = |principal: &str, decision| (principal.to_owned(), decision);
    assert_eq!(judged(suite, OUTPATIENT, &id, Needed).await, [of("region", Needed)]);
    assert!(inbox(suite, SOCIAL).await.iter().any(|notice| notice.kind() == NoticeKind::SipNeed));
    assert_eq!(kinds(&inbox(suite, OUTPATIENT).await), [NoticeKind::Admission], "who judged knows");
    assert_eq!(judged(suite, SOCIAL, &id, NotNeeded).await, [of("1480", NotNeeded), of("region", Needed)]);
    notify(suite, &id, &[HEALTH]).await;
    suite.drain().await;
    let shared = events(suite, HEALTH).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.sip_needs.len()),
        _ => None,
    });
    assert_eq!(shared, Some(2), "who is told later reads both");
    // Another unit of the same municipality: the last judgement of the principal holds.
    let both = [of("1480", Needed), of("region", Needed)];
    assert_eq!(judged(suite, HEALTH, &id, Needed).await, both);
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        assert_eq!(stands(case(suite, unit, &id).await), both, "{unit}");
        assert!(cases(suite, unit).await[0].sip_needs.is_empty(), "no list says it");
    }
    let seen = case(suite, WARD, &id).await.sip_needs;
    let of_the_municipality = seen.iter().find(|need| need.principal == "1480").expect("a judgement");
    assert_eq!((&*of_the_municipality.unit, &*of_the_municipality.decided_by), (HEALTH, JUDGED_BY));
    assert_eq!(of_the_municipality.decided_at, Some(wire::timestamp(suite.clock.now())));

    let told = events(suite, SOCIAL).await.into_iter().filter_map(|event| match event {
        Event::SipNeedDecided(said) => said.sip_need.map(|need| (need.principal.clone(), need.decision())),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told, [of("region", Needed), of("1480", NotNeeded), of("1480", Needed)]);
    sees_nothing(suite, ELSEWHERE, &id).await;
}

async fn nobody_judges_of_who_died_or_by_whom_nothing_is_disclosed_to(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    barred(suite, &id, SOCIAL).await;
    let mut social = client(suite, SOCIAL);
    let barred = refused(social.decide_sip_need(judgement(&id, SipNeedDecision::Needed)).await);
    assert_eq!(barred.reason, "DISCLOSURE_BARRED");
    judged(suite, OUTPATIENT, &id, SipNeedDecision::Needed).await;
    assert!(case(suite, SOCIAL, &id).await.sip_needs.is_empty(), "kept from them");
    let is_told = |notice: &pb::Notice| notice.kind() == NoticeKind::SipNeed;
    assert!(!inbox(suite, SOCIAL).await.iter().any(is_told));

    let dead = notified(suite, &[OUTPATIENT]).await;
    left(suite, &dead, Destination::Deceased).await;
    let mut clinic = client(suite, OUTPATIENT);
    let over = refused(clinic.decide_sip_need(judgement(&dead, SipNeedDecision::Needed)).await);
    assert_eq!((over.code, over.reason.as_str()), (Code::FailedPrecondition, "CASE_OVER"));
}

async fn every_wrong_field_of_a_judgement_is_named_at_once(suite: &Suite) {
    let wrong = pb::DecideSipNeedRequest { decided_by: "somebody".to_owned(), ..Default::default() };
    let mut fields = refused(client(suite, SOCIAL).decide_sip_need(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["decided_by", "decision", "key"]);
}

/// The region's outpatient care calls, as the named contact.
async fn called(suite: &Suite, id: &str) {
    let appointment = pb::AppointCareContactRequest {
        key: Some(appoint_care_contact_request::Key::AdmissionId(id.to_owned())),
        person: CALLER.to_owned(),
        ..Default::default()
    };
    let mut clinic = client(suite, OUTPATIENT);
    clinic.appoint_care_contact(appointment).await.expect("appointed");
    let request = pb::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::AdmissionId(id.to_owned())),
        starts_at: Some(wire::timestamp(suite.clock.now())),
        form: pb::MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    let meeting = clinic.invite_to_sip(request).await.expect("called").into_inner().meeting;
    assert!(meeting.expect("a meeting").statutory);
}

async fn the_call_counts_that_the_named_contact_made_in_time(suite: &Suite) {
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(notified(suite, &[SOCIAL, OUTPATIENT]).await);
    }
    let [early, in_time, late, never, refusing, withdrawn, one_sided] = &ids[..] else { unreachable!() };
    for id in &ids {
        judged(suite, OUTPATIENT, id, SipNeedDecision::Needed).await;
        if id != one_sided {
            judged(suite, SOCIAL, id, SipNeedDecision::Needed).await;
        }
    }
    called(suite, early).await;
    for id in &ids {
        confirm(suite, id).await;
    }
    suite.drain().await;
    // Going home does not stop the clock.
    left(suite, in_time, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(48)).await;
    called(suite, in_time).await;
    withdraw(suite, withdrawn).await;
    suite.drain().await;
    suite.pass(SignedDuration::from_hours(48)).await;
    called(suite, late).await;
    answers_sip(suite, refusing, pb::ConsentDecision::Refused).await;
    for id in [early, late, never, refusing, withdrawn, one_sided] {
        left(suite, id, Destination::Home).await;
    }
    assert_eq!(
        figure(suite, "sip_called_in_time", [early, in_time, late, never, refusing, withdrawn, one_sided])
            .await,
        ((2, 4), [Some(1), Some(1), Some(0), Some(0), None, None, None])
    );
}
