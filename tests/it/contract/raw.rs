//! A call as a client without our code makes it: a path, an empty message, a status.

use hemgang_rpc::Peer;
use http::uri::PathAndQuery;
use tonic::{Code, Request, Status, client::Grpc};
use tonic_prost::ProstCodec;

/// Calls an RPC with a message whose field 1 holds these bytes, whatever type it has there.
pub async fn call_with(peer: Peer, service: &str, rpc: &str, bytes: Vec<u8>) -> Result<(), Status> {
    let path = PathAndQuery::try_from(format!("/{service}/{rpc}")).expect("a path");
    let mut grpc = Grpc::new(peer);
    grpc.ready().await.expect("a peer");
    grpc.unary(Request::new(bytes), path, ProstCodec::<Vec<u8>, ()>::default()).await.map(drop)
}

/// Calls an RPC with an empty message, and says what came of it: OK as soon as it began to answer.
pub async fn call(peer: Peer, service: &str, rpc: &str) -> Code {
    let path = PathAndQuery::try_from(format!("/{service}/{rpc}")).expect("a path");
    let mut grpc = Grpc::new(peer);
    grpc.ready().await.expect("a peer");
    // A unary answer is a stream of one, so that one way of calling serves every RPC.
    let answer = grpc.server_streaming(Request::new(()), path, ProstCodec::<(), ()>::default()).await;
    answer.map_or_else(|status| status.code(), |_| Code::Ok)
}
