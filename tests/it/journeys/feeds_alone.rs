//! Clients that hold nothing but the feeds know what the lists show: what they may see, as it stands, and no more.

mod holder;

use hemgang_proto::readiness::{WithdrawReadinessRequest, WithdrawalReason};
use hemgang_testing::{Suite, each_backend};

use self::holder::Holder;
use super::steps::{
    CLINIC, MOLNDAL, OTHER_WARD, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, MARTA, a01, a03, of, tell},
    until,
};

each_backend!(a_client_of_the_feeds_alone_holds_what_the_lists_show on crate::services::SERVICES);

async fn a_client_of_the_feeds_alone_holds_what_the_lists_show(suite: &Suite) {
    let callers = [WARD, OTHER_WARD, SAHLGRENSKA, SOCIAL, MOLNDAL, CLINIC];
    let mut holders = callers.map(Holder::new);
    let visits = ["V1", "V2", "V3", "V4", "V5", "V6"];
    for (number, visit) in visits.into_iter().enumerate() {
        let person = if number % 2 == 0 { MARTA } else { a01("", "").person };
        tell(suite, &[Adt { person, ..a01(visit, "20260914070000") }]).await;
    }
    compare(suite, &mut holders).await;

    let mut ids = Vec::new();
    for visit in visits {
        ids.push(SAHLGRENSKA.admission_of(suite, visit).await.admission_id);
    }
    let [moved, back, void, dead, astray, untold] = ids.try_into().expect("six stays");
    WARD.tell_of(suite, &moved, &[SOCIAL]).await;
    WARD.tell_of(suite, &back, &[SOCIAL, CLINIC]).await;
    WARD.tell_of(suite, &void, &[SOCIAL]).await;
    WARD.tell_of(suite, &dead, &[CLINIC]).await;
    WARD.tell_of(suite, &astray, &[MOLNDAL]).await;
    for ready in [&moved, &back, &dead, &untold] {
        WARD.confirm(suite, ready).await.expect("confirmed");
    }
    compare(suite, &mut holders).await;

    until(suite, "2026-09-15T09:00:00Z").await;
    let person = MARTA;
    let to_other = |visit| Adt { ward: "25", ..of("A02", visit, "20260915073000") };
    tell(suite, &[Adt { person, ..to_other("V1") }, to_other("V2"), to_other("V6")]).await;
    tell(suite, &[Adt { person, ..of("A11", "V3", "20260915080000") }]).await;
    tell(suite, &[Adt { disposition: "20", ..a03("V4", "20260915083000") }]).await;
    // The right one is told after the wrong one; both know of the case.
    WARD.tell_of(suite, &astray, &[SOCIAL]).await;
    compare(suite, &mut holders).await;

    // A unit that is notified after the move, of a readiness that was judged before it.
    OTHER_WARD.tell_of(suite, &moved, &[CLINIC]).await;
    OTHER_WARD.confirm(suite, &moved).await.expect("confirmed again");
    compare(suite, &mut holders).await;

    // The second patient was never there, and the fourth is alive.
    until(suite, "2026-09-15T10:00:00Z").await;
    tell(suite, &[of("A12", "V2", "20260915113000"), of("A13", "V4", "20260915114000")]).await;
    compare(suite, &mut holders).await;

    let withdrawal = WithdrawReadinessRequest {
        admission_id: back,
        reason: WithdrawalReason::RegisteredInError.into(),
        ..Default::default()
    };
    WARD.readiness(suite).withdraw_readiness(withdrawal).await.expect("withdrawn");
    tell(suite, &[Adt { person, ward: "25", ..a03("V1", "20260915115000") }]).await;
    compare(suite, &mut holders).await;
    // Nobody was left with nothing, or the comparisons would say little.
    let held: Vec<_> = holders.iter().map(Holder::counts).collect();
    assert_eq!(held, [(4, 1, 4), (2, 1, 1), (6, 2, 5), (0, 0, 4), (0, 0, 1), (0, 1, 3)]);
}

async fn compare(suite: &Suite, holders: &mut [Holder]) {
    suite.drain().await;
    for holder in holders {
        holder.read_on(suite).await;
        holder.compare(suite).await;
    }
}
