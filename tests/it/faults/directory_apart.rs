//! The directory service runs in a process of its own, and is away at times: others go on by what it said last, also after
//! a restart, and what names a unit that they do not know waits.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use hemgang_core::clock::Clock;
use hemgang_db::Storage;
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::PersonId,
    directory::{self as dir, directory_service_client::DirectoryServiceClient},
    planning::{self as pla, planning_service_client::PlanningServiceClient},
};
use hemgang_rpc::{AFTER, Peer, PeerAway, Signer, wire, with_token};
use hemgang_runtime::{Process, Service, Settings};
use hemgang_testing::{at, own, refused, with_access_log};
use tempfile::TempDir;
use tonic::{Code, Request, Status, body::Body};
use tower::{ServiceExt as _, service_fn, util::BoxCloneSyncService};

const WARD: &str = "SE2321000131-E000000001101";
const SOCIAL: &str = "SE0000001480-E0002";
const RECEPTION: &str = "SE0000001480-E0001";
/// Not in the shipped table.
const NEW: &str = "SE0000001480-E0999";

/// A peer that is away while nothing is behind it.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<Option<Peer>>>);

impl Line {
    fn connect(&self, peer: Option<Peer>) {
        *self.0.lock().expect("a line") = peer;
    }

    fn peer(&self) -> Peer {
        let line = self.clone();
        BoxCloneSyncService::new(service_fn(move |request: http::Request<Body>| {
            let behind = line.0.lock().expect("a line").clone();
            async move {
                match behind {
                    Some(peer) => peer.oneshot(request).await,
                    None => Err::<http::Response<Body>, _>(PeerAway("connection refused".into())),
                }
            }
        }))
    }
}

/// Processes with a key and a clock in common, each on a folder of its own.
struct Installation {
    folder: TempDir,
    clock: Clock,
    signer: Signer,
}

impl Installation {
    fn new() -> Self {
        let clock = Clock::stopped_at(at("2026-09-14T06:00:00Z"));
        Self { folder: tempfile::tempdir().expect("a folder"), clock, signer: Signer::fresh() }
    }

    async fn start(&self, name: &str, services: &[Service], peers: &[(&str, Peer)]) -> Process {
        let url = format!("sqlite://{}", self.folder.path().join(name).display());
        let storage = loop {
            match Storage::open(&url) {
                Err(hemgang_db::OpenError::InUse(_)) => tokio::task::yield_now().await,
                opened => break opened.expect("a storage"),
            }
        };
        let peers = peers.iter().map(|(name, peer)| ((*name).to_owned(), peer.clone()));
        let settings = Settings {
            storage,
            clock: self.clock.clone(),
            directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
            trusted: vec![self.signer.trusted().expect("a key")],
            peers: peers.collect::<BTreeMap<_, _>>(),
            own: own(&self.signer),
        };
        Process::start(settings, &with_access_log(services)).await.expect("a process")
    }

    /// What somebody sits on.
    fn client(&self, process: &Process, role: &str, unit: &str, organisation: &str) -> Peer {
        let subject = "SE2321000131-P000000000001";
        let token = self.signer.token(&self.clock, 1, subject, unit, organisation, &[role]).expect("a token");
        with_token(process.peer(), Arc::new(move || token.clone()))
    }

    /// What another process of ours sits on.
    fn service(&self, process: &Process) -> Peer {
        self.client(process, "service", "SE0000000000-HEMGANG", "region")
    }

    fn administrator(&self, process: &Process) -> DirectoryServiceClient<Peer> {
        DirectoryServiceClient::new(self.client(process, "directory-admin", SOCIAL, "1480"))
    }

    async fn add(&self, process: &Process) {
        let unit = dir::Unit {
            hsa_id: NEW.to_owned(),
            name: "Hemtjänst Lundby".to_owned(),
            kind: dir::UnitKind::Municipal.into(),
            municipality: "1480".to_owned(),
            law: "SoL".to_owned(),
            ..Default::default()
        };
        let request = dir::AddUnitRequest { unit: Some(unit), ..Default::default() };
        self.administrator(process).add_unit(request).await.expect("added");
    }

    /// What planning answers to the new unit's staff: as it stands, or after what the directory said.
    async fn inbox(&self, process: &Process, after: &str) -> Result<(), Status> {
        let mut request = Request::new(pla::ListInboxRequest::default());
        if !after.is_empty() {
            request.metadata_mut().insert(AFTER, after.parse().expect("metadata"));
        }
        let peer = self.client(process, "municipality", NEW, "1480");
        PlanningServiceClient::new(peer).list_inbox(request).await.map(drop)
    }
}

