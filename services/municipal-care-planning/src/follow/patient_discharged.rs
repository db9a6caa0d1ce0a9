//! `PatientDischarged`: the patient left, or died. The parties learn which.

use hemgang_proto::{
    admission::{AdmissionState, PatientDischarged},
    common::Destination,
    planning::NoticeKind,
};
use hemgang_rpc::{Failure, wire};

use super::known;
use crate::domain::{dossier::Dossier, heard::Heard, stay::Stay};

pub fn project(stay: Stay, said: &PatientDischarged) -> Result<Stay, Failure> {
    let destination = known(said.destination)?;
    let died = destination == Destination::Deceased;
    Ok(Stay {
        state: if died { AdmissionState::Deceased } else { AdmissionState::Discharged },
        discharged_at: said.discharged_at.as_ref().and_then(wire::instant),
        destination,
        ..stay
    })
}

pub fn react(dossier: Dossier, heard: &Heard, said: &PatientDischarged) -> Result<Dossier, Failure> {
    let destination = known(said.destination)?;
    let kind = if destination == Destination::Deceased { NoticeKind::Death } else { NoticeKind::Departure };
    Ok(dossier.with_case(|case| case.left(destination)).tell(kind, heard))
}
