//! A service with one table and no RPC, so that the store is tested without any domain's rules.

use hemgang_core::id::AdmissionId;
use hemgang_core::redacted::Redacted;
use hemgang_db::{Answer, Change, Db, DbError, Migration, NewEvent, params};
use hemgang_runtime::{Built, Service};
use hemgang_testing::{Suite, at};

/// The service.
pub const SERVICE: Service = Service { name: "thing", migrations: &[FIRST], build: |_, _| Built::default() };

/// Its schema.
pub const FIRST: Migration = Migration {
    version: 100,
    name: "thing",
    sql: "create table thing (thing_id text primary key, version bigint not null, label text not null unique, \
          admission_id text, flag bigint not null, counted bigint)",
};

/// A row of each kind of column.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub thing_id: String,
    pub version: i64,
    pub label: String,
    pub admission_id: Option<AdmissionId>,
    pub flag: bool,
    pub counted: Option<i64>,
}

hemgang_db::record!(
    Thing,
    "thing",
    versioned,
    key(thing_id),
    columns(version, label, admission_id, flag, counted)
);

/// A new thing; its label, which is unique, is its id.
pub fn thing(id: &str) -> Thing {
    let (thing_id, label) = (id.to_owned(), id.to_owned());
    Thing { thing_id, version: 1, label, admission_id: None, flag: false, counted: None }
}

impl Thing {
    /// The next version, which counts.
    pub fn next(&self, counted: i64) -> Self {
        Self { version: self.version + 1, counted: Some(counted), ..self.clone() }
    }
}

/// The service's database.
pub fn db(suite: &Suite) -> &Db {
    &suite.process.contexts().next().expect("the service").db
}

/// The thing with an id.
pub async fn get(db: &Db, id: &str) -> Result<Option<Thing>, DbError> {
    db.optional("select * from thing where thing_id = $1", params![id]).await
}

/// How many rows a statement that counts as `n` counts.
pub async fn count(db: &Db, sql: &'static str) -> i64 {
    db.rows(sql, params![]).await.expect("rows")[0].column("n").expect("a count")
}

/// A change that also tells this many events.
pub fn telling(change: Change, events: usize) -> Change {
    let now = at("2026-09-14T06:00:00Z");
    let event = NewEvent {
        kind: "ThingChanged".to_owned(),
        admission_id: AdmissionId::fresh(now).to_string(),
        case_id: String::new(),
        occurred_at: now,
        recorded_at: now,
        entry_reason: "ENTRY_REASON_UNSPECIFIED",
        stated_at: None,
        actor_unit: "SE1-A".to_owned(),
        audience: String::new(),
        seen: String::new(),
        access: String::new(),
        payload: Redacted::new("{}".to_owned()),
    };
    std::iter::repeat_n(event, events).fold(change, Change::tell)
}

/// An answer under a request id.
#[expect(clippy::unnecessary_wraps, reason = "as a change takes it")]
pub fn answer(request_id: &str, response: &str) -> Option<Answer> {
    Some(Answer {
        caller: "SE1-P".to_owned(),
        unit: "SE1-A".to_owned(),
        rpc: "ChangeThing",
        request_id: request_id.to_owned(),
        request_hash: "hash".to_owned(),
        response: Redacted::new(response.to_owned()),
        answered_at: at("2026-09-14T06:00:00Z"),
    })
}
