//! Cases as the receiving parties see them: what was delivered to whom, who has taken note, and when they met.

mod domain;
mod due;
mod error;
mod follow;
mod indicators;
mod protection;
mod remind;
mod rpc;
mod store;
#[cfg(test)]
mod tests;

use hemgang_db::{Inspector, Migration, OpenError};
use hemgang_feed::FeedServer;
use hemgang_proto::planning::{
    planning_feed_service_server::PlanningFeedServiceServer, planning_service_server::PlanningServiceServer,
};
use hemgang_runtime::{Built, Following, Service};
use jiff::Timestamp;

/// The service.
pub const SERVICE: Service = Service {
    name: "planning",
    migrations: &[Migration {
        version: 100,
        name: "planning",
        sql: include_str!("../migrations/0100_planning.sql"),
    }],
    build: |cx, routes| {
        let feed = FeedServer::new(cx);
        routes.add_service(PlanningServiceServer::new(rpc::Server(cx.clone(), feed.clone())));
        routes.add_service(PlanningFeedServiceServer::new(feed));
        Built {
            grpc: &["hemgang.planning.v1.PlanningService", "hemgang.planning.v1.PlanningFeedService"],
            indicators: indicators::all(),
            duties: vec![
                Box::new(due::receipt::Receipt),
                Box::new(due::homecoming::HomecomingContact),
                Box::new(due::consent_ended::ConsentEnded),
            ],
            tasks: vec![remind::run],
            follows: vec![Following::of(follow::AdmissionFollower), Following::of(follow::ReadinessFollower)],
            ..Built::default()
        }
    },
};

/// A reminder that nobody tries any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// HSA-id of the unit whose notice it was of.
    pub unit: String,
    /// The function that was to be reminded.
    pub function: String,
    /// Where.
    pub address: String,
    /// What the mail server, or the way to it, said last.
    pub fault: String,
    /// When it was given up.
    pub given_up_at: Timestamp,
}

/// The reminders of the last month that could not be delivered, the first first, from a database that is looked at.
///
/// # Errors
/// As of [`Inspector::list`].
pub async fn undelivered(inspector: &Inspector) -> Result<Vec<Undelivered>, OpenError> {
    let which = "where given_up_at is not null order by given_up_at, reminder_id";
    let rows: Vec<domain::reminder::Reminder> = inspector.list(which).await?;
    let told = rows.into_iter().filter_map(|row| {
        Some(Undelivered {
            unit: row.unit.to_string(),
            function: row.function,
            address: row.address,
            fault: row.fault.unwrap_or_default(),
            given_up_at: row.given_up_at?,
        })
    });
    Ok(told.collect())
}
