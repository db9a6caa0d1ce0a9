//! How often the log tells of a feed that stands still: when it stops, then at growing intervals, and when it goes on.

use std::time::Duration;

use tokio::time::Instant;

/// The first interval, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// What was told of one feed.
#[derive(Debug, Default)]
pub struct Complaint(Option<Told>);

#[derive(Debug)]
struct Told {
    why: &'static str,
    position: String,
    again_at: Instant,
    pause: Duration,
}

impl Complaint {
    /// Whether to tell now that the feed stands at a position. Another reason or another event is told at once.
    pub fn stands(&mut self, why: &'static str, position: &str, now: Instant) -> bool {
        let same = self.0.take().filter(|told| told.why == why && told.position == position);
        let pause = match same {
            Some(told) if now < told.again_at => {
                self.0 = Some(told);
                return false;
            }
            Some(told) => (told.pause * 2).min(LONGEST),
            None => FIRST,
        };
        self.0 = Some(Told { why, position: position.to_owned(), again_at: now + pause, pause });
        true
    }

    /// Whether to tell now that the feed goes on.
    pub fn goes_on(&mut self) -> bool {
        self.0.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_feed_is_told_once_then_ever_more_seldom_and_once_when_it_goes_on() {
        let (mut complaint, begin) = (Complaint::default(), Instant::now());
        assert!(!complaint.goes_on(), "nothing was told");
        // Ten minutes of a try every half second.
        let after = |half: u32| Duration::from_millis(500) * half;
        let told = (0..1200).filter(|half| complaint.stands("stops", "7", begin + after(*half)));
        let told: Vec<_> = told.map(|half| after(half).as_secs()).collect();
        assert_eq!(told, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543]);
        assert!(complaint.goes_on() && !complaint.goes_on());
        assert!(complaint.stands("stops", "7", begin), "a new stop");
    }

    #[test]
    fn another_event_or_reason_is_told_at_once() {
        let (mut complaint, now) = (Complaint::default(), Instant::now());
        assert!(complaint.stands("stops", "7", now) && !complaint.stands("stops", "7", now));
        assert!(complaint.stands("stops", "8", now) && complaint.stands("away", "8", now));
    }
}
