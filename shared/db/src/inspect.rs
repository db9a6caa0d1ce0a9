//! Looking at a service's database without writing to it: what `hemgang doctor` asks. A server may run on it, since
//! readers wait for nobody and the data folder's lock is for writers.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use crate::{
    cursor::Cursors,
    error::DbError,
    open::{COMMON, LOCK, Migration, OpenError, connect, cursors, file_of, steps},
    read::Row,
    record::Record,
};

/// Why an event is parked that queues behind another of its subject.
pub const BEHIND: &str = "BEHIND";

/// How a schema stands against the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// There is none yet.
    Absent,
    /// So many steps are missing; the next start takes them.
    Behind(usize),
    /// It is the program's own.
    Current,
    /// It has a step that this program does not know.
    Newer(i64),
    /// It has a step of the same number and another text.
    Other(i64),
}

/// What stands in a service's database.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The schema.
    pub schema: Schema,
    /// Its feed, once there is one.
    pub feed: Option<Feed>,
    /// Feeds followed, and how far.
    pub followed: Vec<(String, String)>,
    /// What is parked of the feeds followed.
    pub parked: Vec<Parking>,
}

/// Events of one feed that could not be applied, and those that queue behind them.
#[derive(Clone, Debug)]
pub struct Parking {
    /// The feed.
    pub feed: String,
    /// How many.
    pub events: i64,
    /// Of how many admissions or other subjects.
    pub subjects: i64,
    /// Since when.
    pub since: Timestamp,
    /// Kind, subject and reason of the first that is parked for a reason of its own.
    pub first: Option<(String, String, String)>,
}

/// How far a feed has come.
#[derive(Clone, Debug)]
pub struct Feed {
    /// When its last event was recorded.
    pub newest: Option<Timestamp>,
    /// The key to its cursors.
    pub cursors: Cursors,
}

/// What a feed has beyond a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// How many events; fewer than none where the feed was restored from before the position.
    pub events: i64,
    /// When the first of them was recorded.
    pub first: Option<Timestamp>,
}

/// One service's database, to be looked at.
#[derive(Clone, Debug)]
pub struct Inspector {
    url: String,
    /// None on PostgreSQL.
    file: Option<PathBuf>,
    service: String,
}

