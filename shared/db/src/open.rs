//! Opening a database by URL: `sqlite://FOLDER` or `postgres://…`, one database or schema per service.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::DirBuilderExt as _,
    path::PathBuf,
    sync::{Arc, Once},
    time::Duration,
};

use sqlx::{
    AnyPool, AssertSqlSafe, Executor as _, SqlSafeStr as _,
    any::AnyPoolOptions,
    migrate::{MigrationType, Migrator},
};

use crate::{
    cursor::Cursors,
    error::DbError,
    lane::Lane,
    params,
    read::{Db, Row, bind},
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
    NotWritable(PathBuf, #[source] std::io::Error),
    /// The database does not answer.
    #[error("the database does not answer; check database.url and that it runs")]
    Connect(#[source] sqlx::Error),
    /// The schema is not ours, or newer than this program.
    #[error("the schema of {0} cannot be brought up to date")]
    Migrate(String, #[source] sqlx::migrate::MigrateError),
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
pub(crate) enum Place {
    Sqlite { folder: PathBuf, _lock: File },
    Postgres { url: String },
}

impl Storage {
    /// Takes the folder, or notes the server.
    ///
    /// # Errors
    /// When the URL is of neither kind, or the folder is in use or not writable.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
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
            .open(folder.join("hemgang.lock"))
            .map_err(not_writable)?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => OpenError::InUse(folder.clone()),
            fs::TryLockError::Error(error) => OpenError::NotWritable(folder.clone(), error),
        })?;
        Ok(Self(Arc::new(Place::Sqlite { folder, _lock: lock })))
    }

    pub(crate) fn place(&self) -> &Place {
        &self.0
    }

    /// Opens one service's database and brings its schema up to date.
    ///
    /// # Errors
    /// When the database does not answer, or its schema is unknown to this program.
    pub async fn database(&self, service: &'static str, migrations: &[Migration]) -> Result<Db, OpenError> {
        let (backend, url) = match &*self.0 {
            Place::Sqlite { folder, .. } => {
                let file = folder.join(format!("{service}.sqlite"));
                (Backend::Sqlite, format!("sqlite://{}?mode=rwc", file.display()))
            }
            Place::Postgres { url } => {
                create_schema(url, service).await?;
                let separator = if url.contains('?') { '&' } else { '?' };
                (Backend::Postgres, format!("{url}{separator}options=-c%20search_path%3D{service}"))
            }
        };
        let lane = pool(&url, backend, 1, LANE).await?;
        migrate(&lane, service, migrations).await?;
        let (seq, cursors) = start_counter(&lane).await?;
        let reads = pool(&url, backend, 8, "").await?;
        Ok(Db { reads, lane: Lane::start(lane, backend, seq, self.clone()), backend, cursors })
    }
}

/// The lane finds rows by key and nothing else, in statements that are planned once: a plan that was made while a table
/// was small must not read all of it when it has grown.
const LANE: &str = "; set plan_cache_mode = force_generic_plan; set enable_seqscan = off; \
                    set enable_hashjoin = off; set enable_mergejoin = off";

async fn pool(
    url: &str,
    backend: Backend,
    connections: u32,
    on_postgres: &str,
) -> Result<AnyPool, OpenError> {
    let settings: Arc<str> = match backend {
        Backend::Sqlite => {
            "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; \
             pragma foreign_keys = on; pragma journal_size_limit = 67108864"
                .into()
        }
        Backend::Postgres => format!(
            "set lock_timeout = '5s'; set statement_timeout = '10s'; \
             set idle_in_transaction_session_timeout = '10s'{on_postgres}"
        )
        .into(),
    };
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .after_connect(move |connection, _| {
            let settings = Arc::clone(&settings);
            Box::pin(async move {
                let settings = sqlx::raw_sql(AssertSqlSafe(settings.to_string()));
                connection.execute(settings).await.map(|_| ())
            })
        })
        .connect(url)
        .await
        .map_err(OpenError::Connect)
}

/// Two replicas may start at once; the second then finds the schema there.
async fn create_schema(url: &str, service: &str) -> Result<(), OpenError> {
    let server = AnyPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
    let server = server.connect(url).await.map_err(OpenError::Connect)?;
    let sql = format!("create schema if not exists {service}");
    let mut created = sqlx::query(AssertSqlSafe(sql.clone())).execute(&server).await;
    if created.is_err() {
        created = sqlx::query(AssertSqlSafe(sql)).execute(&server).await;
    }
    server.close().await;
    created.map(|_| ()).map_err(OpenError::Connect)
}

async fn migrate(pool: &AnyPool, service: &str, migrations: &[Migration]) -> Result<(), OpenError> {
    let steps = std::iter::once(&COMMON).chain(migrations).map(|step| {
        let sql = step.sql.into_sql_str();
        sqlx::migrate::Migration::new(step.version, step.name.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(steps.collect())
        .run(pool)
        .await
        .map_err(|error| OpenError::Migrate(service.to_owned(), error))
}

/// The first start draws the epoch and the key that seals cursors. Neither is an id of a thing.
async fn start_counter(pool: &AnyPool) -> Result<(i64, Cursors), OpenError> {
    let epoch = hemgang_core::id::random().simple().to_string()[..16].to_owned();
    let key = hemgang_core::id::random().simple().to_string();
    let insert =
        "insert into feed_counter (id, epoch, seq, cursor_key) values (1, $1, 0, $2) on conflict do nothing";
    bind(sqlx::query(insert), params![epoch, key]).execute(pool).await.map_err(DbError::from)?;
    let row =
        sqlx::query("select epoch, seq, cursor_key from feed_counter where id = 1").fetch_one(pool).await;
    let row = Row(row.map_err(DbError::from)?);
    let (epoch, key): (String, String) = (row.column("epoch")?, row.column("cursor_key")?);
    let cursors = Cursors::new(&epoch, &key).ok_or(OpenError::Counter)?;
    Ok((row.column("seq")?, cursors))
}
