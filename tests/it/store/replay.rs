//! A request id has one effect and one answer, however often and however much at once it is sent.

use std::collections::BTreeSet;

use hemgang_db::{Change, CommitError};
use hemgang_proto::{
    admission::{self as pb, admission_service_client::AdmissionServiceClient},
    common::PersonId,
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend, refused};
use tokio::task::JoinSet;
use tonic::Code;

use super::thing::{answer, count, telling};

const WARD: &str = "SE2321000131-E000000001101";
const OTHER_WARD: &str = "SE2321000131-E000000001102";

each_backend!(
    a_change_with_an_answered_request_id_is_not_written_and_gets_the_first_answer,
    twenty_identical_requests_at_once_have_one_effect_and_one_answer,
    of_two_bodies_under_one_request_id_one_counts,
    a_request_id_belongs_to_one_caller_and_one_rpc,
    a_refusal_is_not_remembered
    on &[hemgang_admission::SERVICE]
);

const REQUEST_ID: &str = "0190163d-8694-739b-aea5-966c26f8ad90";

fn client(suite: &Suite, unit: &str) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("ward", unit, "region"))
}

fn request(suite: &Suite, ward: &str, name: &str) -> pb::AdmitPatientRequest {
    pb::AdmitPatientRequest {
        request_id: REQUEST_ID.to_owned(),
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: name.to_owned(),
        ward: ward.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: pb::AdmissionType::Unplanned.into(),
        ..Default::default()
    }
}

async fn counts(suite: &Suite) -> [i64; 4] {
    let db = &suite.process.contexts().next().expect("admission").db;
    [
        count(db, "select count(*) as n from episode").await,
        count(db, "select count(*) as n from patient").await,
        count(db, "select count(*) as n from feed_event").await,
        count(db, "select count(*) as n from answer").await,
    ]
}

async fn a_change_with_an_answered_request_id_is_not_written_and_gets_the_first_answer(suite: &Suite) {
    let db = &suite.process.contexts().next().expect("admission").db;
    let change = |response| telling(Change::new(), 1).answer(answer("r", response));
    db.commit(change("first")).await.expect("committed");
    match db.commit(change("second")).await {
        Err(CommitError::Answered { request_hash, response }) => {
            assert_eq!((request_hash.as_str(), response.expose().as_str()), ("hash", "first"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(counts(suite).await, [0, 0, 1, 1]);
}

/// Sends these requests at once.
async fn at_once(
    suite: &Suite,
    requests: impl Iterator<Item = pb::AdmitPatientRequest>,
) -> Vec<Result<pb::AdmitPatientResponse, tonic::Status>> {
    let mut calls = JoinSet::new();
    for request in requests {
        let mut client = client(suite, WARD);
        calls.spawn(async move { client.admit_patient(request).await.map(tonic::Response::into_inner) });
    }
    calls.join_all().await
}

async fn twenty_identical_requests_at_once_have_one_effect_and_one_answer(suite: &Suite) {
    // With a visit number, so that a later one finds the number taken by the first.
    let visit = Some(pb::VisitNumber { authority: "test".to_owned(), value: "1".to_owned() });
    let request = pb::AdmitPatientRequest { visit_number: visit, ..request(suite, WARD, "Tolvan Exempel") };
    let answers = at_once(suite, std::iter::repeat_n(request, 20)).await;
    let first = answers[0].as_ref().expect("an answer");
    assert!(answers.iter().all(|answer| answer.as_ref().ok() == Some(first)), "{answers:?}");
    assert_eq!(counts(suite).await, [1, 1, 2, 1]);
}

async fn of_two_bodies_under_one_request_id_one_counts(suite: &Suite) {
    let names = ["Tolvan Exempel", "Någon Annan"].into_iter().cycle().take(20);
    let results = at_once(suite, names.map(|name| request(suite, WARD, name))).await;
    let answered: BTreeSet<_> = results
        .iter()
        .flatten()
        .map(|answer| answer.admission.as_ref().expect("an admission").admission_id.clone())
        .collect();
    assert_eq!((answered.len(), results.iter().flatten().count()), (1, 10));
    for refusal in results.into_iter().filter(Result::is_err) {
        let refusal = refused(refusal);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "REQUEST_ID_REUSED"));
    }
    assert_eq!(counts(suite).await, [1, 1, 2, 1]);
}

async fn a_request_id_belongs_to_one_caller_and_one_rpc(suite: &Suite) {
    let admitted = client(suite, WARD).admit_patient(request(suite, WARD, "Tolvan Exempel")).await;
    let admission = admitted.expect("admitted").into_inner().admission.expect("an admission");
    let elsewhere =
        client(suite, OTHER_WARD).admit_patient(request(suite, OTHER_WARD, "Tolvan Exempel")).await;
    let other = elsewhere.expect("admitted there").into_inner().admission.expect("an admission");
    assert_ne!(admission.admission_id, other.admission_id);
    let void = pb::VoidAdmissionRequest {
        request_id: REQUEST_ID.to_owned(),
        admission_id: admission.admission_id,
        reason: pb::VoidReason::Duplicate.into(),
        ..Default::default()
    };
    client(suite, WARD).void_admission(void).await.expect("voided");
}

async fn a_refusal_is_not_remembered(suite: &Suite) {
    let wrong = pb::AdmitPatientRequest { admission_type: 0, ..request(suite, WARD, "Tolvan Exempel") };
    assert_eq!(refused(client(suite, WARD).admit_patient(wrong).await).reason, "INVALID_FIELDS");
    let mended = client(suite, WARD).admit_patient(request(suite, WARD, "Tolvan Exempel")).await;
    assert!(mended.is_ok(), "{mended:?}");
}
