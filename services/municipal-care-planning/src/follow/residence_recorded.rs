//! `ResidenceRecorded`: where the patient belongs is what figures are cut by.

use hemgang_proto::admission::ResidenceRecorded;
use hemgang_rpc::Failure;

use super::municipality;
use crate::domain::stay::Stay;

pub fn project(stay: Stay, said: &ResidenceRecorded) -> Result<Stay, Failure> {
    let residence_municipality = municipality(&said.residence_municipality)?;
    let liable_municipality = municipality(&said.liable_municipality)?;
    Ok(Stay { residence_municipality, liable_municipality, ..stay })
}
