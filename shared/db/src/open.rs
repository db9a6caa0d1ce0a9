//! Opening a database by URL: `sqlite://FOLDER` or `postgres://…`, one database or schema per service.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Once},
    time::Duration,
};

use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _,
    any::AnyPoolOptions,
    migrate::{MigrateError, MigrationType, Migrator},
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{
    cursor::Cursors,
    error::{DbError, is_passing},
    gather::Gatherer,
    lane::{Heads, Lane},
    params,
    read::{Db, Row, bind},
    wake::Channel,
};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file per service in a folder that one process owns.
    Sqlite,
    /// A schema per service in one database.
    Postgres,
}

/// One step of a service's schema, compiled in. Versions are unique within a service; the common ones are below 100.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Order.
    pub version: i64,
    /// What it does, for the table of applied migrations.
    pub name: &'static str,
    /// One text for both databases.
    pub sql: &'static str,
}

/// The file that one process at a time holds.
pub(crate) const LOCK: &str = "hemgang.lock";

pub(crate) const COMMON: Migration =
    Migration { version: 1, name: "common", sql: include_str!("../migrations/0001_common.sql") };

/// Why a database could not be opened. The texts name what to mend.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither of the two schemes.
    #[error("database.url must start with sqlite:// or postgres://")]
    Scheme,
    /// Another process has the folder.
    #[error("the data folder {0} is in use by another process")]
    InUse(PathBuf),
    /// The folder cannot be made or written.
    #[error("the data folder {0} is not writable")]
    NotWritable(PathBuf, #[source] io::Error),
    /// The server lets nobody in.
    #[error("the database cannot be reached; check database.url and that it runs")]
    Connect(#[source] sqlx::Error),
    /// The file is not to be read, or none of SQLite's.
    #[error("{0} cannot be used; a damaged file is restored from a copy")]
    File(PathBuf, #[source] sqlx::Error),
    /// The schema is not ours, or newer than this program.
    #[error("the schema of {0} cannot be brought up to date")]
    Migrate(String, #[source] MigrateError),
    /// The counter row holds no epoch or key of ours.
    #[error("the feed counter's epoch or cursor key is damaged; restore the database")]
    Counter,
    /// The database opened but a first statement failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Where services keep their databases. Holds the data folder's lock while it, or a database opened here, lives.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Place>);

#[derive(Debug)]
enum Place {
    Sqlite { folder: PathBuf, _lock: File },
    Postgres { url: String },
}

impl Storage {
    /// Takes the folder, or notes the server.
    ///
    /// # Errors
    /// When the URL is of neither kind, or the folder is in use or not writable.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self(Arc::new(Place::Postgres { url: url.to_owned() })));
        }
        let folder = PathBuf::from(url.strip_prefix("sqlite://").ok_or(OpenError::Scheme)?);
        let not_writable = |error| OpenError::NotWritable(folder.clone(), error);
        // The files hold names: the folder is its owner's alone.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(not_writable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))
            .map_err(not_writable)?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => OpenError::InUse(folder.clone()),
            fs::TryLockError::Error(error) => OpenError::NotWritable(folder.clone(), error),
        })?;
        Ok(Self(Arc::new(Place::Sqlite { folder, _lock: lock })))
    }

    /// Opens one service's database and brings its schema up to date.
    ///
    /// # Errors
    /// When the database does not answer, or its schema is unknown to this program.
    pub async fn database(&self, service: &'static str, migrations: &[Migration]) -> Result<Db, OpenError> {
        let (backend, url, file) = self.whereabouts(service);
        let no_connection = |error| match &file {
            Some(file) => OpenError::File(file.clone(), error),
            None => OpenError::Connect(error),
        };
        let mut first = first(&url, &settings(backend, "")).await.map_err(no_connection)?;
        if backend == Backend::Postgres {
            create_schema(&mut first, service).await?;
        }
        first.close().await.map_err(no_connection)?;
        let lane = pool(&url, settings(backend, BY_INDEX), 1).await.map_err(no_connection)?;
        migrate(&lane, service, migrations).await?;
        let (seq, cursors) = start_counter(&lane).await?;
        let reads = pool(&url, settings(backend, READS), 8).await.map_err(no_connection)?;
        let by_index = match backend {
            Backend::Sqlite => reads.clone(),
            // Few: what is read together needs no more, and each that is opened makes the first readers wait.
            Backend::Postgres => pool(&url, settings(backend, BY_INDEX), 4).await.map_err(no_connection)?,
        };
        let heads = Heads { own: watch::Sender::new(seq), any: watch::Sender::new(seq) };
        if backend == Backend::Postgres {
            let channel = Channel { url, name: format!("hemgang_{service}"), pool: reads.clone() };
            tokio::spawn(channel.share(heads.own.subscribe(), heads.any.clone()));
        }
        let lane = Lane::start(lane, backend, heads, self.clone());
        Ok(Db { reads, gatherer: Gatherer::new(by_index, backend), lane, backend, cursors, fresh: None })
    }
}

