//! From an ADT message to the rate: a hospital's system sends, a ward notifies and confirms, a municipality
//! receives and acknowledges, the patient goes home, and the county reads the figure.

use hemgang_proto::planning::{self as pla, CaseState, NoticeKind};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend, refused};
use jiff::SignedDuration;
use tonic::Code;

use super::steps::{
    COUNTY, Caller, NOW, SAHLGRENSKA, SOCIAL, WARD,
    adt::{a01, a03, tell},
    kinds,
};

each_backend!(
    a_patient_is_brought_home_and_the_county_reads_the_rate,
    a_notice_that_never_came_raises_a_signal_that_the_municipality_does_not_see
    on crate::services::SERVICES
);

async fn a_patient_is_brought_home_and_the_county_reads_the_rate(suite: &Suite) {
    // 08:00 in Stockholm. The message comes twice, as messages do.
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let admission = SAHLGRENSKA.admission_of(suite, "V1").await;
    let id = admission.admission_id;
    assert_eq!(admission.patient.expect("a patient").name, "Åsa Ö Exempel");
    assert_eq!(admission.admitted_at, Some(wire::timestamp(at("2026-09-14T05:00:00Z"))));

    // An admission alone reaches nobody.
    assert!(SOCIAL.inbox(suite).await.is_empty());
    assert_eq!(refused(SOCIAL.case(suite, &id).await).code, Code::NotFound);

    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(48)).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    let notices = SOCIAL.inbox(suite).await;
    assert_eq!(kinds(&notices), [NoticeKind::Readiness, NoticeKind::Admission]);
    for notice in notices {
        let request = pla::AcknowledgeNoticeRequest { notice_id: notice.notice_id, ..Default::default() };
        SOCIAL.planning(suite).acknowledge_notice(request).await.expect("acknowledged");
    }

    suite.pass(SignedDuration::from_hours(4)).await;
    tell(suite, &[a03("V1", "20260916113000")]).await;
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.state(), CaseState::Discharged);
    let patient = case.patient.expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.is_empty()), ("Åsa Ö Exempel", false));
    assert_eq!(COUNTY.total(suite, "same_day").await, (1, 1));
}

async fn a_notice_that_never_came_raises_a_signal_that_the_municipality_does_not_see(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.assess(suite, &id, &[SOCIAL], NOW).await;
    suite.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(WARD.signals(suite).await.len(), 1);
    assert_eq!(COUNTY.signals(suite).await.len(), 1);
    assert_eq!(SOCIAL.signals(suite).await.len(), 0);
    WARD.notify(suite, &id, &[SOCIAL], NOW).await;
    suite.drain().await;
    assert_eq!(SOCIAL.signals(suite).await.len(), 1);
    let boras = Caller { unit: "SE0000001490-E0002", organisation: "1490", ..SOCIAL };
    assert_eq!(boras.signals(suite).await.len(), 0);
}
