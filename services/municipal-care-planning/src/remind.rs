//! Reminders go out behind the change that wrote them: at least once, each by itself.

mod smtp;
#[cfg(test)]
mod tests;

use std::{future::Future, pin::Pin, time::Duration};

use futures::{StreamExt as _, stream};
use hemgang_core::day::local_day;
use hemgang_db::{Change, CommitError};
use hemgang_rpc::{Context, Failure, Reminders};
use jiff::SignedDuration;

use crate::{
    domain::{
        notice::Notice,
        reminder::{Fault, Reminder},
    },
    store,
};

/// How often it is looked whether something is to go out.
const LOOK: Duration = Duration::from_secs(1);

/// How many go out at the same time: a server that does not answer must not hold up the others.
const AT_ONCE: usize = 8;

/// How long one is kept that was given up.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What takes a reminder to its address.
#[async_trait::async_trait]
pub trait Post: Send + Sync {
    /// Hands it over: this text, to the address of the reminder.
    async fn send(&self, reminder: &Reminder, text: String) -> Result<(), Fault>;
}

/// Delivers what is due until the process stops; nothing where nobody is reminded.
pub fn run(cx: Context) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let Some(settings) = cx.own.reminders.clone() else { return };
        let mut state = Said::default();
        while !cx.is_stopping() {
            if let Err(failure) = round(&cx, &settings, &mut state).await {
                tracing::warn!(service = cx.name, error = ?failure, "reminders could not be delivered");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = cx.stopped() => {}
            }
        }
    })
}

/// What was said last of settings that cannot be used: whoever reads the log is told once, not at every look.
#[derive(Default)]
struct Said(Option<String>);

impl Said {
    /// Whether this was not said last.
    fn is_news(&mut self, fault: Option<&str>) -> bool {
        let is_news = self.0.as_deref() != fault;
        self.0 = fault.map(str::to_owned);
        is_news
    }
}

/// A look: certificates and password are read again, so that they can be renewed under a running server.
async fn round(cx: &Context, settings: &Reminders, said: &mut Said) -> Result<(), Failure> {
    let due = store::reminder::list_due(&cx.db, cx.clock.now()).await?;
    if !due.is_empty() {
        match smtp::Smtp::open(settings) {
            Ok(post) => {
                said.is_news(None);
                deliver(cx, settings, &post, due).await;
            }
            Err(fault) => {
                if said.is_news(Some(&fault)) {
                    tracing::warn!(service = cx.name, %fault, "reminders cannot be sent");
                }
            }
        }
    }
    forget(cx).await
}

/// Delivers each. One that fails holds up no other.
async fn deliver(cx: &Context, settings: &Reminders, post: &impl Post, due: Vec<Reminder>) {
    let each = due.into_iter().map(|reminder| async move {
        let id = reminder.reminder_id;
        if let Err(failure) = attempt(cx, settings, post, reminder).await {
            tracing::warn!(service = cx.name, reminder = %id, error = ?failure, "a reminder was not delivered");
        }
    });
    stream::iter(each).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

async fn attempt(
    cx: &Context,
    settings: &Reminders,
    post: &impl Post,
    reminder: Reminder,
) -> Result<(), Failure> {
    let notice = store::notice::get(&cx.db, reminder.notice_id).await?;
    let case = match &notice {
        Some(notice) => store::case::get(&cx.db, notice.case_id).await?,
        None => None,
    };
    let is_owed = |it: &Notice| it.recipient == reminder.unit && case.is_some_and(|case| it.is_owed(&case));
    let Some(notice) = notice.filter(is_owed) else {
        // Somebody took note meanwhile, nobody has to any more, or it is another unit's by now.
        return keep(cx, Change::new().remove(&reminder)).await.map(|_| ());
    };
    let retry = SignedDuration::from_secs(settings.retry_seconds.into());
    let reminder = reminder.tried(retry, cx.clock.now());
    if !keep(cx, Change::new().replace(&reminder)).await? {
        // Another process tries.
        return Ok(());
    }
    let directory = cx.directory.now();
    let unit = directory.unit(&notice.recipient, local_day(cx.clock.now()));
    let text = reminder.text(unit.map_or(notice.recipient.as_str(), |unit| &unit.name), &settings.link);
    let change = match post.send(&reminder, text).await {
        Ok(()) => Change::new().remove(&reminder),
        Err(fault) => Change::new().replace(&reminder.failed(fault, cx.clock.now())),
    };
    keep(cx, change).await.map(|_| ())
}

/// Forgets what was given up long ago.
async fn forget(cx: &Context) -> Result<(), Failure> {
    for reminder in store::reminder::list_given_up(&cx.db, cx.clock.now() - KEPT).await? {
        keep(cx, Change::new().remove(&reminder)).await?;
    }
    Ok(())
}

/// Commits; false where another process was there before.
async fn keep(cx: &Context, change: Change) -> Result<bool, Failure> {
    match cx.db.commit(change).await {
        Ok(_) => Ok(true),
        Err(CommitError::Lost(_)) => Ok(false),
        Err(CommitError::Db(error)) => Err(error.into()),
        Err(CommitError::Full | CommitError::Answered { .. }) => Err(Failure::StoreUnavailable),
    }
}