impl Storage {
    fn whereabouts(&self, service: &str) -> (Backend, String, Option<PathBuf>) {
        match &*self.0 {
            Place::Sqlite { folder, .. } => {
                let file = file_of(folder, service);
                (Backend::Sqlite, format!("sqlite://{}?mode=rwc", file.display()), Some(file))
            }
            Place::Postgres { url } => {
                let separator = if url.contains('?') { '&' } else { '?' };
                let url = format!("{url}{separator}options=-c%20search_path%3D{service}");
                (Backend::Postgres, url, None)
            }
        }
    }

    /// Begins a new epoch of a service's feed, once its database was restored from a copy, and says after which number.
    /// Nobody may have the database open: whoever has goes on telling in the epoch before.
    ///
    /// # Errors
    /// As [`Storage::database`].
    pub async fn begin_epoch(
        &self,
        service: &'static str,
        migrations: &[Migration],
    ) -> Result<i64, OpenError> {
        let head = *self.database(service, migrations).await?.head().borrow();
        let (backend, url, _) = self.whereabouts(service);
        let mut on = connect(&url, &settings(backend, "")).await.map_err(OpenError::Connect)?;
        // One statement: the former epoch with its last number, and the next.
        let sql =
            "update feed_counter set epoch = $1, former = former || ' ' || epoch || '.' || cast(seq as text)";
        bind(sqlx::query(sql), params![epoch()]).execute(&mut on).await.map_err(DbError::from)?;
        on.close().await.map_err(DbError::from)?;
        Ok(head)
    }
}

/// Reads are short, and many at once: to start workers for one would cost it more than the whole of it.
const READS: &str = "; set max_parallel_workers_per_gather = 0";

/// Connections that find rows by walking an index and nothing else, in statements that are planned once: a plan that was
/// made while a table was small must not read all of it when it has grown.
const BY_INDEX: &str = "; set max_parallel_workers_per_gather = 0; set plan_cache_mode = force_generic_plan; \
                        set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; \
                        set enable_mergejoin = off";

/// Long texts, of which feeds, snapshots and the access log consist, are compressed by lz4 where the server has it: its own
/// way costs ten times as much processor.
const QUICK_COMPRESSION: &str = "select set_config('default_toast_compression', 'lz4', false) from pg_settings \
                                 where name = 'default_toast_compression' and 'lz4' = any(enumvals)";

/// Where a service's file is in a data folder.
pub(crate) fn file_of(folder: &Path, service: &str) -> PathBuf {
    folder.join(format!("{service}.sqlite"))
}

/// What every connection is told first.
fn settings(backend: Backend, on_postgres: &str) -> Arc<str> {
    match backend {
        Backend::Sqlite => {
            "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; \
             pragma foreign_keys = on; pragma journal_size_limit = 67108864; pragma cache_size = -8000; \
             pragma temp_store = memory"
                .into()
        }
        Backend::Postgres => format!(
            "set lock_timeout = '5s'; set statement_timeout = '10s'; \
             set idle_in_transaction_session_timeout = '10s'; {QUICK_COMPRESSION}{on_postgres}"
        )
        .into(),
    }
}

