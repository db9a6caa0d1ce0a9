//! Tells what papers say, each with the token of its unit and under an id that stays the same however often it is entered.

mod hospital;
mod party;

use std::collections::HashMap;

use anyhow::Context as _;
use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient, get_admission_request},
    common::{EntryReason, RetrospectiveEntry},
    planning::{self as plan, NoticeKind, planning_service_client::PlanningServiceClient},
    readiness::readiness_service_client::ReadinessServiceClient,
};
use hemgang_rpc::{Peer, wire};
use uuid::Uuid;

use super::paper::{Paper, What};
use crate::import::rows::{
    Outcome,
    stop::{Stop, call, refused},
};

/// Stays that began on paper, by the unit and the number of the form.
pub type Begun = HashMap<(HsaId, String), String>;

/// Gives a paper its effect.
///
/// # Errors
/// When the next paper would fare no better: a service is away, or the token does not count.
pub async fn tell(peer: &Peer, paper: &Paper, begun: &mut Begun) -> anyhow::Result<Outcome> {
    let told = async {
        let admission_id = admission(peer, paper, begun).await?;
        Telling { peer, paper, admission_id }.tell(begun).await
    };
    told.await.or_else(Stop::outcome)
}

/// The stay that a paper is about: by its id, or by the form by which it began, also one that was entered before.
async fn admission(peer: &Peer, paper: &Paper, begun: &Begun) -> Result<String, Stop> {
    let said = &paper.admission;
    if said.is_empty() || said.parse::<AdmissionId>().is_ok() {
        return Ok(said.clone());
    }
    if let Some(known) = begun.get(&(paper.unit.clone(), said.clone())) {
        return Ok(known.clone());
    }
    let key = || Some(get_admission_request::Key::VisitNumber(visit(&paper.unit, said)));
    let request = || adm::GetAdmissionRequest { key: key(), ..Default::default() };
    match call!(AdmissionServiceClient::new(peer.clone()), get_admission as "GetAdmission", request()) {
        Ok(answer) => Ok(answer.admission.context("an answer that is not of Hemgång")?.admission_id),
        Err(Stop::Refused { reason, .. }) if reason == "NOT_FOUND" => {
            Err(refused("UNKNOWN_FORM", "admission: no admission form of the unit has this number"))
        }
        Err(stop) => Err(stop),
    }
}

/// What names a stay that began on paper: the unit and the number of the form.
fn visit(unit: &HsaId, form: &str) -> adm::VisitNumber {
    adm::VisitNumber { authority: format!("reservrutin {unit}"), value: form.to_owned() }
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
            What::AdmissionNotice { needs, recipients, expected } => {
                self.notify(needs, recipients, *expected).await?;
            }
            What::Expected(expected) => self.expect(*expected).await?,
            What::Readiness => self.confirm().await?,
            What::ReadinessWithdrawn(reason) => self.withdraw(*reason).await?,
            What::DischargeNotice(said) => self.announce(said).await?,
            What::Discharge(destination) => self.discharge(*destination).await?,
            What::CareContact { contact, function } => self.appoint(contact, function).await?,
            What::PlanningAnswer { law, able, ready_from, decision } => {
                self.answer(*law, able, *ready_from, *decision).await?;
            }
            What::OutpatientReadiness(able) => self.outpatient(able).await?,
            What::Receiving(at) => self.receive(*at).await?,
            What::SipNeed(is_needed) => self.judge_need(*is_needed).await?,
            What::SipCall { starts_at, form, invited } => {
                self.call_to_sip(*starts_at, *form, invited).await?;
            }
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
        let reason = EntryReason::DowntimeRoutine.into();
        Some(RetrospectiveEntry { reason, stated_at: self.at() })
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the requests take it")]
    fn at(&self) -> Option<pbjson_types::Timestamp> {
        Some(wire::timestamp(self.paper.at))
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
            admitted_at: self.at(),
            visit_number: Some(visit(&self.paper.unit, &self.paper.form)),
            retrospective_entry: self.entry(),
            ..said.clone()
        };
        let answer = call!(self.admissions(), admit_patient as "AdmitPatient", request())?;
        Ok(answer.admission.context("an answer that is not of Hemgång")?.admission_id)
    }

    /// Takes note of the oldest notice of a kind about the stay that nobody took note of.
    async fn take_note(&self, kind: NoticeKind) -> Result<Outcome, Stop> {
        let at = self.at();
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
        let Some(notice) = owed else {
            return if is_taken {
                Ok(Outcome::Repeated)
            } else {
                Err(refused("NO_NOTICE", "notice: none of this kind waits for a receipt"))
            };
        };
        let request = || plan::AcknowledgeNoticeRequest {
            request_id: self.request_id("receipt"),
            notice_id: notice.notice_id.clone(),
            acknowledged_by: self.paper.person.clone(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        match call!(self.planning(), acknowledge_notice as "AcknowledgeNotice", request()) {
            // The form took note of another notice before.
            Err(Stop::Refused { reason, .. }) if reason == "REQUEST_ID_REUSED" => Ok(Outcome::Repeated),
            answer => answer.map(|_| Outcome::Accepted),
        }
    }
}
