//! Entries, and whose data they tell of.

use std::collections::BTreeSet;

use hemgang_db::{Db, DbError, params};
use hemgang_rpc::{Page, Sight};

use crate::{
    domain::entry::{About, Kept},
    rpc::person::Period,
};

hemgang_db::record!(
    Kept,
    "access_entry",
    key(chain, number),
    columns(source, entry, at, organisation, unit, caller, before, hash)
);

hemgang_db::record!(About, "access_subject", key(subject, chain, number), columns());

/// The entries of these sources that there are.
pub async fn of_sources(db: &Db, sources: &[String]) -> Result<Vec<Kept>, DbError> {
    db.list_of(
        "select * from access_entry where source is not null and source in (select key from keys)",
        sources,
    )
    .await
}

/// The entries of a chain after a number, in order.
pub async fn after(db: &Db, chain: &str, number: i64, at_most: i64) -> Result<Vec<Kept>, DbError> {
    let sql = "select * from access_entry where chain = $1 and number > $2 order by number limit $3";
    db.list(sql, params![chain, number, at_most]).await
}

/// Whose data the entries of a chain tell of, after a number and up to another.
pub async fn about(db: &Db, chain: &str, after: i64, up_to: i64) -> Result<Vec<About>, DbError> {
    let sql = "select * from access_subject where chain = $1 and number > $2 and number <= $3 \
               order by number, subject";
    db.list(sql, params![chain, after, up_to]).await
}

/// The entries that tell of any of these. One person's are few.
pub async fn about_any(db: &Db, subjects: &BTreeSet<String>) -> Result<Vec<Kept>, DbError> {
    let sql = "select * from access_entry where (chain, number) in \
               (select chain, number from access_subject where subject in (select key from keys))";
    db.list_of(sql, subjects).await
}

/// A page of the accesses of a unit and of a caller, of any where empty, that the asking caller may know of; the latest
/// first.
pub async fn by_whom(
    db: &Db,
    (unit, caller, protected_only): (&str, &str, bool),
    sight: &Sight,
    (from, to): Period,
    page: &Page,
) -> Result<Vec<Kept>, DbError> {
    let sql = "select * from access_entry \
               where organisation = $1 and ($2 = '' or unit = $2) and ($3 = '' or caller = $3) \
                 and at >= $4 and at < $5 \
                 and ($10 = 0 or exists (select 1 from access_subject s \
                      where s.chain = access_entry.chain and s.number = access_entry.number \
                        and (s.subject in (select admission_id from protected_stay) \
                             or s.subject in (select case_id from protected_case)))) \
                 and (at < $6 or (at = $6 and (chain < $7 or (chain = $7 and number < $8)))) \
               order by at desc, chain desc, number desc limit $9";
    let id = page.id();
    let (chain, number) = id.split_once('/').unwrap_or_default();
    let number: i64 = number.parse().unwrap_or_default();
    let params = params![
        sight.accesses(),
        unit.to_owned(),
        caller.to_owned(),
        from,
        to,
        page.below(),
        chain.to_owned(),
        number,
        page.limit(),
        protected_only
    ];
    db.list(sql, params).await
}
