//! Reads by key that are made together. While a statement is under way, whoever asks the same of another key waits,
//! and the next statement reads for all of them: alone a read goes at once, under load many share one.
//!
//! A statement begins after every read that it answers was asked for, so it sees each commit that was answered before.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{AnyPool, AssertSqlSafe};
use tokio::sync::oneshot;

use crate::{
    column::Value,
    error::DbError,
    open::Backend,
    read::{Row, bind},
};

/// How many keys one statement reads at most, so that the first of them does not wait long for the last.
const KEYS: usize = 256;

/// What waits, by statement. One that is there is under way.
type Waiting = HashMap<&'static str, Vec<Ask>>;

/// Reads by key. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Gatherer {
    pool: AnyPool,
    backend: Backend,
    waiting: Arc<Mutex<Waiting>>,
}

/// A key, and whoever waits for its rows.
struct Ask {
    key: String,
    done: oneshot::Sender<Result<Rows, DbError>>,
}

/// The rows of one key, for everybody who asked for it.
type Rows = Arc<Vec<Row>>;

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").finish_non_exhaustive()
    }
}

impl Gatherer {
    pub fn new(pool: AnyPool, backend: Backend) -> Self {
        Self { pool, backend, waiting: Arc::default() }
    }

    /// Where statements walk an index, and are planned once.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// The rows of one key; `by` is the column that names it.
    pub async fn rows(&self, sql: &'static str, by: &'static str, key: String) -> Result<Rows, DbError> {
        let (done, rows) = oneshot::channel();
        let ask = Ask { key, done };
        let is_idle = match self.waiting().entry(sql) {
            Entry::Occupied(mut under_way) => {
                under_way.get_mut().push(ask);
                false
            }
            Entry::Vacant(idle) => {
                idle.insert(vec![ask]);
                true
            }
        };
        if is_idle {
            // In a task of its own: a caller that goes must not take the others' answers along.
            tokio::spawn(UnderWay { gatherer: self.clone(), sql, by, is_over: false }.run());
        }
        rows.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    /// The rows of all these keys, in one statement.
    pub async fn read(&self, sql: &'static str, keys: &BTreeSet<&str>) -> Result<Vec<Row>, DbError> {
        // What holds a nul was never stored, and PostgreSQL would refuse it on everybody's account.
        let keys: Vec<_> = keys.iter().filter(|key| !key.contains('\0')).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let of = match self.backend {
            Backend::Sqlite => "select value from json_each($1)",
            Backend::Postgres => "select json_array_elements_text($1::json)",
        };
        let sql = AssertSqlSafe(format!("with keys(key) as ({of}) {sql}"));
        let keys: serde_json::Value = keys.into_iter().copied().collect();
        let keys = Value::Text(Some(keys.to_string()));
        let rows = bind(sqlx::query(sql), vec![keys]).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement that is made again and again until nobody waits for it.
struct UnderWay {
    gatherer: Gatherer,
    sql: &'static str,
    by: &'static str,
    is_over: bool,
}

impl UnderWay {
    async fn run(mut self) {
        while let Some(asks) = self.next() {
            let keys = asks.iter().map(|ask| ask.key.as_str()).collect();
            let read = self.gatherer.read(self.sql, &keys).await.and_then(|rows| self.sorted(rows));
            for Ask { key, done } in asks {
                let rows = read.as_ref().map(|rows| rows.get(&key).map(Arc::clone).unwrap_or_default());
                let _ = done.send(rows.map_err(Clone::clone));
            }
        }
    }

    /// Those who wait now; none ends it, under the same lock under which others see that it is under way.
    fn next(&mut self) -> Option<Vec<Ask>> {
        let mut waiting = self.gatherer.waiting();
        let asks = waiting.get_mut(self.sql)?;
        if asks.is_empty() {
            waiting.remove(self.sql);
            self.is_over = true;
            return None;
        }
        Some(asks.drain(..asks.len().min(KEYS)).collect())
    }

    /// The rows by key, each key's in the order in which they came.
    fn sorted(&self, rows: Vec<Row>) -> Result<HashMap<String, Rows>, DbError> {
        let mut sorted: HashMap<String, Vec<Row>> = HashMap::new();
        for row in rows {
            sorted.entry(row.column(self.by)?).or_default().push(row);
        }
        Ok(sorted.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect())
    }
}

impl Drop for UnderWay {
    /// Nobody may wait for what ended in a panic.
    fn drop(&mut self) {
        if !self.is_over {
            self.gatherer.waiting().remove(self.sql);
        }
    }
}
