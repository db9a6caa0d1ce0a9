//! Heads and checkpoints.

use hemgang_db::{Db, DbError, params};
use jiff::Timestamp;

use crate::domain::{checkpoint::Checkpoint, head::Head};

hemgang_db::record!(
    Head,
    "chain_head",
    versioned,
    key(chain),
    columns(version, number, hash, signed_at, signature)
);

hemgang_db::record!(Checkpoint, "checkpoint", key(number), columns(content, signature));

/// The head of a chain.
pub async fn head(db: &Db, chain: &str) -> Result<Option<Head>, DbError> {
    db.optional("select * from chain_head where chain = $1", params![chain]).await
}

/// The heads that were signed at an instant or later.
pub async fn heads_since(db: &Db, since: Timestamp) -> Result<Vec<Head>, DbError> {
    db.list("select * from chain_head where signed_at >= $1 order by chain", params![since]).await
}

/// The latest checkpoint.
pub async fn last_checkpoint(db: &Db) -> Result<Option<Checkpoint>, DbError> {
    db.optional("select * from checkpoint order by number desc limit 1", params![]).await
}

/// The checkpoints after a number, in order.
pub async fn checkpoints_after(db: &Db, number: i64, at_most: i64) -> Result<Vec<Checkpoint>, DbError> {
    let sql = "select * from checkpoint where number > $1 order by number limit $2";
    db.list(sql, params![number, at_most]).await
}
