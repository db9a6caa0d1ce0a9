//! What a stay owes, and what a signal says when it was not done in time. Pure.

pub mod admission_notice;
pub mod party;
pub mod signal;
pub mod stay;
