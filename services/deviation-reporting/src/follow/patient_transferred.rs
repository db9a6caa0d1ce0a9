//! `PatientTransferred`: the stay goes on at another ward. A signal stays with the ward where it was raised.

use hemgang_proto::admission::PatientTransferred;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told, what: &PatientTransferred) -> Result<Stay, Failure> {
    // Told late: the stay is elsewhere by now.
    if what.superseded {
        return Ok(Stay { version: stay.version + 1, ..stay });
    }
    Ok(stay.moved(told.parsed("hospital", &what.hospital)?, told.parsed("to_ward", &what.to_ward)?))
}
