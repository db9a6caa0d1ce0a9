//! Whether an entry is found by time and by all whose data it tells of, and by no others, as far as the index says that it
//! is written.

use std::collections::BTreeMap;

use hemgang_db::{Db, DbError};

use super::{Fault, What};
use crate::{
    domain::{index::Rows, link::Link},
    store,
};

/// The entries of a page, after a number and up to another, that are not found where they should be, and only there.
pub async fn hidden(
    db: &Db,
    chain: &str,
    (after, up_to): (i64, i64),
    page: &[Link],
) -> Result<Vec<Fault>, DbError> {
    let found = store::listed::rows(db, chain, after, up_to).await?;
    let mut rows: BTreeMap<i64, (Rows, Rows)> = BTreeMap::new();
    for listed in found.listed {
        rows.entry(listed.number).or_default().0.listed.insert(listed);
    }
    for about in found.about {
        rows.entry(about.number).or_default().0.about.insert(about);
    }
    for link in page {
        for (number, entry) in link.numbered().filter(|(number, _)| after < *number && *number <= up_to) {
            rows.entry(number).or_default().1 = Rows::of(link, number, &entry);
        }
    }
    let hidden = rows.into_iter().filter(|(_, (found, due))| found != due);
    Ok(hidden.map(|(number, _)| Fault::of(What::Hidden, chain, (number, number))).collect())
}

/// A mark beyond the last entry, behind which those to come would be hidden, and rows that no mark vouches for.
pub async fn beyond(db: &Db, chain: &str, mark: i64, until: i64) -> Result<Vec<Fault>, DbError> {
    let marked = (mark > until).then(|| (until.saturating_add(1), mark));
    let rows = store::index::strays(db, chain).await?;
    let faults = marked.into_iter().chain(rows).map(|numbers| Fault::of(What::Hidden, chain, numbers));
    Ok(faults.collect())
}
