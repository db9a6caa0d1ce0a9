//! Merged identities: who survives follows from all merges that were told, not from the order of telling.

use std::collections::BTreeMap;

use super::{patient::PatientId, recorded::Recorded};

/// That two identities are one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    pub surviving: PatientId,
    pub absorbed: PatientId,
    pub version: i64,
    /// When it was last recorded, this way round.
    pub recorded: Recorded,
    /// Order of telling; it decides between merges that nothing else tells apart.
    pub number: i64,
}

/// Who survives of each patient that merges name. As they were recorded: the absorbed one's survivor is the surviving
/// one's from then on, and of two who are one already the later word decides whose identity that is.
pub fn survivors(merges: &[Merge]) -> BTreeMap<PatientId, PatientId> {
    let mut by_record: Vec<_> = merges.iter().collect();
    by_record.sort_by_key(|merge| (&merge.recorded, merge.number));
    let mut survivors = BTreeMap::new();
    for Merge { surviving, absorbed, .. } in by_record {
        let one = *survivors.entry(*surviving).or_insert(*surviving);
        let other = *survivors.entry(*absorbed).or_insert(*absorbed);
        let survivor = match other {
            _ if one != other => one,
            // The other way round than before.
            _ if other == *absorbed => *surviving,
            _ => continue,
        };
        for of in survivors.values_mut().filter(|of| **of == one || **of == other) {
            *of = survivor;
        }
    }
    survivors
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan as _};

    use super::*;

    #[test]
    fn of_merges_that_contradict_the_later_recorded_holds() {
        let [a, b, c, d] = [(); 4].map(|()| PatientId::fresh(Timestamp::UNIX_EPOCH));
        let merge = |(hour, (surviving, absorbed)): (i64, (PatientId, PatientId))| Merge {
            surviving,
            absorbed,
            version: 1,
            recorded: (Timestamp::UNIX_EPOCH + hour.hours()).into(),
            number: 1,
        };
        for (told, survivor) in [
            (vec![(a, b)], a),
            (vec![(a, b), (b, a)], b),
            (vec![(a, b), (b, a), (a, b)], a),
            // A chain, a circle, and one that was absorbed absorbs.
            (vec![(a, b), (c, a)], c),
            (vec![(a, b), (c, a), (b, c)], b),
            (vec![(a, b), (b, c)], a),
            (vec![(a, b), (c, d), (d, b)], c),
            // Nothing new of two that neither survive.
            (vec![(a, b), (a, c), (b, c)], a),
        ] {
            let merges: Vec<_> = (1..).zip(told.clone()).map(merge).collect();
            let reversed: Vec<_> = merges.iter().rev().cloned().collect();
            for merges in [merges, reversed] {
                assert!(survivors(&merges).values().all(|of| *of == survivor), "{told:?}");
            }
        }
    }
}
