//! One call: who, when, which request; and what happens around its handler: replays, lost swaps, the access log,
//! position.

mod logged;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hemgang_core::{directory::Directory, place::HsaId, redacted::Redacted};
use hemgang_db::{Answer, Change, CommitError, Position};
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use sha2::{Digest as _, Sha256};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    access::Rule,
    audience::{Audience, Sight},
    auth::Principal,
    caller::Caller,
    context::Context,
    failure::{Explain, Failure, Violation},
    shows::Shows,
};

/// Metadata of every answer: where the answering service's feed stands, `name:cursor`.
pub const POSITION: &str = "hemgang-position";

/// Metadata of a request: positions, separated by commas, that the answer must rest on.
pub const AFTER: &str = "hemgang-after";

/// Metadata of a request: HSA-id of the person for whom a system calls.
pub const ON_BEHALF_OF: &str = "hemgang-on-behalf-of";

/// How long a request with [`AFTER`] is held.
const HOLD: Duration = Duration::from_secs(2);

/// How old a call may be when its handler runs again.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

/// How often a handler runs when somebody else was faster.
const TRIES: u8 = 3;

/// The idempotency key of a changing call.
#[derive(Clone, Debug)]
struct RequestKey {
    id: String,
    hash: String,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// How far the caller sees in this RPC.
    pub sight: Sight,
    /// When the call came, by the shared clock.
    pub now: Timestamp,
    rule: &'static Rule,
    on_behalf_of: String,
    key: Option<RequestKey>,
    violations: Vec<Violation>,
    directory: OnceLock<Arc<Directory>>,
    position: Mutex<Option<Position>>,
    tries: AtomicU8,
    /// Patients of whom something was said or asked apart from any stay.
    about: Mutex<BTreeSet<String>>,
    /// Why, in the caller's words.
    because: Mutex<String>,
    /// Whether the access is in the log, or in the feed that the log follows.
    is_logged: AtomicBool,
}

impl Call {
    /// Opens a call that the authentication layer let through. A changing call names its `request_id`.
    ///
    /// # Errors
    /// UNAUTHENTICATED when no layer stood before the handler, which is a fault of ours and must not open a door.
    pub async fn open<T: Message>(
        cx: &Context,
        request: Request<T>,
        request_id: Option<fn(&T) -> &String>,
    ) -> Result<(Self, T), Status> {
        let (metadata, mut extensions, body) = request.into_parts();
        let after = metadata.get(AFTER).and_then(|value| value.to_str().ok());
        hold(cx, after.unwrap_or_default()).await.map_err(|failure| failure.status())?;
        let on_behalf_of =
            metadata.get(ON_BEHALF_OF).map(|value| value.to_str().unwrap_or_default().to_owned());
        let Some(Principal { caller, sight, rule }) = extensions.remove::<Principal>() else {
            return Err(Failure::TokenInvalid.status());
        };
        let mut violations = Vec::new();
        if let Some(person) = &on_behalf_of
            && (!caller.is_system() || HsaId::parse(person).is_err())
        {
            let (field, description) =
                (ON_BEHALF_OF.to_owned(), "is for systems, and takes an HSA-id".to_owned());
            violations.push(Violation { field, description });
        }
        let id = request_id.map(|field| field(&body)).filter(|id| !id.is_empty());
        let key = id.and_then(|id| {
            let Ok(id) = Uuid::try_parse(id) else {
                let (field, description) = ("request_id".to_owned(), "is not a UUID".to_owned());
                violations.push(Violation { field, description });
                return None;
            };
            let hash = Sha256::digest(body.encode_to_vec());
            Some(RequestKey { id: id.to_string(), hash: BASE64_STANDARD.encode(hash) })
        });
        let now = cx.clock.now();
        let call = Self {
            caller,
            sight,
            now,
            rule,
            on_behalf_of: on_behalf_of.unwrap_or_default(),
            key,
            violations,
            directory: OnceLock::new(),
            position: Mutex::default(),
            tries: AtomicU8::new(1),
            about: Mutex::default(),
            because: Mutex::default(),
            is_logged: AtomicBool::new(false),
        };
        Ok((call, body))
    }

    /// What was wrong with the call itself; [`crate::Fields`] begins with it.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The directory that the call is decided by, the same from the first question to the last.
    pub fn directory(&self, cx: &Context) -> &Directory {
        self.directory.get_or_init(|| cx.directory.now())
    }

    /// Holds a thing against the caller's sight: what it may not see is absent.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    #[expect(clippy::needless_pass_by_value, reason = "names are ids, which are copied")]
    pub fn see(
        &self,
        audience: &Audience,
        resource: &'static str,
        name: impl ToString,
    ) -> Result<(), Failure> {
        if self.sight.admits(audience) {
            Ok(())
        } else {
            Err(Failure::NotFound { resource, name: name.to_string() })
        }
    }

