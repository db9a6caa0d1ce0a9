//! The notified units of a signal: parts of it.

use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::{party::Party, signal::SignalId};

hemgang_db::record!(Party, "signal_party", key(signal_id, unit), columns(municipality));

/// The notified units of a signal.
pub async fn list(db: &Db, id: SignalId) -> Result<Vec<Party>, Failure> {
    let sql = "select * from signal_party where signal_id in (select key from keys) order by unit";
    Ok(db.gathered(sql, "signal_id", id).await?)
}
