//! A plan from the first draft to its end: written, approved by all, followed up, closed; and what is refused on the way.

use hemgang_proto::planning::{
    FollowUpOutcome, SipCloseReason, SipKind, SipPlan, SipService, SipState, approve_sip_request,
    close_sip_request, record_follow_up_request, save_sip_request,
};

use super::*;

each_backend!(
    a_plan_is_agreed_by_all_followed_up_and_closed,
    each_wrong_step_has_its_own_reason_and_changes_nothing,
    only_who_takes_part_reads_its_words_and_they_go_with_the_record,
    the_plan_of_somebody_at_home_goes_with_the_record_too,
    every_wrong_field_of_a_plan_is_named_at_once,
    a_plan_counts_on_the_day_on_which_it_first_was_agreed
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn school() -> pb::Invitee {
    let (kind, channel) = (pb::InviteeKind::School.into(), pb::InvitationChannel::Letter.into());
    pb::Invitee { kind, channel, name: "Lindskolan".to_owned() }
}

fn plan() -> SipPlan {
    let service = |what: &str, unit: &str| SipService {
        what: what.to_owned(),
        unit: unit.to_owned(),
        role: "Sjuksköterska".to_owned(),
        ..SipService::default()
    };
    let daughter = SipService { somebody_else: "Dotter".to_owned(), ..service("Handlar", "") };
    SipPlan {
        kind: SipKind::IndividualPlan.into(),
        goals: vec!["Kunna bo hemma".to_owned()],
        services: vec![
            service("Dusch två gånger i veckan", SOCIAL),
            service("Sårvård", OUTPATIENT),
            daughter,
        ],
        responsible_unit: SOCIAL.to_owned(),
        follow_up_on: Some(wire::date(date(2026, 10, 14))),
        invitees: vec![school()],
        patient_took_part: true,
    }
}

fn saving(id: &str, version: i32, plan: SipPlan) -> pb::SaveSipRequest {
    let key = Some(save_sip_request::Key::AdmissionId(id.to_owned()));
    pb::SaveSipRequest { key, version, plan: Some(plan), ..Default::default() }
}

fn approving(id: &str, version: i32) -> pb::ApproveSipRequest {
    let key = Some(approve_sip_request::Key::AdmissionId(id.to_owned()));
    pb::ApproveSipRequest { key, version, ..Default::default() }
}

fn following(suite: &Suite, id: &str) -> pb::RecordFollowUpRequest {
    pb::RecordFollowUpRequest {
        key: Some(record_follow_up_request::Key::AdmissionId(id.to_owned())),
        held_at: Some(wire::timestamp(suite.clock.now())),
        outcome: FollowUpOutcome::Continues.into(),
        next_on: Some(wire::date(date(2026, 12, 1))),
        ..Default::default()
    }
}

fn closing(id: &str) -> pb::CloseSipRequest {
    let key = Some(close_sip_request::Key::AdmissionId(id.to_owned()));
    pb::CloseSipRequest { key, reason: SipCloseReason::GoalsMet.into(), ..Default::default() }
}

async fn saved(suite: &Suite, unit: &str, id: &str, version: i32) -> pb::Sip {
    let answer = client(suite, unit).save_sip(saving(id, version, plan())).await.expect("saved");
    answer.into_inner().case.and_then(|case| case.sip).expect("a plan")
}

async fn approved(suite: &Suite, unit: &str, id: &str, version: i32) -> pb::Sip {
    let answer = client(suite, unit).approve_sip(approving(id, version)).await.expect("approved");
    answer.into_inner().case.and_then(|case| case.sip).expect("a plan")
}

async fn read(suite: &Suite, unit: &str, id: &str) -> pb::Sip {
    case(suite, unit, id).await.sip.expect("a plan")
}

async fn told_agreed(suite: &Suite, unit: &str) -> usize {
    inbox(suite, unit).await.iter().filter(|notice| notice.kind() == NoticeKind::SipAgreed).count()
}

async fn a_plan_is_agreed_by_all_followed_up_and_closed(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    answers_sip(suite, &id, pb::ConsentDecision::Given).await;
    let draft = saved(suite, WARD, &id, 0).await;
    assert_eq!((draft.version, draft.state()), (1, SipState::Draft));
    assert_eq!(draft.contributing_units, [SOCIAL, OUTPATIENT], "not the daughter");
    assert_eq!(approved(suite, SOCIAL, &id, 1).await.state(), SipState::Draft);
    assert_eq!(told_agreed(suite, HEALTH).await, 0);

    // An edit voids what was approved.
    let edited = saved(suite, SOCIAL, &id, 1).await;
    assert_eq!((edited.version, edited.approvals.len()), (2, 0));
    approved(suite, OUTPATIENT, &id, 2).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let agreed = approved(suite, SOCIAL, &id, 2).await;
    let now = Some(wire::timestamp(suite.clock.now()));
    assert_eq!((agreed.state(), agreed.agreed_at), (SipState::Agreed, now));
    assert_eq!(told_agreed(suite, HEALTH).await, 1);

    // Nothing follows up a plan before it is agreed.
    let before = Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(1)));
    let early = pb::RecordFollowUpRequest { held_at: before, ..following(suite, &id) };
    let refusal = refused(client(suite, HEALTH).record_follow_up(early).await);
    assert_eq!((refusal.code, &*refusal.reason), (Code::FailedPrecondition, "BEFORE_AGREEMENT"));
    assert_eq!(refusal.metadata["agreed_at"], suite.clock.now().to_string());
    assert!(read(suite, HEALTH, &id).await.follow_ups.is_empty());
    client(suite, HEALTH).record_follow_up(following(suite, &id)).await.expect("followed up");
    client(suite, SOCIAL).record_follow_up(following(suite, &id)).await.expect("followed up again");
    client(suite, SOCIAL).close_sip(closing(&id)).await.expect("closed");
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        let sip = read(suite, unit, &id).await;
        assert_eq!((sip.state(), sip.close_reason()), (SipState::Closed, SipCloseReason::GoalsMet), "{unit}");
        let units: Vec<_> = sip.follow_ups.iter().map(|follow_up| follow_up.unit.as_str()).collect();
        assert_eq!(units, [HEALTH, SOCIAL]);
        assert_eq!(sip.plan, Some(plan()), "{unit}");
        assert!(cases(suite, unit).await[0].sip.is_none(), "no list says it");
    }
    let events = events(suite, HEALTH).await.into_iter().filter_map(|event| match event {
        Event::SipSaved(_) => Some("saved"),
        Event::SipApproved(_) => Some("approved"),
        Event::SipAgreed(_) => Some("agreed"),
        Event::SipFollowedUp(_) => Some("followed up"),
        Event::SipClosed(_) => Some("closed"),
        _ => None,
    });
    let told = events.collect::<Vec<_>>().join(", ");
    let expected = "saved, approved, saved, approved, approved, agreed, followed up, followed up, closed";
    assert_eq!(told, expected);
}

