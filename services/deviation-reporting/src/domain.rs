//! What a stay owes, and what a signal says when it was not done in time. Pure.

pub mod admission_notice;
pub mod party;
pub mod signal;
pub mod sip_call;
pub mod standing;
pub mod stay;
