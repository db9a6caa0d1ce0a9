//! The directory as it stands now: a snapshot that is replaced as a whole, so that whoever decides holds one directory
//! and no lock.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use hemgang_core::{directory::Directory, place::HsaId};

use crate::failure::Failure;

/// How long somebody waits who needs what the directory service may know.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Whoever keeps a process's directory up to date.
#[async_trait::async_trait]
pub trait DirectorySource: Send + Sync {
    /// Returns when the directory says everything that stood in its feed when this was called. Coalesced.
    ///
    /// # Errors
    /// `FEED_BEHIND` when the directory service is away.
    async fn catch_up(&self) -> Result<(), Failure>;
}

/// The directory of a process. Cloning shares it.
#[derive(Clone)]
pub struct LiveDirectory(Arc<Inner>);

struct Inner {
    now: RwLock<Arc<Directory>>,
    /// None while what the process began with is all that there is.
    source: RwLock<Option<Arc<dyn DirectorySource>>>,
}

impl std::fmt::Debug for LiveDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveDirectory").finish_non_exhaustive()
    }
}

impl LiveDirectory {
    /// A directory that nobody changes yet.
    pub fn new(directory: Arc<Directory>) -> Self {
        Self(Arc::new(Inner { now: RwLock::new(directory), source: RwLock::default() }))
    }

    /// What stands now. It is held for no longer than one decision takes.
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn replace(&self, directory: Directory) {
        *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }

    /// Says who keeps it up to date. None lets go of whoever did, whose peer may be the routes that hold this.
    pub fn set_source(&self, source: Option<Arc<dyn DirectorySource>>) {
        *self.0.source.write().unwrap_or_else(PoisonError::into_inner) = source;
    }

    /// Returns when it says what the directory service said when this was called; at once where there is none.
    ///
    /// # Errors
    /// `FEED_BEHIND` when that is away.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        let source = self.0.source.read().unwrap_or_else(PoisonError::into_inner).clone();
        match source {
            Some(source) => {
                let caught_up = tokio::time::timeout(LOOK_AGAIN, source.catch_up()).await;
                caught_up.unwrap_or(Err(Failure::FeedBehind("directory")))
            }
            None => Ok(()),
        }
    }

    /// What stands now, with a unit that an event names: who told of it knew a directory that may be newer than ours.
    ///
    /// # Errors
    /// `FEED_BEHIND` when the unit is not known and the directory service is away.
    pub async fn knowing(&self, unit: &HsaId) -> Result<Arc<Directory>, Failure> {
        let now = self.now();
        if now.knows(unit) {
            return Ok(now);
        }
        self.catch_up().await?;
        Ok(self.now())
    }
}
