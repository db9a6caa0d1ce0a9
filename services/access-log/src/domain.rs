//! What is pure: how entries are chained, and what is signed.

pub mod checkpoint;
pub mod entry;
pub mod head;