const DOMAIN: [Service; 3] = [
    hemgang_admission::SERVICE,
    hemgang_discharge_readiness::SERVICE,
    hemgang_municipal_care_planning::SERVICE,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_goes_on_by_what_it_knew_last_while_the_directory_is_away_also_after_a_restart() {
    let (ours, line) = (Installation::new(), Line::default());
    let directory = ours.start("directory", &[hemgang_directory::SERVICE], &[]).await;
    line.connect(Some(ours.service(&directory)));
    let domain = ours.start("domain", &DOMAIN, &[("directory", line.peer())]).await;
    assert_eq!(refused(ours.inbox(&domain, "").await).code, Code::PermissionDenied);

    ours.add(&directory).await;
    domain.drain().await.expect("drained");
    ours.inbox(&domain, "directory:x").await.expect("its staff comes in");

    line.connect(None);
    let close = dir::CloseUnitRequest { hsa_id: NEW.to_owned(), ..Default::default() };
    ours.administrator(&directory).close_unit(close).await.expect("closed");
    ours.inbox(&domain, "").await.expect("as it was known last");
    assert_eq!(refused(ours.inbox(&domain, "directory:x").await).reason, "FEED_BEHIND");
    drop(domain);
    let domain = ours.start("domain", &DOMAIN, &[("directory", line.peer())]).await;
    ours.inbox(&domain, "").await.expect("as it was known last, which no file says");

    line.connect(Some(ours.service(&directory)));
    domain.drain().await.expect("drained");
    assert_eq!(refused(ours.inbox(&domain, "").await).code, Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_names_an_unknown_unit_waits_for_the_directory() {
    let (ours, line) = (Installation::new(), Line::default());
    let directory = ours.start("directory", &[hemgang_directory::SERVICE], &[]).await;
    // The two follow each other; planning comes when admission is there.
    let to_planning = Line::default();
    let peers = [("directory", ours.service(&directory)), ("planning", to_planning.peer())];
    let admission = ours.start("admission", &[hemgang_admission::SERVICE], &peers).await;
    line.connect(Some(ours.service(&directory)));
    let planning = [hemgang_discharge_readiness::SERVICE, hemgang_municipal_care_planning::SERVICE];
    let peers = [("directory", line.peer()), ("admission", ours.service(&admission))];
    let planning = ours.start("planning", &planning, &peers).await;
    to_planning.connect(Some(ours.service(&planning)));

    // Planning is cut off, and does not hear of the unit that is notified.
    line.connect(None);
    ours.add(&directory).await;
    admission.drain().await.expect("drained");
    let mut ward = AdmissionServiceClient::new(ours.client(&admission, "ward", WARD, "region"));
    let admit = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(ours.clock.now())),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let admitted = ward.admit_patient(admit).await.expect("admitted").into_inner();
    let id = admitted.admission.expect("an admission").admission_id;
    let assess = adm::AssessNeedsRequest {
        admission_id: id.clone(),
        needs_assessment: Some(adm::NeedsAssessment {
            social_services: true,
            assessed_at: Some(wire::timestamp(ours.clock.now())),
            assessed_by: "SE2321000131-P000000000102".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    ward.assess_needs(assess).await.expect("assessed");
    let notice = adm::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: vec![NEW.to_owned()],
        ..Default::default()
    };
    ward.send_admission_notice(notice).await.expect("sent");
    for follower in
        planning.contexts().flat_map(hemgang_rpc::Context::followers).filter(|it| it.feed() == "admission")
    {
        let behind = follower.catch_up().await.expect_err("what it does not know is not guessed");
        let said = refused(Err::<(), _>(behind.status()));
        assert_eq!((said.code, said.reason.as_str()), (Code::Unavailable, "FEED_BEHIND"));
        assert!(!follower.has_parked(None, None));
    }

    line.connect(Some(ours.service(&directory)));
    planning.drain().await.expect("drained");
    let reception = ours.client(&planning, "municipality", RECEPTION, "1480");
    let inbox = PlanningServiceClient::new(reception).list_inbox(pla::ListInboxRequest::default()).await;
    let notices = inbox.expect("an inbox").into_inner().notices;
    assert_eq!(notices.len(), 1, "the municipality's, because the unit is");
    assert_eq!(notices[0].admission_id, id);
}
