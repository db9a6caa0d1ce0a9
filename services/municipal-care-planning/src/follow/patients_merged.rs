//! `PatientsMerged`: the stay's patient goes on under another identity, whose details are told beside this.

use hemgang_proto::admission::PatientsMerged;
use hemgang_rpc::Failure;

use crate::domain::{heard::broken, stay::Stay};

pub fn project(stay: Stay, said: &PatientsMerged) -> Result<Stay, Failure> {
    let surviving = said.surviving_patient_id.parse().map_err(|_| broken("a merge into nobody"))?;
    Ok(Stay { patient_id: Some(surviving), ..stay })
}
