//! `hemgang import` against a server of its own.

mod directory;
mod episodes;
mod hl7;
