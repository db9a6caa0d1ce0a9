//! What a principal judges of the need of an individual plan (SIP), 4 kap. 1 §. Pure.

use hemgang_core::{id::CaseId, place::HsaId};
use hemgang_proto::planning::{self as pb, SipNeedDecision, planning_event::Event};
use hemgang_rpc::{Organisation, wire};
use jiff::Timestamp;

/// The judgement that holds, one a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SipNeed {
    pub case_id: CaseId,
    /// The region, or a municipality.
    pub principal: Organisation,
    pub version: i64,
    pub decision: SipNeedDecision,
    pub unit: HsaId,
    pub decided_by: HsaId,
    pub decided_at: Timestamp,
}

/// What is judged, and by whom.
#[derive(Clone, Debug)]
pub struct Decided {
    pub decision: SipNeedDecision,
    pub by: HsaId,
}

impl SipNeed {
    /// The judgement from now on, in the place of what the principal judged before, and what is told of it.
    pub fn decide(
        before: Option<&Self>,
        (case_id, principal, unit): (CaseId, Organisation, HsaId),
        Decided { decision, by: decided_by }: Decided,
        now: Timestamp,
    ) -> (Self, Event) {
        let version = before.map_or(1, |before| before.version + 1);
        let need = Self { case_id, principal, version, decision, unit, decided_by, decided_at: now };
        let sip_need = Some(need.shown());
        let told = pb::SipNeedDecided { case_id: case_id.to_string(), sip_need };
        (need, Event::SipNeedDecided(told))
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("sip-need:{}.{}.{}", self.case_id, self.principal, self.version)
    }

    /// As the parties see it.
    pub fn shown(&self) -> pb::SipNeed {
        pb::SipNeed {
            principal: self.principal.to_string(),
            decision: self.decision.into(),
            unit: self.unit.to_string(),
            decided_by: self.decided_by.to_string(),
            decided_at: Some(wire::timestamp(self.decided_at)),
        }
    }
}

/// Whether services of both are needed: the region and a municipality have said so.
pub fn is_seen_by_both(needs: &[SipNeed]) -> bool {
    let seen = |is_region: bool| {
        let mut needs = needs.iter().filter(|need| need.decision == SipNeedDecision::Needed);
        needs.any(|need| (need.principal == Organisation::Region) == is_region)
    };
    seen(true) && seen(false)
}
