//! People who plan together: whether a plan is needed, what the patient says to it, and the plan itself.

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_proto::planning::{
    self as pb, SipKind, SipPlan, SipService, approve_sip_request, record_consent_request, save_sip_request,
};
use hemgang_rpc::wire;
use jiff::ToSpan as _;

use super::{Acted, People, STAFF, meetings::CaseOf};

impl People {
    /// Somebody at a unit records that its principal sees a need of an individual plan.
    pub async fn see_sip_need(&self, unit: &HsaId, admission_id: String) -> Acted {
        let request = pb::DecideSipNeedRequest {
            key: Some(pb::decide_sip_need_request::Key::AdmissionId(admission_id)),
            decision: pb::SipNeedDecision::Needed.into(),
            decided_by: STAFF.to_owned(),
            ..Default::default()
        };
        self.planning(unit).decide_sip_need(request).await.map(drop)
    }

    /// The patient wants no individual plan.
    pub async fn refuse_sip(&self, unit: &HsaId, admission_id: String) -> Acted {
        self.answers_sip(unit, CaseOf::Admission(admission_id), pb::ConsentDecision::Refused).await
    }

    /// Somebody at a unit writes a plan, to which the patient consents: that unit and another do something in it.
    pub async fn draw_up(&self, unit: &HsaId, of: CaseOf, other: &HsaId) -> Acted {
        self.answers_sip(unit, of.clone(), pb::ConsentDecision::Given).await?;
        let service = |what: &str, unit: &HsaId| SipService {
            what: what.to_owned(),
            unit: unit.to_string(),
            ..SipService::default()
        };
        let plan = SipPlan {
            kind: SipKind::IndividualPlan.into(),
            goals: vec!["Kunna bo kvar hemma".to_owned()],
            services: vec![service("Uppföljning av läkemedel", unit), service("Hjälp i hemmet", other)],
            responsible_unit: unit.to_string(),
            follow_up_on: Some(wire::date(local_day(self.now()).saturating_add(30.days()))),
            patient_took_part: true,
            ..SipPlan::default()
        };
        let key = Some(match of {
            CaseOf::Admission(id) => save_sip_request::Key::AdmissionId(id),
            CaseOf::Case(id) => save_sip_request::Key::CaseId(id),
        });
        let request = pb::SaveSipRequest { key, plan: Some(plan), ..Default::default() };
        self.planning(unit).save_sip(request).await.map(drop)
    }

    /// Somebody at a unit approves the first version of a plan.
    pub async fn approve(&self, unit: &HsaId, of: CaseOf) -> Acted {
        let key = Some(match of {
            CaseOf::Admission(id) => approve_sip_request::Key::AdmissionId(id),
            CaseOf::Case(id) => approve_sip_request::Key::CaseId(id),
        });
        let request = pb::ApproveSipRequest { key, version: 1, ..Default::default() };
        self.planning(unit).approve_sip(request).await.map(drop)
    }

    async fn answers_sip(&self, unit: &HsaId, of: CaseOf, decision: pb::ConsentDecision) -> Acted {
        let request = pb::RecordConsentRequest {
            key: Some(match of {
                CaseOf::Admission(id) => record_consent_request::Key::AdmissionId(id),
                CaseOf::Case(id) => record_consent_request::Key::CaseId(id),
            }),
            kind: pb::ConsentKind::Sip.into(),
            decision: decision.into(),
            basis: pb::ConsentBasis::Consent.into(),
            given_by: pb::ConsentGiver::Patient.into(),
            decided_by: STAFF.to_owned(),
            ..Default::default()
        };
        self.planning(unit).record_consent(request).await.map(drop)
    }
}
