//! `ListSignals`: pages, states, refusals.

use hemgang_proto::deviation::{self as pb, SignalState, deviation_service_client::DeviationServiceClient};
use hemgang_rpc::Peer;
use hemgang_testing::{Suite, each_backend, refused};
use tonic::Code;

use super::{DAY, HOSPITAL, SETTLED, WARD, needed, void};

each_backend!(
    pages_neither_skip_nor_repeat_and_the_newest_comes_first,
    only_the_states_asked_for_are_listed,
    every_wrong_field_is_named_at_once,
    finance_sees_no_signals
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn client(suite: &Suite, role: &'static str) -> DeviationServiceClient<Peer> {
    DeviationServiceClient::new(suite.peer(role, WARD, "region"))
}

async fn pages_neither_skip_nor_repeat_and_the_newest_comes_first(suite: &Suite) {
    // Two that are detected at the same instant, and one a day after.
    needed(suite, "1").await;
    needed(suite, "2").await;
    suite.pass(DAY + SETTLED).await;
    let newest = needed(suite, "3").await;
    suite.pass(DAY + SETTLED).await;

    let (mut token, mut listed) = (String::new(), Vec::new());
    for _ in 0..3 {
        let request = pb::ListSignalsRequest { page_size: 1, page_token: token, ..Default::default() };
        let page = client(suite, "ward").list_signals(request).await.expect("listed").into_inner();
        listed.extend(page.signals);
        token = page.next_page_token;
    }
    assert!(token.is_empty());
    assert_eq!(listed.first().map(|signal| &signal.admission_id), Some(&newest));
    let all = client(suite, "ward").list_signals(pb::ListSignalsRequest::default()).await.expect("listed");
    assert_eq!(all.into_inner().signals, listed);
    let mut ids: Vec<_> = listed.iter().map(|signal| signal.signal_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

async fn only_the_states_asked_for_are_listed(suite: &Suite) {
    let (open, lapsed) = (needed(suite, "1").await, needed(suite, "2").await);
    suite.pass(DAY + SETTLED).await;
    void(suite, &lapsed).await;
    suite.drain().await;
    let list = async |states: &[SignalState]| {
        let states = states.iter().map(|state| (*state).into()).collect();
        let request = pb::ListSignalsRequest { states, ..Default::default() };
        let listed = client(suite, "ward").list_signals(request).await.expect("listed").into_inner();
        listed.signals.into_iter().map(|signal| signal.admission_id).collect::<Vec<_>>()
    };
    assert_eq!(list(&[SignalState::Open]).await, [open]);
    assert_eq!(list(&[SignalState::Lapsed]).await, [lapsed]);
    assert_eq!(list(&[SignalState::Open, SignalState::Lapsed]).await.len(), 2);
    assert_eq!(list(&[]).await.len(), 2);
}

async fn every_wrong_field_is_named_at_once(suite: &Suite) {
    let request = pb::ListSignalsRequest { page_size: 501, page_token: "!".to_owned(), states: vec![0, 7] };
    let refusal = refused(client(suite, "ward").list_signals(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
    let mut fields = refusal.fields;
    fields.sort();
    assert_eq!(fields, ["page_size", "page_token", "states[0]", "states[1]"]);
}

async fn finance_sees_no_signals(suite: &Suite) {
    let mut client = DeviationServiceClient::new(suite.peer("finance", HOSPITAL, "region"));
    let refusal = refused(client.list_signals(pb::ListSignalsRequest::default()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
}
