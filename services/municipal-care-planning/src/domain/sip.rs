//! The plan of a case: a samordnad individuell plan (SIP), or a samordnad vårdplan of LPT and LRV. Written by whoever takes
//! part, agreed when every unit that contributes has approved what it says, followed up, closed. Pure.

use std::{collections::BTreeSet, fmt};

use hemgang_core::{day::local_day, id::CaseId, place::HsaId};
use hemgang_proto::planning::{
    self as pb, SipApproval, SipCloseReason, SipFollowUp, SipKind, SipPlan, SipService, SipState,
    planning_event::Event,
};
use hemgang_rpc::wire;
use jiff::{Timestamp, civil::Date};

use super::{consent::Consents, invitee};
use crate::error::Error;

/// The plan as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Sip {
    pub case_id: CaseId,
    /// Of the row: approvals and follow-ups change it, too.
    pub version: i64,
    /// The local day on which a version first was agreed.
    pub agreed_on: Option<Date>,
    pub said: Said,
}

/// What there is of it, kept as proto3 JSON. Its words are the patient's record, and no part of a log.
#[derive(Clone, PartialEq)]
pub struct Said(pub pb::Sip);

json_column!(Said);

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Said")
            .field(&self.0.version)
            .field(&self.0.state().as_str_name())
            .finish_non_exhaustive()
    }
}

impl Sip {
    /// The plan as it is written from now on: a draft, whatever was approved before.
    ///
    /// # Errors
    /// `SIP_CHANGED` where it is not the version that was read, `SIP_CLOSED`, `SIP_REFUSED`, `CONSENT_EXPIRED`.
    pub fn save(
        before: Option<&Self>,
        (case_id, plan): (CaseId, SipPlan),
        read: i32,
        (consents, on): (&Consents, Date),
    ) -> Result<(Self, Event), Error> {
        let stands = before.map_or(0, |before| before.said.0.version);
        if before.is_some_and(|before| before.said.0.state() == SipState::Closed) {
            return Err(Error::SipClosed);
        }
        if stands != read {
            return Err(Error::SipChanged { version: stands });
        }
        if plan.kind() == SipKind::IndividualPlan {
            consents.permits_sip(on)?;
        }
        let sip = pb::Sip {
            version: stands + 1,
            state: SipState::Draft.into(),
            contributing_units: contributing(&plan).into_iter().collect(),
            plan: Some(plan),
            approvals: Vec::new(),
            ..before.map(|before| before.said.0.clone()).unwrap_or_default()
        };
        let saved = Self {
            case_id,
            version: before.map_or(1, |before| before.version + 1),
            agreed_on: before.and_then(|before| before.agreed_on),
            said: Said(sip),
        };
        let event = Event::SipSaved(pb::SipSaved { case_id: case_id.to_string(), sip: Some(saved.told()) });
        Ok((saved, event))
    }

    /// Approved by a unit; agreed, when it was the last.
    ///
    /// # Errors
    /// `SIP_CHANGED`, `SIP_CLOSED`, `NOT_CONTRIBUTING`, `ALREADY_APPROVED`, `SIP_REFUSED`, `CONSENT_EXPIRED`,
    /// `SIP_CONSENT_MISSING`.
    pub fn approve(
        self,
        (unit, by): (&HsaId, &HsaId),
        read: i32,
        consents: &Consents,
        now: Timestamp,
    ) -> Result<(Self, Vec<Event>), Error> {
        let sip = &self.said.0;
        if sip.state() == SipState::Closed {
            return Err(Error::SipClosed);
        }
        if sip.version != read {
            return Err(Error::SipChanged { version: sip.version });
        }
        if !sip.contributing_units.iter().any(|contributing| contributing == unit.as_str()) {
            return Err(Error::NotContributing);
        }
        if sip.approvals.iter().any(|approval| approval.unit == unit.as_str()) {
            return Err(Error::AlreadyApproved);
        }
        let is_individual = sip.plan.as_ref().is_some_and(|plan| plan.kind() == SipKind::IndividualPlan);
        let is_last = sip.approvals.len() + 1 == sip.contributing_units.len();
        if is_individual {
            consents.permits_sip(local_day(now))?;
        }
        if is_individual && is_last && !consents.wants_sip(local_day(now)) {
            return Err(Error::SipConsentMissing);
        }
        let approval = SipApproval {
            unit: unit.to_string(),
            approved_by: by.to_string(),
            approved_at: Some(wire::timestamp(now)),
        };
        let case_id = self.case_id.to_string();
        let version = sip.version;
        let approved =
            pb::SipApproved { case_id: case_id.clone(), version, approval: Some(approval.clone()) };
        let mut events = vec![Event::SipApproved(approved)];
        let mut next = self.next(|sip| sip.approvals.push(approval));
        if is_last {
            next.said.0.state = SipState::Agreed.into();
            next.said.0.agreed_at.get_or_insert(wire::timestamp(now));
            next.agreed_on.get_or_insert(local_day(now));
            events.push(Event::SipAgreed(pb::SipAgreed { case_id, sip: Some(next.told()) }));
        }
        Ok((next, events))
    }

