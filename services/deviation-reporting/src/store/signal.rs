//! Signals: the one of a duty, or a page of those that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::deviation::{SignalKind, SignalState};
use hemgang_rpc::{Failure, Page, Sight};
use jiff::Timestamp;

use crate::domain::signal::Signal;

hemgang_db::record!(
    Signal,
    "signal",
    versioned,
    key(signal_id),
    columns(version, admission_id, hospital, ward, municipality, rule, due_at, met_at, detected_at),
    names(kind: SignalKind, state: SignalState)
);

/// Every signal of a stay.
pub async fn list_of(db: &Db, id: AdmissionId) -> Result<Vec<Signal>, Failure> {
    let sql = "select * from signal where admission_id in (select key from keys) order by signal_id";
    Ok(db.gathered(sql, "admission_id", id).await?)
}

/// The open signal of a stay's duty; there is one at most.
pub async fn open(db: &Db, id: AdmissionId, kind: SignalKind) -> Result<Option<Signal>, Failure> {
    let signals = list_of(db, id).await?;
    Ok(signals.into_iter().find(|signal| signal.kind == kind && signal.state == SignalState::Open))
}

/// The signal of a duty that ran out then, whatever became of it.
pub async fn of_duty(
    db: &Db,
    id: AdmissionId,
    kind: SignalKind,
    due_at: Timestamp,
) -> Result<Option<Signal>, Failure> {
    let sql = "select * from signal where admission_id = $1 and kind = $2 and due_at = $3";
    Ok(db.optional(sql, params![id, kind.as_str_name(), due_at]).await?)
}

/// A page of signals in either of these states, newest detected first.
pub async fn list(
    db: &Db,
    sight: &Sight,
    states: [SignalState; 2],
    page: &Page,
) -> Result<Vec<Signal>, Failure> {
    let [a, b] = states.map(|state| state.as_str_name());
    let sql = "select * from signal
        where ($1 = 1 or hospital = $2 or ward = $3
               or signal_id in (select signal_id from signal_party where unit = $4 or municipality = $5))
          and state in ($6, $7)
          and (detected_at < $8 or (detected_at = $8 and signal_id < $9))
        order by detected_at desc, signal_id desc limit $10";
    let (all, hospital, ward) = (sight.is_all(), sight.hospital(), sight.ward());
    let (unit, municipality) = (sight.unit(), sight.municipality());
    let params =
        params![all, hospital, ward, unit, municipality, a, b, page.below(), page.id(), page.limit()];
    Ok(db.list(sql, params).await?)
}
