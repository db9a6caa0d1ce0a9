//! The steps of an episode, one call each. What an earlier import has told is not told again: answers to its request
//! ids are forgotten after a month, what it told is not.

use anyhow::Context as _;
use hemgang_proto::{
    admission::{
        self as adm, Admission, AdmissionState, admission_service_client::AdmissionServiceClient,
        get_admission_request::Key,
    },
    readiness::{self as ready, JudgementKind, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, wire};
use tonic::Code;

use super::row::Episode;
use crate::import::{
    patience::patiently,
    rows::stop::{Stop, call, refused, settled},
};

/// An episode on its way.
pub struct Steps<'a> {
    admissions: AdmissionServiceClient<Peer>,
    readiness: ReadinessServiceClient<Peer>,
    episode: &'a Episode,
}

impl<'a> Steps<'a> {
    /// The steps of an episode, before the services.
    pub fn new(peer: Peer, episode: &'a Episode) -> Self {
        let readiness = ReadinessServiceClient::new(peer.clone());
        Self { admissions: AdmissionServiceClient::new(peer), readiness, episode }
    }

    /// Takes the steps that were not taken yet, in the order in which they happened. True when there were any.
    pub async fn take(&self) -> Result<bool, Stop> {
        let known = self.known().await?;
        let is_new = known.is_none();
        let stands = self.admit(known).await?;
        let needs = self.needs(&stands).await?;
        let notice = self.notice(&stands).await?;
        let ready = self.ready(&stands, is_new).await?;
        let discharge_notice = self.discharge_notice(&stands).await?;
        let discharge = self.discharge(&stands).await?;
        Ok(is_new || needs || notice || ready || discharge_notice || discharge)
    }

    /// The admission of the case, when an earlier import made it.
    async fn known(&self) -> Result<Option<Admission>, Stop> {
        let key = || self.episode.admit.visit_number.clone().map(Key::VisitNumber);
        let get = || {
            let (mut client, request) =
                (self.admissions.clone(), adm::GetAdmissionRequest { key: key(), ..Default::default() });
            async move { client.get_admission(request).await }
        };
        match patiently(get).await? {
            Err(status) if status.code() == Code::NotFound => Ok(None),
            answer => Ok(settled("GetAdmission", answer)?.admission),
        }
    }

    /// Admits, or finds that it was done. The same case with another content is refused.
    async fn admit(&self, known: Option<Admission>) -> Result<Admission, Stop> {
        if known.as_ref().is_some_and(|known| known.state() == AdmissionState::Voided) {
            return Err(refused("ADMISSION_VOIDED", "the case was imported before, and voided since"));
        }
        match (call!(self.admissions, admit_patient as "AdmitPatient", self.episode.admit.clone()), known) {
            // An earlier answer tells how it stood then.
            (Ok(_), Some(known)) => Ok(known),
            (Ok(answer), None) => Ok(answer.admission.context("an answer that is not of Hemgång")?),
            (Err(Stop::Refused { reason, .. }), Some(known)) if reason == "VISIT_ALREADY_ADMITTED" => {
                if known.admitted_at == self.episode.admit.admitted_at {
                    return Ok(known);
                }
                Err(refused("REQUEST_ID_REUSED", "the case was imported before with another admitted_at"))
            }
            (Err(Stop::Refused { reason, .. }), _) if reason == "NOT_PERMITTED" => {
                Err(refused("NOT_PERMITTED", "ward: is not of the hospital"))
            }
            (Err(stop), _) => Err(stop),
        }
    }

    async fn needs(&self, stands: &Admission) -> Result<bool, Stop> {
        let Some(needs) = &self.episode.needs else { return Ok(false) };
        let at = |needs: &adm::NeedsAssessment| needs.assessed_at.as_ref().and_then(wire::instant);
        let is_told = stands.needs_assessment.as_ref().zip(needs.needs_assessment.as_ref());
        if is_told.is_some_and(|(stands, told)| stands == told || at(stands) > at(told)) {
            return Ok(false);
        }
        let request =
            || adm::AssessNeedsRequest { admission_id: stands.admission_id.clone(), ..needs.clone() };
        call!(self.admissions, assess_needs as "AssessNeeds", request())?;
        Ok(true)
    }

    async fn notice(&self, stands: &Admission) -> Result<bool, Stop> {
        let Some(notice) = &self.episode.notice else { return Ok(false) };
        let sent_at = stated(notice.retrospective_entry.as_ref());
        let is_told = |told: &adm::AdmissionNotice| {
            told.sent_at.as_ref().and_then(wire::instant) == sent_at && told.recipients == notice.recipients
        };
        if stands.admission_notices.iter().any(is_told) {
            return Ok(false);
        }
        let request = || adm::SendAdmissionNoticeRequest {
            admission_id: stands.admission_id.clone(),
            ..notice.clone()
        };
        call!(self.admissions, send_admission_notice as "SendAdmissionNotice", request())?;
        Ok(true)
    }

    async fn ready(&self, stands: &Admission, is_new: bool) -> Result<bool, Stop> {
        let Some(confirm) = &self.episode.ready else { return Ok(false) };
        let admission_id = || stands.admission_id.clone();
        if !is_new {
            let get = || ready::GetReadinessRequest { admission_id: admission_id() };
            let answer = call!(self.readiness, get_readiness as "GetReadiness", get())?;
            let notified_at = stated(confirm.retrospective_entry.as_ref());
            let is_told = |told: &ready::Judgement| {
                told.kind() == JudgementKind::Confirmed
                    && told.assessed_at == confirm.assessed_at
                    && told.assessed_by == confirm.assessed_by
                    && told.notified_at.as_ref().and_then(wire::instant) == notified_at
            };
            if answer.readiness.is_some_and(|readiness| readiness.judgements.iter().any(is_told)) {
                return Ok(false);
            }
        }
        let request = || ready::ConfirmReadinessRequest { admission_id: admission_id(), ..confirm.clone() };
        call!(self.readiness, confirm_readiness as "ConfirmReadiness", request())?;
        Ok(true)
    }

    async fn discharge_notice(&self, stands: &Admission) -> Result<bool, Stop> {
        let Some(notice) = &self.episode.discharge_notice else { return Ok(false) };
        let sent_at = stated(notice.retrospective_entry.as_ref());
        let is_told = |told: &adm::DischargeNotice| {
            let same = told.agreed_at == notice.agreed_at && told.destination == notice.destination;
            let told_at = told.sent_at.as_ref().and_then(wire::instant);
            told_at > sent_at || (told_at == sent_at && same)
        };
        if stands.discharge_notice.as_ref().is_some_and(is_told) {
            return Ok(false);
        }
        let request = || adm::SendDischargeNoticeRequest {
            admission_id: stands.admission_id.clone(),
            ..notice.clone()
        };
        call!(self.admissions, send_discharge_notice as "SendDischargeNotice", request())?;
        Ok(true)
    }

    async fn discharge(&self, stands: &Admission) -> Result<bool, Stop> {
        let Some(discharge) = &self.episode.discharge else { return Ok(false) };
        if (stands.discharged_at, stands.destination) == (discharge.discharged_at, discharge.destination) {
            return Ok(false);
        }
        let request = || adm::DischargePatientRequest {
            admission_id: stands.admission_id.clone(),
            ..discharge.clone()
        };
        call!(self.admissions, discharge_patient as "DischargePatient", request())?;
        Ok(true)
    }
}

fn stated(entry: Option<&hemgang_proto::common::RetrospectiveEntry>) -> Option<jiff::Timestamp> {
    entry.and_then(|entry| entry.stated_at.as_ref()).and_then(wire::instant)
}
