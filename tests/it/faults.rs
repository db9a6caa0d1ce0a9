//! What happens when something else is wrong: a peer away, a cursor from elsewhere, a restart, an event that
//! cannot be applied, a clock that jumps, commands in any order. What happens to whole processes is in `processes/`, a
//! test program of its own because only the command line's package is given its binary.

mod access_log_away;
mod clock;
mod cursor;
mod directory_apart;
mod fan_out;
mod listener;
mod model;
mod parked;
mod peer_away;
mod rebuild;
mod restart;
mod restored;
mod seen;
mod waves;
