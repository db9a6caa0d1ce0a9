//! A peer: what a generated client sits on, be it a socket or another service of the same process.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use tonic::body::Body;
use tower::{BoxError, Service, util::BoxCloneSyncService};

/// The same client type in one process and across the network.
pub type Peer = BoxCloneSyncService<Request<Body>, Response<Body>, PeerAway>;

/// A peer that does not answer. (A concrete type: the compiler cannot see through a boxed error in async traits.)
#[derive(Debug, thiserror::Error)]
#[error("the peer does not answer")]
pub struct PeerAway(#[source] pub BoxError);

/// Gives a token that counts now: minted, or read from a file that somebody renews.
pub type TokenSource = Arc<dyn Fn() -> String + Send + Sync>;

/// Puts a token on every request to a peer.
pub fn with_token(peer: Peer, token: TokenSource) -> Peer {
    BoxCloneSyncService::new(WithToken { peer, token })
}

#[derive(Clone)]
struct WithToken {
    peer: Peer,
    token: TokenSource,
}

impl Service<Request<Body>> for WithToken {
    type Response = Response<Body>;
    type Error = PeerAway;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, PeerAway>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), PeerAway>> {
        self.peer.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // A token that is no header value leaves none: the gate then says so.
        if let Ok(value) = HeaderValue::try_from(format!("Bearer {}", (self.token)())) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Box::pin(self.peer.call(request))
    }
}
