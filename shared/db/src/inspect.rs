//! Looking at a service's database without touching it: what `hemgang doctor` asks.

use std::time::Duration;

use sqlx::{AnyPool, AssertSqlSafe, any::AnyPoolOptions};

use crate::{
    cursor::Cursors,
    error::DbError,
    open::{COMMON, Migration, OpenError, Place, Storage},
    read::Row,
};

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
}

/// What stands in a service's database.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The schema.
    pub schema: Schema,
    /// The feed's head and the key to its cursors.
    pub feed: Option<(i64, Cursors)>,
    /// Feeds followed, and how far.
    pub followed: Vec<(String, String)>,
}

impl Storage {
    /// Looks at one service's database.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn inspect(&self, service: &str, migrations: &[Migration]) -> Result<Inspection, OpenError> {
        let nothing = Inspection { schema: Schema::Absent, feed: None, followed: Vec::new() };
        let (url, prefix) = match self.place() {
            Place::Sqlite { folder, .. } => {
                let file = folder.join(format!("{service}.sqlite"));
                if !file.exists() {
                    return Ok(nothing);
                }
                (format!("sqlite://{}?mode=ro", file.display()), String::new())
            }
            Place::Postgres { url } => (url.clone(), format!("{service}.")),
        };
        let options = AnyPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
        let pool = options.connect(&url).await.map_err(OpenError::Connect)?;
        let sql = format!("select version from {prefix}_sqlx_migrations order by version");
        let applied = match rows(&pool, &sql).await {
            Ok(applied) => applied,
            // No such table: nobody has started here yet.
            Err(DbError::Statement(_)) => return Ok(nothing),
            Err(error) => return Err(error.into()),
        };
        let schema = compare(&applied, migrations)?;
        let counter =
            rows(&pool, &format!("select epoch, seq, cursor_key from {prefix}feed_counter")).await?;
        let feed = counter.first().map(feed).transpose()?;
        let cursors =
            rows(&pool, &format!("select feed, position from {prefix}feed_cursor order by feed")).await?;
        let followed = cursors.iter().map(|row| Ok((row.column("feed")?, row.column("position")?)));
        let followed = followed.collect::<Result<_, DbError>>()?;
        pool.close().await;
        Ok(Inspection { schema, feed, followed })
    }
}

fn compare(applied: &[Row], migrations: &[Migration]) -> Result<Schema, DbError> {
    let known: Vec<_> = std::iter::once(&COMMON).chain(migrations).map(|step| step.version).collect();
    let applied = applied.iter().map(|row| row.column("version")).collect::<Result<Vec<i64>, _>>()?;
    let unknown = applied.iter().find(|version| !known.contains(version));
    let missing = known.iter().filter(|version| !applied.contains(version)).count();
    Ok(match (unknown, missing) {
        (Some(version), _) => Schema::Newer(*version),
        (None, 0) => Schema::Current,
        (None, missing) => Schema::Behind(missing),
    })
}

fn feed(row: &Row) -> Result<(i64, Cursors), OpenError> {
    let (epoch, key): (String, String) = (row.column("epoch")?, row.column("cursor_key")?);
    Ok((row.column("seq")?, Cursors::new(&epoch, &key).ok_or(OpenError::Counter)?))
}

/// The statements are made of a service's name, which is a constant.
async fn rows(pool: &AnyPool, sql: &str) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(pool).await?;
    Ok(rows.into_iter().map(Row).collect())
}
