//! The way to the access log: an entry is durable there before the answer leaves that it tells of.
//!
//! Entries that wait together go together, so one flush of the log's disk serves many answers.

use std::time::Duration;

use hemgang_core::place::HsaId;
use hemgang_proto::{
    access::{
        FindEmergencyAccessRequest, RecordAccessRequest, access_log_service_client::AccessLogServiceClient,
    },
    common::AccessEntry,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

use crate::{failure::Failure, peer::Peer};

/// How many entries may wait. A full queue is answered UNAVAILABLE rather than grown.
const QUEUE: usize = 4096;

/// How many go at once at most.
pub const AT_ONCE: usize = 500;

/// After so many at once more are likely, and they gather for a moment, the more of them the longer: a call of the log and its
/// commit cost as much as dozens of entries. Who comes alone waits for nobody.
const GATHERING: [(usize, Duration); 3] =
    [(48, Duration::from_millis(3)), (24, Duration::from_millis(2)), (8, Duration::from_millis(1))];

/// How long an answer waits for its entry.
const PATIENCE: Duration = Duration::from_secs(2);

/// Takes entries and answers each when it is durable. Cloning shares it.
#[derive(Clone, Debug)]
pub struct AccessLog {
    queue: mpsc::Sender<Waiting>,
    peer: Peer,
}

/// An entry and whoever waits for it.
#[derive(Debug)]
struct Waiting {
    entry: AccessEntry,
    done: oneshot::Sender<bool>,
}

impl AccessLog {
    /// The log of this peer. It is written to as long as somebody holds this.
    pub fn at(peer: Peer) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(peer.clone(), waiting));
        Self { queue, peer }
    }

    /// Whether a unit has opened a case in an emergency (nödöppning), by any id that the case has.
    ///
    /// # Errors
    /// `ACCESS_LOG_UNAVAILABLE`.
    pub async fn is_open(&self, unit: &HsaId, subjects: Vec<String>) -> Result<bool, Failure> {
        let request = FindEmergencyAccessRequest { unit: unit.to_string(), subjects };
        let mut log = AccessLogServiceClient::new(self.peer.clone());
        match timeout(PATIENCE, log.find_emergency_access(request)).await {
            Ok(Ok(found)) => Ok(found.into_inner().until.is_some()),
            _ => Err(Failure::AccessLogUnavailable),
        }
    }

    /// Writes an entry; durable when it returns.
    ///
    /// # Errors
    /// `ACCESS_LOG_UNAVAILABLE`.
    pub async fn record(&self, entry: AccessEntry) -> Result<(), Failure> {
        let (done, written) = oneshot::channel();
        self.queue.try_send(Waiting { entry, done }).map_err(|_| Failure::AccessLogUnavailable)?;
        match timeout(PATIENCE, written).await {
            Ok(Ok(true)) => Ok(()),
            _ => Err(Failure::AccessLogUnavailable),
        }
    }
}

async fn write(peer: Peer, mut waiting: mpsc::Receiver<Waiting>) {
    let (mut taken, mut is_away, mut came) = (Vec::new(), false, 0);
    while waiting.recv_many(&mut taken, AT_ONCE).await > 0 {
        if let Some((_, moment)) = GATHERING.iter().find(|(many, _)| came >= *many) {
            sleep(*moment).await;
            while taken.len() < AT_ONCE
                && let Ok(more) = waiting.try_recv()
            {
                taken.push(more);
            }
        }
        came = taken.len();
        let (entries, asked): (Vec<_>, Vec<_>) =
            taken.drain(..).map(|waiting| (waiting.entry, waiting.done)).unzip();
        let mut log = AccessLogServiceClient::new(peer.clone());
        let recorded = timeout(PATIENCE, log.record_access(RecordAccessRequest { entries })).await;
        let is_written = matches!(recorded, Ok(Ok(_)));
        if !is_written && !is_away {
            let code = recorded.ok().and_then(Result::err).map(|status| status.code());
            tracing::warn!(
                ?code,
                "the access log takes no entries; whoever asks for persons' data is refused"
            );
        }
        is_away = !is_written;
        for done in asked {
            // Whoever asked may have gone.
            let _ = done.send(is_written);
        }
    }
}
