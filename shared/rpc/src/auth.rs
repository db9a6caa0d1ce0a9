//! The authentication layer: no RPC but health and reflection answers without a token that counts and a grant.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use hemgang_core::{clock::Clock, day::local_day};
use http::{Request, Response, header::AUTHORIZATION};
use tonic::Status;
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::{
    access::{self, Rule},
    audience::Sight,
    caller::Caller,
    directory::LiveDirectory,
    failure::Failure,
    token::{TokenFault, Verifier},
};

/// Paths that need no token.
const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection."];

/// What the layer tells the handler.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Who calls.
    pub caller: Caller,
    /// How far the caller sees here.
    pub sight: Sight,
    /// The RPC.
    pub rule: &'static Rule,
}

/// Decides who comes in.
#[derive(Debug)]
pub struct Gate {
    verifier: Verifier,
    directory: LiveDirectory,
    clock: Clock,
}

impl Gate {
    /// A gate with these keys and this directory.
    pub fn new(verifier: Verifier, directory: LiveDirectory, clock: Clock) -> Self {
        Self { verifier, directory, clock }
    }

    /// The caller and its sight, or the refusal.
    fn admit(&self, path: &str, bearer: Option<&str>) -> Result<Principal, Failure> {
        let token = bearer.ok_or(TokenFault::Missing);
        let caller = token.and_then(|token| self.verifier.verify(token)).map_err(|fault| {
            tracing::info!(path, %fault, "token refused");
            Failure::TokenInvalid
        })?;
        // An RPC without a row is nobody's.
        let rule = access::find(path).ok_or(Failure::NotPermitted)?;
        let sight = rule.sight(&caller, &self.directory.now(), local_day(self.clock.now()));
        if sight.is_empty() {
            return Err(Failure::NotPermitted);
        }
        Ok(Principal { caller, sight, rule })
    }
}

/// The token of an `authorization` header. The scheme's name has no case, RFC 9110 §11.1.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Puts the gate before a service.
#[derive(Clone, Debug)]
pub struct AuthLayer(Arc<Gate>);

impl AuthLayer {
    /// Layer with this gate.
    pub fn new(gate: Arc<Gate>) -> Self {
        Self(gate)
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = Auth<S>;

    fn layer(&self, inner: S) -> Auth<S> {
        Auth { inner, gate: Arc::clone(&self.0) }
    }
}

/// A service behind the gate.
#[derive(Clone, Debug)]
pub struct Auth<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S, B, R> Service<Request<B>> for Auth<S>
where
    S: Service<Request<B>, Response = Response<R>> + Send,
    S::Future: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        if OPEN.iter().any(|open| path.starts_with(open)) {
            let called = self.inner.call(request);
            return Box::pin(async move { called.await.map(explained) });
        }
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        match self.gate.admit(path, header.and_then(bearer)) {
            Ok(principal) => {
                let span = tracing::info_span!("rpc", otel.name = path, rpc = principal.rule.rpc, unit = %principal.caller.unit);
                request.extensions_mut().insert(principal);
                let called = self.inner.call(request).instrument(span);
                Box::pin(async move { called.await.map(explained) })
            }
            Err(failure) => {
                let refused = failure.status().into_http();
                Box::pin(async move { Ok(refused) })
            }
        }
    }
}

/// A response whose status has a reason, also where it never came to a handler.
fn explained<R: Default>(response: Response<R>) -> Response<R> {
    let status = Status::from_header_map(response.headers());
    let unexplained = status.filter(|status| status.details().is_empty());
    match unexplained.and_then(|status| Failure::of_transport(status.code())) {
        Some(failure) => failure.status().into_http(),
        None => response,
    }
}
