//! Cases that planning says were closed, broken off or opened again: on which day a figure of closed cases counts them, if at
//! all.

use super::{
    figures::{query_to, tell_discharge},
    *,
};
use hemgang_proto::planning::{
    CaseClosed, CaseEnding, CaseInterrupted, CaseReopened, CaseState, planning_event::Event as Planning,
};

each_backend!(
    a_case_counts_on_the_day_on_which_it_was_closed_and_one_that_was_broken_off_not_at_all
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn ending(suite: &Suite, state: CaseState) -> CaseEnding {
    let ended_at = Some(wire::timestamp(suite.clock.now()));
    CaseEnding { state: state.into(), ended_at, ..Default::default() }
}

fn close(suite: &Suite, id: &str) {
    let ending = Some(ending(suite, CaseState::Closed));
    suite.planning.tell(id, Planning::CaseClosed(CaseClosed { ending, ..Default::default() }));
}

fn interrupt(suite: &Suite, id: &str) {
    let ending = Some(ending(suite, CaseState::Interrupted));
    suite.planning.tell(id, Planning::CaseInterrupted(CaseInterrupted { ending, ..Default::default() }));
}

/// What each month counts of closed cases that lack a message, by its code.
async fn months(suite: &Suite) -> Vec<(String, i64, i64)> {
    let set = query_to(suite, "missing_messages", "", &[Cut::Month], date(2026, 10, 31)).await;
    let cell = |figure: common::Figure| {
        let month = figure.cell.first().map(|value| value.code.clone()).unwrap_or_default();
        (month, figure.numerator, figure.denominator)
    };
    set.figures.into_iter().map(cell).collect()
}

async fn a_case_counts_on_the_day_on_which_it_was_closed_and_one_that_was_broken_off_not_at_all(
    suite: &Suite,
) {
    let [never_closed, closed, reopened, interrupted, moved, dead, early] = [(); 7].map(|()| admit(suite));
    let (never_closed, closed, reopened) = (never_closed.await, closed.await, reopened.await);
    let (interrupted, moved, dead, early) = (interrupted.await, moved.await, dead.await, early.await);
    for id in [&never_closed, &closed, &reopened, &interrupted, &moved, &dead, &early] {
        notify(suite, id).await;
    }
    // Whoever is closed early lacks nothing: what was told before the patient had left was told.
    ward(suite).1.confirm_readiness(confirm(suite, &early)).await.expect("confirmed");
    tell_discharge(suite, &early).await;
    interrupt(suite, &interrupted);
    suite.pass(SignedDuration::from_hours(1)).await;
    for (id, to) in [
        (&never_closed, Destination::Home),
        (&closed, Destination::Home),
        (&reopened, Destination::Home),
        (&interrupted, Destination::Home),
        (&moved, Destination::OtherHospitalGroup),
        (&dead, Destination::Deceased),
    ] {
        discharge(suite, id, to).await;
    }
    let (september, october) = ("2026-09".to_owned(), "2026-10".to_owned());
    assert_eq!(
        months(suite).await,
        [(september.clone(), 3, 3)],
        "a case that nobody closed closes with the discharge"
    );

    suite.pass(SignedDuration::from_hours(24 * 20)).await;
    for id in [&closed, &reopened, &moved, &dead, &early] {
        close(suite, id);
    }
    suite.drain().await;
    assert_eq!(months(suite).await, [(september.clone(), 1, 1), (october.clone(), 2, 3)]);
    suite.planning.tell(&reopened, Planning::CaseReopened(CaseReopened::default()));
    suite.planning.tell(&interrupted, Planning::CaseReopened(CaseReopened::default()));
    suite.drain().await;
    assert_eq!(
        months(suite).await,
        [(september.clone(), 3, 3), (october.clone(), 1, 2)],
        "as if nobody had ended them"
    );
    close(suite, &interrupted);
    suite.drain().await;
    assert_eq!(months(suite).await, [(september, 2, 2), (october, 2, 3)]);

    // What was projected as the feeds came is what they say when they are read one after the other.
    let cx = suite.process.contexts().find(|cx| cx.name == "readiness").expect("readiness");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    assert!(rebuilt.tables.iter().all(|table| table.differing == 0), "{rebuilt:?}");
    assert_eq!(rebuilt.tables.iter().find(|table| table.table == "ending").map(|table| table.rows), Some(5));
}
