//! What runs out: one file a kind.

pub mod consent_ended;
pub mod homecoming;
pub mod receipt;
