//! What a process knows of the directory, kept as the events that would tell it.

use hemgang_core::directory::Directory;
use hemgang_db::{Change, CommitError, Db, params};
use hemgang_proto::directory::DirectoryEvent;
use hemgang_rpc::Failure;

use super::wire;
use crate::event::FeedEvent as _;

/// The one row.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    id: i64,
    version: i64,
    /// Everything up to here in the directory's feed is in it.
    pub position: String,
    /// The events, as a JSON array.
    said: String,
}

hemgang_db::record!(Copy, "directory_copy", versioned, key(id), columns(version, position, said));

impl Copy {
    /// The copy of a database, or none.
    pub async fn read(db: &Db) -> Result<Option<Self>, Failure> {
        Ok(db.optional("select * from directory_copy where id = $1", params![1]).await?)
    }

    /// Keeps a directory. Another process of the same database may have kept the same, or what came after it.
    pub async fn keep(db: &Db, position: &str, directory: &Directory) -> Result<(), Failure> {
        let events = wire::events(directory).map(|(_, event)| DirectoryEvent::of(event));
        let said = serde_json::to_string(&events.collect::<Vec<_>>());
        let said = said.map_err(|cause| Failure::Internal(cause.into()))?;
        let version = Self::read(db).await?.map_or(0, |stands| stands.version) + 1;
        let copy = Self { id: 1, version, position: position.to_owned(), said };
        match db.commit(Change::new().put(&copy)).await {
            Ok(_) | Err(CommitError::Lost(_)) => Ok(()),
            Err(CommitError::Db(error)) => Err(error.into()),
            Err(CommitError::Full | CommitError::Answered { .. }) => Err(Failure::StoreUnavailable),
        }
    }

    /// The directory that it tells.
    pub fn directory(&self) -> Result<Directory, Failure> {
        let events: Vec<DirectoryEvent> =
            serde_json::from_str(&self.said).map_err(|cause| Failure::Internal(cause.into()))?;
        let mut directory = Directory::default();
        events.iter().try_for_each(|event| wire::apply(&mut directory, event))?;
        Ok(directory)
    }
}
