//! `ResidenceRecorded`: a signal that is raised from now on is of this municipality.

use hemgang_proto::admission::ResidenceRecorded;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told, what: &ResidenceRecorded) -> Result<Stay, Failure> {
    let liable_municipality = told.optional("liable_municipality", &what.liable_municipality)?;
    Ok(Stay { version: stay.version + 1, liable_municipality, ..stay })
}
