//! What was said of a person without a stay is forgotten half a year after it was said, and what rests on a stay is not.

use hemgang_core::person::PersonId as Identity;
use hemgang_proto::admission::change_patient_details_request::Key;
use hemgang_testing::{Suite, each_backend};
use jiff::SignedDuration;

use super::*;
use crate::{domain::patient::Patient, store};

each_backend!(
    a_person_without_a_stay_is_forgotten_when_nothing_more_is_said,
    a_stay_that_comes_in_time_keeps_the_person,
    a_merged_identity_stays_where_a_stay_rests_on_it,
    merged_identities_without_a_stay_are_forgotten_together
    on &[crate::SERVICE]
);

const HOSPITAL: &str = "SE2321000131-E000000001001";
const TWO: [&str; 2] = ["191212121212", "196408233234"];

fn gateway(suite: &Suite) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("gateway", HOSPITAL, "region"))
}

fn person(value: &str) -> PersonId {
    PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: value.to_owned() }
}

/// An A31, as it were.
async fn say(suite: &Suite, value: &str, name: Option<&str>, address: Option<&str>) {
    let request = pb::ChangePatientDetailsRequest {
        key: Some(Key::PersonId(person(value))),
        name: name.map(str::to_owned),
        address: address.map(str::to_owned),
        ..Default::default()
    };
    gateway(suite).change_patient_details(request).await.expect("said");
}

async fn merge(suite: &Suite, surviving: &str, absorbed: &str) {
    let (surviving, absorbed) = (Some(person(surviving)), Some(person(absorbed)));
    let request = pb::MergePatientsRequest { surviving, absorbed, ..Default::default() };
    gateway(suite).merge_patients(request).await.expect("merged");
}

async fn pass(suite: &Suite, days: i64) {
    suite.pass(SignedDuration::from_hours(24 * days)).await;
}

/// The identity's own row, what is kept of it apart from stays, and how many merges.
async fn known(suite: &Suite, value: &str) -> Option<(Patient, usize, usize)> {
    let db = &suite.process.contexts().next().expect("admission").db;
    let identity = Identity::parse("1.2.752.129.2.1.3.1", value).expect("an identity");
    let own = store::patient::own(db, &identity).await.expect("read")?;
    let survivor = own.merged_into.unwrap_or(own.patient_id);
    let said = store::person_statement::of_patient(db, survivor).await.expect("read").len();
    let merges = store::merge::list(db, survivor).await.expect("read").len();
    Some((own, said, merges))
}

/// Name and address of the person's new stay, whose admission says neither.
async fn admitted_unnamed(suite: &Suite) -> (String, String) {
    let unnamed = pb::AdmitPatientRequest { name: String::new(), ..request(suite, "1") };
    let answer = gateway(suite).admit_patient(unnamed).await.expect("admitted").into_inner();
    let id = answer.admission.expect("an admission").admission_id;
    let patient = super::movement::read(suite, &id).await.patient.expect("a patient");
    (patient.name, patient.address)
}

async fn a_person_without_a_stay_is_forgotten_when_nothing_more_is_said(suite: &Suite) {
    say(suite, TWO[0], Some("Tolvan Berg"), None).await;
    pass(suite, 179).await;
    say(suite, TWO[0], None, Some("Storgatan 1")).await;
    pass(suite, 179).await;
    assert_eq!(known(suite, TWO[0]).await.map(|(_, said, _)| said), Some(1), "it was told of since");
    pass(suite, 2).await;
    assert!(known(suite, TWO[0]).await.is_none());
    assert_eq!(admitted_unnamed(suite).await, (String::new(), String::new()));
}

async fn a_stay_that_comes_in_time_keeps_the_person(suite: &Suite) {
    say(suite, TWO[0], Some("Tolvan Berg"), None).await;
    pass(suite, 179).await;
    let (before, ..) = known(suite, TWO[0]).await.expect("known");
    assert_eq!(admitted_unnamed(suite).await.0, "Tolvan Berg");
    pass(suite, 400).await;
    // What was said apart from the stay served its time; what the stay says is the stay's.
    let (after, said, _) = known(suite, TWO[0]).await.expect("known");
    assert_eq!((after.patient_id, said), (before.patient_id, 0));
    say(suite, TWO[0], None, Some("Nygatan 2")).await;
    pass(suite, 181).await;
    assert_eq!(known(suite, TWO[0]).await.map(|(_, said, _)| said), Some(0));
    let key = pb::get_admission_request::Key::VisitNumber(request(suite, "1").visit_number.expect("a visit"));
    let get = pb::GetAdmissionRequest { key: Some(key), ..Default::default() };
    let stay = gateway(suite).get_admission(get).await.expect("read").into_inner().admission;
    let patient = stay.and_then(|stay| stay.patient).expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.as_str()), ("Tolvan Berg", "Nygatan 2"));
}

async fn a_merged_identity_stays_where_a_stay_rests_on_it(suite: &Suite) {
    say(suite, TWO[1], Some("Tolvan Berg"), None).await;
    admitted(suite, "1").await;
    merge(suite, TWO[1], TWO[0]).await;
    pass(suite, 400).await;
    let [absorbed, survivor] = [known(suite, TWO[0]).await, known(suite, TWO[1]).await];
    let (absorbed, said, merges) = absorbed.expect("known");
    assert_eq!(absorbed.merged_into, survivor.map(|(survivor, ..)| survivor.patient_id));
    assert_eq!((said, merges), (0, 1));
}

async fn merged_identities_without_a_stay_are_forgotten_together(suite: &Suite) {
    say(suite, TWO[0], Some("Tolvan Berg"), None).await;
    pass(suite, 100).await;
    merge(suite, TWO[1], TWO[0]).await;
    pass(suite, 179).await;
    let (absorbed, said, merges) = known(suite, TWO[0]).await.expect("known");
    assert_eq!((absorbed.merged_into.is_some(), said, merges), (true, 0, 1));
    pass(suite, 2).await;
    assert!(known(suite, TWO[0]).await.is_none() && known(suite, TWO[1]).await.is_none());
    let db = &suite.process.contexts().next().expect("admission").db;
    let all: Vec<crate::domain::merge::Merge> = db.list("select * from merge", vec![]).await.expect("read");
    assert!(all.is_empty());
}
