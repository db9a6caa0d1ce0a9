//! What the tests of every crate share. Nothing here is part of the product.
//!
//! A test that cannot have what it needs fails and says what is missing; it is never skipped.

pub mod postgres;
mod refusal;
mod suite;
mod told;

pub use refusal::{Refused, refused};
pub use suite::{On, Suite, at, own, with_access_log};
pub use told::{ToldFeed, interleaved};

/// Runs an async test, `async fn name(suite: &Suite)`, on SQLite and on PostgreSQL with these services.
#[macro_export]
macro_rules! each_backend {
    ($($name:ident),+ $(,)? on $services:expr) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(&$crate::Suite::start($crate::On::Sqlite, $services).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(&$crate::Suite::start($crate::On::Postgres, $services).await).await;
            }
        }
    )+};
}
