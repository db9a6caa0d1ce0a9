//! Every row of every service's database, searched for a word.

use hemgang_db::{Db, params};
use hemgang_testing::Suite;

/// A table, or a column of one.
struct Name {
    name: String,
}

hemgang_db::record!(Name, "none", key(name), columns());

/// Tables with a row that says a word, as `service.table`.
pub async fn rows_that_say(suite: &Suite, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for cx in suite.process.contexts() {
        // What is followed lazily is there, too.
        cx.catch_up().await.expect("caught up");
        for table in tables(&cx.db).await {
            let columns = columns(&cx.db, &table).await;
            assert!(!columns.is_empty(), "{table}");
            let said: Vec<_> =
                columns.iter().map(|name| format!("coalesce(cast({name} as text), '')")).collect();
            let sql = lasting(format!(
                "select cast('{table}' as text) as name from {table} where ({}) like $1 limit 1",
                said.join(" || ' ' || ")
            ));
            let rows: Vec<Name> = cx.db.list(sql, params![format!("%{word}%")]).await.expect("rows");
            found.extend(rows.into_iter().map(|row| format!("{}.{}", cx.name, row.name)));
        }
    }
    found
}

/// A statement of a test, which ends soon.
fn lasting(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

async fn tables(db: &Db) -> Vec<String> {
    let sqlite = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'";
    let postgres = "select cast(tablename as text) as name from pg_catalog.pg_tables
        where schemaname = current_schema()";
    names(db, sqlite, postgres).await
}

async fn columns(db: &Db, table: &str) -> Vec<String> {
    let sqlite = format!("select name from pragma_table_info('{table}')");
    let postgres = format!(
        "select cast(column_name as text) as name from information_schema.columns
         where table_schema = current_schema() and table_name = '{table}'"
    );
    names(db, lasting(sqlite), lasting(postgres)).await
}

/// What the database that this is answers; the other refuses.
async fn names(db: &Db, sqlite: &'static str, postgres: &'static str) -> Vec<String> {
    let rows: Vec<Name> = match db.list(sqlite, params![]).await {
        Ok(rows) => rows,
        Err(_) => db.list(postgres, params![]).await.expect("names"),
    };
    rows.into_iter().map(|row| row.name).collect()
}
