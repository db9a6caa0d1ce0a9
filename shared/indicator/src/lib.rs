//! What an indicator is: a definition and the cases that it counts. Figures are sums over cases, so that every
//! figure leads down to its cases by construction.

mod cut;
mod definition;
mod figure;
mod interval;
mod on_paper;
mod participation;
mod service;

pub use definition::{Case, Definition, Indicator, Part, Planned, Query, UNALLOCATED};
pub use figure::figures;
pub use interval::wilson;
pub use participation::{Belonging, participating};
pub use service::IndicatorServer;
