//! `PatientTransferred`: the patient moved to another ward. The case moves along; readiness stands.

use hemgang_proto::{admission::PatientTransferred, planning::NoticeKind};
use hemgang_rpc::Failure;

use super::unit;
use crate::domain::{dossier::Dossier, heard::Heard, stay::Stay};

pub fn project(stay: Stay, said: &PatientTransferred) -> Result<Stay, Failure> {
    // Told late: the stay is elsewhere by now, and the parties knew of that.
    if said.superseded {
        return Ok(stay);
    }
    Ok(Stay { hospital: Some(unit(&said.hospital)?), ward: Some(unit(&said.to_ward)?), ..stay })
}

pub fn react(dossier: Dossier, heard: &Heard, said: &PatientTransferred) -> Result<Dossier, Failure> {
    if said.superseded {
        return Ok(dossier);
    }
    let (hospital, ward) = (unit(&said.hospital)?, unit(&said.to_ward)?);
    Ok(dossier.with_case(|case| case.moved(hospital, ward)).tell(NoticeKind::Transfer, heard))
}
