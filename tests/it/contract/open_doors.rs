//! Health and reflection answer without a token: probes and tools have none.

use hemgang_testing::{On, Suite, refused};
use tonic::{Code, Request};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use super::{descriptors, raw};
use crate::services::SERVICES;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_answers_without_a_token() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let mut health = HealthClient::new(suite.process.peer());
    let whole = health.check(HealthCheckRequest::default()).await.expect("an answer").into_inner();
    assert_eq!(whole.status, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reflection_lists_every_service_of_the_contract_without_a_token() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let list = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..Default::default()
    };
    let mut reflection = ServerReflectionClient::new(suite.process.peer());
    let answers = reflection.server_reflection_info(Request::new(tokio_stream::once(list))).await;
    let answer = answers.expect("answers").into_inner().message().await.expect("an answer").expect("one");
    let Some(MessageResponse::ListServicesResponse(listed)) = answer.message_response else {
        panic!("{answer:?}");
    };
    let listed: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
    for (service, _) in descriptors::rpcs() {
        assert!(listed.contains(&service), "{service} is not among {listed:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_comes_to_a_handler_is_refused_with_a_reason_all_the_same() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let ward = || suite.peer("ward", "SE2321000131-E000000001101", "region");
    let service = "hemgang.admission.v1.AdmissionService";
    let latin_1 = raw::call_with(ward(), service, "AdmitPatient", vec![b'a', 0xe5]).await;
    let too_long = raw::call_with(ward(), service, "AdmitPatient", vec![b'a'; 5 << 20]).await;
    let nowhere = raw::call_with(suite.process.peer(), "grpc.health.v1.Health", "Nothing", Vec::new()).await;
    for (answer, code, reason) in [
        (latin_1, Code::InvalidArgument, "MALFORMED_MESSAGE"),
        (too_long, Code::InvalidArgument, "MESSAGE_TOO_LONG"),
        (nowhere, Code::Unimplemented, "UNKNOWN_RPC"),
    ] {
        let refusal = refused(answer);
        assert_eq!((refusal.code, refusal.reason.as_str()), (code, reason));
    }
}
