//! One process: services on one set of routes, their followers, their deadlines.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hemgang_core::{clock::Clock, directory::Directory};
use hemgang_db::{Change, OpenError, Storage};
use hemgang_feed::{DirectoryFollower, Due, Source as _, fire_due};
use hemgang_indicator::IndicatorServer;
use hemgang_proto::{
    DESCRIPTORS, common::indicator_service_server::IndicatorServiceServer, directory::DirectoryEvent,
};
use hemgang_rpc::{
    AccessLog, AuthLayer, Context, DirectorySource, Failure, Gate, LiveDirectory, Own, Peer, PeerAway,
    Signer, TokenFault, TokenSource, Trusted, Verifier,
};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tonic::{body::Body, server::NamedService as _, service::RoutesBuilder};
use tower::{ServiceExt as _, util::BoxCloneSyncService};

use crate::service::{Built, Run, Service};

/// How often deadlines are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// How long an answer is kept for replays.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The service that keeps the access log.
const ACCESS: &str = "access";

/// What a service's deadlines fire; shared with the task that watches them.
type Duties = Arc<Vec<Box<dyn Due>>>;

/// What a process runs on.
pub struct Settings {
    /// Where rows are kept.
    pub storage: Storage,
    /// The one clock.
    pub clock: Clock,
    /// Organisations and units.
    pub directory: Arc<Directory>,
    /// Issuers whose tokens count, beside the process's own.
    pub trusted: Vec<Trusted>,
    /// Services that run elsewhere, by name, each with our token on it.
    pub peers: BTreeMap<String, Peer>,
    /// What is one service's alone.
    pub own: Own,
}

/// Why a process did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A database did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A key could not be used.
    #[error(transparent)]
    Key(#[from] TokenFault),
    /// A service that another follows, or writes its accesses to, runs neither here nor elsewhere.
    #[error("configuration: peers.url.{0} is required: {1} needs it and it does not run in this process")]
    Peer(&'static str, &'static str),
    /// A service could not make ready what it needs.
    #[error("{0} could not be made ready")]
    Readying(&'static str, #[source] Failure),
    /// The descriptors did not load, which a test excludes.
    #[error("reflection cannot be served")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// No service was named.
    #[error("no service to run")]
    Nothing,
}

/// A running process. Dropping it ends its tasks.
pub struct Process {
    services: Vec<(Context, Duties)>,
    routes: axum::Router,
    directory: LiveDirectory,
    tasks: JoinSet<()>,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("services", &self.services.len()).finish_non_exhaustive()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.contexts().for_each(Context::close);
        self.directory.set_source(None);
    }
}

