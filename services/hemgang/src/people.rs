//! People who act through the public gRPC API, each with a token of their own: for the demo and the simulated region.

mod meetings;
mod sip;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result};
use hemgang_core::{
    clock::Clock,
    day::local_day,
    directory::{Directory, UnitKind},
    expected::ExpectedDischarge,
    place::HsaId,
};
use hemgang_gateway::intake::Intake;
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{Destination, Receiver, Transport},
    planning::{self as plan_pb, planning_service_client::PlanningServiceClient},
    readiness::{self as ready_pb, WithdrawalReason, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, Signer, wire};
use hemgang_runtime::Process;
use jiff::Timestamp;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub use self::meetings::{CaseOf, Meet};

/// A physician and a nurse, as everybody is here.
const PHYSICIAN: &str = "SE2321000131-P000000000102";
const STAFF: &str = "SE2321000131-P000000000101";

/// How often something is tried, and how long between.
const PATIENCE: usize = 10;
const BREATH: Duration = Duration::from_millis(5);

/// What an act comes to.
pub type Acted = Result<(), Status>;

/// What people act before.
enum Before {
    /// Services of this process.
    Process(Peer),
    /// A server elsewhere; who calls without a token is refused there.
    Server { url: String, unsigned: Peer },
}

/// Everybody who may act.
pub struct People {
    before: Before,
    signer: Signer,
    clock: Clock,
    directory: Arc<Directory>,
    /// A connection for each role at a unit, as each would have one.
    peers: Mutex<BTreeMap<(&'static str, String), Peer>>,
}

/// What hospitals' systems send ADT messages to, as their gateway.
pub type Gateway<'a> = Intake<Box<dyn Fn(&HsaId) -> Peer + Send + Sync + 'a>>;

/// A judgement of need: socialtjänst, kommunal hälso- och sjukvård, the region's öppenvård.
pub type Needs = [bool; 3];

/// What was agreed for going home.
#[derive(Clone, Copy, Debug)]
pub struct Agreement {
    pub agreed_at: Timestamp,
    pub destination: Destination,
    pub transport: Transport,
    pub received_by: Receiver,
}

impl People {
    /// People before a process, with the key that its gate trusts.
    pub fn here(process: &Process, signer: Signer, clock: Clock, directory: Arc<Directory>) -> Self {
        Self { before: Before::Process(process.peer()), signer, clock, directory, peers: Mutex::default() }
    }

    /// People before a server elsewhere, with its development key.
    pub fn elsewhere(url: String, signer: Signer, clock: Clock, directory: Arc<Directory>) -> Result<Self> {
        let unsigned = hemgang_runtime::remote(&url, Arc::new(String::new));
        let unsigned = unsigned.with_context(|| format!("{url} is no URL"))?;
        Ok(Self {
            before: Before::Server { url, unsigned },
            signer,
            clock,
            directory,
            peers: Mutex::default(),
        })
    }

    /// What time it is for them.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A peer with the token of a role at a unit, fresh at every call.
    pub fn at(&self, role: &'static str, unit: &str, organisation: &str) -> Peer {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (role, unit.to_owned());
        peers.entry(key).or_insert_with(|| self.connect(role, unit, organisation)).clone()
    }

    fn connect(&self, role: &'static str, unit: &str, organisation: &str) -> Peer {
        let (signer, clock) = (self.signer.clone(), self.clock.clone());
        let (unit, organisation) = (unit.to_owned(), organisation.to_owned());
        let token = move || signer.token(&clock, 1, STAFF, &unit, &organisation, &[role]).unwrap_or_default();
        match &self.before {
            Before::Process(peer) => hemgang_rpc::with_token(peer.clone(), Arc::new(token)),
            // The URL was one when the first connection was made.
            Before::Server { url, unsigned } => {
                hemgang_runtime::remote(url, Arc::new(token)).unwrap_or_else(|_| unsigned.clone())
            }
        }
    }

    /// A gateway, with the token of each hospital that sends.
    pub fn gateway(&self) -> Gateway<'_> {
        Intake::new(Box::new(|hospital| self.at("gateway", hospital.as_str(), "region")))
    }

    /// A ward's staff before the admission service.
    pub fn admissions(&self, ward: &HsaId) -> AdmissionServiceClient<Peer> {
        AdmissionServiceClient::new(self.at("ward", ward.as_str(), "region"))
    }

    fn readiness(&self, ward: &HsaId) -> ReadinessServiceClient<Peer> {
        ReadinessServiceClient::new(self.at("ward", ward.as_str(), "region"))
    }

