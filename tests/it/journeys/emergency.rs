//! Nödöppning: a unit reads what is kept from it, for a day, and that it did so is known, with its reason.

use hemgang_proto::{
    access::{
        OpenEmergencyAccessRequest, WhoReadRequest, access_log_service_client::AccessLogServiceClient,
        open_emergency_access_request::Key,
    },
    common::PersonId,
    planning::{
        Case, CaseState, ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, GetCaseRequest,
        NoticeKind, RecordConsentRequest, get_case_request::Key as CaseKey,
        record_consent_request::Key as ConsentKey,
    },
};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::SignedDuration;
use tonic::{Code, Status};

use super::steps::{Caller, GOTEBORG, MOLNDAL, SOCIAL, WARD, kinds, two_stays};

each_backend!(what_is_kept_from_a_unit_is_opened_for_a_day_and_for_a_reason on crate::services::SERVICES);

const REASON: &str = "Medvetslös i hemmet, medicinlista saknas";

async fn read(who: Caller, suite: &Suite, admission_id: &str) -> Result<Case, Status> {
    let request = GetCaseRequest { key: Some(CaseKey::AdmissionId(admission_id.to_owned())) };
    Ok(who.planning(suite).get_case(request).await?.into_inner().case.expect("a case"))
}

fn opening(admission_id: &str, reason: &str) -> OpenEmergencyAccessRequest {
    let key = Some(Key::AdmissionId(admission_id.to_owned()));
    OpenEmergencyAccessRequest { key, reason: reason.to_owned(), ..Default::default() }
}

async fn what_is_kept_from_a_unit_is_opened_for_a_day_and_for_a_reason(suite: &Suite) {
    let (admission_id, _) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &admission_id, &[SOCIAL]).await;
    let refusal = RecordConsentRequest {
        key: Some(ConsentKey::AdmissionId(admission_id.clone())),
        kind: ConsentKind::Disclosure.into(),
        decision: ConsentDecision::Refused.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    };
    WARD.planning(suite).record_consent(refusal).await.expect("recorded");
    WARD.confirm(suite, &admission_id).await.expect("confirmed");
    suite.drain().await;
    let kept = read(SOCIAL, suite, &admission_id).await.expect("a party");
    assert_eq!((kept.state(), kinds(&kept.notices)), (CaseState::Planning, vec![NoticeKind::Admission]));

    let mut log = AccessLogServiceClient::new(SOCIAL.peer(suite));
    let refusal = refused(log.open_emergency_access(opening(&admission_id, " ")).await);
    assert_eq!((refusal.code, refusal.fields), (Code::InvalidArgument, vec!["reason".to_owned()]));
    log.open_emergency_access(opening(&admission_id, REASON)).await.expect("opened");
    let open = read(SOCIAL, suite, &admission_id).await.expect("a party");
    assert_eq!((open.state(), open.ready_since.is_some()), (CaseState::Ready, true));
    assert!(kinds(&open.notices).contains(&NoticeKind::Readiness), "with what is held");
    assert!(open.consents.is_empty(), "why is the sender's");

    // Whoever takes no part is answered the same, and sees nothing by it.
    let mut elsewhere = AccessLogServiceClient::new(MOLNDAL.peer(suite));
    elsewhere.open_emergency_access(opening(&admission_id, REASON)).await.expect("opened");
    assert_eq!(read(MOLNDAL, suite, &admission_id).await.expect_err("no party").code(), Code::NotFound);

    let auditor = Caller { role: "auditor", ..GOTEBORG };
    let oid = "1.2.752.129.2.1.3.1".to_owned();
    let person_id = Some(PersonId { oid, value: "191212121212".to_owned() });
    let request = WhoReadRequest { person_id, page_size: 500, ..Default::default() };
    let mut log = AccessLogServiceClient::new(auditor.peer(suite));
    let accesses = log.who_read(request).await.expect("an answer").into_inner().accesses;
    let said = accesses.into_iter().filter_map(|access| access.entry);
    let opened: Vec<_> = said.filter(|entry| entry.rpc.ends_with("/OpenEmergencyAccess")).collect();
    assert_eq!(opened.len(), 1, "the own organisation's");
    assert_eq!((opened[0].unit.as_str(), opened[0].reason.as_str()), (SOCIAL.unit, REASON));

    suite.pass(SignedDuration::from_hours(24)).await;
    let over = read(SOCIAL, suite, &admission_id).await.expect("a party");
    assert_eq!(over.state(), CaseState::Planning, "it ends by itself");
}
