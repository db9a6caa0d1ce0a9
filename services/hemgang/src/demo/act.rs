//! Simulated wards, outpatient units and municipalities: each acts through the public gRPC API with its own token.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context as _, Result};
use hemgang_core::{
    clock::Clock,
    directory::{Directory, UnitKind},
    place::HsaId,
};
use hemgang_gateway::{
    adt::VisitNumber,
    intake::{Intake, Outcome},
};
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient, get_admission_request::Key},
    common::{Destination, Receiver, Transport},
    planning::{self as plan_pb, planning_service_client::PlanningServiceClient},
    readiness::{self as ready_pb, WithdrawalReason, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, Signer, wire};
use hemgang_runtime::Process;
use jiff::Timestamp;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{
    local_time,
    plan::Act,
    script::{Script, Visit},
};
use crate::target::told;

/// A physician and a nurse, as everybody is in a demo.
const PHYSICIAN: &str = "SE2321000131-P000000000102";
const STAFF: &str = "SE2321000131-P000000000101";

/// Everybody who acts.
pub struct Actors {
    peer: Peer,
    signer: Signer,
    clock: Clock,
    directory: Arc<Directory>,
    /// How often what happened.
    counts: BTreeMap<String, usize>,
}

impl Actors {
    /// Actors before a process, with the key that its gate trusts.
    pub fn new(process: &Process, signer: Signer, clock: Clock, directory: Arc<Directory>) -> Self {
        Self { peer: process.peer(), signer, clock, directory, counts: BTreeMap::new() }
    }

