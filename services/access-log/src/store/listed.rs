//! Entries as lists find them, by time and by whose data they tell of: as far as they are indexed.

use std::collections::BTreeSet;

use hemgang_db::{Db, DbError, params};
use hemgang_rpc::{Page, Sight};

use crate::{
    domain::index::{About, Listed, Rows},
    rpc::person::Period,
};

hemgang_db::record!(
    Listed,
    "access_listed",
    key(chain, number),
    columns(link, at, organisation, unit, caller)
);

hemgang_db::record!(About, "access_subject", key(subject, chain, number), columns());

/// The rows of a chain's entries after a number and up to another.
pub async fn rows(db: &Db, chain: &str, after: i64, up_to: i64) -> Result<Rows, DbError> {
    let sql = "select * from access_listed where chain = $1 and number > $2 and number <= $3";
    let listed: Vec<Listed> = db.list(sql, params![chain, after, up_to]).await?;
    let sql = "select * from access_subject where chain = $1 and number > $2 and number <= $3";
    let about: Vec<About> = db.list(sql, params![chain, after, up_to]).await?;
    Ok(Rows { listed: listed.into_iter().collect(), about: about.into_iter().collect() })
}

/// Which entries tell of any of these, and of which. One person's are few.
pub async fn about_any(db: &Db, subjects: &BTreeSet<String>) -> Result<Vec<About>, DbError> {
    db.list_of("select * from access_subject where subject in (select key from keys)", subjects).await
}

/// The entries that tell of any of these.
pub async fn of_any(db: &Db, subjects: &BTreeSet<String>) -> Result<Vec<Listed>, DbError> {
    let sql = "select * from access_listed where (chain, number) in \
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
) -> Result<Vec<Listed>, DbError> {
    let sql = "select * from access_listed \
               where organisation = $1 and ($2 = '' or unit = $2) and ($3 = '' or caller = $3) \
                 and at >= $4 and at < $5 \
                 and ($10 = 0 or exists (select 1 from access_subject s \
                      where s.chain = access_listed.chain and s.number = access_listed.number \
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
