//! Judgements of readiness as heard, and which of them a new party is told of.

use hemgang_core::id::AdmissionId;
use hemgang_proto::{common::EntryReason, planning::NoticeKind};
use jiff::Timestamp;

use crate::domain::{
    dossier::Sent,
    heard::{Heard, covers},
};

/// A confirmation or a withdrawal; the first of an admission has number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub admission_id: AdmissionId,
    pub number: i64,
    pub source: String,
    /// Readiness, or its withdrawal.
    pub kind: NoticeKind,
    pub recorded_at: Timestamp,
    /// When the physician judged.
    pub occurred_at: Timestamp,
    /// When its notice was given, and why that was told afterwards.
    pub sent_at: Timestamp,
    pub entry_reason: EntryReason,
    pub seen_admission: String,
}

impl Judgement {
    /// The judgement after those that were heard; none when it was heard before.
    pub fn next(heard: &Heard, kind: NoticeKind, earlier: &[Self]) -> Option<Self> {
        let is_new = earlier.iter().all(|judgement| judgement.source != heard.source);
        is_new.then(|| Self {
            admission_id: heard.admission_id,
            number: earlier.last().map_or(1, |last| last.number + 1),
            source: heard.source.clone(),
            kind,
            recorded_at: heard.recorded_at,
            occurred_at: heard.occurred_at,
            sent_at: heard.sent_at(),
            entry_reason: heard.sent().entry_reason,
            seen_admission: heard.seen_admission.clone(),
        })
    }

    /// The sending of its notice.
    pub fn sent(&self) -> Sent<'_> {
        Sent { source: &self.source, at: self.sent_at, entry_reason: self.entry_reason, by: None }
    }

    /// Whether it was made after an event of admission, whichever feed we read first.
    fn is_after(&self, admission: &Heard) -> bool {
        self.recorded_at > admission.recorded_at || covers(&self.seen_admission, &admission.cursor)
    }
}

/// What a unit that becomes a party with `notice` is told of: the readiness that stood then, and whatever was
/// judged since and read before the notice. The feeds have no order among each other; this makes the order in
/// which they are read not matter. Only what was judged and withdrawn before the notice, and read after it, is
/// told as it is read: a late feed cannot know of the withdrawal, and the unit then learns of both.
pub fn owed<'a>(judgements: &'a [Judgement], notice: &Heard) -> impl Iterator<Item = &'a Judgement> {
    let since =
        judgements.iter().position(|judgement| judgement.is_after(notice)).unwrap_or(judgements.len());
    let (before, after) = judgements.split_at(since);
    let standing = before.last().filter(|judgement| judgement.kind == NoticeKind::Readiness);
    standing.into_iter().chain(after)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    fn heard(feed: &str, number: i64, hour: i64, seen: &str) -> Heard {
        Heard {
            admission_id: "0190163d-8694-739b-aea5-966c26f8ad90".parse().expect("an id"),
            source: format!("{feed}:aa.{number}"),
            cursor: format!("aa.{number}"),
            seen_admission: seen.to_owned(),
            recorded_at: Timestamp::UNIX_EPOCH + hour.hours(),
            occurred_at: Timestamp::UNIX_EPOCH + hour.hours(),
            entry: None,
            now: Timestamp::UNIX_EPOCH + 24.hours(),
        }
    }

    fn history(said: &[(NoticeKind, i64, &str)]) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        for (number, (kind, hour, seen)) in (1..).zip(said) {
            judgements.extend(Judgement::next(&heard("readiness", number, *hour, seen), *kind, &judgements));
        }
        judgements
    }

    #[test]
    fn a_new_party_is_owed_the_standing_readiness_and_what_came_after_its_notice() {
        use NoticeKind::{Readiness as Ready, ReadinessWithdrawn as Withdrawn};
        let notice = heard("admission", 4, 10, "");
        let owed = |said: &[(NoticeKind, i64, &str)]| {
            super::owed(&history(said), &notice).map(|judgement| judgement.number).collect::<Vec<_>>()
        };
        assert_eq!(owed(&[(Ready, 9, "")]), [1], "it stood");
        assert_eq!(owed(&[(Ready, 8, ""), (Withdrawn, 9, "")]), [0; 0], "it did not stand any more");
        assert_eq!(
            owed(&[(Ready, 11, ""), (Withdrawn, 12, "")]),
            [1, 2],
            "both came later, and were read first"
        );
        assert_eq!(owed(&[(Ready, 9, ""), (Withdrawn, 11, "")]), [1, 2], "it stood, and was withdrawn since");
        // A clock that stands tells no order; what readiness had read of admission does.
        assert_eq!(owed(&[(Ready, 10, "aa.4"), (Withdrawn, 10, "aa.4")]), [1, 2]);
        assert_eq!(owed(&[(Ready, 10, "aa.3"), (Withdrawn, 10, "aa.3")]), [0; 0]);
    }

    #[test]
    fn a_judgement_is_heard_once() {
        let (first, again) = (history(&[(NoticeKind::Readiness, 9, "")]), heard("readiness", 1, 9, ""));
        assert_eq!(Judgement::next(&again, NoticeKind::Readiness, &first), None);
    }
}