    /// A physician judges who may be needed, and the ward records it.
    pub async fn assess(&self, ward: &HsaId, admission_id: String, needs: Needs, at: Timestamp) -> Acted {
        let [social_services, municipal_health_care, region_outpatient_care] = needs;
        let needs_assessment = Some(adm::NeedsAssessment {
            social_services,
            municipal_health_care,
            region_outpatient_care,
            assessed_at: Some(wire::timestamp(at)),
            assessed_by: PHYSICIAN.to_owned(),
        });
        let request = adm::AssessNeedsRequest { admission_id, needs_assessment, ..Default::default() };
        self.admissions(ward).assess_needs(request).await?;
        Ok(())
    }

    /// The ward sends the admission notice.
    pub async fn notify(
        &self,
        ward: &HsaId,
        admission_id: String,
        recipients: &[HsaId],
        expected: Option<ExpectedDischarge>,
    ) -> Acted {
        let recipients = recipients.iter().map(ToString::to_string).collect();
        let expected_discharge = expected.map(wire::expected_discharge);
        let request = adm::SendAdmissionNoticeRequest {
            admission_id,
            recipients,
            expected_discharge,
            ..Default::default()
        };
        self.admissions(ward).send_admission_notice(request).await?;
        Ok(())
    }

    /// Somebody at a unit, in the role that its kind has.
    fn member_of(&self, unit: &HsaId) -> Peer {
        let today = local_day(self.clock.now());
        let role = match self.directory.unit(unit, today).map(|unit| unit.kind) {
            Some(UnitKind::Outpatient) => "outpatient",
            Some(UnitKind::Ward) => "ward",
            _ => "municipality",
        };
        let code = self.directory.municipality_running(unit, today);
        let organisation = code.map_or_else(|| "region".to_owned(), ToString::to_string);
        self.at(role, unit.as_str(), &organisation)
    }

    /// Somebody at a unit opens their inbox and acknowledges what nobody has. Says how much that was.
    pub async fn open_inbox(&self, unit: &HsaId) -> Result<usize, Status> {
        let mut client = PlanningServiceClient::new(self.member_of(unit));
        let request =
            plan_pb::ListInboxRequest { unacknowledged_only: true, page_size: 500, ..Default::default() };
        let inbox = client.list_inbox(request).await?.into_inner().notices;
        acknowledge(&mut client, &inbox).await
    }

    /// Somebody at a unit opens a case and acknowledges what nobody has of what came to them about it. Says how much
    /// that was: nothing where nothing came.
    pub async fn open_case(&self, unit: &HsaId, of: CaseOf) -> Result<usize, Status> {
        let mut client = PlanningServiceClient::new(self.member_of(unit));
        let key = match of {
            CaseOf::Admission(id) => plan_pb::get_case_request::Key::AdmissionId(id),
            CaseOf::Case(id) => plan_pb::get_case_request::Key::CaseId(id),
        };
        let case = match client.get_case(plan_pb::GetCaseRequest { key: Some(key) }).await {
            Ok(answer) => answer.into_inner().case.unwrap_or_default(),
            Err(status) if status.code() == Code::NotFound => return Ok(0),
            Err(status) => return Err(status),
        };
        let owed: Vec<_> =
            case.notices.into_iter().filter(|notice| notice.acknowledged_at.is_none()).collect();
        acknowledge(&mut client, &owed).await
    }

    /// Somebody at a unit says that a stay is none of theirs (felsänt).
    pub async fn report_misdirected(&self, unit: &HsaId, admission_id: String) -> Acted {
        let mut client = PlanningServiceClient::new(self.member_of(unit));
        let key = Some(plan_pb::get_case_request::Key::AdmissionId(admission_id));
        let case = client.get_case(plan_pb::GetCaseRequest { key }).await?.into_inner().case;
        let notices = case.unwrap_or_default().notices;
        let own = notices.into_iter().find(|notice| notice.recipient == unit.as_str());
        let notice = own.ok_or_else(|| Status::not_found("no notice to the unit"))?;
        let request = plan_pb::ReportMisdirectedRequest { notice_id: notice.notice_id, ..Default::default() };
        client.report_misdirected(request).await.map(drop)
    }

    /// The outpatient unit names the fast vårdkontakt.
    pub async fn appoint_contact(&self, unit: &HsaId, of: CaseOf) -> Acted {
        use plan_pb::appoint_care_contact_request::Key;
        let key = Some(match of {
            CaseOf::Admission(id) => Key::AdmissionId(id),
            CaseOf::Case(id) => Key::CaseId(id),
        });
        let (person, function) = (STAFF.to_owned(), "Distriktssköterska".to_owned());
        let request = plan_pb::AppointCareContactRequest { key, person, function, ..Default::default() };
        PlanningServiceClient::new(self.member_of(unit)).appoint_care_contact(request).await.map(drop)
    }

