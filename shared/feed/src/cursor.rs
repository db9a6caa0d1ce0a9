//! How far a feed has been followed, and which of its events can be applied at once.

use std::collections::HashSet;

use crate::event::FeedEvent;

/// How far a feed has been followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCursor {
    pub feed: String,
    pub version: i64,
    /// Everything up to here has been applied or parked.
    pub position: String,
    /// What has been beyond, while events before it wait for others of their subject.
    pub ahead: Vec<String>,
    /// Where the feed was left in each epoch before; the oldest first.
    pub former: Vec<String>,
}

hemgang_db::record!(
    FeedCursor,
    "feed_cursor",
    versioned,
    key(feed),
    columns(version, position, ahead, former)
);

impl FeedCursor {
    /// Before the first event.
    pub fn beginning(feed: &str) -> Self {
        let (position, ahead, former) = (String::new(), Vec::new(), Vec::new());
        Self { feed: feed.to_owned(), version: 0, position, ahead, former }
    }

    /// Whether the event at this position, one after the cursor's own, has been applied or parked.
    pub fn has_applied(&self, position: &str) -> bool {
        self.ahead.iter().any(|ahead| ahead == position)
    }

    /// The cursor after a wave of a page that was read from here, or from where this page's first waves left it.
    #[must_use]
    pub fn after(&self, page: &[&str], wave: &[&str]) -> Self {
        let mut applied: HashSet<&str> = self.ahead.iter().map(String::as_str).collect();
        applied.extend(wave);
        let passed = page.iter().position(|position| *position == self.position).map_or(0, |last| last + 1);
        let beyond = &page[passed..];
        let without_gap = beyond.iter().take_while(|position| applied.contains(**position)).count();
        let (reached, gap) = beyond.split_at(without_gap);
        let ahead = gap.iter().filter(|position| applied.contains(**position));
        let ahead = ahead.map(|position| (*position).to_owned()).collect();
        let mut next = Self { ahead, ..self.stepped() };
        for position in reached {
            let left = std::mem::replace(&mut next.position, (*position).to_owned());
            if !left.is_empty() && epoch(&left) != epoch(position) {
                next.former.push(left);
            }
        }
        next
    }

    /// The same place, one change on: whoever read it before loses.
    #[must_use]
    pub fn stepped(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// What is left of it in a feed that was restored, of which only what is up to `common` was told before.
    #[must_use]
    pub fn restored(&self, common: &str) -> Self {
        let stands = |position: &String| number(position) <= number(common);
        let kept = |positions: &[String]| positions.iter().filter(|at| stands(at)).cloned().collect();
        let position = if stands(&self.position) { self.position.clone() } else { common.to_owned() };
        Self { position, ahead: kept(&self.ahead), former: kept(&self.former), ..self.stepped() }
    }
}

/// The number of a plain cursor, which grows within a feed whatever its epoch; 0 for the beginning.
pub fn number(position: &str) -> i64 {
    position.split_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or_default()
}

fn epoch(position: &str) -> &str {
    position.split_once('.').map_or("", |(epoch, _)| epoch)
}

/// The plain cursor from which a page begins with the event at a position.
pub fn just_before(position: &str) -> String {
    format!("{}.{}", epoch(position), (number(position) - 1).max(0))
}

/// Where an event is in its feed.
pub fn position<E: FeedEvent>(event: &E) -> &str {
    event.header().map_or("", |header| header.cursor.as_str())
}

/// What an event is about: its admission, or its case where there is none. Events of one subject keep their order; those
/// of different ones have none. What is about neither, an organisation's, is a subject of its own: whoever keeps the
/// directory follows it otherwise.
pub fn subject<E: FeedEvent>(event: &E) -> &str {
    event.header().map_or("", |header| match (header.admission_id.as_str(), header.case_id.as_str()) {
        ("", "") => header.cursor.as_str(),
        ("", case_id) => case_id,
        (admission_id, _) => admission_id,
    })
}

/// The first event of each subject, at most so many, and what waits. Nothing overtakes an event of its subject, but for what
/// does not concern the follower, which is passed by with whatever comes first.
pub fn wave<E: FeedEvent>(
    events: Vec<&E>,
    at_most: usize,
    concerns: impl Fn(&E) -> bool,
) -> (Vec<&E>, Vec<&E>) {
    let (mut wave, mut rest, mut subjects) = (Vec::new(), Vec::new(), HashSet::new());
    let (events, mut passed): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| concerns(event));
    for event in events {
        let is_first = subjects.insert(subject(event));
        if is_first && wave.len() < at_most { wave.push(event) } else { rest.push(event) }
    }
    wave.append(&mut passed);
    (wave, rest)
}

