//! `AdmissionVoided`: the admission never was. What was delivered stays readable to those who received it.

use hemgang_proto::admission::AdmissionState;

use crate::domain::{dossier::Dossier, heard::Heard, stay::Stay};

pub fn project(stay: Stay) -> Stay {
    Stay { state: AdmissionState::Voided, ..stay }
}

pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    dossier.void(heard)
}
