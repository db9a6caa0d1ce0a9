//! Feeds: append an event, serve pages and streams of them, follow another service's.

mod complaint;
mod cursor;
mod due;
mod event;
mod follower;
mod outlet;
mod packages;
mod stream;
mod tail;

pub use due::{Due, fire_due};
pub use event::{FeedEvent, Subject, Telling};
pub use follower::{Follow, Follower};
pub use packages::{FeedServer, Page, Source};
