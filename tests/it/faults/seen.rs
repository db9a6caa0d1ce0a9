//! An event that rests on another feed is applied after what it rests on, whichever feed is read first.

use hemgang_proto::readiness as rea;
use hemgang_testing::{On, Suite};

use crate::{
    journeys::steps::{NOW, PHYSICIAN, SAHLGRENSKA, SOCIAL, WARD, adt, kinds},
    services::SERVICES,
};

/// A judgement that rests on a notice, which planning has not read.
async fn assert_waits(on: On) {
    let suite = Suite::at_rest(on, SERVICES).await;
    adt::tell(&suite, &[adt::a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(&suite, "V1").await.admission_id;
    WARD.assess(&suite, &id, &[SOCIAL], NOW).await;
    WARD.notify(&suite, &id, &[SOCIAL], NOW).await;
    // Readiness reads on by itself for a judgement; planning is not asked.
    let request = rea::ConfirmReadinessRequest {
        admission_id: id.clone(),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    WARD.readiness(&suite).confirm_readiness(request).await.expect("confirmed");
    let planning = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    let [admission, readiness] = &planning.followers()[..] else { panic!("two feeds") };
    assert_eq!((admission.feed(), readiness.feed()), ("admission", "readiness"));
    let stood = admission.position();

    let waits = readiness.advance().await.expect("read").expect("it waits for the other feed");
    assert_eq!((waits.feed, readiness.position()), ("admission", String::new()));
    assert!(waits.position != stood && admission.position() == stood, "{waits:?}");

    readiness.catch_up().await.expect("caught up");
    assert_eq!(admission.position(), waits.position);
    let told = kinds(&WARD.case(&suite, &id).await.expect("a case").notices);
    assert_eq!(told.len(), 2, "the notice and the judgement: {told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_a_judgement_waits_for_the_admission_that_it_rests_on() {
    assert_waits(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_judgement_waits_for_the_admission_that_it_rests_on() {
    assert_waits(On::Postgres).await;
}
