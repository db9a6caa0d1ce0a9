//! What receiving units noted on paper, one request a form.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{
    self as plan, MeetingForm, ServiceDecision, ServiceLaw, SipNeedDecision, answer_planning_request,
    appoint_care_contact_request, confirm_receiving_request, decide_sip_need_request, invite_to_sip_request,
    set_outpatient_readiness_request,
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::{super::paper::Able, Telling};
use crate::import::rows::stop::{Stop, call};

impl Telling<'_> {
    pub(super) async fn appoint(&self, contact: &HsaId, function: &str) -> Result<(), Stop> {
        let request = || plan::AppointCareContactRequest {
            request_id: self.request_id("contact"),
            key: Some(appoint_care_contact_request::Key::AdmissionId(self.admission_id.clone())),
            person: contact.to_string(),
            function: function.to_owned(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), appoint_care_contact as "AppointCareContact", request())?;
        Ok(())
    }

    pub(super) async fn answer(
        &self,
        law: ServiceLaw,
        able: &Able,
        ready_from: Option<Timestamp>,
        decision: ServiceDecision,
    ) -> Result<(), Stop> {
        let request = || plan::AnswerPlanningRequest {
            request_id: self.request_id("answer"),
            key: Some(answer_planning_request::Key::AdmissionId(self.admission_id.clone())),
            law: law.into(),
            ability: able.ability.into(),
            missing: able.missing.clone(),
            ready_from: ready_from.map(wire::timestamp),
            decision: decision.into(),
            answered_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), answer_planning as "AnswerPlanning", request())?;
        Ok(())
    }

    pub(super) async fn outpatient(&self, able: &Able) -> Result<(), Stop> {
        let request = || plan::SetOutpatientReadinessRequest {
            request_id: self.request_id("outpatient"),
            key: Some(set_outpatient_readiness_request::Key::AdmissionId(self.admission_id.clone())),
            ability: able.ability.into(),
            missing: able.missing.clone(),
            answered_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), set_outpatient_readiness as "SetOutpatientReadiness", request())?;
        Ok(())
    }

    pub(super) async fn receive(&self, at: Timestamp) -> Result<(), Stop> {
        let request = || plan::ConfirmReceivingRequest {
            request_id: self.request_id("receiving"),
            key: Some(confirm_receiving_request::Key::AdmissionId(self.admission_id.clone())),
            receives_at: Some(wire::timestamp(at)),
            confirmed_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), confirm_receiving as "ConfirmReceiving", request())?;
        Ok(())
    }

    pub(super) async fn judge_need(&self, is_needed: bool) -> Result<(), Stop> {
        let decision = if is_needed { SipNeedDecision::Needed } else { SipNeedDecision::NotNeeded };
        let request = || plan::DecideSipNeedRequest {
            request_id: self.request_id("sip-need"),
            key: Some(decide_sip_need_request::Key::AdmissionId(self.admission_id.clone())),
            decision: decision.into(),
            decided_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), decide_sip_need as "DecideSipNeed", request())?;
        Ok(())
    }

    pub(super) async fn call_to_sip(
        &self,
        starts_at: Timestamp,
        form: MeetingForm,
        invited: &[String],
    ) -> Result<(), Stop> {
        let request = || plan::InviteToSipRequest {
            request_id: self.request_id("sip-call"),
            key: Some(invite_to_sip_request::Key::AdmissionId(self.admission_id.clone())),
            starts_at: Some(wire::timestamp(starts_at)),
            form: form.into(),
            invited: invited.to_vec(),
            called_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), invite_to_sip as "InviteToSip", request())?;
        Ok(())
    }
}
