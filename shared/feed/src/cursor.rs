//! How far a feed has been followed, and which of its events can be applied at once.

use std::collections::HashSet;

use crate::event::FeedEvent;

/// How far a feed has been followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCursor {
    pub feed: String,
    pub version: i64,
    /// Everything up to here has been applied.
    pub position: String,
    /// What has been applied beyond, while events before it wait for others of their admission.
    pub ahead: Vec<String>,
}

hemgang_db::record!(FeedCursor, "feed_cursor", versioned, key(feed), columns(version, position, ahead));

impl FeedCursor {
    /// Before the first event.
    pub fn beginning(feed: &str) -> Self {
        Self { feed: feed.to_owned(), version: 0, position: String::new(), ahead: Vec::new() }
    }

    /// Whether the event at this position, one after the cursor's own, has been applied.
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
        Self {
            feed: self.feed.clone(),
            version: self.version + 1,
            position: reached.last().map_or_else(|| self.position.clone(), |last| (*last).to_owned()),
            ahead: ahead.map(|position| (*position).to_owned()).collect(),
        }
    }
}

/// Where an event is in its feed.
pub fn position<E: FeedEvent>(event: &E) -> &str {
    event.header().map_or("", |header| header.cursor.as_str())
}

/// Whether two events are about one admission.
pub fn concerns_same<E: FeedEvent>(one: &E, other: &E) -> bool {
    admission(one) == admission(other)
}

/// The admission that an event is about; its case, where there is none.
fn admission<E: FeedEvent>(event: &E) -> &str {
    event.header().map_or("", |header| match header.admission_id.as_str() {
        "" => header.case_id.as_str(),
        admission_id => admission_id,
    })
}

/// The first event of each admission, at most so many, and what waits. Nothing overtakes an event of its admission.
pub fn wave<E: FeedEvent>(events: Vec<&E>, at_most: usize) -> (Vec<&E>, Vec<&E>) {
    let (mut wave, mut rest, mut admissions) = (Vec::new(), Vec::new(), HashSet::new());
    for event in events {
        let is_first = admissions.insert(admission(event));
        if is_first && wave.len() < at_most { wave.push(event) } else { rest.push(event) }
    }
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
        let (first, rest) = wave(page.iter().collect(), 3);
        assert_eq!(
            (names(&first), names(&rest)),
            (vec!["1".into(), "3".into(), "4".into()], vec!["2".into(), "5".into(), "6".into()])
        );
        let (second, rest) = wave(rest, 3);
        assert_eq!(
            (names(&second), names(&rest)),
            (vec!["2".into(), "5".into(), "6".into()], Vec::<String>::new())
        );
        // Of one admission, each wave has one.
        let (one, rest) = wave(page[..2].iter().collect(), 1);
        assert_eq!((names(&one), names(&rest)), (vec!["1".to_owned()], vec!["2".to_owned()]));
    }

    #[test]
    fn a_case_without_an_admission_has_an_order_of_its_own() {
        let about = |case_id: &str| EventHeader { case_id: case_id.to_owned(), ..EventHeader::default() };
        let [one, other] =
            ["a", "b"].map(|case_id| AdmissionEvent { header: Some(about(case_id)), event: None });
        assert!(concerns_same(&one, &one.clone()) && !concerns_same(&one, &other));
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
