//! The write lane: the only place that opens a transaction.
//!
//! Changes are written in tasks of its own, so that a cancelled handler does not cancel its change (a cancelled
//! `begin()` of sqlx 0.9.0 lost acknowledged writes). The feed's counter is stepped first in each transaction:
//! it is the one lock, so order is commit order, without gaps and without deadlocks.

use std::time::Duration;

use hemgang_core::redacted::Redacted;
use sqlx::{Any, AnyPool, AssertSqlSafe, Transaction};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use crate::{
    change::{Answered, Change, NewEvent, Write},
    column::Value,
    error::DbError,
    open::{Backend, Storage},
    params,
    read::{Row, bind},
    record::Record as _,
};

/// How many changes may wait. A full queue is answered UNAVAILABLE rather than grown.
const QUEUE: usize = 4096;

/// How long a change may wait in the queue. A transaction under way is never cancelled; the database ends it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a feed stands: within an epoch, the sequence number of its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Changes when a database is restored.
    pub epoch: String,
    /// The last event's number.
    pub seq: i64,
}

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A row was changed, removed or taken by somebody else since it was read: decide again.
    #[error("a row of {0} moved")]
    Lost(&'static str),
    /// The request id was answered before.
    #[error("the request was answered before")]
    Answered {
        /// Hash of the body that was answered.
        request_hash: String,
        /// The answer.
        response: Redacted<String>,
    },
    /// The queue is full.
    #[error("the write queue is full")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Takes changes and answers each when it is durable. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Lane {
    queue: mpsc::Sender<Job>,
    head: watch::Receiver<i64>,
}

#[derive(Debug)]
struct Job {
    change: Change,
    came: Instant,
    done: oneshot::Sender<Result<Position, CommitError>>,
}

impl Lane {
    /// Starts the lane on a pool of its own. Until its last change is written the place stays ours, whoever
    /// drops the storage before.
    pub(crate) fn start(pool: AnyPool, backend: Backend, seq: i64, place: Storage) -> Self {
        let (queue, mut jobs) = mpsc::channel::<Job>(QUEUE);
        let (head_tx, head) = watch::channel(seq);
        tokio::spawn(async move {
            while let Some(Job { change, came, done }) = jobs.recv().await {
                // What waited too long is not written: its caller has been told, or is gone, and readers of the
                // feed rely on nothing coming so late.
                let result = if came.elapsed() < PATIENCE {
                    write(&pool, backend, change).await
                } else {
                    Err(CommitError::Full)
                };
                if let Ok(position) = &result {
                    head_tx.send_if_modified(|head| std::mem::replace(head, position.seq) != position.seq);
                }
                // The caller may have gone; its change stands all the same.
                let _ = done.send(result);
            }
            pool.close().await;
            drop(place);
        });
        Self { queue, head }
    }

    pub(crate) async fn commit(&self, change: Change) -> Result<Position, CommitError> {
        let (done, answer) = oneshot::channel();
        self.queue.try_send(Job { change, came: Instant::now(), done }).map_err(|_| CommitError::Full)?;
        answer.await.map_err(|_| CommitError::Full)?
    }

    pub(crate) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }
}

/// One change, one transaction: counter, answer, replaces and removals, inserts, events.
async fn write(pool: &AnyPool, backend: Backend, change: Change) -> Result<Position, CommitError> {
    let begin = match backend {
        // A plain BEGIN that reads first and writes later fails BUSY at once under load.
        Backend::Sqlite => "begin immediate",
        Backend::Postgres => "begin",
    };
    let mut tx = pool.begin_with(begin).await?;
    let steps = i64::try_from(change.events.len()).unwrap_or(i64::MAX);
    let counter = bind(
        sqlx::query("update feed_counter set seq = seq + $1 where id = 1 returning epoch, seq"),
        params![steps],
    );
    let counter = Row(counter.fetch_one(&mut *tx).await?);
    let position = Position { epoch: counter.column("epoch")?, seq: counter.column("seq")? };

    remember(&mut tx, &change).await?;
    let (inserts, others): (Vec<_>, Vec<_>) =
        change.writes.into_iter().partition(|write| matches!(write, Write::Insert { .. }));
    for row in others.into_iter().chain(inserts) {
        apply(&mut tx, row).await?;
    }
    for (step, event) in (1..).zip(change.events) {
        append(&mut tx, position.seq - steps + step, event).await?;
    }
    tx.commit().await?;
    Ok(position)
}

