//! One chain: every entry in its place, up to the head that was signed.

use std::collections::BTreeMap;

use hemgang_db::{Db, DbError};

use super::{Fault, PAGE, What, subjects};
use crate::{domain::entry::genesis, store};

/// How many entries it has, and what is wrong with it. `named` are hashes that checkpoints name.
pub async fn verify(
    db: &Db,
    chain: &str,
    public: &str,
    named: &BTreeMap<i64, String>,
) -> Result<(i64, Vec<Fault>), DbError> {
    let (mut faults, mut entries, mut last) = (Vec::new(), 0, 0);
    let fault = |what, from, to| Fault::of(what, chain, (from, to));
    let mut before = genesis(chain);
    // What is indexed meanwhile lies beyond it: it is read before the entries.
    let mark = store::index::mark(db, chain).await?.map_or(0, |mark| mark.number);
    let (head, until) = loop {
        let page = store::entry::after(db, chain, last, PAGE).await?;
        let Some(end) = page.last().map(|kept| kept.number) else {
            // What was written since the head was read lies behind it: it is read after the entries.
            let head = store::chain::head(db, chain).await?;
            match head {
                Some(head)
                    if head.number > last && !store::entry::after(db, chain, last, 1).await?.is_empty() =>
                {
                    continue;
                }
                head => break (head, last),
            }
        };
        faults.extend(subjects::hidden(db, chain, (last, end.min(mark)), &page).await?);
        for kept in page {
            if kept.number > last + 1 {
                faults.push(fault(What::Removed, last + 1, kept.number - 1));
                before.clone_from(&kept.before);
            }
            let is_named = named.get(&kept.number).is_none_or(|hash| *hash == kept.hash);
            if !is_named || !kept.is_whole() || kept.before != before {
                faults.push(fault(What::Altered, kept.number, kept.number));
            }
            (last, before) = (kept.number, kept.hash);
            entries += 1;
        }
    };
    faults.extend(subjects::beyond(db, chain, mark, until).await?);
    match head.filter(|head| head.is_signed_by(public)) {
        None => faults.push(fault(What::Head, 0, 0)),
        Some(head) if head.number > until => {
            faults.push(fault(What::Removed, until + 1, head.number));
        }
        Some(head) if head.number < until => {
            faults.push(fault(What::Inserted, head.number + 1, until));
        }
        // All was chained anew, from some entry on.
        Some(head) if head.hash != before => faults.push(fault(What::Head, 0, 0)),
        Some(_) => {}
    }
    if let Some((number, _)) = named.last_key_value()
        && *number > until
    {
        faults.push(fault(What::Removed, until + 1, *number));
    }
    Ok((entries, faults))
}
