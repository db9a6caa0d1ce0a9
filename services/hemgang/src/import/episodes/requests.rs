//! The requests of a case: told afterwards, at the times stated, under ids that stay the same however often it is told.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    admission as adm,
    common::{Destination, EntryReason, RetrospectiveEntry},
    readiness as ready,
};
use hemgang_rpc::wire;
use jiff::Timestamp;
use uuid::Uuid;

/// What names an episode in the system that it comes from.
#[derive(Clone, Debug)]
pub struct Case {
    pub source: String,
    pub case_id: String,
}

impl Case {
    fn id(&self, step: &str) -> String {
        // The lengths keep apart what another source and number would run together to.
        let Self { source, case_id } = self;
        let name = format!("import {}:{source} {}:{case_id} {step}", source.len(), case_id.len());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
    }

    /// The admission. A system of before knows no time of its registration but its own.
    pub fn admit(&self, said: adm::AdmitPatientRequest, admitted_at: Timestamp) -> adm::AdmitPatientRequest {
        let (authority, value) = (self.source.clone(), self.case_id.clone());
        adm::AdmitPatientRequest {
            request_id: self.id("admit"),
            visit_number: Some(adm::VisitNumber { authority, value }),
            retrospective_entry: imported(admitted_at),
            ..said
        }
    }

    /// The judgement of need.
    pub fn needs(&self, needs: adm::NeedsAssessment) -> adm::AssessNeedsRequest {
        adm::AssessNeedsRequest {
            request_id: self.id("needs"),
            retrospective_entry: needs.assessed_at.as_ref().and_then(wire::instant).and_then(imported),
            needs_assessment: Some(needs),
            ..Default::default()
        }
    }

    /// The admission notice.
    pub fn notice(&self, at: Timestamp, recipients: Vec<String>) -> adm::SendAdmissionNoticeRequest {
        adm::SendAdmissionNoticeRequest {
            request_id: self.id("notice"),
            recipients,
            retrospective_entry: imported(at),
            ..Default::default()
        }
    }

    /// The valid readiness.
    pub fn ready(
        &self,
        notified_at: Timestamp,
        assessed_at: Option<Timestamp>,
        assessed_by: &HsaId,
    ) -> ready::ConfirmReadinessRequest {
        ready::ConfirmReadinessRequest {
            request_id: self.id("ready"),
            assessed_by: assessed_by.to_string(),
            assessed_at: assessed_at.map(wire::timestamp),
            retrospective_entry: imported(notified_at),
            ..Default::default()
        }
    }

    /// The discharge notice.
    pub fn discharge_notice(
        &self,
        at: Timestamp,
        (agreed_at, destination): (Timestamp, Destination),
    ) -> adm::SendDischargeNoticeRequest {
        adm::SendDischargeNoticeRequest {
            request_id: self.id("discharge-notice"),
            agreed_at: Some(wire::timestamp(agreed_at)),
            destination: destination.into(),
            retrospective_entry: imported(at),
            ..Default::default()
        }
    }

    /// The departure, or the death.
    pub fn discharge(&self, at: Timestamp, destination: Destination) -> adm::DischargePatientRequest {
        adm::DischargePatientRequest {
            request_id: self.id("discharge"),
            discharged_at: Some(wire::timestamp(at)),
            destination: destination.into(),
            retrospective_entry: imported(at),
            ..Default::default()
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the requests take it")]
fn imported(stated_at: Timestamp) -> Option<RetrospectiveEntry> {
    let stated_at = Some(wire::timestamp(stated_at));
    Some(RetrospectiveEntry { reason: EntryReason::Import.into(), stated_at })
}