    /// Refuses a place that the caller knows but does not act at.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn require(&self, audience: &Audience) -> Result<(), Failure> {
        if self.sight.admits(audience) { Ok(()) } else { Err(Failure::NotPermitted) }
    }

    /// Compares the caller's etag, when it gave one.
    ///
    /// # Errors
    /// ABORTED when it is not the current one.
    pub fn expect_etag(&self, etag: &str, version: i64) -> Result<(), Failure> {
        if etag.is_empty() || etag == version.to_string() { Ok(()) } else { Err(Failure::EtagMoved) }
    }

    /// Writes the change and remembers the answer; durable when it returns.
    ///
    /// # Errors
    /// When a row moved (the handler then runs again), or the store fails.
    pub async fn commit<T: Message + Default + Shows>(
        &self,
        cx: &Context,
        change: Change,
        response: T,
    ) -> Result<T, Failure> {
        let change = self.entered(cx, change, &response).await?;
        let tells = change.tells();
        let answer = self.key.as_ref().map(|key| Answer {
            caller: self.caller.subject.clone(),
            unit: self.caller.unit.to_string(),
            rpc: self.rule.rpc,
            request_id: key.id.clone(),
            request_hash: key.hash.clone(),
            response: Redacted::new(BASE64_STANDARD.encode(response.encode_to_vec())),
            answered_at: self.now,
        });
        match cx.db.commit(change.answer(answer)).await {
            Ok(position) => {
                self.reached(position);
                self.is_logged.fetch_or(tells, Ordering::Relaxed);
                Ok(response)
            }
            Err(CommitError::Lost(table)) => Err(Failure::Lost(table)),
            Err(CommitError::Answered { request_hash, response }) => {
                self.replay(&request_hash, response.expose())
            }
            Err(CommitError::Full) => Err(Failure::StoreUnavailable),
            Err(CommitError::Db(error)) => Err(error.into()),
        }
    }

    /// After the handler: an answer, or none when it must run again.
    #[doc(hidden)]
    pub async fn settle<T, E>(
        &self,
        cx: &Context,
        result: Result<T, E>,
    ) -> Option<Result<Response<T>, Status>>
    where
        T: Message + Default + Shows,
        E: Explain,
    {
        let error = match result {
            Ok(answer) => return Some(self.answer(cx, answer).await),
            Err(error) => error,
        };
        match error.failure() {
            Some(Failure::Lost(_)) if self.may_try_again(cx) => return None,
            Some(Failure::Lost(_)) => return Some(Err(Failure::Contended.status())),
            Some(Failure::RequestIdReused) => return Some(Err(error.status())),
            _ => {}
        }
        // Before a refusal leaves, a replay is looked for: the first try may be what made this one impossible.
        match self.answered(cx).await {
            Ok(Some(first)) => Some(self.answer(cx, first).await),
            Ok(None) => Some(Err(error.status())),
            Err(failure) => Some(Err(failure.status())),
        }
    }

    /// A handler decides by the time at which its call came; much later it would tell the feed of the past.
    fn may_try_again(&self, cx: &Context) -> bool {
        self.tries.fetch_add(1, Ordering::Relaxed) < TRIES && cx.clock.now().duration_since(self.now) < FRESH
    }

    async fn answered<T: Message + Default>(&self, cx: &Context) -> Result<Option<T>, Failure> {
        let Some(key) = &self.key else { return Ok(None) };
        let unit = self.caller.unit.to_string();
        let rows = cx.db.rows(
            "select request_hash, response from answer \
             where caller = $1 and unit = $2 and rpc = $3 and request_id = $4",
            hemgang_db::params![self.caller.subject, unit, self.rule.rpc, key.id],
        );
        let rows = rows.await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (hash, response): (String, String) = (row.column("request_hash")?, row.column("response")?);
        self.replay(&hash, &response).map(Some)
    }

    /// The first answer again, when the body is the same.
    fn replay<T: Message + Default>(&self, hash: &str, response: &str) -> Result<T, Failure> {
        if self.key.as_ref().is_none_or(|key| key.hash != hash) {
            return Err(Failure::RequestIdReused);
        }
        let bytes = BASE64_STANDARD.decode(response).map_err(|cause| Failure::Internal(cause.into()))?;
        T::decode(bytes.as_slice()).map_err(|cause| Failure::Internal(cause.into()))
    }

    fn reached(&self, position: Position) {
        if let Ok(mut reached) = self.position.lock() {
            *reached = Some(position);
        }
    }

    /// Every answer carries where the service stands, for `hemgang-after` elsewhere. What it shows is written down
    /// first, unless the change says so.
    ///
    /// # Errors
    /// UNAVAILABLE when the log takes no entry.
    #[doc(hidden)]
    pub async fn answer<T: Shows>(&self, cx: &Context, answer: T) -> Result<Response<T>, Status> {
        let shown = self.shown(&answer);
        if !shown.is_empty() && !self.is_logged.load(Ordering::Relaxed) {
            self.record(cx, shown).await.map_err(|failure| failure.status())?;
        }
        let mut response = Response::new(answer);
        let reached = self.position.lock().ok().and_then(|mut reached| reached.take());
        let seq = reached.map_or_else(|| *cx.db.head().borrow(), |position| position.seq);
        if let Ok(value) = format!("{}:{}", cx.name, cx.db.cursors().sealed(seq)).parse() {
            response.metadata_mut().insert(POSITION, value);
        }
        Ok(response)
    }
}

/// Holds a request until our followers of the named services are where the client has been.
///
/// A position was given out before the request came, so whoever has read the feed to its head since is there;
/// that is why positions may be opaque here.
async fn hold(cx: &Context, after: &str) -> Result<(), Failure> {
    let named = |feed: &str| after.split(',').any(|position| position.trim().split(':').next() == Some(feed));
    if named("directory") {
        cx.directory.catch_up().await?;
    }
    cx.catch_up_with(named, HOLD).await
}
