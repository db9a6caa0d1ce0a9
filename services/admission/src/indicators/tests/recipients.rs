//! Units that planning tells of: whose notice counts, on which day, and for which municipality.

use hemgang_proto::{
    common::ListIndicatorCasesRequest,
    planning::{RecipientAdded, RecipientForwarded, RecipientRemoved, planning_event::Event as Planning},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::*;

each_backend!(
    a_notice_counts_on_the_day_on_which_the_right_unit_was_told,
    a_change_that_is_heard_of_before_its_notice_counts_the_same
    on &[crate::SERVICE]
);

const WRONG: &str = "SE0000001490-E0002";
const HEALTH_CARE: &str = "SE0000001480-E0003";

async fn notify(suite: &Suite, id: &str, unit: &str) {
    let mut client = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    let needs = pb::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        assessed_by: "SE2321000131-P000000000002".to_owned(),
        ..Default::default()
    };
    let assess = pb::AssessNeedsRequest {
        admission_id: id.to_owned(),
        needs_assessment: Some(needs),
        ..Default::default()
    };
    client.assess_needs(assess).await.expect("assessed");
    let send = pb::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients: vec![unit.to_owned()],
        ..Default::default()
    };
    client.send_admission_notice(send).await.expect("sent");
}

fn removed(at: Timestamp, unit: &str) -> Planning {
    let (unit, removed_at) = (unit.to_owned(), Some(wire::timestamp(at)));
    Planning::RecipientRemoved(RecipientRemoved { unit, removed_at, ..Default::default() })
}

fn added(at: Timestamp, unit: &str) -> Planning {
    let (unit, notified_at) = (unit.to_owned(), Some(wire::timestamp(at)));
    let municipality = "1480".to_owned();
    Planning::RecipientAdded(RecipientAdded { unit, notified_at, municipality, ..Default::default() })
}

fn forwarded(at: Timestamp, [from, to]: [&str; 2], since: Timestamp) -> Planning {
    Planning::RecipientForwarded(RecipientForwarded {
        from_unit: from.to_owned(),
        to_unit: to.to_owned(),
        municipality: "1480".to_owned(),
        forwarded_at: Some(wire::timestamp(at)),
        notified_at: Some(wire::timestamp(since)),
        ..Default::default()
    })
}

/// The cases of a period: whose, of which municipality.
async fn cases(suite: &Suite, from: Date, to: Date) -> Vec<(String, String)> {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let request = ListIndicatorCasesRequest {
        indicator_id: "notified_admissions".to_owned(),
        period: Some(Period { from: Some(wire::date(from)), to: Some(wire::date(to)) }),
        ..Default::default()
    };
    let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
    let mut cases: Vec<_> = cases.into_iter().map(|case| (case.admission_id, case.municipality)).collect();
    cases.sort();
    cases
}

fn sorted(mut cases: Vec<(&String, &str)>) -> Vec<(String, String)> {
    cases.sort();
    cases.into_iter().map(|(id, code)| (id.clone(), code.to_owned())).collect()
}

async fn a_notice_counts_on_the_day_on_which_the_right_unit_was_told(suite: &Suite) {
    let mut ids = Vec::new();
    for person in ["191212121212", "200001012384", "191212121212", "200001012384"] {
        ids.push(admit(suite, person, false).await);
    }
    let [right, astray, late, handed_on] = &ids[..] else { panic!("four") };
    let told_at = suite.clock.now();
    for (id, unit) in [(right, MUNICIPAL), (astray, WRONG), (late, WRONG), (handed_on, MUNICIPAL)] {
        notify(suite, id, unit).await;
    }
    let (first, third) = (date(2026, 9, 14), date(2026, 9, 16));
    let all = sorted(vec![(right, "1480"), (astray, "1490"), (late, "1490"), (handed_on, "1480")]);
    assert_eq!(cases(suite, first, first).await, all);

    suite.pass(SignedDuration::from_hours(48)).await;
    let now = suite.clock.now();
    for id in [astray, late] {
        suite.planning.tell(id, removed(now, WRONG));
    }
    suite.planning.tell(late, added(now, MUNICIPAL));
    suite.planning.tell(handed_on, forwarded(now, [MUNICIPAL, HEALTH_CARE], told_at));
    assert_eq!(cases(suite, first, first).await, sorted(vec![(right, "1480"), (handed_on, "1480")]));
    assert_eq!(cases(suite, third, third).await, sorted(vec![(late, "1480")]));
    let of_all = sorted(vec![(right, "1480"), (late, "1480"), (handed_on, "1480")]);
    assert_eq!(cases(suite, first, third).await, of_all);

    // Told again by the ward, the stay of which nobody was left is a case on that day.
    suite.pass(SignedDuration::from_hours(24)).await;
    notify(suite, astray, MUNICIPAL).await;
    let fourth = date(2026, 9, 17);
    assert_eq!(cases(suite, fourth, fourth).await, sorted(vec![(astray, "1480")]));

    let cx = suite.process.contexts().find(|cx| cx.name == "admission").expect("admission");
    let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("made anew");
    let tables: Vec<_> = rebuilt.tables.iter().map(|table| (table.rows, table.differing)).collect();
    assert_eq!(tables, [(4, 0)]);
}

async fn a_change_that_is_heard_of_before_its_notice_counts_the_same(suite: &Suite) {
    let [before, after] =
        [admit(suite, "191212121212", false).await, admit(suite, "200001012384", false).await];
    let (first, now) = (date(2026, 9, 14), suite.clock.now());
    let tell = |id| {
        suite.planning.tell(id, removed(now, WRONG));
        suite.planning.tell(id, forwarded(now, [MUNICIPAL, HEALTH_CARE], now));
    };
    tell(&before);
    assert_eq!(cases(suite, first, first).await, []);
    for id in [&before, &after] {
        notify(suite, id, WRONG).await;
        notify(suite, id, MUNICIPAL).await;
    }
    tell(&after);
    assert_eq!(cases(suite, first, first).await, sorted(vec![(&before, "1480"), (&after, "1480")]));
}
