//! `hemgang`, run as a user runs it: the built binary, alone or against a server of its own.

mod audit;
mod command;
mod demo;
mod doctor;
mod feed;
mod import;
mod reserve;
mod signal;
mod simulate;
mod streams;
mod token;
mod usage;