    /// What happened, a line each.
    pub fn tally(&self) -> impl Iterator<Item = String> + '_ {
        self.counts.iter().map(|(what, count)| format!("  {count:>4}  {what}"))
    }

    /// A peer with the token of a role at a unit.
    pub fn at(&self, role: &'static str, unit: &str, organisation: &str) -> Peer {
        let (signer, clock) = (self.signer.clone(), self.clock.clone());
        let (unit, organisation) = (unit.to_owned(), organisation.to_owned());
        let token = move || signer.token(&clock, 1, STAFF, &unit, &organisation, &[role]).unwrap_or_default();
        hemgang_rpc::with_token(self.peer.clone(), Arc::new(token))
    }

    /// Does one thing. A refusal that life brings with it is counted; anything else ends the demo.
    pub async fn act(&mut self, script: &Script, act: &Act) -> Result<()> {
        let now = self.clock.now();
        let done = match act {
            Act::Send(place) => {
                let outcome = self.send(script, *place).await?;
                self.count(outcome);
                return Ok(());
            }
            Act::Assess(visit) => self.assess(&script.visits[*visit], now).await.map(|()| "needs assessed"),
            Act::Notify { visit, recipients } => {
                self.notify(&script.visits[*visit], recipients, now).await.map(|()| "admission notices sent")
            }
            Act::OpenInbox(unit) => {
                let read = self.open_inbox(unit).await;
                read.map(|count| *self.counts.entry("notices acknowledged".to_owned()).or_default() += count)
                    .map(|()| "inboxes opened")
            }
            Act::Confirm { visit, assessed_at } => {
                self.confirm(&script.visits[*visit], *assessed_at, now).await.map(|()| "readiness confirmed")
            }
            Act::Withdraw(visit) => {
                self.withdraw(&script.visits[*visit], now).await.map(|()| "readiness withdrawn")
            }
            Act::SendDischargeNotice { visit, agreed_at } => {
                let sent = self.send_discharge_notice(&script.visits[*visit], *agreed_at, now).await;
                sent.map(|()| "discharge notices sent")
            }
        };
        match done {
            Ok(what) => self.count(what.to_owned()),
            // The patient has gone, or was never there: whoever acts finds that out as people do.
            Err(status) if matches!(status.code(), Code::NotFound | Code::FailedPrecondition) => {
                let reason = status.get_error_details().error_info().map(|said| said.reason.clone());
                self.count(format!("refused: {}, {}", name(act), reason.unwrap_or_default()));
            }
            Err(status) => {
                return Err(told(&status).context(format!("{} at {}", name(act), local_time(now))));
            }
        }
        Ok(())
    }

    fn count(&mut self, what: String) {
        *self.counts.entry(what).or_default() += 1;
    }

    async fn send(&self, script: &Script, place: usize) -> Result<String> {
        let message = script.messages.get(place).context("a message of the script")?;
        let intake = Intake::new(|hospital: &HsaId| self.at("gateway", hospital.as_str(), "region"));
        let outcome = intake.accept(&message.reading).await.map_err(|status| told(&status))?;
        let what = match outcome {
            Outcome::Accepted if message.repeated => "repeated, one effect".to_owned(),
            Outcome::Accepted => "accepted".to_owned(),
            Outcome::Unchanged => "accepted, nothing new".to_owned(),
            Outcome::Ignored(reason) => format!("ignored: {reason}"),
            Outcome::Unmapped(reason) => format!("parked: {reason}"),
            Outcome::Parked(reason) => format!("parked: {reason}"),
            Outcome::Refused { reason } => format!("parked: {reason}"),
        };
        Ok(format!("ADT messages {what}"))
    }

    fn ward(&self, visit: &Visit, at: Timestamp) -> Peer {
        self.at("ward", visit.ward(at).as_str(), "region")
    }

    /// The ward looks the patient up by the number on the wristband.
    async fn admission(&self, visit: &Visit, at: Timestamp) -> Result<String, Status> {
        let VisitNumber { value, authority } = visit.number.clone();
        let authority = authority.unwrap_or_else(|| visit.hospital.to_string());
        let key = Some(Key::VisitNumber(adm::VisitNumber { authority, value }));
        let mut client = AdmissionServiceClient::new(self.ward(visit, at));
        let answer = client.get_admission(adm::GetAdmissionRequest { key }).await?.into_inner();
        Ok(answer.admission.map(|admission| admission.admission_id).unwrap_or_default())
    }

    async fn assess(&self, visit: &Visit, now: Timestamp) -> Result<(), Status> {
        let admission_id = self.admission(visit, now).await?;
        let needs_assessment = Some(adm::NeedsAssessment {
            social_services: true,
            municipal_health_care: false,
            region_outpatient_care: true,
            assessed_at: Some(wire::timestamp(now)),
            assessed_by: PHYSICIAN.to_owned(),
        });
        let request = adm::AssessNeedsRequest { admission_id, needs_assessment, ..Default::default() };
        AdmissionServiceClient::new(self.ward(visit, now)).assess_needs(request).await?;
        Ok(())
    }

    async fn notify(&self, visit: &Visit, recipients: &[HsaId], now: Timestamp) -> Result<(), Status> {
        let admission_id = self.admission(visit, now).await?;
        let recipients = recipients.iter().map(ToString::to_string).collect();
        let request = adm::SendAdmissionNoticeRequest { admission_id, recipients, ..Default::default() };
        AdmissionServiceClient::new(self.ward(visit, now)).send_admission_notice(request).await?;
        Ok(())
    }

    /// Acknowledges everything that nobody has, and says how much that was.
    async fn open_inbox(&self, unit: &HsaId) -> Result<usize, Status> {
        let today = hemgang_core::day::local_day(self.clock.now());
        let known = self.directory.unit(unit, today);
        let role = match known.map(|unit| unit.kind) {
            Some(UnitKind::Outpatient) => "outpatient",
            _ => "municipality",
        };
        let code = self.directory.municipality_running(unit, today);
        let organisation = code.map_or_else(|| "region".to_owned(), |code| code.to_string());
        let mut client = PlanningServiceClient::new(self.at(role, unit.as_str(), &organisation));
        let request =
            plan_pb::ListInboxRequest { unacknowledged_only: true, page_size: 500, ..Default::default() };
        let inbox = client.list_inbox(request).await?.into_inner().notices;
        for notice in &inbox {
            let notice_id = notice.notice_id.clone();
            let request = plan_pb::AcknowledgeNoticeRequest { notice_id, ..Default::default() };
            client.acknowledge_notice(request).await?;
        }
        Ok(inbox.len())
    }

    async fn confirm(&self, visit: &Visit, assessed_at: Timestamp, now: Timestamp) -> Result<(), Status> {
        let admission_id = self.admission(visit, now).await?;
        let request = ready_pb::ConfirmReadinessRequest {
            admission_id,
            assessed_by: PHYSICIAN.to_owned(),
            assessed_at: Some(wire::timestamp(assessed_at)),
            ..Default::default()
        };
        ReadinessServiceClient::new(self.ward(visit, now)).confirm_readiness(request).await?;
        Ok(())
    }

    async fn withdraw(&self, visit: &Visit, now: Timestamp) -> Result<(), Status> {
        let request = ready_pb::WithdrawReadinessRequest {
            admission_id: self.admission(visit, now).await?,
            reason: WithdrawalReason::Deteriorated.into(),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        };
        ReadinessServiceClient::new(self.ward(visit, now)).withdraw_readiness(request).await?;
        Ok(())
    }

    async fn send_discharge_notice(
        &self,
        visit: &Visit,
        agreed_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Status> {
        let request = adm::SendDischargeNoticeRequest {
            admission_id: self.admission(visit, now).await?,
            agreed_at: Some(wire::timestamp(agreed_at)),
            destination: Destination::HomeWithCare.into(),
            transport: Transport::PatientTransport.into(),
            received_by: Receiver::HomeCare.into(),
            ..Default::default()
        };
        AdmissionServiceClient::new(self.ward(visit, now)).send_discharge_notice(request).await?;
        Ok(())
    }
}

/// What an act is called when it fails.
fn name(act: &Act) -> &'static str {
    match act {
        Act::Send(_) => "an ADT message",
        Act::Assess(_) => "a judgement of need",
        Act::Notify { .. } => "an admission notice",
        Act::OpenInbox(_) => "an inbox",
        Act::Confirm { .. } => "a confirmation of readiness",
        Act::Withdraw(_) => "a withdrawal of readiness",
        Act::SendDischargeNotice { .. } => "a discharge notice",
    }
}
