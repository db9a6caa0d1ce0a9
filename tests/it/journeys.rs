//! Journeys: one story across the services, through their public APIs.

mod access_log;
mod address;
mod adt_to_rate;
mod afterwards;
mod blanked;
mod clock;
mod directory;
mod emergency;
mod feeds_alone;
mod hostile;
mod identities;
mod judgements;
mod leave;
mod life_of_a_case;
mod moves;
mod places;
mod plans;
mod protection;
mod special_cases;
pub mod steps;
mod unread;
mod voided;
mod wrong_municipality;
