//! `ResidenceRecorded`: whose the stay is now, and with it what was seen of it before. With skyddad folkbokföring that
//! is nobody's.

use hemgang_db::Change;
use hemgang_proto::admission::ResidenceRecorded;
use hemgang_rpc::{Context, Failure};

use super::told::Told;
use crate::{domain::stay::Stay, store};

pub fn apply(stay: Stay, told: &Told, what: &ResidenceRecorded) -> Result<Stay, Failure> {
    let liable_municipality = told.optional("liable_municipality", &what.liable_municipality)?;
    Ok(Stay { version: stay.version + 1, liable_municipality, ..stay })
}

/// The signals of the stay, as its municipality's.
pub async fn react(cx: &Context, stay: &Stay) -> Result<Change, Failure> {
    let signals = store::signal::list_of(&cx.db, stay.admission_id).await?;
    let moved = signals.into_iter().filter(|signal| signal.municipality != stay.liable_municipality);
    Ok(moved
        .fold(Change::new(), |change, signal| change.replace(&signal.of(stay.liable_municipality.clone()))))
}
