//! Whether an entry is found by all whose data it tells of, and by no others, as far as the index says that it is written.

use hemgang_db::{Db, DbError};

use super::{Fault, What};
use crate::{domain::entry::Kept, store};

/// The entries of a page, up to a number, that are not found by all whose data they tell of, and by no others.
pub async fn hidden(
    db: &Db,
    chain: &str,
    (after, up_to): (i64, i64),
    page: &[Kept],
) -> Result<Vec<Fault>, DbError> {
    let mut listed = store::entry::about(db, chain, after, up_to).await?;
    listed.sort_by_key(|about| about.number);
    let mut listed = listed.into_iter().peekable();
    let mut faults = Vec::new();
    for kept in page.iter().take_while(|kept| kept.number <= up_to) {
        let mut found = Vec::new();
        while let Some(about) = listed.next_if(|about| about.number <= kept.number) {
            found.push(about);
        }
        found.sort();
        if found != kept.about() {
            faults.push(Fault::of(What::Hidden, chain, (kept.number, kept.number)));
        }
    }
    Ok(faults)
}

/// A mark beyond the last entry, behind which those to come would be hidden, and rows that no mark vouches for.
pub async fn beyond(db: &Db, chain: &str, mark: i64, until: i64) -> Result<Vec<Fault>, DbError> {
    let marked = (mark > until).then(|| (until.saturating_add(1), mark));
    let rows = store::index::strays(db, chain).await?;
    let faults = marked.into_iter().chain(rows).map(|numbers| Fault::of(What::Hidden, chain, numbers));
    Ok(faults.collect())
}
