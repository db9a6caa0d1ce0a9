//! Duties that run out: one file a detector.

pub mod admission_notice;
mod signal;
