//! Services in one process on a fresh database, a clock that stands until it is advanced, and tokens for anyone.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hemgang_core::clock::Clock;
use hemgang_db::{OpenError, Storage};
use hemgang_rpc::{Disclosure, Escalations, Homecoming, Own, Peer, Receipts, Signer, with_token};
use hemgang_runtime::{Built, Process, Retention, Service, Settings, StartError};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::{postgres, told::ToldFeed};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// A folder that goes with the test.
    Sqlite,
    /// A database on the throw-away cluster.
    Postgres,
}

/// A running suite.
#[derive(Debug)]
pub struct Suite {
    /// The services.
    pub process: Process,
    /// Stands at Monday 2026-09-14 08:00 in Stockholm until it is advanced.
    pub clock: Clock,
    /// Planning's feed, where planning is not among the services.
    pub planning: ToldFeed,
    url: String,
    signer: Signer,
    _folder: TempDir,
}

/// An instant from its RFC 3339 text.
///
/// # Panics
/// When the text is none.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an RFC 3339 instant")
}

fn settings(storage: Storage, clock: &Clock, signer: &Signer, planning: &ToldFeed) -> Settings {
    Settings {
        storage,
        clock: clock.clone(),
        directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
        trusted: vec![signer.trusted().expect("a key")],
        // A service that runs here goes before it.
        peers: [("planning".to_owned(), planning.peer())].into(),
        own: own(signer),
    }
}

/// Settings that are one service's alone, with this key to the access log.
pub fn own(log_signer: &Signer) -> Own {
    Own {
        persons_kept: Retention::default().persons(),
        disclosure: Disclosure::default(),
        receipts: Receipts::default(),
        escalations: Escalations::default(),
        reminders: None,
        homecoming: Homecoming::default(),
        log_signer: log_signer.clone(),
    }
}

/// These services with the access log, without which nobody is shown anything. Where some of the services run whose
/// feeds it follows, and others do not, it follows none.
pub fn with_access_log(services: &[Service]) -> Vec<Service> {
    const ALONE: Service = Service {
        build: |cx, routes| {
            let built = (hemgang_access_log::SERVICE.build)(cx, routes);
            Built { follows: Vec::new(), ..built }
        },
        ..hemgang_access_log::SERVICE
    };
    let is_there = services.iter().any(|service| service.name == ALONE.name);
    services.iter().copied().chain((!is_there).then_some(ALONE)).collect()
}

impl Suite {
    /// Starts services on a fresh database.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn start(on: On, services: &[Service]) -> Self {
        Self::with(on, async |settings| Process::start(settings, &with_access_log(services)).await).await
    }

    /// The same under another policy of disclosure.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn start_under(on: On, services: &[Service], disclosure: Disclosure) -> Self {
        Self::start_with(on, services, |own| Own { disclosure, ..own }).await
    }

    /// The same under other settings.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn start_with(on: On, services: &[Service], changed: impl FnOnce(Own) -> Own) -> Self {
        let start = async |settings: Settings| {
            let own = changed(settings.own);
            Process::start(Settings { own, ..settings }, &with_access_log(services)).await
        };
        Self::with(on, start).await
    }

    /// The same at rest: nothing is followed or fired unless a test asks for it.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn at_rest(on: On, services: &[Service]) -> Self {
        Self::at_rest_with(on, services, |own| own).await
    }

    /// The same under other settings.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn at_rest_with(on: On, services: &[Service], changed: impl FnOnce(Own) -> Own) -> Self {
        let start = async |settings: Settings| {
            let own = changed(settings.own);
            Process::at_rest(Settings { own, ..settings }, &with_access_log(services)).await
        };
        Self::with(on, start).await
    }

    /// The same beside services that run elsewhere.
    ///
    /// # Panics
    /// When they do not start.
    pub async fn start_beside(on: On, services: &[Service], peers: BTreeMap<String, Peer>) -> Self {
        Self::with(on, async |settings| Process::start(Settings { peers, ..settings }, services).await).await
    }

    async fn with(on: On, start: impl AsyncFnOnce(Settings) -> Result<Process, StartError>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("data").display()),
            On::Postgres => postgres::database(),
        };
        let (clock, signer) = (Clock::stopped_at(at("2026-09-14T06:00:00Z")), Signer::fresh());
        let planning = ToldFeed::new(&clock);
        let settings = settings(Storage::open(&url).expect("a storage"), &clock, &signer, &planning);
        let process = start(settings).await.expect("a process");
        Self { process, clock, planning, url, signer, _folder: folder }
    }

    /// Ends the services, lets something happen to their databases, and starts services on them anew.
    ///
    /// # Panics
    /// When they do not end or start.
    pub async fn restarted(self, services: &[Service], meanwhile: impl AsyncFnOnce(&Storage)) -> Self {
        let Self { process, clock, planning, url, signer, _folder: folder } = self;
        drop(process);
        let free = async {
            loop {
                match Storage::open(&url) {
                    Err(OpenError::InUse(_)) => tokio::task::yield_now().await,
                    opened => return opened.expect("a storage"),
                }
            }
        };
        let storage = tokio::time::timeout(Duration::from_secs(10), free).await.expect("a free folder");
        meanwhile(&storage).await;
        let services = with_access_log(services);
        let settings = settings(storage, &clock, &signer, &planning);
        let process = Process::start(settings, &services).await.expect("a process");
        Self { process, clock, planning, url, signer, _folder: folder }
    }

    /// What signs the tokens and the access log.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The database that it runs on.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A token for the next hour.
    ///
    /// # Panics
    /// When it cannot be signed.
    pub fn token(&self, roles: &[&str], unit: &str, organisation: &str) -> String {
        self.token_of("SE2321000131-P000000000001", roles, unit, organisation)
    }

    /// A token of a certain person for the next hour.
    ///
    /// # Panics
    /// When it cannot be signed.
    pub fn token_of(&self, subject: &str, roles: &[&str], unit: &str, organisation: &str) -> String {
        self.signer.token(&self.clock, 1, subject, unit, organisation, roles).expect("a token")
    }

    /// What a client in a role sits on. The token is fresh at every call.
    ///
    /// # Panics
    /// At a call whose token cannot be signed.
    pub fn peer(&self, role: &'static str, unit: &str, organisation: &str) -> Peer {
        let (signer, clock) = (self.signer.clone(), self.clock.clone());
        let (unit, organisation) = (unit.to_owned(), organisation.to_owned());
        let token = move || {
            let subject = "SE2321000131-P000000000001";
            signer.token(&clock, 1, subject, &unit, &organisation, &[role]).expect("a token")
        };
        with_token(self.process.peer(), Arc::new(token))
    }

    /// Advances the clock and lets everything follow.
    ///
    /// # Panics
    /// When a feed fails.
    pub async fn pass(&self, duration: SignedDuration) {
        self.clock.advance_to(self.clock.now() + duration);
        self.drain().await;
    }

    /// Lets everything that follows from what happened happen.
    ///
    /// # Panics
    /// When a feed fails.
    pub async fn drain(&self) {
        self.process.drain().await.expect("drained feeds");
    }
}
