//! A hospital's messages as they come: late, early, twice and taken back. Every service ends where things ended.

use hemgang_gateway::intake::{Held, Outcome};
use hemgang_proto::{
    admission::AdmissionState,
    planning::{CaseState, NoticeKind},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};
use jiff::SignedDuration;

use super::steps::{
    COUNTY, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, TOLVAN, a01, a03, a40, of, send, tell},
    kinds,
};

each_backend!(
    a_stay_told_in_disorder_ends_everywhere_as_it_happened,
    a_death_and_a_merge_reach_whoever_shall_know
    on crate::services::SERVICES
);

/// A stay that the municipality was told of, ready on its first day; two days later.
async fn ready(suite: &Suite) -> String {
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(52)).await;
    id
}

async fn a_stay_told_in_disorder_ends_everywhere_as_it_happened(suite: &Suite) {
    // The leave comes before the admission.
    let (came, away) = (a01("V1", "20260914070000"), of("A21", "V1", "20260914074000"));
    let outcomes = send(suite, &[away, came]).await;
    let held = Outcome::Parked(Held::AwaitsAdmission);
    assert_eq!(outcomes, [held, Outcome::Accepted, Outcome::Accepted, Outcome::Accepted]);
    let id = ready(suite).await;

    // Discharged on the 15th, which was taken back, and home on the 16th; the last word comes first.
    let (taken_back, back) = (of("A13", "V1", "20260915110000"), of("A22", "V1", "20260914180000"));
    let (first, last) = (a03("V1", "20260915100000"), a03("V1", "20260916100000"));
    tell(suite, &[last, taken_back, first, back]).await;
    let stay = SAHLGRENSKA.admission_of(suite, "V1").await;
    let left_at = Some(wire::timestamp(at("2026-09-16T08:00:00Z")));
    assert_eq!((stay.state(), stay.discharged_at), (AdmissionState::Discharged, left_at));
    assert_eq!(stay.on_leave_since, None);
    let open = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!((open.state(), open.discharged_at), (CaseState::Discharged, left_at));
    assert_eq!(COUNTY.total(suite, "same_day").await, (0, 1));

    // Taken back again: no outcome, until it is told that the patient left on the day of readiness after all.
    tell(suite, &[of("A13", "V1", "20260916103000")]).await;
    assert_eq!(SOCIAL.case(suite, &id).await.expect("a case").state(), CaseState::Ready);
    assert_eq!(COUNTY.total(suite, "same_day").await, (0, 0));
    tell(suite, &[Adt { recorded: "20260916110000", ..a03("V1", "20260914190000") }]).await;
    assert_eq!(COUNTY.total(suite, "same_day").await, (1, 1));
    // The first departure was never told: it was taken back before it came.
    let mut told = kinds(&SOCIAL.inbox(suite).await);
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
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = ready(suite).await;
    tell(suite, &[a40("20260915080000", "4711^^^^MR", TOLVAN)]).await;
    let patient = SOCIAL.case(suite, &id).await.expect("a case").patient.expect("a patient");
    assert!(patient.person_id.unwrap_or_default().value.ends_with("4711"));
    assert_eq!(patient.name, "Åsa Ö Exempel");

    tell(suite, &[Adt { disposition: "20", ..a03("V1", "20260916090000") }]).await;
    assert_eq!(SOCIAL.case(suite, &id).await.expect("a case").state(), CaseState::Deceased);
    assert!(kinds(&SOCIAL.inbox(suite).await).contains(&NoticeKind::Death));
    assert_eq!(COUNTY.total(suite, "same_day").await, (0, 0));
}
