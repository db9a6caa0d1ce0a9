//! A stay as the feeds tell of it. Each event raises the version by one.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_feed::recipients::{Course, Step};
use hemgang_proto::{
    admission::{AdmissionState, LegalStatus},
    common::EntryReason,
};
use jiff::Timestamp;

use super::admission_notice;

/// A stay as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub liable_municipality: Option<MunicipalityCode>,
    pub state: AdmissionState,
    pub legal_status: LegalStatus,
    pub admitted_at: Timestamp,
    pub needed_since: Option<Timestamp>,
    /// Why that judgement was told afterwards.
    pub needed_entry: EntryReason,
    /// The first admission notice that reached a unit which takes part.
    pub notified_at: Option<Timestamp>,
    /// Why that notice was told afterwards.
    pub notified_entry: EntryReason,
    pub discharged_at: Option<Timestamp>,
    /// When planning of it was broken off, while it is.
    pub interrupted_at: Option<Timestamp>,
}

/// That planning of a stay was broken off, or that its case is open again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruption {
    pub admission_id: AdmissionId,
    /// Its place among those of the stay, as planning told them.
    pub number: i64,
    /// None of a case that is open again.
    pub interrupted_at: Option<Timestamp>,
}

impl Stay {
    /// The stay as judgements and notices leave it: made of all that was told, because a notice that did not reach the right
    /// unit may turn out after what was judged since.
    #[must_use]
    pub fn weighed(self, course: &Course) -> Self {
        let (version, admitted_at) = (self.version + 1, self.admitted_at);
        let unspecified = EntryReason::Unspecified;
        let untold = Self {
            needed_since: None,
            needed_entry: unspecified,
            notified_at: None,
            notified_entry: unspecified,
            ..self
        };
        let stay = course.steps().into_iter().fold(untold, |stay, step| match step {
            // Whether the duty had run out by then was judged by what was known of the admission.
            Step::Judged(judged) => Self { admitted_at: judged.admitted_at, ..stay }.assessed(
                judged.needed,
                judged.assessed_at,
                judged.entry,
            ),
            Step::Notified(at, entry) => stay.notified(at, entry),
        });
        Self { version, admitted_at, ..stay }
    }

    /// A physician judged whether somebody may be needed. The first judgement that somebody is stands, until
    /// one that nobody is; what was judged once a notice was sent no longer moves the duty.
    #[must_use]
    pub fn assessed(self, needed: bool, at: Timestamp, entry: EntryReason) -> Self {
        let stands = (self.needed_since, self.needed_entry);
        let due_at = |since| admission_notice::due_at(since, self.admitted_at);
        // Late registration: what was judged earlier may be told later. What opens a deadline goes before what does
        // not: a judgement from a paper or an import hides none that was told here.
        let rank = |at, entry| (entry != EntryReason::Unspecified, at);
        let (needed_since, needed_entry) = match stands {
            _ if self.notified_before(at, entry) => stands,
            (Some(since), of) if needed && rank(since, of) <= rank(at, entry) => stands,
            _ if needed => (Some(at), entry),
            // The duty had run out by then. Whether our timer had seen it must make no difference.
            (Some(since), _) if due_at(since) < at => stands,
            // Somebody was judged to be needed after it.
            (Some(since), _) if entry != EntryReason::Unspecified && at < since => stands,
            _ => (None, EntryReason::Unspecified),
        };
        Self { version: self.version + 1, needed_since, needed_entry, ..self }
    }

    /// An admission notice reached a unit that takes part.
    #[must_use]
    pub fn notified(self, at: Timestamp, entry: EntryReason) -> Self {
        let (first, notified_entry) = match self.notified_at {
            Some(first) if first <= at => (first, self.notified_entry),
            _ => (at, entry),
        };
        Self { version: self.version + 1, notified_at: Some(first), notified_entry, ..self }
    }

    /// Whether a judgement comes after the notice, and moves nothing. Papers are entered in any order, so of what is
    /// told afterwards its time decides.
    fn notified_before(&self, at: Timestamp, entry: EntryReason) -> bool {
        match entry {
            EntryReason::Unspecified => self.notified_at.is_some(),
            _ => self.notified_at.is_some_and(|sent_at| sent_at < at),
        }
    }

    /// The patient came at another time than was told.
    #[must_use]
    pub fn admitted(self, at: Timestamp) -> Self {
        Self { version: self.version + 1, admitted_at: at, ..self }
    }

    /// The law that the patient is in hospital under is another.
    #[must_use]
    pub fn under(self, legal_status: LegalStatus) -> Self {
        Self { version: self.version + 1, legal_status, ..self }
    }

    /// The patient moved.
    #[must_use]
    pub fn moved(self, hospital: HsaId, ward: HsaId) -> Self {
        Self { version: self.version + 1, hospital, ward, ..self }
    }

    /// The patient left, or died.
    #[must_use]
    pub fn discharged(self, at: Timestamp, died: bool) -> Self {
        let state = if died { AdmissionState::Deceased } else { AdmissionState::Discharged };
        Self { version: self.version + 1, state, discharged_at: Some(at), ..self }
    }

    /// The patient has not left after all.
    ///
    /// A deadline that was removed because the patient had left in time comes back as it was, even when it has run
    /// out by now: the duty of 2 kap. 1 § rests on the judgement of need, the patient was in hospital all the time,
    /// and a ward that sends a false discharge must not come out better than one that sends none.
    #[must_use]
    pub fn stayed(self) -> Self {
        Self { version: self.version + 1, state: AdmissionState::Admitted, discharged_at: None, ..self }
    }

    /// Planning was broken off, or goes on.
    #[must_use]
    pub fn interrupted(self, at: Option<Timestamp>) -> Self {
        Self { version: self.version + 1, interrupted_at: at, ..self }
    }

    /// The admission never was.
    #[must_use]
    pub fn voided(self) -> Self {
        Self { version: self.version + 1, state: AdmissionState::Voided, ..self }
    }
}
