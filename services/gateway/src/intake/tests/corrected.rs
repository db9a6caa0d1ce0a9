//! An admission that is told again with another time, and what is at fault in what was told.

use hemgang_proto::admission::RaisedFlag;

use super::*;

each_backend!(
    an_admission_time_told_later_corrects,
    a_time_that_is_no_correction_is_parked_and_marks_the_stay,
    what_is_at_fault_stays_with_the_stay_until_it_is_mended
    on &[hemgang_admission::SERVICE]
);

/// A message of a visit with PV1-44, and PID-3 as given.
fn stating(event: &str, recorded: &str, visit: usize, person: &str, admitted: &str) -> Reading {
    read_text(&format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}||ADT^{event}|{visit}{event}{recorded}{admitted}|P|2.5\r\
         EVN||{recorded}\rPID|1||{person}||Påhittad^Åsa\rPV1|1|I|1{}V{visit}{}{admitted}\r",
        "|".repeat(16),
        "|".repeat(25),
    ))
}

const OWN: &str = "4711^^^OWN^MR";

async fn told_at(suite: &Suite, visit: usize) -> String {
    let stay = read(suite, visit).await.expect("an admission");
    let at = stay.admitted_at.as_ref().and_then(hemgang_rpc::wire::instant).expect("a time");
    at.to_zoned(hemgang_core::day::stockholm().clone()).strftime("%Y%m%d%H%M").to_string()
}

async fn flags(suite: &Suite, visit: usize) -> Vec<(QualityFlag, MovementKind)> {
    let flags = read(suite, visit).await.expect("an admission").quality_flags;
    flags.iter().map(|raised: &RaisedFlag| (raised.flag(), raised.about())).collect()
}

async fn an_admission_time_told_later_corrects(suite: &Suite) {
    let told = [
        ("A01", "202609100810", "202609100800"),
        ("A08", "202609100900", "202609100730"),
        ("A01", "202609101000", "202609100815"),
        ("A08", "202609101100", "202609100745"),
        // A day says nothing of the hour.
        ("A08", "202609101200", "20260910"),
    ];
    let mut ends = Vec::new();
    for order in [[0, 1, 2, 3, 4], [0, 3, 2, 1, 4], [3, 1, 0, 4, 2], [2, 3, 1, 0, 4]] {
        let (intake, visit) = (intake(suite), fresh_visit());
        for place in order {
            let (event, recorded, admitted) = told[place];
            let outcome =
                intake.accept(&stating(event, recorded, visit, OWN, admitted)).await.expect("settled");
            let settled = matches!(outcome, Outcome::Accepted | Outcome::Unchanged) || is_waiting(&outcome);
            assert!(settled, "{order:?} {place}: {outcome:?}");
        }
        assert_eq!(intake.waiting(), [], "{order:?}");
        ends.push(told_at(suite, visit).await);
        assert_eq!(flags(suite, visit).await, [], "{order:?}");
    }
    assert_eq!(ends, ["202609100745"; 4]);
}

async fn a_time_that_is_no_correction_is_parked_and_marks_the_stay(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |reading: &Reading| intake.accept(reading).await.expect("settled");
    assert_eq!(tell(&stating("A01", "202609100810", visit, OWN, "202609100800")).await, Outcome::Accepted);
    assert_eq!(tell(&reading(WHOLE[1], visit, "4711", "")).await, Outcome::Accepted);
    // After the transfer of noon; a wrong year; another person under the number; no time of its own.
    let other = Outcome::Parked(Held::OtherAdmission);
    assert_eq!(tell(&stating("A08", "202609110800", visit, OWN, "202609101300")).await, other);
    assert_eq!(tell(&stating("A08", "202609110801", visit, OWN, "202509100800")).await, other);
    let stranger = tell(&stating("A01", "202609110802", visit, "4712^^^OWN^MR", "202609100900")).await;
    assert_eq!(stranger, Outcome::Parked(Held::OtherPatient));
    assert_eq!(tell(&reading(told("A01", "202609100900", "1"), visit, "4711", "")).await, other);
    let future = stating("A08", "202609110804", visit, OWN, "202609200800");
    assert_eq!(tell(&future).await, Outcome::Parked(Held::Future));
    assert_eq!(told_at(suite, visit).await, "202609100800");
    let marked = flags(suite, visit).await;
    assert!(marked.iter().all(|mark| *mark == (QualityFlag::ImplausibleTime, MovementKind::Admission)));
    assert_eq!(marked.len(), 4);
    // What the message says beside it holds, and the time told rightly mends it.
    let name = read(suite, visit).await.expect("an admission").patient.expect("a patient").name;
    assert_eq!(name, "Åsa Påhittad");
    assert_eq!(tell(&stating("A08", "202609120800", visit, OWN, "202609100900")).await, Outcome::Accepted);
    assert_eq!(
        (told_at(suite, visit).await.as_str(), flags(suite, visit).await),
        ("202609100900", Vec::new())
    );
}

async fn what_is_at_fault_stays_with_the_stay_until_it_is_mended(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |reading: &Reading| intake.accept(reading).await.expect("settled");
    let wrong_digit = "19500907-2554^^^1.2.752.129.2.1.3.1^NI";
    // Half past two comes twice on the last Sunday of October.
    let admit = stating("A01", "202510260700", visit, wrong_digit, "202510260230");
    let Verdict::Mapped(event) = &admit.verdict else { panic!("not mapped") };
    let (digit, twice) = (QualityFlag::CheckDigit, QualityFlag::AmbiguousTime);
    assert_eq!(quality_flags(event, &Outcome::Accepted), [digit, twice]);
    assert_eq!(tell(&admit).await, Outcome::Accepted);
    let of_person = (digit, MovementKind::Unspecified);
    assert_eq!(flags(suite, visit).await, [of_person, (twice, MovementKind::Admission)]);
    let clear = stating("A08", "202510260800", visit, wrong_digit, "202510260230+0100");
    assert_eq!(tell(&clear).await, Outcome::Accepted);
    assert_eq!(flags(suite, visit).await, [of_person]);
    let left = |recorded, left| Told { left, ..told("A03", recorded, "1") };
    let both = format!("{wrong_digit}~4711");
    let implausible = tell(&reading(left("202510271400", "202510250700"), visit, &both, "")).await;
    assert_eq!(implausible, Outcome::Parked(Held::BeforeAdmission));
    let no_discharge = (QualityFlag::ImplausibleTime, MovementKind::Discharge);
    assert_eq!(flags(suite, visit).await, [of_person, no_discharge]);
    let corrected = left("202510271500", "202510271300");
    assert_eq!(tell(&reading(corrected, visit, &both, "")).await, Outcome::Accepted);
    assert_eq!(flags(suite, visit).await, [of_person]);
}
