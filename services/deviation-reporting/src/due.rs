//! Duties that run out: one file a detector.

pub mod admission_notice;
mod duty;
pub mod recipients;
mod signal;
pub mod sip_call;
