//! Planning that is broken off: what had not run out by then is owed no more, and is owed again once the case is open.

use hemgang_proto::{
    deviation::{Signal, SignalState},
    planning::{CaseEnding, CaseInterrupted, CaseReopened, CaseState, planning_event::Event as Planning},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::SignedDuration;

use super::{DAY, STAFF, admit, assess, needed, signals};

each_backend!(
    a_timer_stops_where_planning_is_broken_off_and_runs_on_once_it_goes_on,
    what_had_run_out_before_stays_so,
    who_judges_anew_owes_anew
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn interrupt(suite: &Suite, id: &str) {
    let ending = CaseEnding {
        state: CaseState::Interrupted.into(),
        ended_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    let said = CaseInterrupted { ending: Some(ending), ..Default::default() };
    suite.planning.tell(id, Planning::CaseInterrupted(said));
}

async fn a_timer_stops_where_planning_is_broken_off_and_runs_on_once_it_goes_on(suite: &Suite) {
    let due_at = suite.clock.now() + DAY;
    let [stopped, resumed] = [needed(suite, "1").await, needed(suite, "2").await];
    suite.pass(SignedDuration::from_hours(3)).await;
    for id in [&stopped, &resumed] {
        interrupt(suite, id);
    }
    suite.pass(DAY).await;
    assert_eq!(signals(suite, STAFF).await, []);
    suite.planning.tell(&resumed, Planning::CaseReopened(CaseReopened::default()));
    suite.pass(SignedDuration::from_mins(1)).await;
    let found = signals(suite, STAFF).await;
    let [signal] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&signal.admission_id, signal.due_at), (&resumed, Some(wire::timestamp(due_at))));

    // What was projected and what is projected anew is the same.
    let cx = suite.process.contexts().find(|cx| cx.name == "deviation").expect("deviation");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    assert!(rebuilt.tables.iter().all(|table| table.differing == 0), "{rebuilt:?}");
}

async fn what_had_run_out_before_stays_so(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    interrupt(suite, &id);
    suite.pass(SignedDuration::from_hours(1)).await;
    let found = signals(suite, STAFF).await;
    assert_eq!(found.iter().map(Signal::state).collect::<Vec<_>>(), [SignalState::Open]);
}

async fn who_judges_anew_owes_anew(suite: &Suite) {
    let id = admit(suite, "1", suite.clock.now()).await;
    interrupt(suite, &id);
    suite.pass(SignedDuration::from_hours(1)).await;
    assess(suite, &id, true, suite.clock.now()).await;
    suite.pass(DAY + SignedDuration::from_mins(1)).await;
    assert_eq!(signals(suite, STAFF).await.len(), 1);
}