impl Process {
    /// Opens the databases, puts the services on their routes, starts followers and deadlines.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(settings: Settings, services: &[Service]) -> Result<Self, StartError> {
        let (mut process, runs) = Self::assemble(settings, services).await?;
        if let Some(cx) = process.contexts().find(|cx| cx.access_log().is_err()) {
            return Err(StartError::Peer(ACCESS, cx.name));
        }
        for run in runs {
            process.tasks.spawn(run);
        }
        for (cx, duties) in &process.services {
            process.tasks.spawn(forget_answers(cx.clone()));
            process.tasks.spawn(watch_deadlines(cx.clone(), Arc::clone(duties)));
        }
        Ok(process)
    }

    /// The same at rest: nothing is followed or fired unless it is asked for. Without an access log nobody but our own
    /// services is shown anybody's data.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn at_rest(settings: Settings, services: &[Service]) -> Result<Self, StartError> {
        Ok(Self::assemble(settings, services).await?.0)
    }

    /// A process whose followers are yet to run.
    async fn assemble(settings: Settings, services: &[Service]) -> Result<(Self, Vec<Run>), StartError> {
        let Settings { storage, clock, directory, mut trusted, peers, own } = settings;
        let own = Arc::new(own);
        // Services of one process trust each other by a key that nobody outside has seen.
        let signer = Signer::fresh();
        trusted.push(signer.trusted()?);
        let directory = LiveDirectory::new(directory);
        let gate = Gate::new(Verifier::new(trusted, clock.clone()), directory.clone(), clock.clone());

        let mut routes = RoutesBuilder::default();
        let mut built = Vec::new();
        for service in services {
            let db = storage.database(service.name, service.migrations).await?;
            let cx = Context::new(service.name, db, clock.clone(), directory.clone(), Arc::clone(&own));
            let parts = (service.build)(&cx, &mut routes);
            if let Some(ready) = parts.ready {
                ready(cx.clone()).await.map_err(|failure| StartError::Readying(service.name, failure))?;
            }
            built.push((cx, parts));
        }
        add_indicators(&mut routes, &mut built)?;
        add_health_and_reflection(&mut routes, &built).await?;
        let routes = routes.routes().prepare().into_axum_router().layer(AuthLayer::new(Arc::new(gate)));

        let here = hemgang_rpc::with_token(in_process(&routes), own_token(signer, clock));
        let writes_here = services.iter().any(|service| service.name == ACCESS);
        let log = if writes_here { Some(&here) } else { peers.get(ACCESS) };
        let log = log.cloned().map(AccessLog::at);
        let (mut assembled, mut runs) = (Vec::new(), Vec::new());
        if let Some((cx, _)) = built.first() {
            let run = follow_directory(cx, &here, services, &peers).await;
            runs.extend(run.map_err(|failure| StartError::Readying(cx.name, failure))?);
        }
        for (cx, parts) in built {
            if let Some(log) = &log {
                cx.set_access_log(log.clone());
            }
            runs.extend(parts.tasks.iter().map(|task| task(cx.clone())));
            runs.extend(start_followers(&cx, parts.follows, &here, services, &peers)?);
            assembled.push((cx, Arc::new(parts.duties)));
        }
        Ok((Self { services: assembled, routes, directory, tasks: JoinSet::new() }, runs))
    }

    /// The routes behind the gate, for a listener.
    pub fn routes(&self) -> axum::Router {
        self.routes.clone()
    }

    /// A peer without a socket: the same routes, the same gate.
    pub fn peer(&self) -> Peer {
        in_process(&self.routes)
    }

    /// The services' contexts, for whoever looks behind the routes, as tests do.
    pub fn contexts(&self) -> impl Iterator<Item = &Context> {
        self.services.iter().map(|(cx, _)| cx)
    }

    /// Ends what would go on forever, as streams of events do. What is under way is answered.
    pub fn stop(&self) {
        self.contexts().for_each(Context::stop);
    }

    /// Lets everything that follows from what happened happen: feeds to their heads, deadlines that have run out. Who
    /// follows lazily is brought on by whoever asks.
    ///
    /// # Errors
    /// When a feed or a store fails.
    pub async fn drain(&self) -> Result<(), Failure> {
        self.directory.catch_up().await?;
        let mut read: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        loop {
            let (before, mut fired) = (self.heads(), 0);
            for (cx, duties) in &self.services {
                for follower in cx.followers().into_iter().filter(|follower| !follower.is_lazy()) {
                    // What stands where it stood a round before has nothing more to tell, unless something waits.
                    let stands = self.head_of(follower.feed());
                    let known = stands.and_then(|stands| read.insert((cx.name, follower.feed()), stands));
                    if stands.is_none() || known != stands || follower.has_parked(None, None) {
                        follower.catch_up().await?;
                    }
                }
                fired += fire_due(cx, duties).await?;
            }
            if fired == 0 && self.heads() == before {
                return Ok(());
            }
        }
    }

    /// Where the feed of a service of this process stands; none of one that runs elsewhere.
    fn head_of(&self, name: &str) -> Option<i64> {
        let service = self.services.iter().find(|(cx, _)| cx.name == name);
        service.map(|(cx, _)| *cx.db.head().borrow())
    }

    fn heads(&self) -> Vec<i64> {
        self.services.iter().map(|(cx, _)| *cx.db.head().borrow()).collect()
    }
}

/// A peer on the routes themselves.
fn in_process(routes: &axum::Router) -> Peer {
    let service =
        routes.clone().map_request(|request: http::Request<Body>| request.map(axum::body::Body::new));
    let service = service.map_response(|response: http::Response<axum::body::Body>| response.map(Body::new));
    BoxCloneSyncService::new(service.map_err(|never| PeerAway(Box::new(never))))
}

