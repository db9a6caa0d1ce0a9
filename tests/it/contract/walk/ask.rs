//! Asking as a place of the walk, and reading what came by the contract alone.

use hemgang_testing::Suite;
use prost_reflect::DynamicMessage;
use tonic::Status;

use super::{places::Place, requests::Row};
use crate::contract::{descriptors, raw};

/// The answers to a message; of a stream, all until it has no more for now.
pub async fn ask(suite: &Suite, row: &Row, place: &Place, message: Vec<u8>) -> Result<Vec<Vec<u8>>, Status> {
    // A stream says so with a bookmark, its field 2 or 3.
    let is_last = |answer: &[u8]| match row.rpc {
        "FollowEvents" => answer.first() == Some(&0x12),
        "WatchCases" => answer.first() == Some(&0x1a),
        _ => false,
    };
    raw::ask(place.peer(suite), row.service, row.rpc, message, is_last).await
}

/// Whether a message says a word.
pub fn holds(message: &[u8], word: &str) -> bool {
    message.windows(word.len()).any(|part| part == word.as_bytes())
}

/// Where an answer says that the list or feed goes on; empty at the end.
pub fn goes_on(row: &Row, answer: &[u8]) -> String {
    let service = descriptors::pool().get_service_by_name(row.service).expect("the service");
    let rpc = service.methods().find(|rpc| rpc.name() == row.rpc).expect("the RPC");
    let (_, path) = row.position();
    let mut part = DynamicMessage::decode(rpc.output(), answer).expect("an answer");
    for field in path {
        let Some(value) = part.get_field_by_name(field).map(std::borrow::Cow::into_owned) else { break };
        match value.as_message() {
            Some(message) => part = message.clone(),
            None => return value.as_str().unwrap_or_default().to_owned(),
        }
    }
    String::new()
}
