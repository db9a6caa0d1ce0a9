//! What runs out: one file a duty.

pub mod consent_ended;
