//! A hospital's messages as they come: late, early, twice and taken back. Every service ends where things ended.

use hemgang_core::place::HsaId;
use hemgang_gateway::intake::{Held, Intake, Outcome};
use hemgang_proto::{
    admission as adm,
    planning::{self as pla, CaseState, NoticeKind},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};
use jiff::SignedDuration;

use super::adt_to_rate::{
    a01, a03, admission_of, assess, confirm, inbox, message, municipality, notify, pv1, reading, same_day,
};

each_backend!(
    a_stay_told_in_disorder_ends_everywhere_as_it_happened,
    a_death_and_a_merge_reach_whoever_shall_know
    on crate::services::SERVICES
);

/// Sends messages through one intake, twice each, and lets everybody follow.
async fn send(suite: &Suite, messages: &[&str]) -> Vec<Outcome> {
    let intake = Intake::new(|hospital: &HsaId| suite.peer("gateway", hospital.as_str(), "region"));
    let mut outcomes = Vec::new();
    for message in messages {
        let reading = reading(suite, message);
        outcomes.push(intake.accept(&reading).await.expect("an answer"));
        intake.accept(&reading).await.expect("an answer");
    }
    outcomes.extend(intake.take_released().into_iter().map(|released| released.outcome));
    assert_eq!(intake.waiting(), []);
    suite.drain().await;
    outcomes
}

fn of(event: &str, recorded: &str) -> String {
    message(event, "V1", recorded, &pv1("V1", 44, "20260914070000"))
}

async fn case(suite: &Suite, id: &str) -> pla::Case {
    let key = Some(pla::get_case_request::Key::AdmissionId(id.to_owned()));
    let answer = municipality(suite).get_case(pla::GetCaseRequest { key }).await.expect("a case");
    answer.into_inner().case.expect("a case")
}

/// A stay that the municipality was told of, ready on its first day; two days later.
async fn ready(suite: &Suite) -> String {
    let id = admission_of(suite, "V1").await.admission_id;
    assess(suite, &id).await;
    notify(suite, &id).await;
    confirm(suite, &id).await;
    suite.pass(SignedDuration::from_hours(52)).await;
    id
}

async fn a_stay_told_in_disorder_ends_everywhere_as_it_happened(suite: &Suite) {
    // The leave comes before the admission.
    let (came, away) = (a01("V1", "20260914070000"), of("A21", "20260914074000"));
    let outcomes = send(suite, &[&away, &came]).await;
    let held = Outcome::Parked(Held::AwaitsAdmission);
    assert_eq!(outcomes, [held, Outcome::Accepted, Outcome::Accepted, Outcome::Accepted]);
    let id = ready(suite).await;

    // Discharged on the 15th, which was taken back, and home on the 16th; the last word comes first.
    let (taken_back, back) = (of("A13", "20260915110000"), of("A22", "20260914180000"));
    let (first, last) = (a03("V1", "20260915100000"), a03("V1", "20260916100000"));
    let outcomes = send(suite, &[&last, &taken_back, &first, &back]).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Accepted), "{outcomes:?}");
    let stay = admission_of(suite, "V1").await;
    let left_at = Some(wire::timestamp(at("2026-09-16T08:00:00Z")));
    assert_eq!((stay.state(), stay.discharged_at), (adm::AdmissionState::Discharged, left_at));
    assert_eq!(stay.on_leave_since, None);
    let open = case(suite, &id).await;
    assert_eq!((open.state(), open.discharged_at), (CaseState::Discharged, left_at));
    let rate = same_day(suite).await;
    assert_eq!((rate.numerator, rate.denominator), (0, 1));

    // Taken back again: no outcome, until it is told that the patient left on the day of readiness after all.
    send(suite, &[&of("A13", "20260916103000")]).await;
    assert_eq!(case(suite, &id).await.state(), CaseState::Ready);
    let rate = same_day(suite).await;
    assert_eq!((rate.numerator, rate.denominator), (0, 0));
    let again = message("A03", "V1", "20260916110000", &pv1("V1", 45, "20260914190000"));
    send(suite, &[&again]).await;
    let rate = same_day(suite).await;
    assert_eq!((rate.numerator, rate.denominator), (1, 1));
    // The first departure was never told: it was taken back before it came.
    let mut told: Vec<_> = inbox(suite).await.iter().map(pla::Notice::kind).collect();
    told.sort();
    let expected = [
        NoticeKind::Admission,
        NoticeKind::Readiness,
        NoticeKind::Departure,
        NoticeKind::Departure,
        NoticeKind::DischargeCancelled,
    ];
    assert_eq!(told, expected);
}

async fn a_death_and_a_merge_reach_whoever_shall_know(suite: &Suite) {
    send(suite, &[&a01("V1", "20260914070000")]).await;
    let id = ready(suite).await;
    let local = "4711^^^^MR";
    let merge = of("A40", "20260915080000").replace("191212121212^^^1.2.752.129.2.1.3.1^NI", local);
    let merge = format!("{merge}\rMRG|191212121212^^^1.2.752.129.2.1.3.1^NI");
    assert_eq!(send(suite, &[&merge]).await, [Outcome::Accepted]);
    let patient = case(suite, &id).await.patient.expect("a patient");
    assert!(patient.person_id.unwrap_or_default().value.ends_with("4711"));
    assert_eq!(patient.name, "Åsa Ö Exempel");

    let mut fields = vec![""; 46];
    (fields[0], fields[1], fields[2], fields[3]) = ("PV1", "1", "I", "12^1^1");
    (fields[19], fields[36], fields[45]) = ("V1", "20", "20260916090000");
    let died = message("A03", "V1", "20260916090000", &fields.join("|"));
    assert_eq!(send(suite, &[&died]).await, [Outcome::Accepted]);
    assert_eq!(case(suite, &id).await.state(), CaseState::Deceased);
    assert!(inbox(suite).await.iter().any(|notice| notice.kind() == NoticeKind::Death));
    let rate = same_day(suite).await;
    assert_eq!((rate.numerator, rate.denominator), (0, 0));
}
