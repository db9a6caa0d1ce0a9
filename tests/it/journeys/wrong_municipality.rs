//! A notice that went to the wrong municipality (felsänt): it sees nothing of the patient any more, wherever it looks; the
//! right one's day is not longer for it; and what the wrong one read is known.

use hemgang_proto::{
    access::{WhoReadRequest, access_log_service_client::AccessLogServiceClient},
    common::PersonId,
    planning::{
        FollowEventsRequest, ReadEventsRequest, RemoveRecipientRequest, ReportMisdirectedRequest,
        follow_events_response::Item, planning_event::Event,
        planning_feed_service_client::PlanningFeedServiceClient, remove_recipient_request::Key,
    },
};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::Code;

use super::steps::{
    AUDITOR, COUNTY, Caller, GOTEBORG, MOLNDAL, SAHLGRENSKA, SOCIAL, WARD,
    adt::{a01, a03, tell},
    kinds, until,
};

each_backend!(
    the_wrong_one_sees_nothing_any_more_and_the_right_one_s_day_ran_from_the_judgement,
    a_unit_that_was_removed_finds_nothing_by_what_it_knew
    on crate::services::SERVICES
);

const OF_MOLNDAL: Caller = Caller { role: "quality", ..MOLNDAL };

async fn misdirected(suite: &Suite) {
    let notice_id = MOLNDAL.inbox(suite).await[0].notice_id.clone();
    let request = ReportMisdirectedRequest { notice_id, ..Default::default() };
    MOLNDAL.planning(suite).report_misdirected(request).await.expect("said");
    suite.drain().await;
}

async fn the_wrong_one_sees_nothing_any_more_and_the_right_one_s_day_ran_from_the_judgement(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[MOLNDAL]).await;
    assert!(COUNTY.signals(suite).await.is_empty(), "told within the day, as it seemed");
    MOLNDAL.case(suite, &id).await.expect("a case");
    until(suite, "2026-09-15T04:00:00Z").await;
    misdirected(suite).await;
    let seen = WARD.case(suite, &id).await.expect("a case");
    assert_eq!((seen.parties.len(), seen.former_parties.len()), (0, 1));

    // The day since the judgement ends, and nobody was told who should have been.
    until(suite, "2026-09-15T08:00:00Z").await;
    suite.drain().await;
    let signals = COUNTY.signals(suite).await;
    assert_eq!(signals.iter().map(|signal| signal.admission_id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    assert!(MOLNDAL.signals(suite).await.is_empty());
    WARD.notify(suite, &id, &[SOCIAL], None).await;
    suite.drain().await;
    assert_eq!(SOCIAL.signals(suite).await.len(), 1);

    WARD.confirm(suite, &id).await.expect("confirmed");
    suite.drain().await;
    assert_eq!(SOCIAL.ready(suite).await, std::slice::from_ref(&id));
    assert!(MOLNDAL.sees_nothing_of(suite, &id).await);
    until(suite, "2026-09-15T09:30:00Z").await;
    tell(suite, &[a03("V1", "20260915110000")]).await;
    suite.drain().await;
    assert_eq!(COUNTY.total(suite, "notice_within_24h").await, (0, 1), "no longer for the wrong one");
    assert_eq!(GOTEBORG.total(suite, "notified_admissions").await.0, 1);
    assert_eq!(GOTEBORG.total(suite, "acknowledgement").await.1, 0, "its time runs");
    for indicator in
        ["notified_admissions", "ready_cases", "same_day", "notice_within_24h", "acknowledgement"]
    {
        assert_eq!(OF_MOLNDAL.total(suite, indicator).await, (0, 0), "{indicator}");
    }

    // What it read before is known, and that it read nothing since.
    let request = WhoReadRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ..Default::default()
    };
    let of_molndal = Caller { role: "auditor", ..MOLNDAL };
    let mut log = AccessLogServiceClient::new(of_molndal.peer(suite));
    let accesses = log.who_read(request.clone()).await.expect("accesses").into_inner().accesses;
    let rpcs: Vec<_> = accesses.iter().map(|it| it.entry.as_ref().expect("an entry").rpc.clone()).collect();
    assert!(rpcs.iter().any(|rpc| rpc.ends_with("/GetCase")), "{rpcs:?}");
    assert!(rpcs.iter().any(|rpc| rpc.ends_with("/ReportMisdirected")), "{rpcs:?}");
    let mut log = AccessLogServiceClient::new(AUDITOR.peer(suite));
    assert!(!log.who_read(request).await.expect("accesses").into_inner().accesses.is_empty());
}

async fn a_unit_that_was_removed_finds_nothing_by_what_it_knew(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[MOLNDAL, SOCIAL]).await;
    let known = MOLNDAL.case(suite, &id).await.expect("a case");
    let notice = MOLNDAL.inbox(suite).await.remove(0);
    let mut feed = PlanningFeedServiceClient::new(MOLNDAL.peer(suite));
    let read = feed.read_events(ReadEventsRequest::default()).await.expect("a page").into_inner();
    let cursor = read.bookmark.expect("a bookmark").cursor;
    let follow = FollowEventsRequest { cursor: cursor.clone() };
    let mut stream = feed.follow_events(follow).await.expect("a stream").into_inner();

    let key = Some(Key::AdmissionId(id.clone()));
    let request = RemoveRecipientRequest { key, unit: MOLNDAL.unit.to_owned(), ..Default::default() };
    WARD.planning(suite).remove_recipient(request).await.expect("removed");
    WARD.confirm(suite, &id).await.expect("confirmed");
    suite.drain().await;

    // The stream that it had open tells that the case is gone, and goes on with nothing of it; so do pages from its cursor.
    let heard = loop {
        if let Item::Event(event) = stream.message().await.expect("an item").expect("one").item.expect("one")
        {
            break event.event.expect("an event");
        }
    };
    assert!(matches!(heard, Event::CaseUnshared(_)), "{heard:?}");
    let page =
        feed.read_events(ReadEventsRequest { cursor, page_size: 50 }).await.expect("a page").into_inner();
    let heard: Vec<_> = page.events.iter().filter_map(|event| event.event.as_ref()).collect();
    assert!(matches!(heard[..], [Event::CaseUnshared(_)]), "{heard:?}");

    // By the ids that it has.
    assert_eq!(MOLNDAL.case(suite, &id).await.expect_err("nothing").code(), Code::NotFound);
    let request = ReportMisdirectedRequest { notice_id: notice.notice_id, ..Default::default() };
    assert_eq!(refused(MOLNDAL.planning(suite).report_misdirected(request).await).code, Code::NotFound);
    let key = Some(Key::CaseId(known.case_id));
    let request = RemoveRecipientRequest { key, unit: SOCIAL.unit.to_owned(), ..Default::default() };
    assert_eq!(refused(MOLNDAL.planning(suite).remove_recipient(request).await).code, Code::NotFound);
    assert!(MOLNDAL.sees_nothing_of(suite, &id).await);
    assert_eq!(OF_MOLNDAL.total(suite, "ready_cases").await, (0, 0));
    assert_eq!(kinds(&SOCIAL.inbox(suite).await).len(), 2, "the other goes on");
}
