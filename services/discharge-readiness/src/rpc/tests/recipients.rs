//! Units that planning tells of: who was told by mistake sees nothing and counts for nothing, who takes its place does.

use hemgang_proto::planning::{
    RecipientAdded, RecipientForwarded, RecipientRemoved, RemovalReason, planning_event::Event as Planning,
};
use jiff::Timestamp;

use super::*;

each_backend!(
    a_unit_that_left_sees_no_readiness_and_one_in_its_place_does,
    a_notice_that_went_astray_counts_for_nothing_until_the_right_unit_is_told
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const HEALTH_CARE: &str = "SE0000001480-E0003";

fn removed(at: Timestamp, unit: &str) -> Planning {
    Planning::RecipientRemoved(RecipientRemoved {
        unit: unit.to_owned(),
        reason: RemovalReason::Misdirected.into(),
        removed_at: Some(wire::timestamp(at)),
        ..Default::default()
    })
}

fn added(at: Timestamp, unit: &str) -> Planning {
    Planning::RecipientAdded(RecipientAdded {
        unit: unit.to_owned(),
        municipality: unit[8..12].to_owned(),
        notified_at: Some(wire::timestamp(at)),
        ..Default::default()
    })
}

async fn listed(suite: &Suite, unit: &str) -> Vec<String> {
    let mut client = ReadinessServiceClient::new(suite.peer("municipality", unit, &unit[8..12]));
    let listed = client.list_ready(pb::ListReadyRequest::default()).await.expect("listed").into_inner();
    listed.readiness.into_iter().map(|readiness| readiness.admission_id).collect()
}

async fn a_unit_that_left_sees_no_readiness_and_one_in_its_place_does(suite: &Suite) {
    let id = admit(suite).await;
    notify_units(suite, &id, &[OTHER_MUNICIPAL, MUNICIPAL]).await;
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(listed(suite, OTHER_MUNICIPAL).await, std::slice::from_ref(&id));

    let now = suite.clock.now();
    suite.planning.tell(&id, removed(now, OTHER_MUNICIPAL));
    suite.planning.tell(
        &id,
        Planning::RecipientForwarded(RecipientForwarded {
            from_unit: MUNICIPAL.to_owned(),
            to_unit: HEALTH_CARE.to_owned(),
            municipality: "1480".to_owned(),
            forwarded_at: Some(wire::timestamp(now)),
            notified_at: Some(wire::timestamp(now - SignedDuration::from_hours(1))),
            ..Default::default()
        }),
    );
    for (unit, sees) in [(OTHER_MUNICIPAL, false), (MUNICIPAL, false), (HEALTH_CARE, true)] {
        assert_eq!(listed(suite, unit).await.len(), usize::from(sees), "{unit}");
        assert_eq!(get(suite, "municipality", unit, &id).await.is_ok(), sees, "{unit}");
    }
    // The ward sees it whoever takes part, and whoever is told again after it left does so again.
    assert!(get(suite, "ward", WARD, &id).await.is_ok());
    suite.pass(SignedDuration::from_hours(1)).await;
    notify_units(suite, &id, &[OTHER_MUNICIPAL]).await;
    suite.drain().await;
    assert!(get(suite, "municipality", OTHER_MUNICIPAL, &id).await.is_ok());

    // What was projected as the feeds came is what they say when they are read one after the other.
    let cx = suite.process.contexts().find(|cx| cx.name == "readiness").expect("readiness");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    assert!(rebuilt.tables.iter().all(|table| table.differing == 0), "{rebuilt:?}");
    assert_eq!(
        rebuilt.tables.iter().find(|table| table.table == "stay_party").map(|table| table.rows),
        Some(2)
    );
}

async fn a_notice_that_went_astray_counts_for_nothing_until_the_right_unit_is_told(suite: &Suite) {
    let [astray, late, forgotten] = [admit(suite).await, admit(suite).await, admit(suite).await];
    for id in [&astray, &late, &forgotten] {
        notify_units(suite, id, &[OTHER_MUNICIPAL]).await;
    }
    suite.pass(SignedDuration::from_hours(25)).await;
    for id in [&late, &forgotten] {
        suite.planning.tell(id, removed(suite.clock.now(), OTHER_MUNICIPAL));
    }
    suite.planning.tell(&late, added(suite.clock.now(), MUNICIPAL));
    for id in [&astray, &late, &forgotten] {
        ward(suite).1.confirm_readiness(confirm(suite, id)).await.expect("confirmed");
        discharge(suite, id, Destination::Home).await;
    }
    let cases = async |indicator: &str, organisation: &'static str| {
        let mut client =
            IndicatorServiceClient::new(suite.peer("quality", &office(organisation), organisation));
        let day = |day| Some(wire::date(date(2026, 9, day)));
        let request = common::ListIndicatorCasesRequest {
            indicator_id: indicator.to_owned(),
            period: Some(Period { from: day(1), to: day(30) }),
            ..Default::default()
        };
        let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
        let mut cases: Vec<_> =
            cases.into_iter().map(|case| (case.admission_id, case.municipality, case.numerator)).collect();
        cases.sort();
        cases
    };
    let case = |id: &String, code: &str, counts| (id.clone(), code.to_owned(), counts);
    let mut in_time =
        vec![case(&astray, "1490", 1), case(&late, "1480", 0), case(&forgotten, "unallocated", 0)];
    in_time.sort();
    assert_eq!(cases("notice_within_24h", "region").await, in_time);
    assert_eq!(cases("notice_within_24h", "1490").await, [case(&astray, "1490", 1)]);
    assert_eq!(cases("notice_within_24h", "1480").await, [case(&late, "1480", 0)]);
    // Without a notice to anybody it is no case of the follow-ups of discharges.
    let mut same_day = vec![case(&astray, "1490", 1), case(&late, "1480", 1)];
    same_day.sort();
    assert_eq!(cases("same_day", "region").await, same_day);
}