#[cfg(test)]
mod tests {
    use hemgang_proto::{admission::AdmissionEvent, common::EventHeader};

    use super::*;

    fn event(cursor: &str, admission_id: &str) -> AdmissionEvent {
        let header = EventHeader {
            cursor: cursor.to_owned(),
            admission_id: admission_id.to_owned(),
            ..EventHeader::default()
        };
        AdmissionEvent { header: Some(header), event: None }
    }

    #[test]
    fn a_wave_has_one_event_of_an_admission_and_nothing_overtakes_its_own() {
        let page = [("1", "a"), ("2", "a"), ("3", "b"), ("4", "c"), ("5", "b"), ("6", "d")];
        let page = page.map(|(cursor, admission)| event(cursor, admission));
        let names = |events: &[&AdmissionEvent]| {
            events.iter().map(|event| position(*event).to_owned()).collect::<Vec<_>>()
        };
        let (first, rest) = wave(page.iter().collect(), 3, |_| true);
        assert_eq!(
            (names(&first), names(&rest)),
            (vec!["1".into(), "3".into(), "4".into()], vec!["2".into(), "5".into(), "6".into()])
        );
        let (second, rest) = wave(rest, 3, |_| true);
        assert_eq!(
            (names(&second), names(&rest)),
            (vec!["2".into(), "5".into(), "6".into()], Vec::<String>::new())
        );
        // Of one admission, each wave has one.
        let (one, rest) = wave(page[..2].iter().collect(), 1, |_| true);
        assert_eq!((names(&one), names(&rest)), (vec!["1".to_owned()], vec!["2".to_owned()]));
        // What does not concern the follower goes with the first.
        let (first, rest) = wave(page.iter().collect(), 3, |event| subject(event) == "b");
        assert_eq!(
            (names(&first), names(&rest)),
            (vec!["3".into(), "1".into(), "2".into(), "4".into(), "6".into()], vec!["5".into()])
        );
    }

    #[test]
    fn a_cursor_remembers_where_it_left_an_epoch_and_falls_back_to_what_a_restore_left() {
        let page = ["aa.1", "aa.2", "bb.3", "bb.4"];
        let read = FeedCursor::beginning("admission").after(&page, &["aa.1", "aa.2", "bb.4"]);
        let read = read.after(&page, &["bb.3"]);
        assert_eq!((read.position.as_str(), &read.former[..]), ("bb.4", &["aa.2".to_owned()][..]));
        // The copy knows nothing of bb, or of what aa told last.
        let (kept, cut) = (read.restored("bb.4"), read.restored("aa.1"));
        assert_eq!((kept.position.as_str(), kept.former.len(), kept.version), ("bb.4", 1, 3));
        assert_eq!((cut.position.as_str(), cut.former.len()), ("aa.1", 0));
        let ahead = FeedCursor::beginning("admission").after(&page, &["aa.2", "bb.4"]).restored("aa.2");
        assert_eq!((ahead.position.as_str(), &ahead.ahead[..]), ("", &["aa.2".to_owned()][..]));
        assert_eq!((just_before("aa.2"), just_before("aa.1")), ("aa.1".to_owned(), "aa.0".to_owned()));
    }

    #[test]
    fn a_case_without_an_admission_has_an_order_of_its_own() {
        let about = |case_id: &str| EventHeader { case_id: case_id.to_owned(), ..EventHeader::default() };
        let [one, other] =
            ["a", "b"].map(|case_id| AdmissionEvent { header: Some(about(case_id)), event: None });
        assert_eq!([subject(&one), subject(&other)], ["a", "b"]);
    }

    #[test]
    fn a_cursor_stands_before_the_first_event_that_waits_and_remembers_what_is_beyond() {
        let page = ["1", "2", "3", "4", "5"];
        let start = FeedCursor::beginning("admission");
        let first = start.after(&page, &["1", "3", "4"]);
        assert_eq!((first.position.as_str(), first.version), ("1", 1));
        assert_eq!(first.ahead, ["3", "4"]);
        assert!(first.has_applied("3") && !first.has_applied("2"));
        // The same page's next wave, or the page read again from where it stands, as after a crash.
        for page in [&page[..], &page[1..]] {
            let second = first.after(page, &["2"]);
            assert_eq!((second.position.as_str(), second.ahead.len()), ("4", 0));
        }
        let last = first.after(&page, &["2"]).after(&page[4..], &["5"]);
        assert_eq!((last.position.as_str(), last.version, last.ahead.len()), ("5", 3, 0));
    }
}
