//! Through the generated client on both databases: administrators, and what holds of what they say.

mod assignments;
mod calendar;
mod contacts;
mod import;
mod routing_rules;
mod units;

use hemgang_core::day::local_day;
use hemgang_feed::Source as _;
use hemgang_proto::directory::{
    self as pb, DirectoryEvent, directory_service_client::DirectoryServiceClient,
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, refused};
use jiff::SignedDuration;
use tonic::Code;
use uuid::Uuid;

/// A unit of socialtjänst in Göteborg, and one in Borås.
const SOCIAL: &str = "SE0000001480-E0002";
const ELSEWHERE: &str = "SE0000001490-E0002";
const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
/// What is not in the shipped table.
const NEW: &str = "SE0000001480-E0999";

fn client(peer: Peer) -> DirectoryServiceClient<Peer> {
    DirectoryServiceClient::new(peer)
}

/// Göteborg's administrator.
fn municipal(suite: &Suite) -> DirectoryServiceClient<Peer> {
    client(suite.peer("directory-admin", SOCIAL, "1480"))
}

fn regional(suite: &Suite) -> DirectoryServiceClient<Peer> {
    client(suite.peer("directory-admin", HOSPITAL, "region"))
}

/// A day so many days from today.
#[expect(clippy::unnecessary_wraps, reason = "as requests and answers have it")]
fn day(suite: &Suite, days: i64) -> Option<hemgang_proto::google::r#type::Date> {
    let at = suite.clock.now() + SignedDuration::from_hours(24 * days);
    Some(wire::date(local_day(at)))
}

fn new_unit() -> pb::Unit {
    pb::Unit {
        hsa_id: NEW.to_owned(),
        name: "Hemtjänst Lundby".to_owned(),
        kind: pb::UnitKind::Municipal.into(),
        municipality: "1480".to_owned(),
        law: "SoL".to_owned(),
        ..Default::default()
    }
}

fn adding(unit: pb::Unit) -> pb::AddUnitRequest {
    pb::AddUnitRequest { unit: Some(unit), ..Default::default() }
}

/// A unit on a day, as anybody reads it.
async fn read(
    suite: &Suite,
    hsa_id: &str,
    on: Option<hemgang_proto::google::r#type::Date>,
) -> Result<pb::Unit, Code> {
    let request = pb::GetUnitRequest { hsa_id: hsa_id.to_owned(), on };
    let ward = client(suite.peer("ward", WARD, "region"));
    let answer = { ward }.get_unit(request).await;
    answer.map(|answer| answer.into_inner().unit.expect("a unit")).map_err(|status| status.code())
}

/// The kinds of the events that a reader sees after the first rows, with who acted.
async fn told(peer: Peer) -> Vec<(String, String)> {
    let (mut cursor, mut told) = (String::new(), Vec::new());
    loop {
        let page = DirectoryEvent::read(peer.clone(), &cursor, 500).await.expect("a page");
        let headers = page.events.into_iter().filter_map(|event| event.header);
        told.extend(headers.map(|header| (header.kind, header.actor_unit)));
        cursor = page.bookmark.cursor;
        if page.at_head {
            told.retain(|(_, actor)| actor != "directory");
            return told;
        }
    }
}
