//! `hemgang import` against a server of its own.

mod episodes;
mod hl7;
