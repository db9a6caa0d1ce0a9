//! `AdmissionNoticeSent`: the duty is met, in time or late, and its recipients may know of the stay.

use hemgang_core::place::HsaId;
use hemgang_proto::admission::AdmissionNoticeSent;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told) -> Stay {
    stay.notified(told.occurred_at, told.entry)
}

pub fn recipients(told: &Told, what: &AdmissionNoticeSent) -> Result<Vec<HsaId>, Failure> {
    what.recipients.iter().map(|unit| told.parsed("recipients", unit)).collect()
}
