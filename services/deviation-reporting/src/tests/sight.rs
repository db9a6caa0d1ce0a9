//! Who learns of a signal, from the list and from the feed: nobody whom the ward has not notified.

use hemgang_proto::{
    admission::{self as wards, admission_feed_service_client::AdmissionFeedServiceClient},
    common::Protection,
    deviation::{self as pb, deviation_feed_service_client::DeviationFeedServiceClient},
};
use hemgang_testing::{Suite, each_backend};
use jiff::SignedDuration;

use super::{
    COUNTY, DAY, OTHER_WARD, Reader, SETTLED, SOCIAL_SERVICES, STAFF, WARD, needed, notify, signals, told,
    ward,
};

const OUTPATIENT: &str = "SE2321000131-E000000002001";
const MUNICIPAL: Reader = ("municipality", SOCIAL_SERVICES, "1480");
const RECEPTION: Reader = ("municipality", "SE0000001480-E0001", "1480");
const HEALTH_CARE: Reader = ("municipality", "SE0000001480-E0003", "1480");
const FOLLOWS_UP: Reader = ("deviation-handler", "SE0000001480-E0001", "1480");
const HOSPITAL_WIDE: Reader = ("hospital", WARD, "region");

each_backend!(
    a_municipality_sees_a_signal_only_once_it_was_notified,
    a_notified_outpatient_unit_tells_nothing_to_the_municipality_where_it_lies,
    a_unit_that_is_notified_later_is_told_how_things_stand,
    our_services_learn_which_event_a_signal_rests_on,
    a_signal_forgets_the_municipality_of_a_person_whose_registration_is_protected
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

async fn count(suite: &Suite, reader: Reader) -> usize {
    signals(suite, reader).await.len()
}

async fn a_municipality_sees_a_signal_only_once_it_was_notified(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    for reader in [STAFF, HOSPITAL_WIDE, COUNTY] {
        assert_eq!(count(suite, reader).await, 1, "{reader:?}");
    }
    // It is their resident, and they have not been told.
    for reader in [MUNICIPAL, RECEPTION, HEALTH_CARE, FOLLOWS_UP, ("ward", OTHER_WARD, "region")] {
        assert_eq!(count(suite, reader).await, 0, "{reader:?}");
    }
    assert!(told(suite, MUNICIPAL).await.is_empty());

    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    for reader in [STAFF, MUNICIPAL, RECEPTION, FOLLOWS_UP] {
        assert_eq!(count(suite, reader).await, 1, "{reader:?}");
    }
    assert_eq!(count(suite, HEALTH_CARE).await, 0);
    assert_eq!(told(suite, MUNICIPAL).await, ["SignalMet"]);
    assert_eq!(told(suite, RECEPTION).await, ["SignalMet"]);
    assert!(told(suite, HEALTH_CARE).await.is_empty());
}

async fn a_notified_outpatient_unit_tells_nothing_to_the_municipality_where_it_lies(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    assert_eq!(count(suite, ("outpatient", OUTPATIENT, "region")).await, 1);
    // The vårdcentral lies in Härryda; Härryda was not notified.
    for role in ["municipality", "deviation-handler", "quality"] {
        assert_eq!(count(suite, (role, "SE0000001401-E0001", "1401")).await, 0, "{role}");
    }
    assert!(told(suite, ("municipality", "SE0000001401-E0001", "1401")).await.is_empty());
}

async fn a_unit_that_is_notified_later_is_told_how_things_stand(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    assert_eq!(told(suite, MUNICIPAL).await, ["SignalRaised"]);
    let met_at = signals(suite, STAFF).await[0].met_at;
    assert!(met_at.is_some());

    suite.pass(DAY).await;
    notify(suite, &id, &["SE0000001480-E0003", SOCIAL_SERVICES]).await;
    suite.drain().await;
    let seen = signals(suite, HEALTH_CARE).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].met_at, met_at);
    assert_eq!(told(suite, HEALTH_CARE).await, ["SignalMet"]);
    // The others know it already.
    assert_eq!(told(suite, MUNICIPAL).await, ["SignalRaised"]);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"]);
}

async fn our_services_learn_which_event_a_signal_rests_on(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    let service = || suite.peer("service", "SE0000000000-HEMGANG", "region");
    let mut admissions = AdmissionFeedServiceClient::new(service());
    let page = admissions.read_events(wards::ReadEventsRequest::default()).await.expect("read").into_inner();
    let notice = page.events.last().and_then(|event| event.header.clone()).expect("an event");
    assert_eq!(notice.kind, "AdmissionNoticeSent");
    let mut deviations = DeviationFeedServiceClient::new(service());
    let page = deviations.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    let raised = page.events.last().and_then(|event| event.header.clone()).expect("an event");
    assert_eq!((raised.kind.as_str(), &raised.seen["admission"]), ("SignalRaised", &notice.cursor));
}

async fn a_signal_forgets_the_municipality_of_a_person_whose_registration_is_protected(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    let before = signals(suite, COUNTY).await;
    assert_eq!(before.iter().map(|signal| signal.municipality.as_str()).collect::<Vec<_>>(), ["1480"]);
    let protect = wards::ChangePatientDetailsRequest {
        key: Some(wards::change_patient_details_request::Key::AdmissionId(id)),
        protection: Protection::ProtectedRegistration.into(),
        ..Default::default()
    };
    ward(suite, WARD).change_patient_details(protect).await.expect("protected");
    suite.drain().await;
    let after = signals(suite, COUNTY).await;
    assert_eq!(after.iter().map(|signal| signal.municipality.as_str()).collect::<Vec<_>>(), [""]);
}
