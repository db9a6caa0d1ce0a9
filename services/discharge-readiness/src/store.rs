//! Rows and the SQL that reads them.

pub mod course;
pub mod judgement;
pub mod readiness;
pub mod stay;
