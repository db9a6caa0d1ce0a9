//! The whole directory: what a change is held against, and what it writes.

pub mod assignment;
pub mod contact;
mod municipality;
pub mod office_hours;
pub mod routing_rule;
mod unit;

use hemgang_core::{
    directory::{Directory, Merged, Unit},
    place::HsaId,
};
use hemgang_db::{Change, Db, params};
use hemgang_feed::{Telling, directory::wire};
use hemgang_proto::directory::{DirectoryEvent, directory_event::Event};
use hemgang_rpc::{Audience, Failure};

/// The one row that every change replaces: whoever decided on what is no longer so loses.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    id: i64,
    version: i64,
}

hemgang_db::record!(Root, "directory", versioned, key(id), columns(version));

/// Reads it, before anything that a decision rests on.
pub async fn root(db: &Db) -> Result<Root, Failure> {
    let root = db.optional("select * from directory where id = $1", params![1]).await?;
    Ok(root.unwrap_or(Root { id: 1, version: 0 }))
}

impl Root {
    /// A change of nothing yet, which loses when another comes between.
    pub fn step(self) -> Change {
        Change::new().put(&Self { version: self.version + 1, ..self })
    }
}

/// Units and municipalities as they stand.
pub struct Stored {
    /// What a change steps.
    pub root: Root,
    /// What there is.
    pub directory: Directory,
}

/// Reads all of it.
pub async fn load(db: &Db) -> Result<Stored, Failure> {
    let root = root(db).await?;
    let mut directory = Directory::default();
    for row in municipality::list(db).await? {
        directory.record_municipality(row);
    }
    for (id, rows) in unit::list(db).await? {
        directory.record_unit(id, rows);
    }
    Ok(Stored { root, directory })
}

impl Stored {
    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.root.version == 0
    }

    /// A unit with other rows, and its event.
    pub fn unit(&self, telling: &Telling, id: &HsaId, rows: &[Unit]) -> Result<Change, Failure> {
        let event = tell(telling, wire::unit_audience(rows), wire::unit_event(id, rows))?;
        Ok(unit::replace(self.directory.rows(id), rows).and(event))
    }

    /// Many of them, and municipalities.
    pub fn change(&self, telling: &Telling, merged: &Merged) -> Result<Change, Failure> {
        let mut change = self.root.step();
        for row in &merged.municipalities {
            let event = tell(telling, wire::municipality_audience(), wire::municipality_event(row))?;
            let stands = self.directory.municipality(&row.code);
            change = change.and(municipality::replace(stands, row)).and(event);
        }
        for (id, rows) in &merged.units {
            change = change.and(self.unit(telling, id, rows)?);
        }
        Ok(change)
    }
}

/// An event for those who administer what it is about.
pub fn tell(telling: &Telling, audience: Audience, event: Event) -> Result<Change, Failure> {
    let telling = Telling { audience, ..telling.clone() };
    Ok(Change::new().tell(telling.event::<DirectoryEvent>(event)?))
}