async fn each_wrong_step_has_its_own_reason_and_changes_nothing(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let (mut social, mut health) = (client(suite, SOCIAL), client(suite, HEALTH));
    let mut clinic = client(suite, OUTPATIENT);
    let follow_up = || following(suite, &id);
    assert_eq!(refused(social.approve_sip(approving(&id, 1)).await).reason, "SIP_NOT_AGREED", "none yet");
    assert_eq!(refused(social.record_follow_up(follow_up()).await).reason, "SIP_NOT_AGREED");
    assert_eq!(refused(social.close_sip(closing(&id)).await).reason, "SIP_NOT_AGREED");
    let stranger = SipPlan { responsible_unit: ELSEWHERE.to_owned(), ..plan() };
    let outsider = refused(social.save_sip(saving(&id, 0, stranger)).await);
    assert_eq!((outsider.reason.as_str(), outsider.metadata["unit"].as_str()), ("NOT_A_PARTY", ELSEWHERE));

    let compulsory = SipPlan { kind: SipKind::CoordinatedCarePlan.into(), ..plan() };
    assert_eq!(refused(social.save_sip(saving(&id, 0, compulsory)).await).reason, "NOT_COMPULSORY");

    let draft = saved(suite, SOCIAL, &id, 0).await;
    let changed = refused(health.save_sip(saving(&id, 0, plan())).await);
    assert_eq!((changed.reason.as_str(), changed.metadata["version"].as_str()), ("SIP_CHANGED", "1"));
    assert_eq!(refused(social.approve_sip(approving(&id, 2)).await).reason, "SIP_CHANGED");
    assert_eq!(refused(health.approve_sip(approving(&id, 1)).await).reason, "NOT_CONTRIBUTING");
    assert_eq!(refused(health.record_follow_up(follow_up()).await).reason, "SIP_NOT_AGREED");
    assert_eq!(refused(health.close_sip(closing(&id)).await).reason, "NOT_RESPONSIBLE");
    approved(suite, SOCIAL, &id, 1).await;
    assert_eq!(refused(social.approve_sip(approving(&id, 1)).await).reason, "ALREADY_APPROVED");
    assert_eq!(refused(clinic.approve_sip(approving(&id, 1)).await).reason, "SIP_CONSENT_MISSING");
    answers_sip(suite, &id, pb::ConsentDecision::Refused).await;
    assert_eq!(refused(clinic.approve_sip(approving(&id, 1)).await).reason, "SIP_REFUSED");
    assert_eq!(refused(social.save_sip(saving(&id, 1, plan())).await).reason, "SIP_REFUSED");
    let stands = read(suite, SOCIAL, &id).await;
    assert_eq!((stands.version, stands.state(), stands.approvals.len()), (draft.version, SipState::Draft, 1));

    // Who is told nothing more approves nothing.
    barred(suite, &id, OUTPATIENT).await;
    answers_sip(suite, &id, pb::ConsentDecision::Given).await;
    let kept_out = refused(social.save_sip(saving(&id, 1, plan())).await);
    assert_eq!((kept_out.reason.as_str(), kept_out.metadata["unit"].as_str()), ("NOT_A_PARTY", OUTPATIENT));

    let own = SipPlan { services: plan().services[..1].to_vec(), ..plan() };
    social.close_sip(closing(&id)).await.expect("closed");
    for refusal in [
        refused(social.save_sip(saving(&id, 1, own)).await),
        refused(social.approve_sip(approving(&id, 1)).await),
        refused(social.record_follow_up(follow_up()).await),
        refused(social.close_sip(closing(&id)).await),
    ] {
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "SIP_CLOSED"));
    }
}

