//! One transaction for the changes of a batch: counter, answers, rows in sets, events. All of it, or nothing.

use std::collections::BTreeMap;

use sqlx::{Any, AnyPool, Connection as _, Transaction};

use crate::{
    change::{Answered, Change, Write},
    column::Value,
    error::DbError,
    lane::{CommitError, Position},
    open::Backend,
    params,
    read::{Row, bind},
    record::Record as _,
    set::{Set, Way},
};

/// Why a batch was not written. Nothing of it is.
#[derive(Debug)]
pub(crate) enum Failed {
    /// These lost, by their places in ascending order; the others may be written without them.
    Losers(Vec<(usize, CommitError)>),
    /// The database refused a statement, on whosever account.
    Refused(DbError),
    /// The database is away, or went while it committed: who asked decides whether to ask again.
    Away(DbError),
}

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        if matches!(error, DbError::Unavailable(_)) { Self::Away(error) } else { Self::Refused(error) }
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        DbError::from(error).into()
    }
}

/// Columns of the feed; the first is its key.
const FEED: &[&str] = &[
    "seq",
    "kind",
    "admission_id",
    "case_id",
    "occurred_at",
    "recorded_at",
    "actor_unit",
    "entry_reason",
    "stated_at",
    "audience",
    "seen",
    "access",
    "payload",
];

/// Writes changes that touch no row in common, and says where the feed stood after each.
pub(crate) async fn write(
    pool: &AnyPool,
    backend: Backend,
    changes: &[&Change],
) -> Result<Vec<Position>, Failed> {
    let begin = match backend {
        // A plain BEGIN that reads first and writes later fails BUSY at once under load.
        Backend::Sqlite => "begin immediate",
        Backend::Postgres => "begin",
    };
    let mut connection = pool.acquire().await?;
    let written = match connection.begin_with(begin).await {
        Ok(tx) => write_on(tx, backend, changes).await,
        Err(error) => Err(error.into()),
    };
    // SQLite ends the transaction itself when the disk is full; sqlx goes on counting it, and no other could ever begin
    // on this connection.
    if matches!(written, Err(Failed::Refused(_) | Failed::Away(_))) {
        connection.close_on_drop();
    }
    written
}

async fn write_on(
    mut tx: Transaction<'_, Any>,
    backend: Backend,
    changes: &[&Change],
) -> Result<Vec<Position>, Failed> {
    let positions = step(&mut tx, changes).await?;
    let mut losers = remember(&mut tx, backend, changes).await?;
    for set in sets(changes) {
        for place in set.write(&mut tx, backend).await? {
            losers.entry(place).or_insert(CommitError::Lost(set.table));
        }
    }
    if !losers.is_empty() {
        tx.rollback().await?;
        return Err(Failed::Losers(losers.into_iter().collect()));
    }
    for change in changes {
        forget(&mut tx, change).await?;
    }
    append(&mut tx, backend, changes, &positions).await?;
    // A connection lost here may have committed: it is answered, and not written again.
    tx.commit().await.map_err(|error| Failed::Away(error.into()))?;
    Ok(positions)
}

/// Steps the counter by every event, before anything else and also when there is none: its row is the one lock, so
/// order is commit order, without gaps and without deadlocks.
async fn step(tx: &mut Transaction<'_, Any>, changes: &[&Change]) -> Result<Vec<Position>, Failed> {
    let told = |change: &Change| i64::try_from(change.events.len()).unwrap_or(i64::MAX);
    let steps: i64 = changes.iter().map(|change| told(change)).sum();
    let counter = sqlx::query("update feed_counter set seq = seq + $1 where id = 1 returning epoch, seq");
    let counter = Row(bind(counter, params![steps]).fetch_one(&mut **tx).await?);
    let (epoch, head): (String, i64) = (counter.column("epoch")?, counter.column("seq")?);
    let mut seq = head - steps;
    let positions = changes.iter().map(|change| {
        seq += told(change);
        Position { epoch: epoch.clone(), seq }
    });
    Ok(positions.collect())
}

