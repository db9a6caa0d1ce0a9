//! Waking across processes: whoever commits to a PostgreSQL database says so by NOTIFY, and whoever shares the database
//! listens. It only wakes: a word that is lost is made up for by whoever looks from time to time.

use std::time::Duration;

use sqlx::{AnyPool, postgres::PgListener};
use tokio::{sync::watch, time::sleep};

use crate::{
    error::DbError,
    params,
    read::{Row, bind},
};

/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_secs(1);

/// How long after a word the next one is said, which then tells of every commit between. A word in each transaction
/// would make the transactions of all services wait for each other: PostgreSQL commits those that notify one by one.
const PAUSE: Duration = Duration::from_millis(5);

/// One service's channel.
pub(crate) struct Channel {
    /// Where the database is.
    pub url: String,
    /// The channel's name: PostgreSQL has one space of them a database, whatever the schema.
    pub name: String,
    /// Says the word, and asks where the feed stands.
    pub pool: AnyPool,
}

impl Channel {
    /// Tells of every commit of this process, and hears of everybody's, until the lane is gone.
    pub async fn share(self, own: watch::Receiver<i64>, head: watch::Sender<i64>) {
        tokio::select! {
            () = self.tell(own) => {}
            () = self.hear(&head) => {}
        }
    }

    async fn tell(&self, mut own: watch::Receiver<i64>) {
        while own.changed().await.is_ok() {
            let seq = own.borrow_and_update().to_string();
            let notify = sqlx::query("select cast(pg_notify($1, $2) as text)");
            if let Err(error) = bind(notify, params![self.name, seq]).execute(&self.pool).await {
                let error = DbError::from(error);
                tracing::debug!(channel = self.name, %error, "others were not woken");
            }
            sleep(PAUSE).await;
        }
    }

    async fn hear(&self, head: &watch::Sender<i64>) {
        loop {
            let Err(error) = self.listen(head).await;
            tracing::warn!(channel = self.name, %error, "commits of other processes are found late");
            sleep(AGAIN).await;
        }
    }

    /// Listens until it fails. A connection that was lost is made anew, and what was said meanwhile asked for.
    async fn listen(&self, head: &watch::Sender<i64>) -> Result<std::convert::Infallible, DbError> {
        let mut listener = PgListener::connect(&self.url).await?;
        listener.listen(&self.name).await?;
        reach(head, self.stands().await?);
        loop {
            let seq = match listener.try_recv().await? {
                Some(word) => word.payload().parse().unwrap_or_default(),
                None => self.stands().await?,
            };
            reach(head, seq);
        }
    }

    async fn stands(&self) -> Result<i64, DbError> {
        let counter = sqlx::query("select seq from feed_counter where id = 1").fetch_one(&self.pool).await?;
        Row(counter).column("seq")
    }
}

/// Moves the head on, and wakes whoever follows. Words come in any order.
pub(crate) fn reach(head: &watch::Sender<i64>, seq: i64) {
    head.send_if_modified(|head| {
        let is_on = seq > *head;
        *head = seq.max(*head);
        is_on
    });
}
