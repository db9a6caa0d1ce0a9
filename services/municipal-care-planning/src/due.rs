//! Duties that run out: one file a kind.

pub mod homecoming;
pub mod receipt;