    /// The ward breaks planning off: nobody is needed after all.
    pub async fn interrupt(&self, ward: &HsaId, admission_id: String) -> Acted {
        let request = plan_pb::InterruptCaseRequest {
            key: Some(plan_pb::interrupt_case_request::Key::AdmissionId(admission_id)),
            reason: plan_pb::InterruptionReason::NoNeeds.into(),
            ..Default::default()
        };
        PlanningServiceClient::new(self.member_of(ward)).interrupt_case(request).await.map(drop)
    }

    /// The ward closes the case, whatever is missing.
    pub async fn close(&self, ward: &HsaId, admission_id: String) -> Acted {
        let request = plan_pb::CloseCaseRequest {
            key: Some(plan_pb::close_case_request::Key::AdmissionId(admission_id)),
            ..Default::default()
        };
        PlanningServiceClient::new(self.member_of(ward)).close_case(request).await.map(drop)
    }

    /// The ward hands over for the care afterwards; the medication list goes its own way.
    pub async fn hand_over(&self, ward: &HsaId, admission_id: String) -> Acted {
        use plan_pb::{HandOverItem, HandOverKind, HandOverState};
        let report = HandOverItem {
            kind: HandOverKind::Nursing.into(),
            state: HandOverState::Given.into(),
            text: "Omvårdnadsrapport enligt vårdplan".to_owned(),
            sent_at: None,
        };
        let list = HandOverItem {
            kind: HandOverKind::MedicationList.into(),
            state: HandOverState::OtherChannel.into(),
            text: "Nationella läkemedelslistan".to_owned(),
            sent_at: Some(wire::timestamp(self.clock.now())),
        };
        let request = plan_pb::TransferDischargeInformationRequest {
            key: Some(plan_pb::transfer_discharge_information_request::Key::AdmissionId(admission_id)),
            items: vec![report, list],
            ..Default::default()
        };
        PlanningServiceClient::new(self.member_of(ward))
            .transfer_discharge_information(request)
            .await
            .map(drop)
    }

    /// The ward registers that a physician judged the patient ready.
    pub async fn confirm(&self, ward: &HsaId, admission_id: String, assessed_at: Timestamp) -> Acted {
        let request = ready_pb::ConfirmReadinessRequest {
            admission_id,
            assessed_by: PHYSICIAN.to_owned(),
            assessed_at: Some(wire::timestamp(assessed_at)),
            ..Default::default()
        };
        self.readiness(ward).confirm_readiness(request).await?;
        Ok(())
    }

    /// The patient deteriorated; as of now when no time is said.
    pub async fn withdraw(&self, ward: &HsaId, admission_id: String, at: Option<Timestamp>) -> Acted {
        let request = ready_pb::WithdrawReadinessRequest {
            admission_id,
            reason: WithdrawalReason::Deteriorated.into(),
            assessed_by: PHYSICIAN.to_owned(),
            assessed_at: at.map(wire::timestamp),
            ..Default::default()
        };
        self.readiness(ward).withdraw_readiness(request).await?;
        Ok(())
    }

    /// The ward tells what was agreed for going home.
    pub async fn send_discharge_notice(
        &self,
        ward: &HsaId,
        admission_id: String,
        agreement: Agreement,
    ) -> Acted {
        let request = adm::SendDischargeNoticeRequest {
            admission_id,
            agreed_at: Some(wire::timestamp(agreement.agreed_at)),
            destination: agreement.destination.into(),
            transport: agreement.transport.into(),
            received_by: agreement.received_by.into(),
            ..Default::default()
        };
        self.admissions(ward).send_discharge_notice(request).await?;
        Ok(())
    }
}

async fn acknowledge(
    client: &mut PlanningServiceClient<Peer>,
    notices: &[plan_pb::Notice],
) -> Result<usize, Status> {
    for notice in notices {
        let notice_id = notice.notice_id.clone();
        let request = plan_pb::AcknowledgeNoticeRequest { notice_id, ..Default::default() };
        patiently(async || client.acknowledge_notice(request.clone()).await).await?;
    }
    Ok(notices.len())
}

/// Does something again where others were faster each time (CONTENDED): nothing was done then, and in an hour that
/// passes at once much happens to one case.
pub async fn patiently<T>(mut act: impl AsyncFnMut() -> Result<T, Status>) -> Result<T, Status> {
    for _ in 1..PATIENCE {
        match act().await {
            Err(status) if reason(&status) == "CONTENDED" => tokio::time::sleep(BREATH).await,
            done => return done,
        }
    }
    act().await
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|said| said.reason.clone()).unwrap_or_default()
}

/// Why something was refused that people must live with: the patient has gone, or was never there. Anything else is a
/// fault of ours.
pub fn refusal(status: &Status) -> Option<String> {
    let lived_with = matches!(status.code(), Code::NotFound | Code::FailedPrecondition);
    lived_with.then(|| reason(status))
}
