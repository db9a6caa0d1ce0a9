//! The edge that hospitals talk to: HL7 v2 in, and what it says in our own words.

pub mod adt;
pub mod hl7;
pub mod intake;