async fn only_who_takes_part_reads_its_words_and_they_go_with_the_record(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let answered = saved(suite, SOCIAL, &id, 0).await;
    let is_wordless = |sip: &pb::Sip| {
        !format!("{sip:?}").contains("Kunna bo hemma") && !format!("{sip:?}").contains("Lindskolan")
    };
    assert!(is_wordless(&answered), "an answer is kept");
    assert_eq!(read(suite, WARD, &id).await.plan, Some(plan()));
    sees_nothing(suite, ELSEWHERE, &id).await;
    notify(suite, &id, &[HEALTH]).await;
    suite.drain().await;
    let told = events(suite, HEALTH).await.into_iter().filter_map(|event| match event {
        Event::CaseShared(shared) => shared.sip,
        Event::SipSaved(saved) => saved.sip,
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(!told.is_empty() && told.iter().all(is_wordless), "no words in the feed");
    assert_eq!(read(suite, HEALTH, &id).await.plan, Some(plan()));

    left(suite, &id, Destination::Home).await;
    let request = admission::BlankPatientDetailsRequest {
        admission_id: id.clone(),
        ground: hemgang_proto::common::BlankingGround::RecordDestroyed.into(),
        decision: "Beslut 7".to_owned(),
        ..Default::default()
    };
    let keeper = suite.peer("records-manager", HOSPITAL, "region");
    AdmissionServiceClient::new(keeper).blank_patient_details(request).await.expect("blanked");
    suite.drain().await;
    let left = read(suite, SOCIAL, &id).await;
    assert!(is_wordless(&left));
    assert_eq!(left.contributing_units, answered.contributing_units);
    let refusal = refused(client(suite, SOCIAL).save_sip(saving(&id, 1, plan())).await);
    assert_eq!(refusal.reason, "DETAILS_BLANKED", "nothing would take new words away again");
}

async fn the_plan_of_somebody_at_home_goes_with_the_record_too(suite: &Suite) {
    let person = hemgang_proto::common::Person {
        person_id: Some(hemgang_proto::common::PersonId {
            oid: "1.2.752.129.2.1.3.1".to_owned(),
            value: "195009072553".to_owned(),
        }),
        ..Default::default()
    };
    let recipients = vec![OUTPATIENT.to_owned()];
    let request = pb::SendCareRequestRequest { person: Some(person), recipients, ..Default::default() };
    let asked = client(suite, SOCIAL).send_care_request(request).await.expect("sent").into_inner();
    let case_id = asked.case.expect("a case").case_id;
    let key = || Some(save_sip_request::Key::CaseId(case_id.clone()));
    let saving = |version| pb::SaveSipRequest { key: key(), ..saving("", version, plan()) };
    client(suite, SOCIAL).save_sip(saving(0)).await.expect("saved");
    let words = async |unit| {
        let request = pb::GetCaseRequest { key: Some(Key::CaseId(case_id.clone())) };
        let case = client(suite, unit).get_case(request).await.expect("read").into_inner().case;
        format!("{case:?}").contains("Kunna bo hemma")
    };
    // One from which the case is kept by then reads them as it stood.
    let refusal = pb::RecordConsentRequest {
        key: Some(pb::record_consent_request::Key::CaseId(case_id.clone())),
        kind: pb::ConsentKind::Disclosure.into(),
        decision: pb::ConsentDecision::Refused.into(),
        basis: pb::ConsentBasis::Consent.into(),
        given_by: pb::ConsentGiver::Patient.into(),
        ..Default::default()
    };
    client(suite, SOCIAL).record_consent(refusal).await.expect("recorded");
    assert!(words(SOCIAL).await && words(OUTPATIENT).await);
    let request = pb::BlankPatientDetailsRequest {
        case_id: case_id.clone(),
        ground: hemgang_proto::common::BlankingGround::RetentionEnded.into(),
        decision: "Gallringsplan 7".to_owned(),
        ..Default::default()
    };
    let keeper = suite.peer("records-manager", RECEPTION, "1480");
    PlanningServiceClient::new(keeper).blank_patient_details(request).await.expect("blanked");
    assert!(!words(SOCIAL).await && !words(OUTPATIENT).await);
    let refusal = refused(client(suite, SOCIAL).save_sip(saving(1)).await);
    assert_eq!(refusal.reason, "DETAILS_BLANKED");
}

async fn every_wrong_field_of_a_plan_is_named_at_once(suite: &Suite) {
    let wrong = SipPlan {
        goals: vec![" ".to_owned()],
        services: vec![
            SipService::default(),
            SipService {
                what: "Handlar".to_owned(),
                unit: SOCIAL.to_owned(),
                somebody_else: "Dotter".to_owned(),
                starts_on: Some(wire::date(date(2026, 10, 2))),
                ends_on: Some(wire::date(date(2026, 10, 1))),
                ..SipService::default()
            },
        ],
        responsible_unit: "somebody".to_owned(),
        ..SipPlan::default()
    };
    let request = pb::SaveSipRequest { key: None, ..saving("", -1, wrong) };
    let mut fields = refused(client(suite, SOCIAL).save_sip(request).await).fields;
    fields.sort();
    let expected = "key plan.follow_up_on plan.goals[0] plan.kind plan.responsible_unit \
                    plan.services[0].unit plan.services[0].what plan.services[1].ends_on \
                    plan.services[1].unit version";
    assert_eq!(fields.join(" "), expected);
    let empty = refused(client(suite, SOCIAL).save_sip(pb::SaveSipRequest::default()).await).fields;
    assert_eq!(empty, ["key", "plan"]);
    let mut fields = refused(client(suite, SOCIAL).approve_sip(approving("", 0)).await).fields;
    fields.sort();
    assert_eq!(fields, ["admission_id", "version"]);
}

async fn a_plan_counts_on_the_day_on_which_it_first_was_agreed(suite: &Suite) {
    let (agreed, drafted) =
        (notified(suite, &[SOCIAL, OUTPATIENT]).await, notified(suite, &[SOCIAL, OUTPATIENT]).await);
    for id in [&agreed, &drafted] {
        answers_sip(suite, id, pb::ConsentDecision::Given).await;
        saved(suite, SOCIAL, id, 0).await;
    }
    for unit in [SOCIAL, OUTPATIENT] {
        approved(suite, unit, &agreed, 1).await;
    }
    // Agreed anew in another month, it is the same plan.
    saved(suite, SOCIAL, &agreed, 1).await;
    suite.pass(SignedDuration::from_hours(24 * 30)).await;
    for unit in [SOCIAL, OUTPATIENT] {
        approved(suite, unit, &agreed, 2).await;
    }
    assert_eq!(figure(suite, "sip_drawn_up", [&agreed, &drafted]).await, ((1, 0), [Some(1), None]));
}