/// Stores the answer, or finds that the request was answered before.
async fn remember(tx: &mut Transaction<'_, Any>, change: &Change) -> Result<(), CommitError> {
    let Some(answer) = &change.answer else { return Ok(()) };
    let mut values = answer.key();
    values.extend(params![answer.request_hash, answer.response, answer.answered_at]);
    if insert(tx, Answered::TABLE, Answered::COLUMNS, values).await? {
        return Ok(());
    }
    let earlier =
        sqlx::query("select * from answer where caller = $1 and unit = $2 and rpc = $3 and request_id = $4");
    let earlier = Answered::from_row(&Row(bind(earlier, answer.key()).fetch_one(&mut **tx).await?))?;
    Err(CommitError::Answered { request_hash: earlier.request_hash, response: earlier.response })
}

/// Writes one row, or loses.
async fn apply(tx: &mut Transaction<'_, Any>, write: Write) -> Result<(), CommitError> {
    let (table, written) = match write {
        Write::Insert { table, columns, values } => (table, insert(tx, table, columns, values).await?),
        Write::Replace { table, key, columns, mut values, version_read } => {
            let assignments = numbered(&columns[key.len()..], key.len() + 1, ", ");
            let condition = numbered(key, 1, " and ");
            let sql = format!(
                "update {table} set {assignments} where {condition} and version = ${}",
                columns.len() + 1
            );
            values.push(Value::Int(Some(version_read)));
            (table, execute(tx, sql, values).await? == 1)
        }
        Write::ForgetAnswers { before } => {
            execute(tx, "delete from answer where answered_at < $1".to_owned(), params![before]).await?;
            return Ok(());
        }
        Write::Remove { table, key, values } => {
            let sql = format!("delete from {table} where {}", numbered(key, 1, " and "));
            (table, execute(tx, sql, values).await? == 1)
        }
    };
    if written { Ok(()) } else { Err(CommitError::Lost(table)) }
}

async fn append(tx: &mut Transaction<'_, Any>, seq: i64, event: NewEvent) -> Result<(), CommitError> {
    const COLUMNS: &[&str] = &[
        "seq",
        "kind",
        "admission_id",
        "occurred_at",
        "recorded_at",
        "actor_unit",
        "entry_reason",
        "stated_at",
        "audience",
        "seen",
        "payload",
    ];
    let values = params![
        seq,
        event.kind,
        event.admission_id,
        event.occurred_at,
        event.recorded_at,
        event.actor_unit,
        event.entry_reason,
        event.stated_at,
        event.audience,
        event.seen,
        event.payload
    ];
    if insert(tx, "feed_event", COLUMNS, values).await? {
        Ok(())
    } else {
        Err(CommitError::Lost("feed_event"))
    }
}

async fn insert(
    tx: &mut Transaction<'_, Any>,
    table: &str,
    columns: &[&str],
    values: Vec<Value>,
) -> Result<bool, CommitError> {
    let places = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let sql =
        format!("insert into {table} ({}) values ({places}) on conflict do nothing", columns.join(", "));
    Ok(execute(tx, sql, values).await? == 1)
}

/// Statements are composed from table and column names that are constants of record types, never from input.
async fn execute(tx: &mut Transaction<'_, Any>, sql: String, values: Vec<Value>) -> Result<u64, CommitError> {
    Ok(bind(sqlx::query(AssertSqlSafe(sql)), values).execute(&mut **tx).await?.rows_affected())
}

/// `a = $1, b = $2` from a first number on.
fn numbered(columns: &[&str], first: usize, separator: &str) -> String {
    (first..).zip(columns).map(|(n, column)| format!("{column} = ${n}")).collect::<Vec<_>>().join(separator)
}
