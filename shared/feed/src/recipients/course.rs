//! What the two feeds said of a stay, read together.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_db::Db;
use hemgang_proto::common::EntryReason;
use hemgang_rpc::Failure;
use jiff::Timestamp;

use super::{JudgedNeed, RecipientChange, SentNotice};

/// A notice that reached a unit which takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The unit.
    pub unit: HsaId,
    /// The municipality that runs it.
    pub municipality: Option<MunicipalityCode>,
    /// Since when it is notified by it.
    pub at: Timestamp,
    /// Why it was told afterwards.
    pub entry: EntryReason,
    /// Of a notice of admission's: [`SentNotice::number`].
    pub number: Option<i64>,
    /// From when the unit holds it.
    held_from: Timestamp,
    /// Whether planning gave it to the unit. What planning tells is in order, so it takes away whatever it gave before.
    is_given: bool,
}

impl From<&SentNotice> for Reached {
    fn from(sent: &SentNotice) -> Self {
        Self {
            unit: sent.unit.clone(),
            municipality: sent.municipality.clone(),
            at: sent.sent_at,
            entry: sent.entry,
            number: Some(sent.number),
            held_from: sent.sent_at,
            is_given: false,
        }
    }
}

impl Reached {
    /// Whether it goes with the unit where that leaves at an instant. A notice that is sent afterwards stays.
    fn goes_with(&self, change: &RecipientChange) -> bool {
        change.left_unit.as_ref() == Some(&self.unit)
            && (self.is_given || self.held_from <= change.changed_at)
    }
}

/// The notices that reached units which take part, of those that were sent: what was told of a unit that left is told to
/// nobody, or to the unit in its place.
pub fn reached(sent: &[SentNotice], changes: &[RecipientChange]) -> Vec<Reached> {
    let mut reached: Vec<_> = sent.iter().map(Reached::from).collect();
    for change in changes {
        let (gone, stays): (Vec<_>, Vec<_>) = reached.into_iter().partition(|one| one.goes_with(change));
        reached = stays;
        let Some(unit) = &change.joined_unit else { continue };
        let given = |one: Reached| Reached {
            unit: unit.clone(),
            municipality: change.municipality.clone(),
            held_from: change.changed_at,
            is_given: true,
            ..one
        };
        if gone.is_empty() {
            reached.push(Reached {
                unit: unit.clone(),
                municipality: change.municipality.clone(),
                at: change.notified_at,
                entry: EntryReason::Unspecified,
                number: None,
                held_from: change.changed_at,
                is_given: true,
            });
        }
        reached.extend(gone.into_iter().map(given));
    }
    reached
}

/// What bears on the duty to notify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A judgement of need.
    Judged(&'a JudgedNeed),
    /// A notice that reached somebody: when it was sent, and why it was told afterwards.
    Notified(Timestamp, EntryReason),
}

/// What was said of a stay that bears on the duty to notify.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// As admission told them.
    pub judged: Vec<JudgedNeed>,
    /// As admission told them.
    pub sent: Vec<SentNotice>,
    /// As planning told them.
    pub changes: Vec<RecipientChange>,
}

impl Course {
    /// What is kept of a stay.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(db: &Db, id: AdmissionId) -> Result<Self, Failure> {
        let judged = "select * from judged_need where admission_id in (select key from keys) order by number";
        let sent =
            "select * from sent_notice where admission_id in (select key from keys) order by number, unit";
        let judged = async { Ok(db.projected(judged, "admission_id", id).await?) };
        let sent = async { Ok(db.projected(sent, "admission_id", id).await?) };
        let (judged, sent, changes) = tokio::try_join!(judged, sent, RecipientChange::list(db, id))?;
        Ok(Self { judged, sent, changes })
    }

    /// The number of admission's next judgement or notice.
    pub fn next_number(&self) -> i64 {
        let judged = self.judged.last().map(|one| one.number);
        judged.max(self.sent.last().map(|one| one.number)).map_or(1, |last| last + 1)
    }

    /// See [`reached`].
    pub fn reached(&self) -> Vec<Reached> {
        reached(&self.sent, &self.changes)
    }

    /// What bears on the duty, in the order of admission's feed. A unit that planning told of stands before the first
    /// judgement that was told after it joined.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let judged = self.judged.iter().map(|one| ((one.number, true), Step::Judged(one)));
        let notified = self.reached().into_iter().map(|one| {
            let later = || self.judged.iter().find(|judged| judged.told_at > one.held_from);
            let place = match one.number {
                Some(number) => (number, true),
                None => (later().map_or(i64::MAX, |judged| judged.number), false),
            };
            (place, Step::Notified(one.at, one.entry))
        });
        let mut steps: Vec<_> = judged.chain(notified).collect();
        steps.sort_by_key(|(place, _)| *place);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}
