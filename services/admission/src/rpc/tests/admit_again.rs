//! An admission told again: what it corrects, what is told of that, and what an older one that comes late still says.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::{
    admission::{
        ReadEventsRequest, admission_event::Event, admission_feed_service_client::AdmissionFeedServiceClient,
    },
    common::Specialty,
};
use hemgang_testing::{Suite, each_backend, refused};

use super::{
    movement::{at, came, kinds, read, told, transfer},
    *,
};

each_backend!(
    an_admission_told_again_corrects_and_is_told_to_whom_it_concerns,
    an_older_one_fills_in_what_the_later_one_does_not_say,
    a_ward_of_another_hospital_group_is_refused,
    of_type_and_legal_status_the_last_recorded_holds_in_any_order
    on &[crate::SERVICE]
);

/// Whose system tells of the stays.
const HOSPITAL: &str = "SE2321000131-E000000001001";

fn gateway(suite: &Suite) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("gateway", HOSPITAL, "region"))
}

/// The stay of yesterday told again, recorded at this minute of it.
fn again(suite: &Suite, minute: i64) -> pb::AdmitPatientRequest {
    let (admitted_at, registered_at) = (at(suite, 0), at(suite, minute));
    pb::AdmitPatientRequest { admitted_at, registered_at, ..request(suite, "1") }
}

async fn an_admission_told_again_corrects_and_is_told_to_whom_it_concerns(suite: &Suite) {
    let (id, mut gateway) = (came(suite).await, gateway(suite));
    let expected = wire::expected_discharge(ExpectedDischarge::On(jiff::civil::date(2026, 9, 20)));
    let corrected = pb::AdmitPatientRequest {
        name: "Tolvan Nyman".to_owned(),
        residence_municipality: "1490".to_owned(),
        ward: OTHER_WARD.to_owned(),
        expected_discharge: Some(expected),
        ..again(suite, 30)
    };
    let answer = gateway.admit_patient(corrected.clone()).await.expect("corrected").into_inner();
    let answer = answer.admission.expect("an admission");
    assert_eq!((answer.admission_id.as_str(), answer.patient), (id.as_str(), None));
    let stay = read(suite, &id).await;
    assert_eq!((stay.ward.as_str(), stay.specialty()), (OTHER_WARD, Specialty::Somatic));
    assert_eq!((stay.residence_municipality.as_str(), stay.expected_discharge), ("1490", Some(expected)));
    assert_eq!(stay.patient.expect("a patient").name, "Tolvan Nyman");
    assert_eq!(kinds(suite).await, ["ResidenceRecorded", "PatientTransferred", "ExpectedDischargeChanged"]);
    let mut feed = AdmissionFeedServiceClient::new(suite.peer("ward", OTHER_WARD, "region"));
    let page = feed.read_events(ReadEventsRequest::default()).await.expect("read").into_inner();
    let headers = page.events.iter().filter_map(|event| event.header.as_ref());
    let seen: Vec<_> = headers.map(|header| header.kind.as_str()).collect();
    assert!(seen.contains(&"StayShared") && seen.contains(&"PatientTransferred"), "{seen:?}");
    // The same once more says nothing new, whatever its request is called.
    assert_eq!(refused(gateway.admit_patient(corrected).await).reason, "VISIT_ALREADY_ADMITTED");
    // Later transfers stand.
    gateway.transfer_patient(transfer(suite, &id, WARD, 60)).await.expect("moved");
    let before = told(suite).await.len();
    let later = pb::AdmitPatientRequest { ward: OTHER_WARD.to_owned(), ..again(suite, 90) };
    gateway.admit_patient(later).await.expect("told again");
    assert_eq!(read(suite, &id).await.ward, WARD);
    assert!(told(suite).await[before..].iter().all(|(_, event)| {
        !matches!(event.event, Some(Event::PatientTransferred(_) | Event::StayShared(_)))
    }));
}

async fn an_older_one_fills_in_what_the_later_one_does_not_say(suite: &Suite) {
    suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(24));
    let mut gateway = gateway(suite);
    let later = gateway.admit_patient(again(suite, 30)).await.expect("admitted").into_inner();
    let id = later.admission.expect("an admission").admission_id;
    let older = pb::AdmitPatientRequest {
        name: "Tolvan Gammal".to_owned(),
        address: "Storgatan 1".to_owned(),
        ward: OTHER_WARD.to_owned(),
        // When the patient came the later one says, and a year off it would be another stay.
        admitted_at: at(suite, -30),
        ..again(suite, 10)
    };
    gateway.admit_patient(older.clone()).await.expect("told late");
    let stay = read(suite, &id).await;
    let patient = stay.patient.clone().expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.as_str()), ("Tolvan Exempel", "Storgatan 1"));
    assert_eq!((stay.ward.as_str(), stay.admitted_at), (WARD, at(suite, 0)));
    let far = pb::AdmitPatientRequest { admitted_at: at(suite, -365 * 24 * 60), ..older };
    let far = pb::AdmitPatientRequest { registered_at: at(suite, 11), address: "Annan 1".to_owned(), ..far };
    assert_eq!(refused(gateway.admit_patient(far).await).reason, "VISIT_ALREADY_ADMITTED");
    assert_eq!(read(suite, &id).await, stay);
}

async fn a_ward_of_another_hospital_group_is_refused(suite: &Suite) {
    came(suite).await;
    let elsewhere = pb::AdmitPatientRequest { ward: other_hospitals_ward(suite), ..again(suite, 30) };
    assert_eq!(refused(gateway(suite).admit_patient(elsewhere).await).reason, "NOT_PERMITTED");
}

async fn of_type_and_legal_status_the_last_recorded_holds_in_any_order(suite: &Suite) {
    use pb::{AdmissionType, LegalStatus};
    suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(24));
    let mut gateway = gateway(suite);
    let said = [
        (10, AdmissionType::Planned, LegalStatus::Lpt),
        (20, AdmissionType::Unplanned, LegalStatus::Unspecified),
        (30, AdmissionType::Unknown, LegalStatus::Lrv),
        (40, AdmissionType::Unknown, LegalStatus::Unspecified),
    ];
    let expected = (AdmissionType::Unplanned, LegalStatus::Lrv);
    for (round, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]].into_iter().enumerate() {
        let visit = format!("type {round}");
        let before = told(suite).await.len();
        for (minute, admission_type, legal_status) in order.map(|place| said[place]) {
            let admit = pb::AdmitPatientRequest {
                visit_number: request(suite, &visit).visit_number,
                admission_type: admission_type.into(),
                legal_status: legal_status.into(),
                ..again(suite, minute)
            };
            gateway.admit_patient(admit).await.expect("told");
        }
        let key = pb::get_admission_request::Key::VisitNumber(
            request(suite, &visit).visit_number.unwrap_or_default(),
        );
        let get = pb::GetAdmissionRequest { key: Some(key), ..Default::default() };
        let stay = gateway.get_admission(get).await.expect("read").into_inner().admission;
        let stay = stay.expect("an admission");
        assert_eq!((stay.admission_type(), stay.legal_status()), expected, "{order:?}");
        // Whoever follows the events knows it, too.
        let events = told(suite).await.split_off(before);
        let last = events.iter().rev().find_map(|(_, event)| match event.event.as_ref()? {
            Event::PatientAdmitted(said) => Some((said.admission_type(), said.legal_status())),
            Event::TypeAndLegalStatusRecorded(said) => Some((said.admission_type(), said.legal_status())),
            _ => None,
        });
        assert_eq!(last, Some(expected), "{order:?}");
    }
}
