//! What happens when something else is wrong: a peer away, a cursor from elsewhere, a restart, an event that
//! cannot be applied.

mod cursor;
mod fan_out;
mod listener;
mod parked;
mod peer_away;
mod rebuild;
mod restart;
mod restored;
mod seen;
mod waves;
