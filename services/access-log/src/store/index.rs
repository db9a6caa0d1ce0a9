//! How far the entries of each chain are indexed.

use hemgang_db::{Db, DbError, params};

use crate::domain::{head::Head, index::Mark};

// The table has one row a chain. Here the number is part of the key, so that a mark is moved only from where it was read;
// a version beside it could be set to one that has no next.
hemgang_db::record!(Mark, "chain_index", key(chain, number), columns());

/// The mark of a chain.
pub async fn mark(db: &Db, chain: &str) -> Result<Option<Mark>, DbError> {
    db.optional("select * from chain_index where chain = $1", params![chain]).await
}

/// The heads of the chains whose marks lie before them.
pub async fn behind(db: &Db) -> Result<Vec<Head>, DbError> {
    let sql = "select h.* from chain_head h left join chain_index i on i.chain = h.chain \
               where i.number is null or i.number < h.number order by h.chain";
    db.list(sql, params![]).await
}

/// The first and the last number of rows that the mark of their chain does not reach, or that no entry can have. One
/// statement, because rows and mark move together.
pub async fn strays(db: &Db, chain: &str) -> Result<Option<(i64, i64)>, DbError> {
    let sql = "select min(number) as lowest, max(number) as highest from \
                 (select number from access_subject where chain = $1 \
                  union all select number from access_listed where chain = $1) as indexed \
               where number < 1 or number > coalesce((select number from chain_index where chain = $1), 0)";
    let rows = db.rows(sql, params![chain]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(row.column::<Option<i64>>("lowest")?.zip(row.column("highest")?))
}
