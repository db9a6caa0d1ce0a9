//! Blanking: what identifies a person goes out of a feed, and the events stay (gallring, journalförstöring, rättelse).

use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;

use crate::event::{FeedEvent, StoredEvent, Subject};

/// The kinds that say who it is about, by identity or by our own id of a patient, and so the only ones that are ever
/// rewritten. Literals, because the index holds no others.
const IDENTIFYING: &str = "select * from feed_event
    where kind in ('PatientDetailsRecorded', 'PatientAdmitted', 'PatientsMerged', 'StayShared')
        and admission_id = $1 and case_id = $2
    order by seq";

/// Whether an event of this kind tells that others of its feed were rewritten.
pub(crate) fn is_blanking(kind: &str) -> bool {
    kind == "PatientDetailsBlanked"
}

/// Rewrites what was told of who a person is: of each event about the subject, what `emptied` leaves of it. Its place,
/// its times and who asked for it stay. Followers that have read it are told by an event of its own, which the same
/// change appends; whoever reads from the beginning reads what is left.
///
/// The change rests on the caller's: it must replace a row that every telling of these details replaces, so that none
/// comes in between.
///
/// # Errors
/// When the store is away, or an event does not read.
pub async fn blanked<E: FeedEvent>(
    db: &Db,
    subject: Subject,
    emptied: impl Fn(E) -> E,
) -> Result<Change, Failure> {
    let (admission_id, case_id) = subject.ids();
    let told: Vec<StoredEvent> = db.list(IDENTIFYING, params![admission_id, case_id]).await?;
    let mut change = Change::new();
    for told in told {
        let left = told.emptied(&emptied)?;
        if left.payload != told.payload {
            change = change.remove(&told).insert(&left);
        }
    }
    Ok(change)
}