/// Stores the answers. Whoever was answered before loses, and gets the first answer.
async fn remember(
    tx: &mut Transaction<'_, Any>,
    backend: Backend,
    changes: &[&Change],
) -> Result<BTreeMap<usize, CommitError>, Failed> {
    let answers =
        changes.iter().enumerate().filter_map(|(place, change)| Some((place, change.answer.as_ref()?)));
    let answers: Vec<_> = answers.collect();
    let values = |(place, answer): &(usize, &crate::Answer)| {
        let mut values = answer.key();
        values.extend(params![answer.request_hash, answer.response, answer.answered_at]);
        (*place, values)
    };
    let rows: Vec<_> = answers.iter().map(values).collect();
    let set = Set {
        way: Way::Insert,
        table: Answered::TABLE,
        key: Answered::KEY.len(),
        columns: Answered::COLUMNS,
        rows: rows.iter().map(|(place, values)| (*place, values.as_slice())).collect(),
    };
    let mut losers = BTreeMap::new();
    for place in set.write(tx, backend).await? {
        let Some((_, answer)) = answers.iter().find(|(known, _)| *known == place) else { continue };
        let earlier = sqlx::query(
            "select * from answer where caller = $1 and unit = $2 and rpc = $3 and request_id = $4",
        );
        let earlier = Answered::from_row(&Row(bind(earlier, answer.key()).fetch_one(&mut **tx).await?))?;
        let answered =
            CommitError::Answered { request_hash: earlier.request_hash, response: earlier.response };
        losers.insert(place, answered);
    }
    Ok(losers)
}

/// The rows of all changes, by table and way: removals and replacements first, so that their places are free.
fn sets<'a>(changes: &[&'a Change]) -> Vec<Set<'a>> {
    let mut sets: BTreeMap<_, Set<'a>> = BTreeMap::new();
    let mut add = |way, table, key: usize, columns, place, values| {
        let set = || Set { way, table, key, columns, rows: Vec::new() };
        sets.entry((way, table, columns)).or_insert_with(set).rows.push((place, values));
    };
    for (place, change) in changes.iter().enumerate() {
        for write in &change.writes {
            match write {
                Write::Insert { table, key, columns, values } => {
                    add(Way::Insert, *table, key.len(), *columns, place, values.as_slice());
                }
                Write::Replace { table, key, columns, values } => {
                    add(Way::Replace, *table, key.len(), *columns, place, values.as_slice());
                }
                Write::Remove { table, key, values } => {
                    add(Way::Remove, *table, key.len(), *key, place, values.as_slice());
                }
                Write::ForgetAnswers { .. } => {}
            }
        }
    }
    sets.into_values().collect()
}

async fn forget(tx: &mut Transaction<'_, Any>, change: &Change) -> Result<(), Failed> {
    for write in &change.writes {
        if let Write::ForgetAnswers { before } = write {
            let forget = sqlx::query("delete from answer where answered_at < $1");
            bind(forget, params![*before]).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Appends the events under the numbers that were taken for them.
async fn append(
    tx: &mut Transaction<'_, Any>,
    backend: Backend,
    changes: &[&Change],
    positions: &[Position],
) -> Result<(), Failed> {
    let mut rows: Vec<(usize, Vec<Value>)> = Vec::new();
    for (place, (change, position)) in changes.iter().zip(positions).enumerate() {
        for (back, event) in (0_i64..).zip(change.events.iter().rev()) {
            let values = params![
                position.seq - back,
                event.kind,
                event.admission_id,
                event.case_id,
                event.occurred_at,
                event.recorded_at,
                event.actor_unit,
                event.entry_reason,
                event.stated_at,
                event.audience,
                event.seen,
                event.access,
                event.payload
            ];
            rows.push((place, values));
        }
    }
    let rows = rows.iter().map(|(place, values)| (*place, values.as_slice())).collect();
    let set = Set { way: Way::Insert, table: "feed_event", key: 1, columns: FEED, rows };
    match set.write(tx, backend).await?.first() {
        None => Ok(()),
        // The counter gave these numbers to us alone.
        Some(_) => Err(Failed::Refused(DbError::Numbers)),
    }
}