    /// Followed up.
    ///
    /// # Errors
    /// `SIP_NOT_AGREED`, `SIP_CLOSED`.
    pub fn follow_up(self, follow_up: SipFollowUp) -> Result<(Self, Event), Error> {
        match self.said.0.state() {
            SipState::Agreed => {}
            SipState::Closed => return Err(Error::SipClosed),
            state => return Err(Error::SipNotAgreed { state }),
        }
        let instant = |at: &Option<_>| at.as_ref().and_then(wire::instant);
        if let Some(agreed_at) =
            instant(&self.said.0.agreed_at).filter(|at| instant(&follow_up.held_at) < Some(*at))
        {
            return Err(Error::BeforeAgreement { agreed_at });
        }
        let follow_up = SipFollowUp { version: self.said.0.version, ..follow_up };
        let told =
            pb::SipFollowedUp { case_id: self.case_id.to_string(), follow_up: Some(follow_up.clone()) };
        Ok((self.next(|sip| sip.follow_ups.push(follow_up)), Event::SipFollowedUp(told)))
    }

    /// Closed, also a draft that came to nothing.
    ///
    /// # Errors
    /// `SIP_CLOSED`, `NOT_RESPONSIBLE`.
    pub fn close(self, unit: &HsaId, reason: SipCloseReason, now: Timestamp) -> Result<(Self, Event), Error> {
        let sip = &self.said.0;
        if sip.state() == SipState::Closed {
            return Err(Error::SipClosed);
        }
        let responsible = sip.plan.as_ref().map(|plan| plan.responsible_unit.clone()).unwrap_or_default();
        if responsible != unit.as_str() {
            return Err(Error::NotResponsible { unit: responsible });
        }
        let event =
            Event::SipClosed(pb::SipClosed { case_id: self.case_id.to_string(), reason: reason.into() });
        let closed = self.next(|sip| {
            sip.state = SipState::Closed.into();
            sip.close_reason = reason.into();
            sip.closed_at = Some(wire::timestamp(now));
        });
        Ok((closed, event))
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("sip:{}.{}", self.case_id, self.version)
    }

    /// Whether a unit does something in it, and it goes on.
    pub fn rests_on(&self, unit: &HsaId) -> bool {
        let goes_on = self.said.0.state() != SipState::Closed;
        goes_on && self.said.0.contributing_units.iter().any(|contributing| contributing == unit.as_str())
    }

    /// As the parties read it in the case.
    pub fn shown(&self) -> pb::Sip {
        self.said.0.clone()
    }

    /// As feeds and answers tell of it, which are kept: without the words.
    pub fn told(&self) -> pb::Sip {
        wordless(self.shown())
    }

    /// After the record was taken away by law: that there was a plan, whose, and when, stays; the words go.
    #[must_use]
    pub fn blanked(self) -> Self {
        self.next(|sip| *sip = wordless(std::mem::take(sip)))
    }

    fn next(mut self, change: impl FnOnce(&mut pb::Sip)) -> Self {
        self.version += 1;
        change(&mut self.said.0);
        self
    }
}

/// The units that contribute to a plan: those that do something, and the one with the overall responsibility.
pub fn contributing(plan: &SipPlan) -> BTreeSet<String> {
    let units = plan.services.iter().map(|service| &service.unit).chain([&plan.responsible_unit]);
    units.filter(|unit| !unit.is_empty()).cloned().collect()
}

/// A plan without its words.
pub fn wordless(mut sip: pb::Sip) -> pb::Sip {
    if let Some(plan) = &mut sip.plan {
        plan.goals = Vec::new();
        invitee::silence(&mut plan.invitees);
        for service in &mut plan.services {
            let SipService { unit, starts_on, ends_on, .. } = service.clone();
            *service = SipService { unit, starts_on, ends_on, ..SipService::default() };
        }
    }
    sip
}

#[cfg(test)]
mod tests;
