//! What clients hold on to: who may call what, the reasons of refusals, the events.

mod access;
mod admission_sight;
mod descriptors;
mod document;
mod events;
mod open_doors;
mod raw;
mod reasons;
mod unit_kinds;
mod walk;
