//! Links: the log itself.

use hemgang_db::{Db, DbError, params};

use crate::domain::link::Link;

hemgang_db::record!(Link, "access_link", key(chain, number), columns(first, source, entries, before, hash));

/// The links that were copied from these sources.
pub async fn of_sources(db: &Db, sources: &[String]) -> Result<Vec<Link>, DbError> {
    let sql = "select * from access_link where source is not null and source in (select key from keys)";
    db.list_of(sql, sources).await
}

/// The links of a chain that reach beyond a number, in order.
pub async fn after(db: &Db, chain: &str, number: i64, at_most: i64) -> Result<Vec<Link>, DbError> {
    let sql = "select * from access_link where chain = $1 and number > $2 order by number limit $3";
    db.list(sql, params![chain, number, at_most]).await
}

/// The lowest and the highest number of links before the first, of which a chain has none.
pub async fn before_first(db: &Db, chain: &str) -> Result<Option<(i64, i64)>, DbError> {
    let sql = "select min(number) as lowest, max(number) as highest from access_link where chain = $1 and number < 1";
    let rows = db.rows(sql, params![chain]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(row.column::<Option<i64>>("lowest")?.zip(row.column("highest")?))
}

/// Those of these links, by chain and number, that there are.
pub async fn at(db: &Db, places: impl IntoIterator<Item = (&str, i64)>) -> Result<Vec<Link>, DbError> {
    // Chains have names of any length, numbers have twenty digits at most.
    let keys = places.into_iter().map(|(chain, number)| format!("{number:020}{chain}"));
    let sql = "select * from access_link where (chain, number) in \
               (select substr(key, 21), cast(substr(key, 1, 20) as bigint) from keys)";
    db.list_of(sql, keys).await
}
