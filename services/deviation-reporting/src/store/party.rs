//! The notified units of a signal: parts of it, never changed.

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;

use crate::domain::{party::Party, signal::SignalId};

hemgang_db::record!(Party, "signal_party", key(signal_id, unit), columns(municipality));

/// The notified units of a signal.
pub async fn list(db: &Db, id: SignalId) -> Result<Vec<Party>, Failure> {
    Ok(db.list("select * from signal_party where signal_id = $1 order by unit", params![id]).await?)
}
