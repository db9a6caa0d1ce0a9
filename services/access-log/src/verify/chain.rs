//! One chain: every link in its place, up to the head that was signed.

use std::collections::BTreeMap;

use hemgang_db::{Db, DbError};

use super::{Fault, PAGE, What, index};
use crate::{domain::link::genesis, store};

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
        let page = store::link::after(db, chain, last, PAGE).await?;
        let Some(end) = page.last().map(|link| link.number) else {
            // What was written since the head was read lies behind it: it is read after the entries.
            let head = store::chain::head(db, chain).await?;
            match head {
                Some(head)
                    if head.number > last && !store::link::after(db, chain, last, 1).await?.is_empty() =>
                {
                    continue;
                }
                head => break (head, last),
            }
        };
        faults.extend(index::hidden(db, chain, (last, end.min(mark)), &page).await?);
        for link in page {
            // A link that says that it begins behind its end begins at it: it is not whole.
            let gone = link.first.min(link.number).saturating_sub(1);
            if gone > last {
                faults.push(fault(What::Removed, last + 1, gone));
                before.clone_from(&link.before);
            }
            // Where a checkpoint names an entry, a link ended there.
            let from = link.first.max(last.saturating_add(1)).min(link.number);
            let mut named = named.range(from..=link.number);
            let is_named = named.all(|(number, hash)| *number == link.number && *hash == link.hash);
            let follows = link.before == before && link.first > last;
            if !is_named || !follows || !link.is_whole() {
                faults.push(fault(What::Altered, link.first, link.number));
            }
            entries = i64::saturating_add(entries, link.number.saturating_sub(last.max(gone)));
            (last, before) = (link.number, link.hash);
        }
    };
    // No reader of the chain comes to a number before the first, and its source would keep an event out.
    if let Some((lowest, highest)) = store::link::before_first(db, chain).await? {
        faults.push(fault(What::Inserted, lowest, highest));
    }
    faults.extend(index::beyond(db, chain, mark, until).await?);
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