/// A token of our own, signed anew long before it ends. It lives long because the demo's clock jumps while a call is
/// under way; its key ends with the process.
fn own_token(signer: Signer, clock: Clock) -> TokenSource {
    const HOURS: i64 = 24 * 365;
    let latest: Mutex<Option<(Timestamp, String)>> = Mutex::default();
    Arc::new(move || {
        let now = clock.now();
        let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            Some((at, token)) if now.duration_since(*at) < SignedDuration::from_hours(HOURS / 12) => {
                token.clone()
            }
            _ => {
                let unit = "SE0000000000-HEMGANG";
                let token = signer.token(&clock, HOURS, unit, unit, "region", &["service"]);
                latest.insert((now, token.unwrap_or_default())).1.clone()
            }
        }
    })
}

fn add_indicators(routes: &mut RoutesBuilder, built: &mut [(Context, Built)]) -> Result<(), StartError> {
    let mut indicators = Vec::new();
    for (cx, parts) in built.iter_mut() {
        indicators.extend(parts.indicators.drain(..).map(|indicator| (cx.clone(), indicator)));
    }
    let (any, _) = built.first().ok_or(StartError::Nothing)?;
    routes.add_service(IndicatorServiceServer::new(IndicatorServer::new(any.clone(), indicators)));
    Ok(())
}

async fn add_health_and_reflection(
    routes: &mut RoutesBuilder,
    built: &[(Context, Built)],
) -> Result<(), StartError> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let indicators = IndicatorServiceServer::<IndicatorServer>::NAME;
    for name in built.iter().flat_map(|(_, parts)| parts.grpc).copied().chain([indicators]) {
        reporter.set_service_status(name, tonic_health::ServingStatus::Serving).await;
    }
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    routes.add_service(health);
    // Tools of different ages ask for one or the other.
    routes.add_service(reflection().build_v1()?);
    routes.add_service(reflection().build_v1alpha()?);
    Ok(())
}

/// Lets the process's directory follow the directory service, where there is one. Its copy is kept by the first service.
async fn follow_directory(
    first: &Context,
    here: &Peer,
    services: &[Service],
    peers: &BTreeMap<String, Peer>,
) -> Result<Option<Run>, Failure> {
    let feed = DirectoryEvent::FEED;
    let runs_here = services.iter().any(|service| service.name == feed);
    let Some(peer) = (if runs_here { Some(here) } else { peers.get(feed) }) else { return Ok(None) };
    let kept_in = (!runs_here).then(|| first.db.clone());
    let follower = DirectoryFollower::start(&first.directory, peer.clone(), kept_in).await?;
    first.directory.set_source(Some(Arc::clone(&follower) as Arc<dyn DirectorySource>));
    Ok(Some(Box::pin(follower.run())))
}

fn start_followers(
    cx: &Context,
    follows: Vec<crate::service::Following>,
    here: &Peer,
    services: &[Service],
    peers: &BTreeMap<String, Peer>,
) -> Result<Vec<Run>, StartError> {
    let mut runs = Vec::new();
    let mut followers = Vec::new();
    for following in follows {
        let runs_here = services.iter().any(|service| service.name == following.feed);
        let peer = if runs_here { Some(here) } else { peers.get(following.feed) };
        let peer = peer.ok_or(StartError::Peer(following.feed, cx.name))?;
        let (follower, run) = (following.start)(cx.clone(), peer.clone());
        followers.push(follower);
        runs.push(run);
    }
    cx.set_followers(followers);
    Ok(runs)
}

/// Answers to requests are kept 30 days for replays, and no longer.
async fn forget_answers(cx: Context) {
    loop {
        let before = cx.clock.now() - KEPT;
        if let Err(error) = cx.db.commit(Change::new().forget_answers(before)).await {
            tracing::warn!(service = cx.name, %error, "old answers could not be forgotten");
        }
        tokio::time::sleep(Duration::from_hours(1)).await;
    }
}

async fn watch_deadlines(cx: Context, duties: Duties) {
    if duties.is_empty() {
        return;
    }
    loop {
        if let Err(failure) = fire_due(&cx, &duties).await {
            tracing::warn!(service = cx.name, error = ?failure, "deadlines could not be fired");
        }
        tokio::time::sleep(LOOK).await;
    }
}
