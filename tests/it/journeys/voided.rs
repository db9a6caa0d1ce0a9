//! An admission that never was, of which units were told already.

use hemgang_gateway::intake::Outcome;
use hemgang_proto::{
    admission::AdmissionState,
    planning::{CaseState, NoticeKind},
};
use hemgang_testing::{Suite, each_backend, refused};

use super::steps::{
    CLINIC, COUNTY, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, a01, of, send, tell},
    kinds, until,
};

each_backend!(a_voided_stay_is_told_counts_nowhere_and_frees_its_visit_number on crate::services::SERVICES);

async fn a_voided_stay_is_told_counts_nowhere_and_frees_its_visit_number(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-15T09:00:00Z").await;
    assert_eq!(COUNTY.total(suite, "notified_admissions").await, (1, 0));
    assert_eq!(COUNTY.total(suite, "ready_cases").await, (1, 0));

    tell(suite, &[of("A11", "V1", "20260915100000")]).await;
    for receiver in [SOCIAL, CLINIC] {
        let case = receiver.case(suite, &id).await.expect("a case");
        assert_eq!(case.state(), CaseState::Voided, "{receiver:?}");
        assert_eq!(kinds(&case.notices), [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::Voided]);
        assert_eq!(receiver.inbox(suite).await.len(), 3, "{receiver:?}");
        assert!(receiver.ready(suite).await.is_empty(), "{receiver:?}");
    }
    assert_eq!(refused(WARD.confirm(suite, &id).await).reason, "ADMISSION_VOIDED");
    let catalogue = COUNTY.catalogue(suite).await;
    assert!(catalogue.len() >= 9, "{catalogue:?}");
    for indicator in &catalogue {
        assert_eq!(COUNTY.total(suite, indicator).await, (0, 0), "{indicator}");
    }

    // The same number again: another stay, of which nobody was told.
    tell(suite, &[a01("V1", "20260915103000")]).await;
    let anew = SAHLGRENSKA.admission_of(suite, "V1").await;
    assert_eq!(anew.state(), AdmissionState::Admitted);
    assert_ne!(anew.admission_id, id);
    assert!(SOCIAL.sees_nothing_of(suite, &anew.admission_id).await);
    // The cancellation sent once more, as it was and in other words, is not about this stay, nor is the first admission.
    let cancelled = of("A11", "V1", "20260915100000");
    let reworded = Adt { name: "Exempel^Åsa", ..of("A11", "V1", "20260915100000") };
    let first = Adt { name: "Exempel^Åsa", ..a01("V1", "20260914070000") };
    let outcomes = send(suite, &[cancelled, reworded, first]).await;
    assert_eq!(outcomes, [Outcome::Repeated, Outcome::Accepted, Outcome::Unchanged]);
    assert_eq!(SAHLGRENSKA.admission_of(suite, "V1").await, anew);
    WARD.tell_of(suite, &anew.admission_id, &[SOCIAL]).await;
    assert_eq!(COUNTY.total(suite, "admissions_per_patient").await, (1, 1));
    assert_eq!(SOCIAL.case(suite, &id).await.expect("its own record").state(), CaseState::Voided);
}
