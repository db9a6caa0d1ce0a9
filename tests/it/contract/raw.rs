//! A call as a client without our code makes it: a path, bytes, a status.

use hemgang_rpc::Peer;
use http::uri::PathAndQuery;
use prost_reflect::bytes::{Buf as _, BufMut as _};
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};
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
    ask(peer, service, rpc, Vec::new(), |_| true).await.map_or_else(|status| status.code(), |_| Code::Ok)
}

/// Calls an RPC with a message's bytes and gives back those of its answer; of a stream, all up to the last that is
/// wanted.
pub async fn ask(
    peer: Peer,
    service: &str,
    rpc: &str,
    message: Vec<u8>,
    is_last: impl Fn(&[u8]) -> bool,
) -> Result<Vec<Vec<u8>>, Status> {
    let path = PathAndQuery::try_from(format!("/{service}/{rpc}")).expect("a path");
    let mut grpc = Grpc::new(peer);
    grpc.ready().await.expect("a peer");
    // A unary answer is a stream of one, so that one way of calling serves every RPC.
    let mut stream = grpc.server_streaming(Request::new(message), path, AsTheyAre).await?.into_inner();
    let mut answers = Vec::new();
    while let Some(answer) = stream.message().await? {
        let is_last = is_last(&answer);
        answers.push(answer);
        if is_last {
            break;
        }
    }
    Ok(answers)
}

/// Messages whose bytes are taken as they are.
struct AsTheyAre;

impl Codec for AsTheyAre {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(&message);
        Ok(())
    }
}

impl Decoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}
