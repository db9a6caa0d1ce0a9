//! A patient without an address (bostadslös): everything goes on without one.

use hemgang_proto::planning::{CaseState, NoticeKind};
use hemgang_testing::{Suite, each_backend};

use super::steps::{
    GOTEBORG, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, a01, a03, of, tell},
    kinds, until,
};

each_backend!(without_an_address_the_notice_goes_out_all_the_same on crate::services::SERVICES);

/// Name and address as the municipality reads them.
async fn shown(suite: &Suite, id: &str) -> (String, String) {
    let patient = SOCIAL.case(suite, id).await.expect("a case").patient.expect("a patient");
    (patient.name, patient.address)
}

async fn without_an_address_the_notice_goes_out_all_the_same(suite: &Suite) {
    tell(suite, &[Adt { address: "", ..a01("V1", "20260914070000") }]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    let nowhere = ("Åsa Ö Exempel".to_owned(), String::new());
    assert_eq!(shown(suite, &id).await, nowhere);
    // One is found, and lost again.
    until(suite, "2026-09-14T08:00:00Z").await;
    tell(suite, &[of("A08", "V1", "20260914090000")]).await;
    assert_eq!(shown(suite, &id).await.1, "Provgatan 1, 41101 Göteborg");
    tell(suite, &[Adt { address: "\"\"", ..of("A08", "V1", "20260914093000") }]).await;
    assert_eq!(shown(suite, &id).await, nowhere);

    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-14T12:00:00Z").await;
    tell(suite, &[a03("V1", "20260914130000")]).await;
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.state(), CaseState::Discharged);
    let told = [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::Departure];
    assert_eq!(kinds(&case.notices), told);
    assert_eq!(GOTEBORG.total(suite, "same_day").await, (1, 1));
    assert_eq!(GOTEBORG.total(suite, "notice_within_24h").await, (1, 1));
}
