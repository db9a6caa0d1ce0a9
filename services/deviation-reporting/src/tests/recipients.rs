//! Units that planning tells of: a notice that went astray meets no duty, and who was told by mistake sees no signal.

use hemgang_proto::{
    deviation::SignalState,
    planning::{RecipientAdded, RecipientForwarded, RecipientRemoved, planning_event::Event as Planning},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::SignedDuration;

use super::{DAY, Reader, SETTLED, SOCIAL_SERVICES, STAFF, needed, notify, signals, told};

const WRONG: &str = "SE0000001490-E0002";
const HEALTH_CARE_UNIT: &str = "SE0000001480-E0003";
const ASTRAY: Reader = ("municipality", WRONG, "1490");
const MUNICIPAL: Reader = ("municipality", SOCIAL_SERVICES, "1480");
const HEALTH_CARE: Reader = ("municipality", HEALTH_CARE_UNIT, "1480");

each_backend!(
    a_notice_that_went_astray_does_not_meet_the_duty,
    who_was_told_by_mistake_sees_the_signal_no_more,
    who_takes_the_place_of_another_sees_what_that_saw
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn remove(suite: &Suite, id: &str, unit: &str) {
    let (unit, removed_at) = (unit.to_owned(), Some(wire::timestamp(suite.clock.now())));
    let removed = RecipientRemoved { unit, removed_at, ..Default::default() };
    suite.planning.tell(id, Planning::RecipientRemoved(removed));
}

fn add(suite: &Suite, id: &str, unit: &str) {
    let added = RecipientAdded {
        unit: unit.to_owned(),
        municipality: unit[8..12].to_owned(),
        notified_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    suite.planning.tell(id, Planning::RecipientAdded(added));
}

async fn a_notice_that_went_astray_does_not_meet_the_duty(suite: &Suite) {
    let due_at = suite.clock.now() + DAY;
    let id = needed(suite, "1").await;
    notify(suite, &id, &[WRONG]).await;
    suite.pass(SignedDuration::from_hours(3)).await;
    remove(suite, &id, WRONG);
    suite.pass(DAY).await;
    let found = signals(suite, STAFF).await;
    let [signal] = &found[..] else { panic!("{found:?}") };
    assert_eq!((signal.due_at, signal.met_at), (Some(wire::timestamp(due_at)), None));
    assert_eq!(signals(suite, ASTRAY).await, []);
    // The right one is told by planning, and sees how things stand.
    add(suite, &id, SOCIAL_SERVICES);
    suite.pass(SETTLED).await;
    let met_at = signals(suite, STAFF).await[0].met_at;
    assert_eq!(met_at, Some(wire::timestamp(suite.clock.now() - SETTLED)));
    assert_eq!(signals(suite, MUNICIPAL).await.len(), 1);
    assert_eq!(
        (told(suite, MUNICIPAL).await, told(suite, ASTRAY).await),
        (vec!["SignalMet".to_owned()], vec![])
    );
}

async fn who_was_told_by_mistake_sees_the_signal_no_more(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    notify(suite, &id, &[WRONG]).await;
    suite.drain().await;
    assert_eq!(signals(suite, ASTRAY).await.len(), 1);
    suite.pass(SignedDuration::from_hours(1)).await;
    remove(suite, &id, WRONG);
    suite.drain().await;
    assert_eq!(signals(suite, ASTRAY).await, []);
    let stands = signals(suite, STAFF).await;
    assert_eq!((stands[0].state(), stands[0].met_at), (SignalState::Open, None));
    // Told again as it stands: nobody was notified after all.
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalRaised"]);
    assert_eq!(told(suite, ASTRAY).await, ["SignalRaised"]);

    suite.pass(SignedDuration::from_hours(1)).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    assert_eq!(signals(suite, MUNICIPAL).await[0].met_at, Some(wire::timestamp(suite.clock.now())));

    // What was projected and what is projected anew is the same.
    let cx = suite.process.contexts().find(|cx| cx.name == "deviation").expect("deviation");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    assert!(rebuilt.tables.iter().all(|table| table.differing == 0), "{rebuilt:?}");
}

async fn who_takes_the_place_of_another_sees_what_that_saw(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    let notified_at = suite.clock.now();
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
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
    assert_eq!(signals(suite, MUNICIPAL).await, []);
    let seen = signals(suite, HEALTH_CARE).await;
    assert_eq!(
        seen.iter().map(|signal| signal.met_at).collect::<Vec<_>>(),
        [Some(wire::timestamp(notified_at))]
    );
    assert_eq!(told(suite, HEALTH_CARE).await, ["SignalMet"]);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"]);
}
