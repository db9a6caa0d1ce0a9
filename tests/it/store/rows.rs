//! A row that does not parse is an error that names table, column and row, never a default and never the value.

use hemgang_db::{Change, DbError, params};
use hemgang_testing::{Suite, each_backend};

use super::thing::{Thing, db, get, thing};

each_backend!(
    a_row_that_does_not_parse_names_table_column_and_row,
    a_null_where_a_value_is_wanted_is_named,
    an_aggregate_of_the_wrong_kind_is_named
    on &[crate::store::thing::SERVICE]
);

/// The same table, read and written without its types.
struct Loose {
    thing_id: String,
    version: i64,
    label: String,
    admission_id: String,
    flag: i64,
}

hemgang_db::record!(Loose, "thing", key(thing_id), columns(version, label, admission_id, flag));

/// What reading a loosely written row as a thing says.
async fn fault(suite: &Suite, admission_id: &str, flag: i64) -> String {
    let thing_id = format!("0190163d-8694-739b-aea5-00000000000{flag}");
    let loose = Loose {
        thing_id: thing_id.clone(),
        version: 1,
        label: thing_id.clone(),
        admission_id: admission_id.to_owned(),
        flag,
    };
    db(suite).commit(Change::new().insert(&loose)).await.expect("written");
    let error = get(db(suite), &thing_id).await.expect_err("a fault");
    assert!(matches!(error, DbError::Row(_)), "{error:?}");
    // One bad row among good ones fails the list, too: nothing is passed over.
    let list = db(suite).list::<Thing>("select * from thing order by thing_id", params![]).await;
    assert!(matches!(list, Err(DbError::Row(_))));
    error.to_string()
}

async fn a_row_that_does_not_parse_names_table_column_and_row(suite: &Suite) {
    db(suite).commit(Change::new().insert(&thing("good"))).await.expect("written");
    let said = fault(suite, "191212121212", 1).await;
    assert_eq!(
        said,
        "table thing, column admission_id, row 0190163d-8694-739b-aea5-000000000001: is not a AdmissionId"
    );
    let said = fault(suite, "0190163d-8694-739b-aea5-966c26f8ad90", 7).await;
    assert_eq!(said, "table thing, column flag, row 0190163d-8694-739b-aea5-000000000007: is not a flag");
}

/// The table with its nullable column taken for one that is not.
struct Counted {
    thing_id: String,
    counted: i64,
}

hemgang_db::record!(Counted, "thing", key(thing_id), columns(counted));

// A key that is no id of ours may be a hospital's visit number: it is not repeated.
async fn a_null_where_a_value_is_wanted_is_named(suite: &Suite) {
    db(suite).commit(Change::new().insert(&thing("a"))).await.expect("written");
    let read = db(suite).list::<Counted>("select * from thing", params![]).await;
    let said = read.map(|rows| rows.len()).expect_err("a fault").to_string();
    assert_eq!(said, "table thing, column counted, row …: is not a number");
}

async fn an_aggregate_of_the_wrong_kind_is_named(suite: &Suite) {
    let rows = db(suite).rows("select max(counted) as highest from thing", params![]).await.expect("rows");
    assert_eq!(rows[0].column::<Option<i64>>("highest").expect("nothing counted"), None);
    let said = rows[0].column::<i64>("highest").expect_err("a fault").to_string();
    assert!(said.contains("highest"), "{said}");
    let said = rows[0].column::<i64>("lowest").expect_err("a fault").to_string();
    assert!(said.contains("lowest"), "{said}");
}
