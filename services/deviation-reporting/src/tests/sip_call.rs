//! Another than the named care contact calls to a plan: a signal, once the contact's own call has not come in time.

use hemgang_proto::{
    deviation::{Signal, SignalKind, SignalState},
    planning::{
        Consent, ConsentDecision, ConsentKind, ConsentRecorded, NoticeDelivered, NoticeKind,
        RecipientForwarded, SipInvited, SipNeed, SipNeedDecided, SipNeedDecision,
        planning_event::Event as Planning,
    },
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};
use jiff::SignedDuration;

use super::{
    DAY, HOSPITAL, Reader, SETTLED, SOCIAL_SERVICES, STAFF, WARD, needed, notify, signals, told, void,
};

const HEALTH_CARE_UNIT: &str = "SE0000001480-E0003";
const MUNICIPAL: Reader = ("municipality", SOCIAL_SERVICES, "1480");
const HEALTH_CARE: Reader = ("municipality", HEALTH_CARE_UNIT, "1480");

/// The third day after Monday 14 September 2026 is over.
const END: &str = "2026-09-17T22:00:00Z";

each_backend!(
    another_s_call_gives_one_signal_when_the_days_are_over,
    the_contact_s_call_in_time_leaves_none_and_a_late_one_is_noted,
    a_late_call_lapses_where_one_on_paper_was_in_time,
    who_does_not_want_a_plan_lets_it_lapse,
    another_readiness_begins_anew_and_what_came_of_the_first_stands,
    who_takes_the_place_of_another_sees_it
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn noticed(suite: &Suite, id: &str, kind: NoticeKind) {
    let (kind, sent_at) = (kind.into(), Some(wire::timestamp(suite.clock.now())));
    let notice_id = suite.clock.now().to_string();
    let notice = NoticeDelivered { notice_id, kind, sent_at, ..NoticeDelivered::default() };
    suite.planning.tell(id, Planning::NoticeDelivered(notice));
}

fn called(suite: &Suite, id: &str, statutory: bool) {
    suite.planning.tell(id, Planning::SipInvited(SipInvited { statutory, ..SipInvited::default() }));
}

fn answered(suite: &Suite, id: &str, kind: ConsentKind) {
    let (kind, decision) = (kind.into(), ConsentDecision::Refused.into());
    let consent = Some(Consent { kind, decision, ..Consent::default() });
    suite
        .planning
        .tell(id, Planning::ConsentRecorded(ConsentRecorded { consent, ..ConsentRecorded::default() }));
}

/// A stay of which both principals see a need, and which is ready.
async fn ready(suite: &Suite) -> String {
    let id = needed(suite, "1").await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    for principal in ["region", "1480"] {
        let (principal, decision) = (principal.to_owned(), SipNeedDecision::Needed.into());
        let sip_need = Some(SipNeed { principal, decision, ..SipNeed::default() });
        let said = SipNeedDecided { sip_need, ..SipNeedDecided::default() };
        suite.planning.tell(&id, Planning::SipNeedDecided(said));
    }
    noticed(suite, &id, NoticeKind::Readiness);
    suite.pass(SignedDuration::from_hours(1)).await;
    id
}

/// Until the days are over, and everything before that has been read.
async fn run_out(suite: &Suite) {
    suite.pass(at(END).duration_since(suite.clock.now()) + SETTLED).await;
}

async fn another_s_call_gives_one_signal_when_the_days_are_over(suite: &Suite) {
    let id = ready(suite).await;
    called(suite, &id, false);
    suite.pass(at(END).duration_since(suite.clock.now())).await;
    assert_eq!(signals(suite, STAFF).await, [], "the contact still may");
    suite.pass(SETTLED).await;
    let found = signals(suite, MUNICIPAL).await;
    let expected = Signal {
        signal_id: found[0].signal_id.clone(),
        etag: "1".to_owned(),
        kind: SignalKind::SipCalledByAnother.into(),
        state: SignalState::Open.into(),
        admission_id: id.clone(),
        hospital: HOSPITAL.to_owned(),
        ward: WARD.to_owned(),
        municipality: "1480".to_owned(),
        rule: "4 kap. 3 § lag (2017:612): fast vårdkontakt kallar till SIP inom tre dagar".to_owned(),
        due_at: Some(wire::timestamp(at(END))),
        met_at: None,
        detected_at: Some(wire::timestamp(suite.clock.now())),
    };
    assert_eq!(found, [expected]);
    called(suite, &id, false);
    suite.pass(DAY * 3).await;
    assert_eq!(signals(suite, STAFF).await, found);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"]);
    let cx = suite.process.contexts().find(|cx| cx.name == "deviation").expect("deviation");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    assert!(rebuilt.tables.iter().all(|table| table.differing == 0), "{rebuilt:?}");
    void(suite, &id).await;
    suite.drain().await;
    assert_eq!(signals(suite, STAFF).await[0].state(), SignalState::Lapsed);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalLapsed"]);
}

async fn the_contact_s_call_in_time_leaves_none_and_a_late_one_is_noted(suite: &Suite) {
    let id = ready(suite).await;
    called(suite, &id, false);
    suite.pass(SignedDuration::from_hours(1)).await;
    called(suite, &id, true);
    run_out(suite).await;
    assert_eq!(signals(suite, STAFF).await, []);

    noticed(suite, &id, NoticeKind::ReadinessWithdrawn);
    suite.drain().await;
    let second = needed(suite, "2").await;
    notify(suite, &second, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    assert!(told(suite, STAFF).await.is_empty(), "nor does a second stay hear of the first");
}

async fn a_late_call_lapses_where_one_on_paper_was_in_time(suite: &Suite) {
    let id = ready(suite).await;
    called(suite, &id, false);
    let on_paper = suite.clock.now();
    run_out(suite).await;
    called(suite, &id, true);
    suite.drain().await;
    assert!(signals(suite, STAFF).await[0].met_at.is_some());
    let call = SipInvited { statutory: true, ..SipInvited::default() };
    suite.planning.tell_of(&id, on_paper, Planning::SipInvited(call));
    suite.drain().await;
    assert_eq!(signals(suite, STAFF).await[0].state(), SignalState::Lapsed);
}

async fn who_does_not_want_a_plan_lets_it_lapse(suite: &Suite) {
    let id = ready(suite).await;
    called(suite, &id, false);
    run_out(suite).await;
    assert_eq!(signals(suite, STAFF).await.len(), 1);
    answered(suite, &id, ConsentKind::Disclosure);
    suite.drain().await;
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"], "another consent says nothing of it");
    answered(suite, &id, ConsentKind::Sip);
    suite.drain().await;
    assert_eq!(signals(suite, STAFF).await[0].state(), SignalState::Lapsed);
    assert_eq!(told(suite, MUNICIPAL).await, ["SignalRaised", "SignalLapsed"]);
}

async fn another_readiness_begins_anew_and_what_came_of_the_first_stands(suite: &Suite) {
    let id = ready(suite).await;
    called(suite, &id, false);
    run_out(suite).await;
    let first = signals(suite, STAFF).await;
    noticed(suite, &id, NoticeKind::ReadinessWithdrawn);
    suite.pass(DAY).await;
    noticed(suite, &id, NoticeKind::Readiness);
    suite.pass(DAY).await;
    called(suite, &id, false);
    suite.pass(DAY * 4).await;
    let both = signals(suite, STAFF).await;
    assert_eq!((both.len(), &both[1..]), (2, &first[..]));
    called(suite, &id, true);
    suite.drain().await;
    let now = Some(wire::timestamp(suite.clock.now()));
    let met: Vec<_> = signals(suite, STAFF).await.iter().map(|signal| signal.met_at).collect();
    assert_eq!(met, [now, None], "that of the second readiness");
}

async fn who_takes_the_place_of_another_sees_it(suite: &Suite) {
    let notified_at = suite.clock.now();
    let id = ready(suite).await;
    called(suite, &id, false);
    run_out(suite).await;
    let seen = signals(suite, MUNICIPAL).await;
    assert_eq!(seen.len(), 1);
    let forwarded = RecipientForwarded {
        from_unit: SOCIAL_SERVICES.to_owned(),
        to_unit: HEALTH_CARE_UNIT.to_owned(),
        municipality: "1480".to_owned(),
        forwarded_at: Some(wire::timestamp(suite.clock.now())),
        notified_at: Some(wire::timestamp(notified_at)),
        ..Default::default()
    };
    suite.planning.tell(&id, Planning::RecipientForwarded(forwarded));
    suite.drain().await;
    assert_eq!((signals(suite, MUNICIPAL).await.len(), signals(suite, HEALTH_CARE).await.len()), (0, 1));
}
