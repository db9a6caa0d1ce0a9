//! Rows and the SQL that reads them.

pub mod party;
pub mod signal;
pub mod sip_call;
pub mod stay;
