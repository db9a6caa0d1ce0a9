//! Ready on a Friday: the call is due until Monday is over, and the contact is off until then (practice at weekends).

use hemgang_proto::deviation::{SignalKind, SignalState};
use hemgang_testing::each_backend;

use super::*;
use crate::journeys::steps::{
    COUNTY, MOLNDAL, WARD,
    adt::{a03, marta, tell},
    two_stays, until,
};

each_backend!(
    at_a_weekend_a_deputy_calls_on_the_last_day_and_somebody_else_s_call_is_none
    on crate::services::SERVICES
);

async fn at_a_weekend_a_deputy_calls_on_the_last_day_and_somebody_else_s_call_is_none(suite: &Suite) {
    let (first, second) = two_stays(suite, "20260914070000").await;
    for id in [&first, &second] {
        WARD.tell_of(suite, id, &[SOCIAL, CLINIC]).await;
        appoint(suite, id).await;
        needed(suite, id).await;
        wanted(suite, id).await;
    }
    until(suite, "2026-09-18T14:30:00Z").await;
    for id in [&first, &second] {
        WARD.confirm(suite, id).await.expect("confirmed");
    }
    // On Saturday the ward calls for the second: everybody comes, and the duty stands.
    until(suite, "2026-09-19T09:00:00Z").await;
    let request = || inviting(&second, "2026-09-22T08:00:00Z", MeetingForm::Video);
    let by_ward = WARD.planning(suite).invite_to_sip(request()).await.expect("called").into_inner();
    assert!(!by_ward.meeting.expect("a meeting").statutory);

    until(suite, "2026-09-21T21:59:00Z").await;
    let request = inviting(&first, "2026-09-23T08:00:00Z", MeetingForm::Video);
    let by_deputy = at_clinic(suite, DEPUTY).invite_to_sip(request).await.expect("called").into_inner();
    assert!(by_deputy.meeting.expect("a meeting").statutory);
    assert_eq!(SOCIAL.signals(suite).await, []);

    until(suite, "2026-09-21T22:01:00Z").await;
    for reader in [SOCIAL, CLINIC, WARD] {
        let signals = reader.signals(suite).await;
        let [signal] = &signals[..] else { panic!("{reader:?}: {signals:?}") };
        assert_eq!((signal.kind(), signal.state()), (SignalKind::SipCalledByAnother, SignalState::Open));
        assert_eq!((signal.admission_id.as_str(), signal.met_at), (second.as_str(), None));
        assert_eq!(signal.due_at, Some(wire::timestamp(at("2026-09-21T22:00:00Z"))));
    }
    assert_eq!(MOLNDAL.signals(suite).await, []);
    // A figure is of stays that have ended.
    until(suite, "2026-09-22T09:00:00Z").await;
    tell(suite, &[a03("V1", "20260922100000"), marta(a03("V2", "20260922100000"))]).await;
    assert_eq!(COUNTY.total(suite, "sip_called_in_time").await, (1, 2));
}
