//! What is pure: how entries are chained, what is signed, and what is indexed at once.

pub mod checkpoint;
pub mod head;
pub mod index;
pub mod link;
