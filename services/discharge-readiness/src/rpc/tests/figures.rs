//! The figures of stays and notices through the generated clients.

use hemgang_proto::common::{FigureSet, ListIndicatorsRequest};
use jiff::civil::Date;

use super::*;

each_backend!(
    stays_are_counted_with_and_without_a_notice,
    late_and_missing_messages_are_counted_among_those_who_went_home,
    a_notice_is_counted_on_the_day_of_discharge,
    figures_are_cut_by_residence_weekday_and_destination,
    a_case_belongs_to_the_month_in_which_it_ended,
    figures_are_cut_by_sex_and_age_as_they_are_known_by_now
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn query(suite: &Suite, indicator: &str, variant: &str, by: &[Cut]) -> FigureSet {
    query_to(suite, indicator, variant, by, date(2026, 9, 30)).await
}

pub(super) async fn query_to(
    suite: &Suite,
    indicator: &str,
    variant: &str,
    by: &[Cut],
    to: Date,
) -> FigureSet {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let day = |day| Some(wire::date(day));
    let request = QueryIndicatorRequest {
        indicator_id: indicator.to_owned(),
        variant: variant.to_owned(),
        period: Some(Period { from: day(date(2026, 9, 1)), to: day(to) }),
        by: by.iter().map(|cut| (*cut).into()).collect(),
    };
    client.query_indicator(request).await.expect("figures").into_inner().figure_set.expect("a set")
}

async fn counts(suite: &Suite, indicator: &str, variant: &str) -> (i64, i64) {
    let total = query(suite, indicator, variant, &[]).await.total.expect("a total");
    (total.numerator, total.denominator)
}

pub(super) async fn tell_discharge(suite: &Suite, admission_id: &str) {
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

async fn a_notice_is_counted_on_the_day_of_discharge(suite: &Suite) {
    let [quick, slow, unneeded, brief, never] = [(); 5].map(|()| admit(suite));
    let (quick, slow, unneeded) = (quick.await, slow.await, unneeded.await);
    let (brief, never) = (brief.await, never.await);
    for id in [&slow, &brief, &never] {
        assess(suite, id).await;
    }
    notify(suite, &quick).await;
    suite.pass(SignedDuration::from_hours(23)).await;
    discharge(suite, &brief, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    notify(suite, &slow).await;
    // In time, too late, and so far never: all of them are still in hospital.
    assert_eq!(counts(suite, "notice_within_24h", "").await, (0, 0));
    discharge(suite, &quick, Destination::Deceased).await;
    assert_eq!(counts(suite, "notice_within_24h", "").await, (1, 1));
    suite.pass(DAY).await;
    for id in [&slow, &unneeded, &never] {
        discharge(suite, id, Destination::Home).await;
    }
    let cells = query(suite, "notice_within_24h", "", &[Cut::Weekday]).await.figures;
    // Monday's admissions, who left on Tuesday and on Wednesday.
    let cells =
        cells.iter().map(|figure| (figure.cell[0].code.as_str(), figure.numerator, figure.denominator));
    assert_eq!(cells.collect::<Vec<_>>(), [("2", 1, 1), ("3", 0, 2)]);
    // A discharge that is taken back is none.
    let cancel = adm::CancelDischargeRequest { admission_id: never, ..Default::default() };
    ward(suite).0.cancel_discharge(cancel).await.expect("cancelled");
    assert_eq!(counts(suite, "notice_within_24h", "").await, (1, 2));
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
    let own = all.indicators;
    let ids: Vec<_> = own.iter().map(|indicator| indicator.id.as_str()).collect();
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
    assert!(own.iter().all(|indicator| !indicator.title_sv.is_empty() && indicator.cuts.len() == 14));
}

async fn figures_are_cut_by_sex_and_age_as_they_are_known_by_now(suite: &Suite) {
    let of = |person: &str, year, sex: common::Sex| adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: person.to_owned() }),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        birth_date: Some(wire::date(date(year, 9, 15))),
        sex: sex.into(),
        ..Default::default()
    };
    let mut stays = Vec::new();
    // 80 on the day after the admission, and 79 in the figures all the same; a date that turns out to be wrong.
    for request in
        [of("191212121212", 1946, common::Sex::Female), of("200001012384", 2000, common::Sex::Male)]
    {
        let answer = ward(suite).0.admit_patient(request).await.expect("admitted").into_inner();
        stays.push(answer.admission.expect("an admission").admission_id);
    }
    let unknown = admit(suite).await;
    for id in stays.iter().chain([&unknown]) {
        notify(suite, id).await;
    }
    let mended = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(stays[1].clone())),
        birth_date: Some(wire::date(date(2010, 9, 15))),
        ..Default::default()
    };
    ward(suite).0.change_patient_details(mended).await.expect("changed");
    suite.pass(DAY).await;
    for id in stays.iter().chain([&unknown]) {
        discharge(suite, id, Destination::Home).await;
    }
    let figures = query(suite, "stay_days", "", &[Cut::AgeGroup, Cut::Sex]).await.figures;
    let cells: Vec<Vec<_>> =
        figures.iter().map(|figure| figure.cell.iter().map(|value| value.code.as_str()).collect()).collect();
    assert_eq!(cells, [["0-17", "MALE"], ["65-79", "FEMALE"], ["unallocated", "unallocated"]]);
}

async fn a_case_belongs_to_the_month_in_which_it_ended(suite: &Suite) {
    // E11: ready on the last of September, home on the second of October.
    let id = admit(suite).await;
    notify(suite, &id).await;
    suite.pass(DAY * 16).await;
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    suite.pass(DAY * 2).await;
    discharge(suite, &id, Destination::Home).await;
    // Told after leaving, and nobody knows when it was judged: no valid readiness, and late.
    let unknown = admit(suite).await;
    notify(suite, &unknown).await;
    suite.pass(DAY).await;
    discharge(suite, &unknown, Destination::Home).await;
    suite.pass(DAY).await;
    let untimed = pb::ConfirmReadinessRequest { assessed_at: None, ..confirm(suite, &unknown) };
    ward(suite).1.confirm_readiness(untimed).await.expect("confirmed");

    let months = async |indicator: &str, variant: &str| -> Vec<_> {
        let set = query_to(suite, indicator, variant, &[Cut::Month], date(2026, 10, 31)).await;
        let cells = set.figures.into_iter();
        cells.map(|figure| (figure.cell[0].code.clone(), figure.numerator, figure.denominator)).collect()
    };
    let october = |numerator, denominator| vec![("2026-10".to_owned(), numerator, denominator)];
    assert_eq!(months("same_day", "").await, october(0, 1));
    assert_eq!(months("same_day", "all").await, october(0, 2));
    assert_eq!(months("ready_days", "skr").await, october(2, 1));
    assert_eq!(months("stay_days", "").await, october(18 + 1, 2));
    assert_eq!(months("late_ready_notice", "").await, october(1, 2));
    assert_eq!(months("missing_messages", "").await, october(2, 2));
    // Attributed to the judgement, and to the notice.
    assert_eq!(months("ready_cases", "").await, [("2026-09".to_owned(), 1, 0)]);
    let notified = [("2026-09".to_owned(), 1, 0), ("2026-10".to_owned(), 1, 0)];
    assert_eq!(months("notified_admissions", "").await, notified);
}
