//! Feeds: append an event, serve pages and streams of them, follow another service's.

mod anew;
mod blank;
mod complaint;
mod cursor;
pub mod directory;
mod due;
mod event;
mod follower;
mod handed;
mod outlet;
mod packages;
mod page;
mod parked;
pub mod recipients;
mod retry;
mod seen;
mod stream;
mod tail;

pub use anew::{Compared, Rebuilt, rebuild};
pub use blank::blanked;
pub use directory::DirectoryFollower;
pub use due::{Due, fire_due};
pub use event::{FeedEvent, Subject, Telling};
pub use follower::{Follow, Follower};
pub use packages::{FeedServer, Page, Source};
pub use stream::Item;
