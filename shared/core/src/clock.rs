//! The one clock. Services read time here and nowhere else, so that a demo or a test can set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// Shared by every service, token check and actor of a process. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Hands>);

/// In microseconds. `stopped_at` is 0 while the clock runs; `offset` is added to the machine's time then.
#[derive(Debug, Default)]
struct Hands {
    stopped_at: AtomicI64,
    offset: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `now` until it is advanced.
    pub fn stopped_at(now: Timestamp) -> Self {
        let clock = Self::default();
        clock.0.stopped_at.store(now.as_microsecond(), Ordering::SeqCst);
        clock
    }

    /// The time, cut to microseconds because that is what a row keeps.
    pub fn now(&self) -> Timestamp {
        let stopped_at = self.0.stopped_at.load(Ordering::SeqCst);
        let micros = match stopped_at {
            0 => machine_micros() + self.0.offset.load(Ordering::SeqCst),
            stopped => stopped,
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// Moves a stopped clock forward to `to`; it never goes back, and a running clock is left alone.
    pub fn advance_to(&self, to: Timestamp) {
        let hands = &self.0.stopped_at;
        if hands.load(Ordering::SeqCst) != 0 {
            hands.fetch_max(to.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// Lets a stopped clock run on from where it stands.
    pub fn run_on(&self) {
        let stopped_at = self.0.stopped_at.swap(0, Ordering::SeqCst);
        if stopped_at != 0 {
            self.0.offset.store(stopped_at - machine_micros(), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that may ask the machine for the time")]
fn machine_micros() -> i64 {
    Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    #[test]
    fn a_stopped_clock_moves_only_forward_and_runs_on_from_where_it_stood() {
        let start: Timestamp = "2026-09-14T06:00:00Z".parse().expect("a timestamp");
        let clock = Clock::stopped_at(start);
        let shared = clock.clone();
        clock.advance_to(start + 2.hours());
        clock.advance_to(start + 1.hour());
        assert_eq!(shared.now(), start + 2.hours());
        shared.run_on();
        let ran = clock.now();
        assert!(ran >= start + 2.hours() && ran < start + 3.hours());
    }
}
