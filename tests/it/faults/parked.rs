//! What is parked in real services: who rests on it is told to try again, everybody else is answered.

use hemgang_core::redacted::Redacted;
use hemgang_db::{Change, NewEvent};
use hemgang_proto::{
    common::{Period, QueryIndicatorRequest, indicator_service_client::IndicatorServiceClient},
    planning::NoticeKind,
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::{SignedDuration, civil::date};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::journeys::steps::{CLINIC, COUNTY, NOW, SAHLGRENSKA, SOCIAL, WARD, kinds, two_stays};

each_backend!(what_rests_on_a_parked_event_is_behind_and_nothing_else on crate::services::SERVICES);

fn is_behind<T>(answer: Result<T, Status>) -> bool {
    let Err(status) = answer else { return false };
    let reason = status.get_details_error_info().map(|info| info.reason);
    status.code() == Code::Unavailable && reason.as_deref() == Some("FEED_BEHIND")
}

async fn same_day(suite: &Suite) -> Result<(), Status> {
    let period = Period { from: Some(wire::date(date(2026, 9, 1))), to: Some(wire::date(date(2026, 9, 30))) };
    let request = QueryIndicatorRequest {
        indicator_id: "same_day".to_owned(),
        period: Some(period),
        ..Default::default()
    };
    IndicatorServiceClient::new(COUNTY.peer(suite)).query_indicator(request).await.map(drop)
}

/// An admission notice to a unit that no program of ours can read.
async fn notify_nobody(suite: &Suite, admission_id: &str) {
    let admission = suite.process.contexts().find(|cx| cx.name == "admission").expect("admission");
    let event = NewEvent {
        kind: "AdmissionNoticeSent".to_owned(),
        admission_id: admission_id.to_owned(),
        case_id: String::new(),
        occurred_at: suite.clock.now(),
        recorded_at: suite.clock.now(),
        actor_unit: WARD.unit.to_owned(),
        entry_reason: "ENTRY_REASON_UNSPECIFIED",
        stated_at: None,
        audience: String::new(),
        seen: String::new(),
        access: String::new(),
        payload: Redacted::new(r#"{"admissionNoticeSent":{"recipients":["no unit"]}}"#.to_owned()),
    };
    admission.db.commit(Change::new().tell(event)).await.expect("told");
}

async fn what_rests_on_a_parked_event_is_behind_and_nothing_else(suite: &Suite) {
    let (broken, sound) = two_stays(suite, "20260914070000").await;
    WARD.assess(suite, &broken, &[CLINIC], NOW).await;
    WARD.assess(suite, &sound, &[SOCIAL], NOW).await;
    suite.drain().await;
    notify_nobody(suite, &broken).await;
    // Told later of the same stay, it queues.
    WARD.notify(suite, &broken, &[CLINIC], NOW).await;
    suite.drain().await;
    assert!(is_behind(WARD.readiness_of(suite, &broken).await));
    assert!(is_behind(WARD.case(suite, &broken).await));
    assert!(WARD.readiness_of(suite, &sound).await.is_ok());
    assert_eq!(CLINIC.inbox(suite).await.len(), 0);
    // A figure of all stays but one would be wrong without saying so.
    assert!(is_behind(same_day(suite).await));

    // What the notice would have met may not be held against the ward; what it would not, runs out.
    suite.pass(SignedDuration::from_hours(25)).await;
    let signals = SAHLGRENSKA.signals(suite).await;
    assert_eq!(signals.iter().map(|signal| &signal.admission_id).collect::<Vec<_>>(), [&sound]);

    // A judgement that rests on what is parked waits behind it in the other feed; that of the other stay does not.
    WARD.confirm(suite, &broken).await.expect("a physician is not held up");
    WARD.confirm(suite, &sound).await.expect("confirmed");
    WARD.notify(suite, &sound, &[SOCIAL], NOW).await;
    suite.drain().await;
    let told = kinds(&WARD.case(suite, &sound).await.expect("a case").notices);
    assert_eq!(told, [NoticeKind::Admission, NoticeKind::Readiness]);
    let planning = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    let behind: Vec<_> = planning.followers().iter().map(|f| f.has_parked(Some(&broken), None)).collect();
    assert_eq!(behind, [true, true], "of admission and of readiness");
}
