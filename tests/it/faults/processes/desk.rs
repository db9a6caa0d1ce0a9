//! How a client calls: with its own token, at any replica, again and again with one `request_id` until it is answered.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    sync::Arc,
    time::Duration,
};

use hemgang_core::clock::Clock;
use hemgang_rpc::{AFTER, Peer};
use tokio::time::{Instant, sleep, timeout};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt as _;

use super::installation::Installation;

/// Somebody at a unit, with a token of the own role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    pub role: &'static str,
    pub unit: &'static str,
    pub organisation: &'static str,
}

const fn caller(role: &'static str, unit: &'static str, organisation: &'static str) -> Caller {
    Caller { role, unit, organisation }
}

/// Avd 12 Medicin at Sahlgrenska sjukhuset.
pub const WARD: &str = "SE2321000131-E000000001101";
/// Avd 25 Kirurgi there.
pub const OTHER_WARD: &str = "SE2321000131-E000000001102";
/// The records system of Sahlgrenska sjukhuset.
pub const HOSPITAL: Caller = caller("ehr", "SE2321000131-E000000001001", "region");
/// Socialtjänsten Göteborg.
pub const SOCIAL: Caller = caller("municipality", "SE0000001480-E0002", "1480");
/// Vårdcentralen Göteborg Centrum.
pub const CLINIC: Caller = caller("outpatient", "SE2321000131-E000000002036", "region");
/// Who follows accesses up in the region, and in Göteborg.
pub const AUDITOR: Caller = caller("auditor", HOSPITAL.unit, HOSPITAL.organisation);
pub const AUDITOR_OF_SOCIAL: Caller = caller("auditor", SOCIAL.unit, SOCIAL.organisation);
/// One of our own services.
pub const SERVICE: Caller = caller("service", "SE0000000000-HEMGANG", "region");

/// How long a client waits for one answer, and how long it goes on asking.
const ANSWER: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_mins(1);

/// Where calls are made from.
pub struct Desk {
    tokens: HashMap<Caller, String>,
    routes: BTreeMap<&'static str, Vec<String>>,
    peers: RefCell<HashMap<(Caller, String), Peer>>,
    turn: Cell<usize>,
    /// How often a call was to be tried again, by reason; empty where no answer came.
    pub tried_again: RefCell<BTreeMap<String, usize>>,
    /// How many commands were acknowledged.
    pub acknowledged: Cell<usize>,
}

impl Desk {
    pub fn new(installation: &Installation) -> Self {
        let token = |who: Caller| {
            let subject = "SE2321000131-P000000000001";
            let clock = Clock::system();
            let token =
                installation.signer.token(&clock, 8, subject, who.unit, who.organisation, &[who.role]);
            (who, token.expect("a token"))
        };
        Self {
            tokens: [HOSPITAL, SOCIAL, CLINIC, AUDITOR, AUDITOR_OF_SOCIAL, SERVICE].map(token).into(),
            routes: installation.routes(),
            peers: RefCell::default(),
            turn: Cell::default(),
            tried_again: RefCell::default(),
            acknowledged: Cell::default(),
        }
    }

    /// Returns when so many more commands were acknowledged: a slow machine then does as much as a fast one.
    pub async fn acknowledged(&self, more: usize) {
        let enough = self.acknowledged.get() + more;
        while self.acknowledged.get() < enough {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The next replica of a service.
    pub fn peer(&self, who: Caller, service: &str) -> Peer {
        let turn = self.turn.replace(self.turn.get() + 1);
        let urls = &self.routes[service];
        self.peer_at(who, &urls[turn % urls.len()])
    }

    /// One process.
    pub fn peer_at(&self, who: Caller, url: &str) -> Peer {
        let token = self.tokens[&who].clone();
        let peer = || hemgang_runtime::remote(url, Arc::new(move || token.clone())).expect("a URL");
        self.peers.borrow_mut().entry((who, url.to_owned())).or_insert_with(peer).clone()
    }

    /// A changing call. Every third is sent to two replicas at once: both give the same answer, and it has one effect.
    pub async fn tell<Q: Clone, A: PartialEq + Debug>(
        &self,
        (who, service): (Caller, &str),
        request: Q,
        send: impl AsyncFn(Peer, Request<Q>) -> Result<Response<A>, Status>,
    ) -> A {
        let until = Instant::now() + PATIENCE;
        loop {
            let attempt = || self.once((who, service), Request::new(request.clone()), &send);
            let first = if self.turn.get().is_multiple_of(3) {
                match tokio::join!(attempt(), attempt()) {
                    (Some(one), Some(other)) => {
                        assert_eq!(one, other, "one request, two answers");
                        Some(one)
                    }
                    (one, other) => one.or(other),
                }
            } else {
                attempt().await
            };
            if let Some(answer) = first {
                self.acknowledged.set(self.acknowledged.get() + 1);
                return answer;
            }
            assert!(Instant::now() < until, "{service} does not answer: {:?}", self.tried_again.borrow());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// A read that rests on positions of feeds.
    pub async fn read<Q: Clone, A>(
        &self,
        (who, service): (Caller, &str),
        after: &str,
        request: Q,
        send: impl AsyncFn(Peer, Request<Q>) -> Result<Response<A>, Status>,
    ) -> A {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut request = Request::new(request.clone());
            if !after.is_empty() {
                request.metadata_mut().insert(AFTER, after.parse().expect("metadata"));
            }
            if let Some(answer) = self.once((who, service), request, &send).await {
                return answer;
            }
            assert!(Instant::now() < until, "{service} does not answer: {:?}", self.tried_again.borrow());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// What was done, in words.
    pub fn work(&self) -> String {
        format!("{} commands; tried again: {:?}", self.acknowledged.get(), self.tried_again.borrow())
    }

    /// A read of any kind, until a process answers it.
    pub async fn again<A>(&self, read: impl AsyncFn() -> Result<A, Status>) -> A {
        let until = Instant::now() + PATIENCE;
        loop {
            match read().await {
                Ok(answer) => return answer,
                Err(status) => assert!(Instant::now() < until, "{status:?}"),
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// One try. None when it is to be made again: no answer came, or one that says so.
    ///
    /// Panics at a refusal: a client that repeats itself is not refused what it was granted.
    async fn once<Q, A>(
        &self,
        (who, service): (Caller, &str),
        request: Request<Q>,
        send: &impl AsyncFn(Peer, Request<Q>) -> Result<Response<A>, Status>,
    ) -> Option<A> {
        let reason = match timeout(ANSWER, send(self.peer(who, service), request)).await {
            Ok(Ok(response)) => return Some(response.into_inner()),
            Ok(Err(status)) => {
                let said = status.get_error_details().error_info().map(|said| said.reason.clone());
                let passes = said.is_none() || status.code() == Code::Unavailable;
                assert!(passes, "{service} refused: {said:?} {status:?}");
                said.unwrap_or_default()
            }
            Err(_) => "in time".to_owned(),
        };
        *self.tried_again.borrow_mut().entry(reason).or_default() += 1;
        None
    }
}
