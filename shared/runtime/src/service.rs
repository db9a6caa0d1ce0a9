//! A service is a plain value: a name, a schema, and what it is built of.

use std::{future::Future, pin::Pin, sync::Arc};

use hemgang_db::Migration;
use hemgang_feed::{Due, Follow, Follower, Source};
use hemgang_indicator::Indicator;
use hemgang_rpc::{CatchUp, Context, Failure, Peer};
use tonic::service::RoutesBuilder;

/// One service of the suite.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name, as in its package and on the command line: `admission`.
    pub name: &'static str,
    /// Its own schema, after the common one.
    pub migrations: &'static [Migration],
    /// Adds its gRPC services to the routes, and says what else it runs.
    pub build: fn(&Context, &mut RoutesBuilder) -> Built,
}

/// What a service runs beside its routes.
#[derive(Default)]
pub struct Built {
    /// Full names of its gRPC services, for health.
    pub grpc: &'static [&'static str],
    /// What must be before anything is served, as the first rows of a store.
    pub ready: Option<Readying>,
    /// The feeds it follows.
    pub follows: Vec<Following>,
    /// The duties whose deadlines it fires.
    pub duties: Vec<Box<dyn Due>>,
    /// What it does beside, without end, until the process stops.
    pub tasks: Vec<Task>,
    /// Its indicators.
    pub indicators: Vec<Arc<dyn Indicator>>,
}

/// Makes ready what a service needs.
pub type Readying = fn(Context) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// Something that a service does without end, as handing over what waits to go out. It returns when the process stops.
pub type Task = fn(Context) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The endless task of a follower.
pub(crate) type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Starts a follower on a peer.
type Start = Box<dyn FnOnce(Context, Peer) -> (Arc<dyn CatchUp>, Run) + Send>;

/// A feed that a service follows.
pub struct Following {
    pub(crate) feed: &'static str,
    pub(crate) start: Start,
}

impl Following {
    /// Follows a feed this way.
    pub fn of<F: Follow>(follow: F) -> Self {
        let start: Start = Box::new(move |cx, peer| {
            let follower = Follower::new(cx, follow, peer);
            (Arc::clone(&follower) as Arc<dyn CatchUp>, Box::pin(follower.run()))
        });
        Self { feed: F::Event::FEED, start }
    }
}
