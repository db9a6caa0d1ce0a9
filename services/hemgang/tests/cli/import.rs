//! `hemgang import` against a server of its own.

mod contacts;
mod directory;
mod episodes;
mod hl7;
