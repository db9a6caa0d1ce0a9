//! What every service needs and none owns: clock, local days, ids, personal identities, places.

pub mod clock;
pub mod day;
pub mod directory;
pub mod expected;
pub mod id;
pub mod person;
pub mod place;
pub mod redacted;
