//! The figures of stays and notices through the generated clients.

use hemgang_proto::common::{FigureSet, ListIndicatorsRequest};

use super::*;

each_backend!(
    stays_are_counted_with_and_without_a_notice,
    late_and_missing_messages_are_counted_among_those_who_went_home,
    a_notice_is_counted_on_the_day_it_was_due,
    figures_are_cut_by_residence_weekday_and_destination
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn query(suite: &Suite, indicator: &str, variant: &str, by: &[Cut]) -> FigureSet {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let day = |day| Some(wire::date(date(2026, 9, day)));
    let request = QueryIndicatorRequest {
        indicator_id: indicator.to_owned(),
        variant: variant.to_owned(),
        period: Some(Period { from: day(1), to: day(30) }),
        by: by.iter().map(|cut| (*cut).into()).collect(),
    };
    client.query_indicator(request).await.expect("figures").into_inner().figure_set.expect("a set")
}

async fn counts(suite: &Suite, indicator: &str, variant: &str) -> (i64, i64) {
    let total = query(suite, indicator, variant, &[]).await.total.expect("a total");
    (total.numerator, total.denominator)
}

async fn tell_discharge(suite: &Suite, admission_id: &str) {
    let request = adm::SendDischargeNoticeRequest {
        admission_id: admission_id.to_owned(),
        agreed_at: Some(wire::timestamp(suite.clock.now() + 24.hours())),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    ward(suite).0.send_discharge_notice(request).await.expect("sent");
}

async fn stays_are_counted_with_and_without_a_notice(suite: &Suite) {
    let (case, unnotified, dead, onward) =
        (admit(suite).await, admit(suite).await, admit(suite).await, admit(suite).await);
    let void = admit(suite).await;
    for id in [&case, &dead, &onward, &void] {
        notify(suite, id).await;
    }
    suite.pass(DAY).await;
    discharge(suite, &dead, Destination::Deceased).await;
    // The stay goes on at the other hospital, under a visit of its own.
    discharge(suite, &onward, Destination::OtherHospital).await;
    suite.pass(DAY).await;
    discharge(suite, &case, Destination::Home).await;
    let request = adm::VoidAdmissionRequest {
        admission_id: void,
        reason: adm::VoidReason::Duplicate.into(),
        ..Default::default()
    };
    ward(suite).0.void_admission(request).await.expect("voided");
    suite.pass(DAY).await;
    discharge(suite, &unnotified, Destination::Home).await;
    assert_eq!(counts(suite, "stay_days", "").await, (2 + 1, 2));
    assert_eq!(counts(suite, "stay_days", "all").await, (2 + 1 + 3, 3));
}

async fn late_and_missing_messages_are_counted_among_those_who_went_home(suite: &Suite) {
    let [told, silent, late, dead] = [(); 4].map(|()| admit(suite));
    let (told, silent, late, dead) = (told.await, silent.await, late.await, dead.await);
    for id in [&told, &silent, &late, &dead] {
        notify(suite, id).await;
    }
    ward(suite).1.confirm_readiness(confirm(suite, &told)).await.expect("confirmed");
    tell_discharge(suite, &told).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    for id in [&told, &silent, &late] {
        discharge(suite, id, Destination::Home).await;
    }
    discharge(suite, &dead, Destination::Deceased).await;
    assert_eq!(counts(suite, "missing_messages", "").await, (2, 3));
    assert_eq!(counts(suite, "missing_messages", "both").await, (2, 3));
    // Judged while the patient was there, told an hour after.
    let judged = pb::ConfirmReadinessRequest { ..confirm(suite, &late) };
    suite.pass(SignedDuration::from_hours(1)).await;
    ward(suite).1.confirm_readiness(judged).await.expect("confirmed");
    assert_eq!(counts(suite, "late_ready_notice", "").await, (1, 3));
    assert_eq!(counts(suite, "missing_messages", "").await, (2, 3));
    assert_eq!(counts(suite, "missing_messages", "both").await, (1, 3));
}

async fn a_notice_is_counted_on_the_day_it_was_due(suite: &Suite) {
    let [quick, slow, unneeded, brief] = [(); 4].map(|()| admit(suite));
    let (quick, slow, _, brief) = (quick.await, slow.await, unneeded.await, brief.await);
    for id in [&slow, &brief] {
        assess(suite, id).await;
    }
    notify(suite, &quick).await;
    // Judged today, due tomorrow: what may still come in time is no failure.
    assert_eq!(counts(suite, "notice_within_24h", "").await, (1, 1));
    suite.pass(SignedDuration::from_hours(23)).await;
    discharge(suite, &brief, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(counts(suite, "notice_within_24h", "").await, (1, 2));
    notify(suite, &slow).await;
    assert_eq!(counts(suite, "notice_within_24h", "").await, (1, 2));
    let cells = query(suite, "notice_within_24h", "", &[Cut::Weekday]).await.figures;
    // Monday's admissions, due on Tuesday.
    let cells: Vec<_> =
        cells.iter().map(|figure| (figure.cell[0].code.as_str(), figure.denominator)).collect();
    assert_eq!(cells, [("2", 2)]);
}

async fn figures_are_cut_by_residence_weekday_and_destination(suite: &Suite) {
    let (home, gone) = (admit(suite).await, admit(suite).await);
    for id in [&home, &gone] {
        notify(suite, id).await;
    }
    discharge(suite, &home, Destination::Home).await;
    discharge(suite, &gone, Destination::CareHome).await;
    let by = [Cut::Residence, Cut::Weekday, Cut::Destination];
    let set = query(suite, "stay_days", "", &by).await;
    let codes =
        |figure: &common::Figure| -> Vec<_> { figure.cell.iter().map(|value| value.code.clone()).collect() };
    let cells: Vec<_> = set.figures.iter().map(codes).collect();
    assert_eq!(cells, [["1480", "1", "CARE_HOME"], ["1480", "1", "HOME"]]);

    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let all = client.list_indicators(ListIndicatorsRequest {}).await.expect("listed").into_inner();
    let ids: Vec<_> = all.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    let expected = [
        "admissions_per_patient",
        "late_ready_notice",
        "missing_messages",
        "notice_within_24h",
        "notified_admissions",
        "ready_cases",
        "ready_days",
        "same_day",
        "stay_days",
    ];
    assert_eq!(ids, expected);
    assert!(
        all.indicators.iter().all(|indicator| !indicator.title_sv.is_empty() && indicator.cuts.len() == 9)
    );
}
