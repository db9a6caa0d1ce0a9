//! Projections that are made anew equal what stood; what was lost of them comes back.

use hemgang_db::Change;
use hemgang_feed::{Compared, rebuild};
use hemgang_proto::planning::{
    ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, RecordConsentRequest,
    record_consent_request::Key,
};
use hemgang_rpc::Context;
use hemgang_testing::{Suite, each_backend};
use jiff::SignedDuration;

use crate::journeys::steps::{CLINIC, MOLNDAL, NOW, SOCIAL, WARD, adt, two_stays};

each_backend!(a_rebuild_equals_what_stood_and_mends_what_does_not on crate::services::SERVICES);

/// A row of a projection, by the key that all of them have.
struct Stay {
    admission_id: String,
}

hemgang_db::record!(Stay, "stay", key(admission_id), columns());

async fn of(cx: &Context, check: bool) -> Vec<Compared> {
    rebuild(cx, check).await.expect("rebuilt").tables
}

/// Stays that are moved, notified, ready, withdrawn by departure and come back to; of one planning is broken off.
async fn live(suite: &Suite) -> (String, String) {
    let (first, second) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &first, &[SOCIAL, CLINIC]).await;
    WARD.confirm(suite, &first).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(30)).await;
    WARD.tell_of(suite, &second, &[MOLNDAL]).await;
    WARD.notify(suite, &first, &[SOCIAL], NOW).await;
    let refusal = RecordConsentRequest {
        key: Some(Key::AdmissionId(first.clone())),
        kind: ConsentKind::Disclosure.into(),
        decision: ConsentDecision::Refused.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    };
    WARD.planning(suite).record_consent(refusal).await.expect("recorded");
    adt::tell(suite, &[adt::a03("V1", "20260915120000")]).await;
    WARD.interrupts(suite, &second).await;
    suite.pass(SignedDuration::from_hours(5)).await;
    (first, second)
}

async fn a_rebuild_equals_what_stood_and_mends_what_does_not(suite: &Suite) {
    let (first, second) = live(suite).await;
    for (name, tables) in [("readiness", 7), ("planning", 3), ("deviation", 6)] {
        let cx = suite.process.contexts().find(|cx| cx.name == name).expect("a service");
        // What follows lazily, too.
        cx.catch_up().await.expect("caught up");
        let (told, found) = (*cx.db.head().borrow(), of(cx, true).await);
        assert_eq!(found.len(), tables, "{name}");
        // Nobody who was told leaves.
        let is_filled = |table: &Compared| table.rows > 0 || table.table == "recipient_change";
        assert!(found.iter().all(|table| table.differing == 0 && is_filled(table)), "{name}: {found:?}");

        let lost = Stay { admission_id: first.clone() };
        cx.db.commit(Change::new().remove(&lost)).await.expect("removed");
        let differing = |tables: &[Compared]| tables.iter().map(|table| table.differing).sum::<usize>();
        assert_eq!(differing(&of(cx, true).await), 1, "{name}");
        assert_eq!(differing(&of(cx, true).await), 1, "{name}: a check changes nothing");
        assert_eq!(differing(&of(cx, false).await), 1, "{name}");
        assert_eq!(differing(&of(cx, true).await), 0, "{name}: it is mended");
        assert_eq!(*cx.db.head().borrow(), told, "{name}: nothing is told anew");
    }
    // The followers go on from where they stood.
    WARD.notify(suite, &second, &[CLINIC], NOW).await;
    suite.drain().await;
    assert!(CLINIC.inbox(suite).await.iter().any(|notice| notice.admission_id == second));
}
