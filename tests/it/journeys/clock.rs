//! The calendar's clock: forty minutes over midnight, and a night of 25 hours.

use hemgang_proto::common::Cut;
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};

use super::steps::{
    COUNTY, NOW, SOCIAL, WARD,
    adt::{a03, marta, tell},
    figures::cell,
    two_stays, until,
};

each_backend!(
    forty_minutes_over_midnight_are_not_the_same_day,
    the_night_of_twenty_five_hours_gives_nobody_an_hour_more
    on crate::services::SERVICES
);

/// E2 of the design's table.
async fn forty_minutes_over_midnight_are_not_the_same_day(suite: &Suite) {
    let (late, early) = two_stays(suite, "20260914070000").await;
    for id in [&late, &early] {
        WARD.tell_of(suite, id, &[SOCIAL]).await;
    }
    // One is home before midnight, the other after it.
    until(suite, "2026-09-14T21:40:00Z").await;
    for id in [&late, &early] {
        WARD.confirm(suite, id).await.expect("confirmed");
    }
    until(suite, "2026-09-14T22:20:00Z").await;
    tell(suite, &[marta(a03("V2", "20260914235900")), a03("V1", "20260915002000")]).await;
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Weekday).await, [cell("1", 1, 1), cell("2", 0, 1)]);
    assert_eq!(COUNTY.cells(suite, "ready_days", Cut::Weekday).await, [cell("1", 0, 1), cell("2", 1, 1)]);
    assert_eq!(COUNTY.total(suite, "ready_days/skr").await, (1, 1));
    assert_eq!(COUNTY.cells(suite, "ready_cases", Cut::Weekday).await, [cell("1", 2, 0)]);
}

/// The last row of the design's table of days, §1.4.
async fn the_night_of_twenty_five_hours_gives_nobody_an_hour_more(suite: &Suite) {
    // Saturday 14:00 in summer time; the 24 hours run out on Sunday at 13:00.
    until(suite, "2026-10-24T12:00:00Z").await;
    let (punctual, late) = two_stays(suite, "20261024140000").await;
    for id in [&punctual, &late] {
        WARD.assess(suite, id, &[SOCIAL], NOW).await;
    }
    until(suite, "2026-10-25T12:00:00Z").await;
    WARD.notify(suite, &punctual, &[SOCIAL], NOW).await;
    suite.drain().await;
    until(suite, "2026-10-25T12:30:00Z").await;
    let signals = WARD.signals(suite).await;
    assert_eq!(signals.len(), 1);
    assert_eq!(signals[0].admission_id, late);
    assert_eq!(signals[0].due_at, Some(wire::timestamp(at("2026-10-25T12:00:00Z"))));
    // 23 and a half hours by the clock on the wall.
    WARD.notify(suite, &late, &[SOCIAL], NOW).await;
    suite.drain().await;
    let signals = WARD.signals(suite).await;
    assert_eq!(signals[0].met_at, Some(wire::timestamp(suite.clock.now())));

    for id in [&punctual, &late] {
        WARD.confirm(suite, id).await.expect("confirmed");
    }
    until(suite, "2026-10-26T08:00:00Z").await;
    tell(suite, &[a03("V1", "20261025235900"), marta(a03("V2", "20261026000100"))]).await;
    assert_eq!(COUNTY.cells(suite, "notice_within_24h", Cut::Month).await, [cell("2026-10", 1, 2)]);
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Weekday).await, [cell("1", 0, 1), cell("7", 1, 1)]);
    assert_eq!(COUNTY.cells(suite, "stay_days", Cut::Weekday).await, [cell("1", 2, 1), cell("7", 1, 1)]);
}
