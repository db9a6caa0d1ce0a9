//! Who no longer has to do with a stay: a ward that the patient has left, a municipality that was told by mistake. What
//! they were told stays theirs, and nothing comes to it.

use hemgang_proto::{
    admission::{
        AdmissionEvent, FollowEventsRequest, admission_event::Event,
        admission_feed_service_client::AdmissionFeedServiceClient, follow_events_response::Item,
    },
    planning::{AcknowledgeNoticeRequest, NoticeKind},
    readiness::{WithdrawReadinessRequest, WithdrawalReason},
};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::Code;

use super::{Both, both};
use crate::journeys::steps::{
    Caller, GOTEBORG, MOLNDAL, OTHER_WARD, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, a01, a03, marta, tell},
    kinds, until,
};

each_backend!(
    a_ward_that_the_patient_has_left_keeps_what_it_was_told_and_hears_no_more,
    a_municipality_told_by_mistake_keeps_what_it_received_and_no_more
    on crate::services::SERVICES
);

fn of<'a>(events: &'a [AdmissionEvent], id: &str) -> Vec<&'a Event> {
    let of = events.iter().filter(|event| event.header.as_ref().is_some_and(|it| it.admission_id == id));
    of.filter_map(|event| event.event.as_ref()).collect()
}

async fn a_ward_that_the_patient_has_left_keeps_what_it_was_told_and_hears_no_more(suite: &Suite) {
    // `theirs` began at the ward, and went on to the other.
    let Both { ours, theirs } = both(suite).await;
    assert!(WARD.sees_nothing_of(suite, &theirs).await);
    assert!(OTHER_WARD.sees_nothing_of(suite, &ours).await);
    let told = WARD.events(suite).await;
    let last = of(&told, &theirs);
    assert!(matches!(last[..], [Event::PatientAdmitted(_), .., Event::StayUnshared(_)]), "{last:?}");
    // What it knew to do it does no more: each command finds nothing.
    let mut readiness = WARD.readiness(suite);
    let withdraw = WithdrawReadinessRequest {
        admission_id: theirs.clone(),
        reason: WithdrawalReason::RegisteredInError.into(),
        ..Default::default()
    };
    assert_eq!(refused(readiness.withdraw_readiness(withdraw).await).code, Code::NotFound);
    // A stream that it has open tells it of its own patients, and not of what becomes of the other.
    let mut feed = AdmissionFeedServiceClient::new(WARD.peer(suite));
    let cursor = told.last().and_then(|event| event.header.clone()).expect("an event").cursor;
    let mut events = feed.follow_events(FollowEventsRequest { cursor }).await.expect("a stream").into_inner();
    until(suite, "2026-09-15T08:30:00Z").await;
    let theirs_left = Adt { ward: "25", ..marta(a03("V2", "20260915101500")) };
    tell(suite, &[theirs_left, a03("V1", "20260915101500")]).await;
    let heard = loop {
        if let Item::Event(event) = events.message().await.expect("an item").expect("one").item.expect("one")
        {
            break event;
        }
    };
    assert_eq!(heard.header.expect("a header").admission_id, ours);
    assert_eq!(of(&WARD.events(suite).await, &theirs).len(), last.len());
    assert!(of(&SAHLGRENSKA.events(suite).await, &theirs).len() > last.len());
}

async fn a_municipality_told_by_mistake_keeps_what_it_received_and_no_more(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[MOLNDAL]).await;
    let received = MOLNDAL.inbox(suite).await;
    assert_eq!(kinds(&received), [NoticeKind::Admission]);
    // The right one is told.
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    let case = MOLNDAL.case(suite, &id).await.expect("a case");
    // It reads what it was sent itself; what the other was sent is not its own.
    assert_eq!(kinds(&case.notices), [NoticeKind::Admission]);
    assert!(case.notices.iter().all(|notice| notice.recipient == MOLNDAL.unit));
    let others = SOCIAL.inbox(suite).await;
    let acknowledge =
        AcknowledgeNoticeRequest { notice_id: others[0].notice_id.clone(), ..Default::default() };
    let refusal = refused(MOLNDAL.planning(suite).acknowledge_notice(acknowledge).await);
    assert_eq!(refusal.code, Code::NotFound);
    assert_eq!(SOCIAL.inbox(suite).await, others);
    // In figures it reads of the case no more: it is the other's.
    WARD.confirm(suite, &id).await.expect("confirmed");
    assert_eq!(Caller { role: "quality", ..MOLNDAL }.total(suite, "ready_cases").await, (0, 0));
    assert_eq!(GOTEBORG.total(suite, "ready_cases").await.0, 1);
}
