//! Random commands on a few stays of a few patients, held against a simple model: whatever is done in whatever order,
//! once or twice, the services say what the model says, and every follower agrees with whom it follows.

mod act;
mod stay;
mod world;

use hemgang_testing::{On, Suite};
use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner},
};

use self::{
    act::{Act, VISITS, act},
    world::World,
};

#[test]
fn whatever_is_done_in_whatever_order_the_services_say_what_a_simple_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let config = Config { cases: 16, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&vec(act(), 20..90), |acts| {
        runtime.block_on(async {
            let suite = Suite::start(On::Sqlite, crate::services::SERVICES).await;
            let mut world = World::default();
            // Commands need a stay: without these, most of the first ones would meet none.
            for visit in 0..VISITS {
                world.act(&suite, &Act::admit(visit)).await?;
            }
            for act in acts {
                world.act(&suite, &act).await?;
            }
            world.compare(&suite).await
        })
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
}
