//! The named care contact (fast vårdkontakt) that the region's outpatient care appoints, 2 kap. 5 §. Pure.

use hemgang_core::{id::CaseId, place::HsaId};
use hemgang_proto::planning::{self as pb, planning_event::Event};
use hemgang_rpc::wire;
use jiff::Timestamp;

/// Who it is by now, and since when there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareContact {
    pub case_id: CaseId,
    pub version: i64,
    pub unit: HsaId,
    pub person: HsaId,
    /// What they are there; empty when not said.
    pub function: String,
    pub deputies: Vec<HsaId>,
    pub appointed_at: Timestamp,
    /// When the first of the case was appointed, by which the duty is met.
    pub first_at: Timestamp,
}

/// Whom a unit appoints.
#[derive(Clone, Debug)]
pub struct Appointed {
    pub person: HsaId,
    pub function: String,
    pub deputies: Vec<HsaId>,
}

impl CareContact {
    /// The contact from now on, in the place of the one before, and what is told of it.
    pub fn appoint(
        before: Option<&Self>,
        (case_id, unit): (CaseId, HsaId),
        Appointed { person, function, deputies }: Appointed,
        now: Timestamp,
    ) -> (Self, Event) {
        let version = before.map_or(1, |before| before.version + 1);
        let first_at = before.map_or(now, |before| before.first_at);
        let contact =
            Self { case_id, version, unit, person, function, deputies, appointed_at: now, first_at };
        let care_contact = Some(contact.shown());
        let told = pb::CareContactAppointed { case_id: case_id.to_string(), care_contact };
        (contact, Event::CareContactAppointed(told))
    }

    /// Whether somebody was named while the patient was still there: strictly before the discharge.
    pub fn is_before(&self, discharged_at: Timestamp) -> bool {
        self.first_at < discharged_at
    }

    /// Whether a call by somebody at a unit is the contact's own, or that of whoever stands in.
    pub fn is_called_by(&self, unit: &HsaId, person: &str) -> bool {
        let stands_in = || self.deputies.iter().any(|deputy| deputy.as_str() == person);
        *unit == self.unit && (self.person.as_str() == person || stands_in())
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("care-contact:{}.{}", self.case_id, self.version)
    }

    /// As the parties see it.
    pub fn shown(&self) -> pb::CareContact {
        pb::CareContact {
            unit: self.unit.to_string(),
            person: self.person.to_string(),
            function: self.function.clone(),
            deputies: self.deputies.iter().map(ToString::to_string).collect(),
            appointed_at: Some(wire::timestamp(self.appointed_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    #[test]
    fn the_last_appointed_holds_and_the_first_meets_the_duty() {
        let id = |text| HsaId::parse(text).expect("an HSA-id");
        let appointed =
            |person| Appointed { person: id(person), function: String::new(), deputies: Vec::new() };
        let (case_id, morning) = (CaseId::fresh(Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
        let (first, _) = CareContact::appoint(None, (case_id, id("SE2-V1")), appointed("SE2-P1"), morning);
        let noon = morning + 4.hours();
        let (second, _) =
            CareContact::appoint(Some(&first), (case_id, id("SE2-V2")), appointed("SE2-P2"), noon);
        assert_eq!((second.version, second.person.as_str()), (2, "SE2-P2"));
        assert!(second.is_before(noon) && !second.is_before(morning), "strictly before");
        assert_ne!(first.source(), second.source());
        assert!(
            second.is_called_by(&id("SE2-V2"), "SE2-P2") && !second.is_called_by(&id("SE2-V2"), "SE2-P1")
        );
        assert!(!second.is_called_by(&id("SE2-V1"), "SE2-P2"), "at another unit");
    }
}
