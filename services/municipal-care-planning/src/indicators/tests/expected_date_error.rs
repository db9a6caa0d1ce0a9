//! How far off the expected day was, so many days before patients left.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::common::{Destination, Measure};
use jiff::{Timestamp, civil::Date};

use super::*;
use crate::tests::left;

each_backend!(
    the_day_that_stood_when_a_day_ended_is_held_against_the_day_of_discharge,
    who_goes_home_although_planning_was_broken_off_counts_too
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

async fn expects(suite: &Suite, admission_id: &str, expected: ExpectedDischarge) {
    let request = adm::ChangeExpectedDischargeRequest {
        admission_id: admission_id.to_owned(),
        expected_discharge: Some(wire::expected_discharge(expected)),
        ..Default::default()
    };
    ward(suite).change_expected_discharge(request).await.expect("changed");
}

const fn on(day: i8) -> ExpectedDischarge {
    ExpectedDischarge::On(Date::constant(2026, 9, day))
}

/// Numerator and denominator of a variant.
async fn told(suite: &Suite, variant: &str) -> (i64, i64) {
    let set = query(suite, "expected_date_error", variant, &[]).await;
    let measure = set.indicator.expect("a definition").measure();
    assert_eq!(measure == Measure::Share, variant.starts_with("unknown"), "{measure:?}");
    let total = set.total.expect("a total");
    (total.numerator, total.denominator)
}

async fn the_day_that_stood_when_a_day_ended_is_held_against_the_day_of_discharge(suite: &Suite) {
    let begins = |at: &str| at.parse::<Timestamp>().expect("an instant");
    let reach = async |at: &str| suite.pass(begins(at).duration_since(suite.clock.now())).await;
    let mut stays = Vec::new();
    for (expected, destination) in [
        (on(18), Destination::Home),
        (on(21), Destination::Home),
        (on(15), Destination::HomeWithCare),
        (on(18), Destination::Home),
        (on(18), Destination::Deceased),
        (on(18), Destination::OtherHospitalGroup),
    ] {
        let stay = notified(suite, &[SOCIAL]).await;
        expects(suite, &stay, expected).await;
        stays.push((stay, destination));
    }
    let (unknown_for_a_day, moved_at_midnight) = (stays[0].0.clone(), stays[3].0.clone());
    reach("2026-09-16T06:00:00Z").await;
    expects(suite, &unknown_for_a_day, ExpectedDischarge::UnknownYet).await;
    // Midnight in Stockholm: the 16th is over.
    reach("2026-09-16T22:00:00Z").await;
    expects(suite, &moved_at_midnight, on(19)).await;
    reach("2026-09-17T06:00:00Z").await;
    let never_said = notified(suite, &[SOCIAL]).await;
    expects(suite, &unknown_for_a_day, ExpectedDischarge::At(begins("2026-09-18T22:30:00Z"))).await;
    reach("2026-09-19T10:00:00Z").await;
    for (stay, destination) in &stays {
        left(suite, stay, *destination).await;
    }
    left(suite, &never_said, Destination::Home).await;

    // Three days before: not known, two days too late, four too early, and the 18th of the one that moved at midnight.
    assert_eq!(told(suite, "").await, (2 + 4 + 1, 3));
    assert_eq!(told(suite, "signed_3").await, (-2 + 4 + 1, 3));
    assert_eq!(told(suite, "unknown_3").await, (1, 4), "one came to the ward the day after");
    // Two days before: of the first half past midnight on the 19th, of the last nothing was said.
    assert_eq!(told(suite, "absolute_2").await, (2 + 4, 4));
    assert_eq!(told(suite, "unknown_2").await, (1, 5));
    assert_eq!(told(suite, "signed_0").await, (-2 + 4, 4));
    assert_eq!(told(suite, "unknown_7").await, (0, 0), "nobody had come");
}

async fn who_goes_home_although_planning_was_broken_off_counts_too(suite: &Suite) {
    let stay = notified(suite, &[SOCIAL]).await;
    expects(suite, &stay, on(15)).await;
    suite.drain().await;
    let request = pb::InterruptCaseRequest {
        key: Some(pb::interrupt_case_request::Key::AdmissionId(stay.clone())),
        reason: pb::InterruptionReason::NoNeeds.into(),
        ..Default::default()
    };
    planning(suite, WARD).interrupt_case(request).await.expect("broken off");
    suite.pass(SignedDuration::from_hours(72)).await;
    left(suite, &stay, Destination::Home).await;
    assert_eq!(told(suite, "").await, (2, 1));
}