/// How long a database gets to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first connection of a start. A server that is starting, too, is waited for; what will not pass is told at once.
async fn first(url: &str, settings: &str) -> Result<AnyConnection, sqlx::Error> {
    let until = Instant::now() + PATIENCE;
    loop {
        match connect(url, settings).await {
            Err(error) if is_passing(&error) && Instant::now() < until => {
                sleep(Duration::from_millis(200)).await;
            }
            connected => return connected,
        }
    }
}

/// A single connection, which says why there is none; a pool that gets none says only that time has passed.
pub(crate) async fn connect(url: &str, settings: &str) -> Result<AnyConnection, sqlx::Error> {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
    let connect = async {
        let mut connection = AnyConnection::connect(url).await?;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(settings.to_owned()))).await?;
        Ok(connection)
    };
    let silence = |_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()));
    timeout(PATIENCE, connect).await.unwrap_or_else(silence)
}

/// How long a connection rests before it is asked whether it is still there.
const RESTED: Duration = Duration::from_secs(1);

async fn pool(url: &str, settings: Arc<str>, connections: u32) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A question before each statement costs as much as a statement: only a connection that rested is asked.
        .test_before_acquire(false)
        .before_acquire(|connection, before| {
            Box::pin(async move {
                if before.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            let settings = Arc::clone(&settings);
            Box::pin(async move {
                let settings = sqlx::raw_sql(AssertSqlSafe(settings.to_string()));
                connection.execute(settings).await.map(|_| ())
            })
        })
        .connect(url)
        .await
}

/// Two replicas may start at once; the second then finds the schema there.
async fn create_schema(server: &mut AnyConnection, service: &str) -> Result<(), OpenError> {
    let sql = format!("create schema if not exists {service}");
    let mut created = sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut *server).await;
    if created.is_err() {
        created = sqlx::query(AssertSqlSafe(sql)).execute(server).await;
    }
    created.map(|_| ()).map_err(|error| OpenError::Migrate(service.to_owned(), MigrateError::Execute(error)))
}

/// Every step of a service's schema, the common one first.
pub(crate) fn steps(migrations: &[Migration]) -> Vec<sqlx::migrate::Migration> {
    let step = |step: &Migration| {
        let sql = step.sql.into_sql_str();
        sqlx::migrate::Migration::new(step.version, step.name.into(), MigrationType::Simple, sql, false)
    };
    std::iter::once(&COMMON).chain(migrations).map(step).collect()
}

async fn migrate(pool: &AnyPool, service: &str, migrations: &[Migration]) -> Result<(), OpenError> {
    Migrator::with_migrations(steps(migrations))
        .run(pool)
        .await
        .map_err(|error| OpenError::Migrate(service.to_owned(), error))
}

/// The first start draws the epoch and the key that seals cursors. Neither is an id of a thing.
async fn start_counter(pool: &AnyPool) -> Result<(i64, Cursors), OpenError> {
    let epoch = epoch();
    let key = hemgang_core::id::random().simple().to_string();
    let insert = "insert into feed_counter (id, epoch, seq, former, cursor_key) \
                  values (1, $1, 0, '', $2) on conflict do nothing";
    bind(sqlx::query(insert), params![epoch, key]).execute(pool).await.map_err(DbError::from)?;
    let row = sqlx::query("select epoch, former, seq, cursor_key from feed_counter where id = 1")
        .fetch_one(pool)
        .await;
    let row = Row(row.map_err(DbError::from)?);
    Ok((row.column("seq")?, cursors(&row)?))
}

/// The cursors of a counter row.
pub(crate) fn cursors(counter: &Row) -> Result<Cursors, OpenError> {
    let column = |name| counter.column::<String>(name);
    let (epoch, former, key) = (column("epoch")?, column("former")?, column("cursor_key")?);
    Cursors::new(&epoch, &former, &key).ok_or(OpenError::Counter)
}

/// A new epoch: 16 hex digits.
fn epoch() -> String {
    hemgang_core::id::random().simple().to_string()[..16].to_owned()
}
