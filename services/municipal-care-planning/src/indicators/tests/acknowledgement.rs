//! How long units take to acknowledge, by the clock and while they are manned.

use hemgang_proto::common::Measure;

use super::*;

each_backend!(
    a_notice_counts_from_its_delivery_until_somebody_at_the_unit_took_note,
    what_was_not_for_the_unit_is_out_and_what_was_handed_on_is_as_old_as_it_was
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const RECEPTION: &str = crate::tests::RECEPTION;

async fn owed(suite: &Suite, unit: &str) -> pb::Notice {
    let request = pb::ListInboxRequest { unacknowledged_only: true, ..Default::default() };
    planning(suite, unit).list_inbox(request).await.expect("an inbox").into_inner().notices.remove(0)
}

async fn acknowledge(suite: &Suite, unit: &str) {
    let notice_id = owed(suite, unit).await.notice_id;
    let request = pb::AcknowledgeNoticeRequest { notice_id, ..Default::default() };
    planning(suite, unit).acknowledge_notice(request).await.expect("acknowledged");
}

/// Numerator, denominator and value of a variant, and the cells of a cut: code, numerator and denominator.
async fn told(suite: &Suite, variant: &str, by: Cut) -> ((i64, i64, Option<f64>), Vec<(String, i64, i64)>) {
    let day = |day| Some(wire::date(day));
    let request = QueryIndicatorRequest {
        indicator_id: "acknowledgement".to_owned(),
        variant: variant.to_owned(),
        period: Some(Period { from: day(date(2026, 9, 1)), to: day(date(2026, 9, 30)) }),
        by: vec![by.into()],
    };
    let mut figures = IndicatorServiceClient::new(suite.peer("quality", HOSPITAL, "region"));
    let set =
        figures.query_indicator(request).await.expect("a figure").into_inner().figure_set.expect("a set");
    let measure = set.indicator.expect("a definition").measure();
    assert_eq!(measure == Measure::Share, variant.is_empty(), "{measure:?}");
    let total = set.total.expect("a total");
    let cells =
        set.figures.into_iter().map(|cell| (cell.cell[0].code.clone(), cell.numerator, cell.denominator));
    ((total.numerator, total.denominator, total.value), cells.collect())
}

async fn a_notice_counts_from_its_delivery_until_somebody_at_the_unit_took_note(suite: &Suite) {
    // Monday 14 September 2026, 08:00 in Stockholm.
    assert_eq!(suite.clock.now().to_string(), "2026-09-14T06:00:00Z");
    notified(suite, &[SOCIAL, OUTPATIENT]).await;
    assert_eq!(told(suite, "", Cut::Party).await.0, (0, 0, None), "their time runs");
    suite.pass(SignedDuration::from_mins(90)).await;
    acknowledge(suite, SOCIAL).await;
    suite.pass(SignedDuration::from_mins(6 * 60 + 30)).await;
    // 16:00: the clinic had eight hours.
    let (total, cells) = told(suite, "", Cut::Party).await;
    assert_eq!(total, (1, 1, Some(1.0)));
    assert_eq!(cells, [("SOCIAL_SERVICES".to_owned(), 1, 1)]);
    suite.pass(SignedDuration::from_mins(16 * 60 + 5)).await;
    // Tuesday 08:05: five minutes more than the clinic had.
    let (total, cells) = told(suite, "", Cut::Party).await;
    assert_eq!(total, (1, 2, Some(0.5)));
    assert_eq!(cells, [("OUTPATIENT".to_owned(), 0, 1), ("SOCIAL_SERVICES".to_owned(), 1, 1)]);
    acknowledge(suite, OUTPATIENT).await;
    suite.pass(SignedDuration::from_hours(24)).await;
    let (elapsed, office) = (24 * 60 + 5, 8 * 60 + 5);
    assert_eq!(told(suite, "elapsed_median", Cut::NoticeKind).await.0, (90 + elapsed, 2, Some(90.0)));
    let (p90, cells) = told(suite, "office_p90", Cut::NoticeKind).await;
    assert_eq!(p90, (90 + office, 2, Some(485.0)));
    assert_eq!(cells, [("ADMISSION".to_owned(), 90 + office, 2)]);
    assert_eq!(told(suite, "", Cut::Municipality).await.0, (1, 2, Some(0.5)), "taken note of too late");
}

async fn what_was_not_for_the_unit_is_out_and_what_was_handed_on_is_as_old_as_it_was(suite: &Suite) {
    notified(suite, &[ELSEWHERE, RECEPTION]).await;
    suite.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(told(suite, "", Cut::Party).await.0, (0, 2, Some(0.0)));
    let notice_id = owed(suite, ELSEWHERE).await.notice_id;
    let request = pb::ReportMisdirectedRequest { notice_id, ..Default::default() };
    planning(suite, ELSEWHERE).report_misdirected(request).await.expect("said");
    let notice_id = owed(suite, RECEPTION).await.notice_id;
    let request = pb::ForwardNoticeRequest { notice_id, unit: SOCIAL.to_owned(), ..Default::default() };
    planning(suite, RECEPTION).forward_notice(request).await.expect("handed on");
    acknowledge(suite, SOCIAL).await;
    let (total, cells) = told(suite, "", Cut::Party).await;
    assert_eq!((total, cells), ((0, 1, Some(0.0)), vec![("SOCIAL_SERVICES".to_owned(), 0, 1)]));
    assert_eq!(told(suite, "elapsed_p90", Cut::Party).await.0, (1500, 1, Some(1500.0)));
}
