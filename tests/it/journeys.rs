//! Journeys: one story across the services, through their public APIs.

mod adt_to_rate;
mod special_cases;
