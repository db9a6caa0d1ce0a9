//! Who at a unit has a case (handläggare), and who stands in while they are away. Pure.

use hemgang_core::{
    id::CaseId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::planning::{self as pb, planning_event::Event};
use hemgang_rpc::{Audience, wire};
use jiff::{Timestamp, civil::Date};

use super::party::Party;

/// What holds of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub case_id: CaseId,
    pub unit: HsaId,
    pub version: i64,
    /// Of municipal units only.
    pub municipality: Option<MunicipalityCode>,
    /// Of its case.
    pub opened_at: Timestamp,
    /// None when nobody has it.
    pub officer: Option<HsaId>,
    pub deputy: Option<HsaId>,
    /// The last day on which the deputy has it.
    pub deputy_until: Option<Date>,
    pub assigned_by: HsaId,
    pub assigned_at: Timestamp,
}

/// Whom somebody names.
#[derive(Clone, Debug)]
pub struct Named {
    pub officer: Option<HsaId>,
    /// With the last day of it.
    pub deputy: Option<(HsaId, Date)>,
    pub by: HsaId,
}

impl Assignment {
    /// Who has it from now on, in the place of whoever had it, and what is told of it.
    pub fn assign(
        before: Option<&Self>,
        party: &Party,
        Named { officer, deputy, by }: Named,
        now: Timestamp,
    ) -> (Self, Event) {
        let (deputy, deputy_until) = deputy.unzip();
        let assignment = Self {
            case_id: party.case_id,
            unit: party.unit.clone(),
            version: before.map_or(1, |before| before.version + 1),
            municipality: party.municipality.clone(),
            opened_at: party.opened_at,
            officer,
            deputy,
            deputy_until,
            assigned_by: by,
            assigned_at: now,
        };
        let told = pb::CaseAssigned {
            case_id: assignment.case_id.to_string(),
            assignment: Some(assignment.shown()),
        };
        (assignment, Event::CaseAssigned(told))
    }

    /// Whose it is: the unit's, and its municipality's.
    pub fn audience(&self) -> Audience {
        Audience::default().and_party(&self.unit, self.municipality.as_ref())
    }

    /// As the unit reads it.
    pub fn shown(&self) -> pb::Assignment {
        let text = |person: &Option<HsaId>| person.as_ref().map(ToString::to_string).unwrap_or_default();
        pb::Assignment {
            case_id: self.case_id.to_string(),
            unit: self.unit.to_string(),
            officer: text(&self.officer),
            deputy: text(&self.deputy),
            deputy_until: self.deputy_until.map(wire::date),
            assigned_by: self.assigned_by.to_string(),
            assigned_at: Some(wire::timestamp(self.assigned_at)),
            etag: self.version.to_string(),
        }
    }
}
