//! The call to plan an individual plan (SIP): by the named care contact or who stands in, within three days of the notice of
//! readiness, 4 kap. 3 § lag (2017:612). Where another calls in that time, the plan is under way and its call is not, and
//! nobody may notice. Pure.

use hemgang_core::{
    day::{day_begins, local_day},
    id::AdmissionId,
};
use hemgang_proto::admission::{AdmissionState, LegalStatus};
use jiff::{Timestamp, ToSpan as _};

use super::{standing::Standing, stay::Stay};

/// The rule as a signal names it.
pub const RULE: &str = "4 kap. 3 § lag (2017:612): fast vårdkontakt kallar till SIP inom tre dagar";

/// The region, among those that judge the need of a plan.
const REGION: &str = "region";

/// What planning told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SipCall {
    pub admission_id: AdmissionId,
    /// How much was told.
    pub version: i64,
    /// Which notices of the readiness were told, so that each counts once: one that was held is told again where it is released.
    pub notices: Vec<String>,
    /// When the first notice of the readiness that was told last was given, and when that was withdrawn.
    pub noticed_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    /// Principals that see a need: region, or a municipality's code.
    pub needed_by: Vec<String>,
    /// Whether the patient does not want a plan.
    pub is_refused: bool,
    /// When another than the contact first called since that notice.
    pub by_another_at: Option<Timestamp>,
    /// When the contact first called, whenever that was.
    pub called_at: Option<Timestamp>,
}

/// One thing that planning tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A notice, by its id, was given, or held for secrecy.
    Notice(String, Notice),
    Judged {
        principal: String,
        is_needed: bool,
    },
    Answered {
        is_refused: bool,
    },
    Called {
        at: Timestamp,
        by_contact: bool,
    },
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Of readiness. None of the time where it was told afterwards: nobody can act on it any more.
    Ready {
        sent_at: Timestamp,
        is_live: bool,
    },
    Withdrawn(Timestamp),
}

impl SipCall {
    pub fn untold(admission_id: AdmissionId) -> Self {
        Self {
            admission_id,
            version: 0,
            notices: Vec::new(),
            noticed_at: None,
            withdrawn_at: None,
            needed_by: Vec::new(),
            is_refused: false,
            by_another_at: None,
            called_at: None,
        }
    }

    /// With one more thing told.
    #[must_use]
    pub fn heard(mut self, said: Said) -> Self {
        self.version += 1;
        match said {
            // It counts when it was given or held. Released, it says nothing of the readiness that stands by then.
            Said::Notice(id, _) if self.notices.contains(&id) => {}
            Said::Notice(id, notice) => {
                self.notices.push(id);
                self.note(&notice);
            }
            Said::Judged { principal, is_needed } => {
                self.needed_by.retain(|other| *other != principal);
                if is_needed {
                    self.needed_by.push(principal);
                    self.needed_by.sort();
                }
            }
            Said::Answered { is_refused } => self.is_refused = is_refused,
            // A call on paper may be entered after a later one was told.
            Said::Called { at, by_contact: true } => self.called_at = earliest(self.called_at, at),
            Said::Called { at, by_contact: false } => {
                if self.noticed_at.is_some_and(|noticed_at| noticed_at <= at) {
                    self.by_another_at = earliest(self.by_another_at, at);
                }
            }
        }
        self
    }

    fn note(&mut self, notice: &Notice) {
        match *notice {
            // Each party gets a notice; the first gives the time, until the readiness is withdrawn.
            Notice::Ready { .. } if self.noticed_at.is_some() && self.withdrawn_at.is_none() => {}
            Notice::Ready { sent_at, is_live } => {
                self.noticed_at = is_live.then_some(sent_at);
                (self.withdrawn_at, self.by_another_at) = (None, None);
            }
            Notice::Withdrawn(at) => self.withdrawn_at = self.withdrawn_at.or(Some(at)),
        }
    }

    /// When the third day after the notice is over; none while nobody was told of a readiness.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.noticed_at.map(|at| day_begins(local_day(at).saturating_add(4.days())))
    }

    /// How a stay stands to the call where another called while it was due. Owed by nobody whose need not both principals
    /// see, who refuses, or who is under compulsory care (4 kap. 1 § 2 st.).
    pub fn standing(&self, stay: &Stay) -> Standing {
        let Some(due_at) = self.ends_at() else { return Standing::Clear };
        let is_before = |at: Option<Timestamp>| at.is_some_and(|at| at < due_at);
        let is_seen_by_both = self.needed_by.iter().any(|principal| principal == REGION)
            && self.needed_by.iter().any(|principal| principal != REGION);
        let is_compulsory = matches!(stay.legal_status, LegalStatus::Lpt | LegalStatus::Lrv);
        let is_dead = stay.state == AdmissionState::Deceased && is_before(stay.discharged_at);
        let is_owed = is_seen_by_both
            && !self.is_refused
            && !is_compulsory
            && !is_dead
            && !is_before(stay.interrupted_at)
            && stay.state != AdmissionState::Voided
            && !is_before(self.withdrawn_at);
        match self.called_at {
            _ if !is_owed || !is_before(self.by_another_at) => Standing::Clear,
            Some(called_at) if called_at < due_at => Standing::Clear,
            Some(met_at) => Standing::Late { due_at, met_at },
            None => Standing::Owed { due_at },
        }
    }
}

fn earliest(known: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
    known.into_iter().chain([at]).min()
}

#[cfg(test)]
mod tests;
