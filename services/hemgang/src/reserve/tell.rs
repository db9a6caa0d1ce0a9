//! Tells what papers say, each with the token of its unit and under an id that stays the same however often it is entered.

use std::collections::HashMap;

use anyhow::Context as _;
use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{EntryReason, RetrospectiveEntry},
    planning::{
        self as plan, NoticeKind, SipNeedDecision, answer_planning_request, appoint_care_contact_request,
        confirm_receiving_request, decide_sip_need_request, invite_to_sip_request,
        planning_service_client::PlanningServiceClient, set_outpatient_readiness_request,
    },
    readiness::{self as ready, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, wire};
use uuid::Uuid;

use super::paper::{Paper, What};
use crate::import::{
    patience::patiently,
    rows::{
        Outcome,
        stop::{Stop, refused, settled},
    },
};

/// Calls an RPC with a request made for each try.
macro_rules! call {
    ($client:expr, $rpc:ident as $name:literal, $request:expr) => {{
        let call = || {
            let (mut client, request) = ($client, $request);
            async move { client.$rpc(request).await }
        };
        settled($name, patiently(call).await?)
    }};
}

/// Stays that began on paper, by the unit and the number of the form.
pub type Begun = HashMap<(HsaId, String), String>;

/// Gives a paper its effect.
///
/// # Errors
/// When the next paper would fare no better: a service is away, or the token does not count.
pub async fn tell(peer: &Peer, paper: &Paper, begun: &mut Begun) -> anyhow::Result<Outcome> {
    let told = match admission(paper, begun) {
        Ok(admission_id) => Telling { peer, paper, admission_id }.tell(begun).await,
        Err(stop) => Err(stop),
    };
    match told {
        Ok(outcome) => Ok(outcome),
        Err(Stop::Refused { said, .. }) => Ok(Outcome::Refused(said)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// The stay that a paper is about.
fn admission(paper: &Paper, begun: &Begun) -> Result<String, Stop> {
    let said = &paper.admission;
    if said.is_empty() || said.parse::<AdmissionId>().is_ok() {
        return Ok(said.clone());
    }
    let known = begun.get(&(paper.unit.clone(), said.clone())).cloned();
    known.ok_or_else(|| refused("UNKNOWN_FORM", "admission: no admission form of the unit has this number"))
}

struct Telling<'a> {
    peer: &'a Peer,
    paper: &'a Paper,
    admission_id: String,
}

impl Telling<'_> {
    async fn tell(&self, begun: &mut Begun) -> Result<Outcome, Stop> {
        match &self.paper.what {
            What::Admission(admit) => {
                let place = (self.paper.unit.clone(), self.paper.form.clone());
                begun.insert(place, self.admit(admit).await?);
            }
            What::Receipt(kind) => return self.take_note(*kind).await,
            What::AdmissionNotice { .. }
            | What::Expected(_)
            | What::Readiness
            | What::ReadinessWithdrawn(_)
            | What::DischargeNotice(_)
            | What::Discharge(_) => self.as_hospital().await?,
            What::CareContact { .. }
            | What::PlanningAnswer { .. }
            | What::OutpatientReadiness(_)
            | What::Receiving(_)
            | What::SipNeed(_)
            | What::SipCall { .. } => self.as_party().await?,
        }
        Ok(Outcome::Accepted)
    }

    fn request_id(&self, step: &str) -> String {
        let Paper { form, unit, .. } = self.paper;
        let name = format!("paper {unit} {}:{form} {step}", form.len());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the requests take it")]
    fn entry(&self) -> Option<RetrospectiveEntry> {
        let stated_at = Some(wire::timestamp(self.paper.at));
        Some(RetrospectiveEntry { reason: EntryReason::DowntimeRoutine.into(), stated_at })
    }

    fn admissions(&self) -> AdmissionServiceClient<Peer> {
        AdmissionServiceClient::new(self.peer.clone())
    }

    fn readiness(&self) -> ReadinessServiceClient<Peer> {
        ReadinessServiceClient::new(self.peer.clone())
    }

    fn planning(&self) -> PlanningServiceClient<Peer> {
        PlanningServiceClient::new(self.peer.clone())
    }

    async fn admit(&self, said: &adm::AdmitPatientRequest) -> Result<String, Stop> {
        let request = || adm::AdmitPatientRequest {
            request_id: self.request_id("admit"),
            admitted_at: Some(wire::timestamp(self.paper.at)),
            retrospective_entry: self.entry(),
            ..said.clone()
        };
        let answer = call!(self.admissions(), admit_patient as "AdmitPatient", request())?;
        Ok(answer.admission.context("an answer that is not of Hemgång")?.admission_id)
    }

    async fn as_hospital(&self) -> Result<(), Stop> {
        let (paper, admission_id) = (self.paper, || self.admission_id.clone());
        let assessed_at = || Some(wire::timestamp(paper.at));
        match &paper.what {
            What::AdmissionNotice { needs, recipients, expected } => {
                let assess = || adm::AssessNeedsRequest {
                    request_id: self.request_id("needs"),
                    admission_id: admission_id(),
                    needs_assessment: Some(needs.clone()),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.admissions(), assess_needs as "AssessNeeds", assess())?;
                let notify = || adm::SendAdmissionNoticeRequest {
                    request_id: self.request_id("notice"),
                    admission_id: admission_id(),
                    recipients: recipients.clone(),
                    expected_discharge: expected.map(wire::expected_discharge),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.admissions(), send_admission_notice as "SendAdmissionNotice", notify())?;
            }
            What::Expected(expected) => {
                let request = || adm::ChangeExpectedDischargeRequest {
                    request_id: self.request_id("expected"),
                    admission_id: admission_id(),
                    expected_discharge: Some(wire::expected_discharge(*expected)),
                    registered_at: Some(wire::timestamp(paper.at)),
                    ..Default::default()
                };
                call!(self.admissions(), change_expected_discharge as "ChangeExpectedDischarge", request())?;
            }
            What::Readiness => {
                let request = || ready::ConfirmReadinessRequest {
                    request_id: self.request_id("ready"),
                    admission_id: admission_id(),
                    assessed_by: paper.person.clone(),
                    assessed_at: assessed_at(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.readiness(), confirm_readiness as "ConfirmReadiness", request())?;
            }
            What::ReadinessWithdrawn(reason) => {
                let request = || ready::WithdrawReadinessRequest {
                    request_id: self.request_id("withdrawn"),
                    admission_id: admission_id(),
                    reason: (*reason).into(),
                    assessed_by: paper.person.clone(),
                    assessed_at: assessed_at(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.readiness(), withdraw_readiness as "WithdrawReadiness", request())?;
            }
            What::DischargeNotice(said) => {
                let request = || adm::SendDischargeNoticeRequest {
                    request_id: self.request_id("discharge-notice"),
                    admission_id: admission_id(),
                    retrospective_entry: self.entry(),
                    ..said.clone()
                };
                call!(self.admissions(), send_discharge_notice as "SendDischargeNotice", request())?;
            }
            What::Discharge(destination) => {
                let request = || adm::DischargePatientRequest {
                    request_id: self.request_id("discharge"),
                    admission_id: admission_id(),
                    discharged_at: Some(wire::timestamp(paper.at)),
                    destination: (*destination).into(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.admissions(), discharge_patient as "DischargePatient", request())?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn as_party(&self) -> Result<(), Stop> {
        let (paper, admission_id) = (self.paper, || self.admission_id.clone());
        let by = || paper.person.clone();
        match &paper.what {
            What::CareContact { contact, function } => {
                let request = || plan::AppointCareContactRequest {
                    request_id: self.request_id("contact"),
                    key: Some(appoint_care_contact_request::Key::AdmissionId(admission_id())),
                    person: contact.to_string(),
                    function: function.clone(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), appoint_care_contact as "AppointCareContact", request())?;
            }
            What::PlanningAnswer { law, able, ready_from, decision } => {
                let request = || plan::AnswerPlanningRequest {
                    request_id: self.request_id("answer"),
                    key: Some(answer_planning_request::Key::AdmissionId(admission_id())),
                    law: (*law).into(),
                    ability: able.ability.into(),
                    missing: able.missing.clone(),
                    ready_from: ready_from.map(wire::timestamp),
                    decision: (*decision).into(),
                    answered_by: by(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), answer_planning as "AnswerPlanning", request())?;
            }
            What::OutpatientReadiness(able) => {
                let request = || plan::SetOutpatientReadinessRequest {
                    request_id: self.request_id("outpatient"),
                    key: Some(set_outpatient_readiness_request::Key::AdmissionId(admission_id())),
                    ability: able.ability.into(),
                    missing: able.missing.clone(),
                    answered_by: by(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), set_outpatient_readiness as "SetOutpatientReadiness", request())?;
            }
            What::Receiving(at) => {
                let request = || plan::ConfirmReceivingRequest {
                    request_id: self.request_id("receiving"),
                    key: Some(confirm_receiving_request::Key::AdmissionId(admission_id())),
                    receives_at: Some(wire::timestamp(*at)),
                    confirmed_by: by(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), confirm_receiving as "ConfirmReceiving", request())?;
            }
            What::SipNeed(is_needed) => {
                let decision = if *is_needed { SipNeedDecision::Needed } else { SipNeedDecision::NotNeeded };
                let request = || plan::DecideSipNeedRequest {
                    request_id: self.request_id("sip-need"),
                    key: Some(decide_sip_need_request::Key::AdmissionId(admission_id())),
                    decision: decision.into(),
                    decided_by: by(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), decide_sip_need as "DecideSipNeed", request())?;
            }
            What::SipCall { starts_at, form, invited } => {
                let request = || plan::InviteToSipRequest {
                    request_id: self.request_id("sip-call"),
                    key: Some(invite_to_sip_request::Key::AdmissionId(admission_id())),
                    starts_at: Some(wire::timestamp(*starts_at)),
                    form: (*form).into(),
                    invited: invited.clone(),
                    retrospective_entry: self.entry(),
                    ..Default::default()
                };
                call!(self.planning(), invite_to_sip as "InviteToSip", request())?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes note of the oldest notice of a kind about the stay that nobody took note of.
    async fn take_note(&self, kind: NoticeKind) -> Result<Outcome, Stop> {
        let at = Some(wire::timestamp(self.paper.at));
        let (mut owed, mut page_token, mut is_taken) = (None, String::new(), false);
        loop {
            let request = || plan::ListInboxRequest { page_token: page_token.clone(), ..Default::default() };
            let page = call!(self.planning(), list_inbox as "ListInbox", request())?;
            for notice in page.notices {
                if notice.admission_id == self.admission_id && notice.kind() == kind {
                    is_taken |= notice.acknowledged_at == at;
                    // Newest first: the last that is found is the oldest.
                    owed = Some(notice).filter(|notice| notice.acknowledged_at.is_none()).or(owed);
                }
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        if is_taken {
            return Ok(Outcome::Repeated);
        }
        let notice =
            owed.ok_or_else(|| refused("NO_NOTICE", "notice: none of this kind waits for a receipt"))?;
        let request = || plan::AcknowledgeNoticeRequest {
            request_id: self.request_id("receipt"),
            notice_id: notice.notice_id.clone(),
            acknowledged_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.planning(), acknowledge_notice as "AcknowledgeNotice", request())?;
        Ok(Outcome::Accepted)
    }
}
