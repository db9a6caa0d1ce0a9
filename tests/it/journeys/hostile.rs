//! A client that has a token and means ill: it knows ids, tokens and cursors of others and tries them everywhere.

mod auditor;
mod figures;
mod left_behind;
mod of_others;
mod token;

use hemgang_proto::common::PersonId;
use hemgang_testing::Suite;

use super::steps::{CLINIC, Caller, MOLNDAL, OTHER_WARD, SOCIAL, WARD, adt, two_stays, until};

/// The ward, hospital or unit of [`Both::theirs`].
const OTHER_CLINIC: Caller = Caller { unit: "SE2321000131-E000000002037", ..CLINIC };

/// The person of [`Both::theirs`].
const MARTA: &str = "193904129800";
/// A person of whom nobody ever told.
const NOBODY: &str = "189102029809";

fn person(value: &str) -> PersonId {
    PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: value.to_owned() }
}

/// Two stays of which nobody sees both but the hospital.
struct Both {
    /// At the ward; told to Göteborg and a clinic.
    ours: String,
    /// Begun at the ward and moved to the other; told to Mölndal and another clinic.
    theirs: String,
}

/// Both patients ready, with a signal of each because they were told late.
async fn both(suite: &Suite) -> Both {
    let (ours, theirs) = two_stays(suite, "20260914070000").await;
    let moved = adt::Adt { ward: "25", ..adt::marta(adt::of("A02", "V2", "20260914073000")) };
    adt::tell(suite, &[moved]).await;
    WARD.assess(suite, &ours, &[SOCIAL, CLINIC], None).await;
    OTHER_WARD.assess(suite, &theirs, &[MOLNDAL, OTHER_CLINIC], None).await;
    until(suite, "2026-09-15T08:00:00Z").await;
    WARD.tell_of_late(suite, &ours, &[SOCIAL, CLINIC]).await;
    OTHER_WARD.tell_of_late(suite, &theirs, &[MOLNDAL, OTHER_CLINIC]).await;
    Both { ours, theirs }
}

impl Caller {
    /// Tells units of a stay of which the judgement of need is old, and that the patient is ready.
    async fn tell_of_late(self, suite: &Suite, id: &str, whom: &[Self]) {
        self.notify(suite, id, whom, None).await;
        suite.drain().await;
        self.confirm(suite, id).await.expect("confirmed");
    }
}

/// That a reader sees the one stay in everything and the other in nothing.
async fn sees_one_only(suite: &Suite, reader: Caller, own: &str, other: &str) {
    assert!(reader.sees_nothing_of(suite, other).await, "{reader:?}");
    assert_eq!(reader.ready(suite).await, [own], "{reader:?}");
    assert!(reader.signals(suite).await.iter().all(|signal| signal.admission_id == own), "{reader:?}");
    reader.case(suite, own).await.expect("a case");
}
