//! The case of the stay before: for whoever may see both, also once two identities are known to be one person's.

use std::sync::Arc;

use hemgang_proto::common::PersonId;
use hemgang_rpc::with_token;

use super::*;

each_backend!(
    a_readmission_names_the_case_of_the_stay_before_to_whoever_sees_both,
    who_may_not_know_a_protected_person_is_told_of_no_other_case,
    two_identities_that_are_merged_are_one_person
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

async fn previous(suite: &Suite, unit: &str, id: &str) -> String {
    case(suite, unit, id).await.previous_case_id
}

/// Home, and back two days later.
async fn back(suite: &Suite, first: &str, protection: Protection) -> String {
    left(suite, first, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(48)).await;
    assessed(suite, protection).await
}

async fn a_readmission_names_the_case_of_the_stay_before_to_whoever_sees_both(suite: &Suite) {
    let first = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let second = back(suite, &first, Protection::None).await;
    notify(suite, &second, &[SOCIAL, HEALTH]).await;
    suite.drain().await;
    let before = case(suite, WARD, &first).await.case_id;
    for unit in [WARD, SOCIAL, RECEPTION] {
        assert_eq!(previous(suite, unit, &second).await, before, "{unit}");
    }
    assert_eq!(previous(suite, HEALTH, &second).await, "", "it took no part in the stay before");
    assert_eq!(previous(suite, OUTPATIENT, &first).await, "", "nothing was before");
    assert_eq!(cases(suite, SOCIAL).await[0].previous_case_id, "", "no list says it");

    // The latest that each may see, and none that never was.
    let third = back(suite, &second, Protection::None).await;
    notify(suite, &third, &[HEALTH, OUTPATIENT]).await;
    suite.drain().await;
    let between = case(suite, WARD, &second).await.case_id;
    assert_eq!(
        [previous(suite, HEALTH, &third).await, previous(suite, OUTPATIENT, &third).await],
        [between, before.clone()]
    );
    let void = admission::VoidAdmissionRequest {
        admission_id: second.clone(),
        reason: admission::VoidReason::Cancelled.into(),
        ..Default::default()
    };
    ward(suite).void_admission(void).await.expect("voided");
    suite.drain().await;
    assert_eq!(
        [previous(suite, HEALTH, &third).await, previous(suite, WARD, &third).await],
        [String::new(), before]
    );

    // Of whom nothing is known by law nobody says which other case is theirs.
    left(suite, &third, Destination::Home).await;
    blanked(suite, &third).await;
    assert_eq!(previous(suite, WARD, &third).await, "");
}

async fn who_may_not_know_a_protected_person_is_told_of_no_other_case(suite: &Suite) {
    let first = notified(suite, &[SOCIAL]).await;
    let second = back(suite, &first, Protection::Confidential).await;
    notify(suite, &second, &[SOCIAL]).await;
    suite.drain().await;
    for unit in [SOCIAL, WARD] {
        assert_eq!(previous(suite, unit, &second).await, "", "{unit}");
    }
    let token = suite.token(&["municipality", "protected-persons"], SOCIAL, "1480");
    let knowing = with_token(suite.process.peer(), Arc::new(move || token.clone()));
    let seen = PlanningServiceClient::new(knowing).get_case(by_admission(&second)).await.expect("seen");
    let before = case(suite, WARD, &first).await.case_id;
    assert_eq!(seen.into_inner().case.expect("a case").previous_case_id, before);
}

async fn two_identities_that_are_merged_are_one_person(suite: &Suite) {
    let first = notified(suite, &[SOCIAL]).await;
    let known = case(suite, WARD, &first).await;
    left(suite, &first, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(48)).await;
    let reserve =
        PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: "SE2321000131-E000000001001R7".to_owned() };
    let second = super::movements::admitted_as(suite, reserve.clone()).await;
    notify(suite, &second, &[SOCIAL]).await;
    suite.drain().await;
    assert_eq!(previous(suite, SOCIAL, &second).await, "", "nobody knows who it is");
    let merge = admission::MergePatientsRequest {
        surviving: known.patient.and_then(|patient| patient.person_id),
        absorbed: Some(reserve),
        ..Default::default()
    };
    super::movements::merged(suite, merge).await;
    assert_eq!(previous(suite, SOCIAL, &second).await, known.case_id);
}
