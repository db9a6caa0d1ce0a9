//! The SQL of the log.

pub mod chain;
pub mod emergency;
pub mod index;
pub mod link;
pub mod listed;
pub mod person;
pub mod protected;
