//! `hemgang import`, run as a user runs it: the built binary against a server of its own.

mod command;
mod episodes;
mod hl7;
