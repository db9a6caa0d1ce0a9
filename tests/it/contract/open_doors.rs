//! Health and reflection answer without a token: probes and tools have none.

use hemgang_testing::{On, Suite};
use tonic::Request;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use super::descriptors;
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
