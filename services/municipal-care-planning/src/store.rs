//! Rows and the SQL that reads them.

pub mod case;
pub mod dossier;
pub mod judgement;
pub mod notice;
pub mod party;
pub mod patient;
pub mod stay;