impl Inspector {
    /// The database of a service under a `database.url`.
    ///
    /// # Errors
    /// When the URL is of neither kind.
    pub fn new(url: &str, service: &str) -> Result<Self, OpenError> {
        let service = service.to_owned();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self { url: url.to_owned(), file: None, service });
        }
        let folder = Path::new(url.strip_prefix("sqlite://").ok_or(OpenError::Scheme)?);
        let file = file_of(folder, &service);
        Ok(Self { url: format!("sqlite://{}?mode=ro", file.display()), file: Some(file), service })
    }

    /// Looks at schema, feed and cursors.
    ///
    /// # Errors
    /// When the database does not answer, or holds what no program of ours wrote.
    pub async fn look(&self, migrations: &[Migration]) -> Result<Inspection, OpenError> {
        let nothing =
            Inspection { schema: Schema::Absent, feed: None, followed: Vec::new(), parked: Vec::new() };
        if self.file.as_ref().is_some_and(|file| !file.exists()) {
            return Ok(nothing);
        }
        let mut on = self.connect().await?;
        // Asked before reading, because a statement fails for other reasons than that nobody has started here yet.
        if self.rows(&mut on, self.migrations_table()).await?.is_empty() {
            return Ok(nothing);
        }
        let applied = self.applied(&mut on).await?;
        let schema = compare(&applied, migrations);
        if !applied.iter().any(|(version, _)| *version == COMMON.version) {
            return Ok(Inspection { schema, ..nothing });
        }
        let feed = self.feed(&mut on).await?;
        let cursors = format!("select feed, position from {}feed_cursor order by feed", self.prefix());
        let followed = self.rows(&mut on, cursors).await?.into_iter();
        let followed = followed.map(|row| Ok((row.column("feed")?, row.column("position")?)));
        let followed = followed.collect::<Result<_, DbError>>()?;
        let parked = self.parked(&mut on).await?;
        on.close().await.map_err(|error| self.refusal(error))?;
        Ok(Inspection { schema, feed, followed, parked })
    }

    /// What the feed has beyond a position that was read before. Only asked where there is a feed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn beyond(&self, seq: i64) -> Result<Beyond, OpenError> {
        let mut on = self.connect().await?;
        let head = self.rows(&mut on, format!("select seq from {}feed_counter", self.prefix())).await?;
        let head = head.first().map_or(Ok(0), |row| row.column("seq"))?;
        let first = self.instant(&mut on, &format!("where seq > {seq} order by seq")).await?;
        Ok(Beyond { events: head - seq, first })
    }

    /// Rows of a table, as `where … order by …` says. Only asked where the schema is the program's own.
    ///
    /// # Errors
    /// When the database does not answer, or a row is not what its type says.
    pub async fn list<R: Record>(&self, which: &'static str) -> Result<Vec<R>, OpenError> {
        let mut on = self.connect().await?;
        let sql = format!("select * from {}{} {which}", self.prefix(), R::TABLE);
        let rows = self.rows(&mut on, sql).await?;
        Ok(rows.iter().map(R::from_row).collect::<Result<_, DbError>>()?)
    }

    fn migrations_table(&self) -> String {
        match self.file {
            Some(_) => "select name from sqlite_master where name = '_sqlx_migrations'".to_owned(),
            None => format!(
                "select cast(tablename as text) as name from pg_catalog.pg_tables \
                 where schemaname = '{}' and tablename = '_sqlx_migrations'",
                self.service
            ),
        }
    }

    /// Version and checksum of each step that was taken.
    async fn applied(&self, on: &mut AnyConnection) -> Result<Vec<(i64, String)>, OpenError> {
        let checksum = if self.file.is_some() { "lower(hex(checksum))" } else { "encode(checksum, 'hex')" };
        let prefix = self.prefix();
        let sql =
            format!("select version, {checksum} as checksum from {prefix}_sqlx_migrations order by version");
        let steps = self.rows(on, sql).await?.into_iter();
        let steps = steps.map(|row| Ok((row.column("version")?, row.column("checksum")?)));
        Ok(steps.collect::<Result<_, DbError>>()?)
    }

    async fn feed(&self, on: &mut AnyConnection) -> Result<Option<Feed>, OpenError> {
        let counter = format!("select epoch, former, cursor_key from {}feed_counter", self.prefix());
        let counter = self.rows(on, counter).await?;
        let Some(row) = counter.first() else { return Ok(None) };
        let cursors = cursors(row)?;
        let newest = self.instant(on, "order by seq desc").await?;
        Ok(Some(Feed { newest, cursors }))
    }

    async fn parked(&self, on: &mut AnyConnection) -> Result<Vec<Parking>, OpenError> {
        let prefix = self.prefix();
        let sql = format!(
            "select feed, count(*) as events, count(distinct subject) as subjects, min(parked_at) as since \
             from {prefix}feed_parked group by feed order by feed"
        );
        let first = format!(
            "select feed, kind, subject, reason from {prefix}feed_parked where reason <> '{BEHIND}' \
             order by parked_at, subject"
        );
        let first = self.rows(on, first).await?;
        let parking = |row: Row| -> Result<_, DbError> {
            let feed: String = row.column("feed")?;
            let first = first.iter().find(|row| row.column::<String>("feed").is_ok_and(|of| of == feed));
            let first = first.map(|row| -> Result<_, DbError> {
                Ok((row.column("kind")?, row.column("subject")?, row.column("reason")?))
            });
            Ok(Parking {
                feed,
                events: row.column("events")?,
                subjects: row.column("subjects")?,
                since: row.column("since")?,
                first: first.transpose()?,
            })
        };
        let parked = self.rows(on, sql).await?.into_iter().map(parking);
        Ok(parked.collect::<Result<_, DbError>>()?)
    }

    async fn instant(&self, on: &mut AnyConnection, of: &str) -> Result<Option<Timestamp>, OpenError> {
        let sql = format!("select recorded_at from {}feed_event {of} limit 1", self.prefix());
        Ok(self.rows(on, sql).await?.first().map(|row| row.column("recorded_at")).transpose()?)
    }

    fn prefix(&self) -> String {
        if self.file.is_some() { String::new() } else { format!("{}.", self.service) }
    }

    async fn connect(&self) -> Result<AnyConnection, OpenError> {
        connect(&self.url, "").await.map_err(|error| match &self.file {
            Some(file) => OpenError::File(file.clone(), error),
            None => OpenError::Connect(error),
        })
    }

    /// The statements are made of a service's name, which is a constant, and of numbers.
    async fn rows(&self, on: &mut AnyConnection, sql: String) -> Result<Vec<Row>, OpenError> {
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(on).await;
        Ok(rows.map_err(|error| self.refusal(error))?.into_iter().map(Row).collect())
    }

    fn refusal(&self, error: sqlx::Error) -> OpenError {
        match &self.file {
            Some(file) => OpenError::File(file.clone(), error),
            None => DbError::from(error).into(),
        }
    }
}

/// Whether a process holds a data folder.
pub fn is_in_use(folder: &Path) -> bool {
    // Shared, and let go at once: two who look do not see each other.
    File::open(folder.join(LOCK))
        .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// The same comparison that a start makes.
fn compare(applied: &[(i64, String)], migrations: &[Migration]) -> Schema {
    let known = steps(migrations);
    let text = |bytes: &[u8]| {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect::<String>()
    };
    for (version, checksum) in applied {
        match known.iter().find(|step| step.version == *version) {
            None => return Schema::Newer(*version),
            Some(step) if text(&step.checksum) != *checksum => return Schema::Other(*version),
            Some(_) => {}
        }
    }
    match known.len() - applied.len() {
        0 => Schema::Current,
        missing => Schema::Behind(missing),
    }
}
