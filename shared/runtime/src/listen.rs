//! Sockets: listening for clients, and reaching services that run elsewhere.

use std::{error::Error, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use hemgang_rpc::{Peer, PeerAway, TokenSource, with_token};
use tokio::net::TcpListener;
use tonic::{
    ConnectError, Status,
    service::Routes,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_web::GrpcWebLayer;
use tower::{BoxError, ServiceExt as _, util::BoxCloneSyncService};

use crate::{process::Process, url::shown};

/// How long open calls and streams get to end when the process stops.
const DRAIN: Duration = Duration::from_secs(5);

/// Why listening ended.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken or not ours.
    #[error("cannot listen on {0}; name another address with --listen or listen.grpc")]
    Bind(SocketAddr, #[source] io::Error),
    /// The transport failed.
    #[error("the listener failed")]
    Transport(#[from] tonic::transport::Error),
}

/// An address that is ours: who connects waits until it is served.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// The address bound, with the port that was free.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Takes an address, before the work whose result is to be served there.
///
/// # Errors
/// When it is taken, or not ours.
pub async fn bind(address: SocketAddr) -> Result<Listening, ListenError> {
    let fault = |error| ListenError::Bind(address, error);
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    Ok(Listening { address: listener.local_addr().map_err(fault)?, listener })
}

/// Serves gRPC and gRPC-Web until `stop`, then lets open calls end.
///
/// # Errors
/// When the transport fails.
pub async fn serve(
    process: &Process,
    listening: Listening,
    stop: impl Future<Output = ()>,
) -> Result<(), ListenError> {
    // Small answers must not wait 40 ms for the client's delayed acknowledgement.
    let incoming = TcpIncoming::from(listening.listener).with_nodelay(Some(true));
    let (stopped, stopping) = tokio::sync::oneshot::channel::<()>();
    let server = Server::builder()
        .accept_http1(true)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .layer(GrpcWebLayer::new())
        .add_routes(Routes::from(process.routes()))
        .serve_with_incoming_shutdown(incoming, async {
            let _ = stopping.await;
        });
    tokio::pin!(server);
    tokio::select! {
        ended = &mut server => return Ok(ended?),
        () = stop => {}
    }
    let _ = stopped.send(());
    process.stop();
    // A call that hangs or an idle connection would keep the server forever.
    match tokio::time::timeout(DRAIN, server).await {
        Ok(ended) => Ok(ended?),
        Err(_) => Ok(()),
    }
}

/// A peer elsewhere, connected when first used, with a token on every call.
///
/// # Errors
/// When the URL is none.
pub fn remote(url: &str, token: TokenSource) -> Result<Peer, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(url.to_owned())?
        .connect_timeout(Duration::from_secs(5))
        .http2_keep_alive_interval(Duration::from_secs(30))
        .tcp_nodelay(true);
    let target = shown(url);
    let channel = endpoint.connect_lazy().map_err(move |error| PeerAway(away(&target, error)));
    Ok(with_token(BoxCloneSyncService::new(channel), token))
}

/// A connection that was refused, said with the address: what the transport says names none.
fn away(target: &str, error: tonic::transport::Error) -> BoxError {
    let (mut cause, mut refused): (&dyn Error, bool) = (&error, false);
    while let Some(source) = cause.source() {
        (cause, refused) = (source, refused || source.is::<ConnectError>());
    }
    if refused {
        return Status::unavailable(format!("{target} cannot be reached: {cause}")).into();
    }
    error.into()
}

/// A token from a file, read at every call because somebody renews it there.
pub fn token_file(path: PathBuf) -> TokenSource {
    Arc::new(move || std::fs::read_to_string(&path).map(|text| text.trim().to_owned()).unwrap_or_default())
}
