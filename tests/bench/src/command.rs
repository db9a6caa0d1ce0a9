//! The suite behind a real listener, and its clients: `ConfirmReadiness` with token, replay key and event, followers
//! running.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::AtomicUsize},
};

use anyhow::{Context as _, Result};
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::PersonId,
    directory::{GetUnitRequest, directory_service_client::DirectoryServiceClient},
    readiness::{ConfirmReadinessRequest, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, wire};
use hemgang_runtime::Service;
use hemgang_testing::{On, Suite};
use tokio::{task::JoinSet, time::Instant};

use super::{
    access::nowhere,
    load::{Sample, median, middle, one, rate, take},
};

/// Everything that runs beside the commands.
pub const SERVICES: &[Service] = &[
    hemgang_directory::SERVICE,
    hemgang_admission::SERVICE,
    hemgang_discharge_readiness::SERVICE,
    hemgang_municipal_care_planning::SERVICE,
    hemgang_deviation_reporting::SERVICE,
    hemgang_access_log::SERVICE,
];

/// A ward, and its hospital.
pub const WARD: &str = "SE2321000131-E000000001101";
pub const HOSPITAL: &str = "SE2321000131-E000000001001";
const PHYSICIAN: &str = "SE2321000131-P000000000102";

/// Connections of the clients together.
const CONNECTIONS: usize = 4;

/// A suite that listens, and connections to it.
pub struct Bench {
    suite: Arc<Suite>,
    address: String,
    peers: Arc<Vec<Peer>>,
    /// Admissions that nobody has confirmed yet.
    stays: Arc<Mutex<Vec<String>>>,
    /// Ends with it.
    _server: JoinSet<Result<(), hemgang_runtime::ListenError>>,
}

/// Everything but the log, before one that writes nothing down.
pub async fn unlogged(on: On) -> Suite {
    let services: Vec<_> = SERVICES.iter().copied().filter(|service| service.name != "access").collect();
    Suite::start_beside(on, &services, [("access".to_owned(), nowhere())].into()).await
}

impl Bench {
    /// Starts everything on a fresh database.
    pub async fn start(on: On) -> Result<Self> {
        Self::of(Suite::start(on, SERVICES).await).await
    }

    /// The same without the log.
    pub async fn without_log(on: On) -> Result<Self> {
        Self::of(unlogged(on).await).await
    }

    async fn of(suite: Suite) -> Result<Self> {
        let suite = Arc::new(suite);
        let listening = hemgang_runtime::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let url = format!("http://{}", listening.address());
        let serving = Arc::clone(&suite);
        let mut server = JoinSet::new();
        server.spawn(async move {
            hemgang_runtime::serve(&serving.process, listening, std::future::pending()).await
        });
        // The clock of a suite stands, so one token does.
        let token = suite.token(&["ward"], WARD, "region");
        let connect = |_| {
            hemgang_runtime::remote(&url, {
                let token = token.clone();
                Arc::new(move || token.clone())
            })
        };
        let peers = (0..CONNECTIONS).map(connect).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { suite, address: url, peers: Arc::new(peers), stays: Arc::default(), _server: server })
    }

    /// The database of the suite.
    pub fn url(&self) -> &str {
        self.suite.url()
    }

    /// What somebody else's client sits on.
    pub fn peer(&self, role: &str, unit: &str, organisation: &str) -> Result<Peer> {
        let token = self.suite.token(&[role], unit, organisation);
        Ok(hemgang_runtime::remote(&self.address, Arc::new(move || token.clone()))?)
    }

    /// A call that reads nothing, through the same layers.
    pub async fn empty_call(&self, in_flight: usize, calls: usize) -> Result<Sample> {
        let peers = Arc::clone(&self.peers);
        median(in_flight, calls, move |caller| {
            let mut client = DirectoryServiceClient::new(peers[caller % CONNECTIONS].clone());
            async move {
                client.get_unit(GetUnitRequest { hsa_id: WARD.to_owned(), ..Default::default() }).await?;
                Ok(())
            }
        })
        .await
    }

    /// Judgements of readiness, each of a stay of its own.
    pub async fn confirm(&self, in_flight: usize, calls: usize) -> Result<Sample> {
        let mut rounds = Vec::new();
        for _ in 0..3 {
            rounds.push(self.confirm_once(in_flight, calls).await?);
        }
        middle(rounds)
    }

    /// One round of them.
    pub async fn confirm_once(&self, in_flight: usize, calls: usize) -> Result<Sample> {
        self.admit(calls).await?;
        let (peers, stays) = (Arc::clone(&self.peers), Arc::clone(&self.stays));
        let assessed_at = Some(wire::timestamp(self.suite.clock.now()));
        let confirm = Arc::new(move |caller: usize| {
            let mut client = ReadinessServiceClient::new(peers[caller % CONNECTIONS].clone());
            let stay = stays.lock().ok().and_then(|mut stays| stays.pop());
            async move {
                let request = ConfirmReadinessRequest {
                    request_id: hemgang_core::id::random().to_string(),
                    admission_id: stay.context("more stays were confirmed than admitted")?,
                    assessed_by: PHYSICIAN.to_owned(),
                    assessed_at,
                    ..Default::default()
                };
                client.confirm_readiness(request).await?;
                Ok(())
            }
        });
        let sample = one(in_flight, calls, &confirm).await;
        // What is measured next is not to wait for followers.
        self.suite.drain().await;
        sample
    }

    /// One round of reads of stays that are there.
    pub async fn get_once(&self, in_flight: usize, calls: usize) -> Result<Sample> {
        self.admit(64).await?;
        let known = self.stays.lock().map(|mut stays| std::mem::take(&mut *stays)).unwrap_or_default();
        let (peers, known) = (Arc::clone(&self.peers), Arc::new(known));
        let get = Arc::new(move |caller: usize| {
            let mut client = AdmissionServiceClient::new(peers[caller % CONNECTIONS].clone());
            let key = Some(adm::get_admission_request::Key::AdmissionId(known[caller % known.len()].clone()));
            async move {
                client.get_admission(adm::GetAdmissionRequest { key, ..Default::default() }).await?;
                Ok(())
            }
        });
        one(in_flight, calls, &get).await
    }

    /// Admits so many patients, and waits until everybody has heard.
    async fn admit(&self, count: usize) -> Result<()> {
        let (left, mut callers) = (Arc::new(AtomicUsize::new(count)), JoinSet::new());
        for caller in 0..64 {
            let (left, stays) = (Arc::clone(&left), Arc::clone(&self.stays));
            let mut client = AdmissionServiceClient::new(self.peers[caller % CONNECTIONS].clone());
            let admitted_at = Some(wire::timestamp(self.suite.clock.now()));
            callers.spawn(async move {
                while take(&left) {
                    let person = format!("SE2321000131-E000000001001{}", hemgang_core::id::random().simple());
                    let request = adm::AdmitPatientRequest {
                        person_id: Some(PersonId {
                            oid: "1.2.752.129.2.1.2.1".to_owned(),
                            value: person[..40].to_owned(),
                        }),
                        ward: WARD.to_owned(),
                        admitted_at,
                        admission_type: adm::AdmissionType::Unplanned.into(),
                        residence_municipality: "1480".to_owned(),
                        ..Default::default()
                    };
                    let answer = client.admit_patient(request).await?.into_inner();
                    let id = answer.admission.context("an admission")?.admission_id;
                    if let Ok(mut stays) = stays.lock() {
                        stays.push(id);
                    }
                }
                anyhow::Ok(())
            });
        }
        while let Some(caller) = callers.join_next().await {
            caller??;
        }
        self.suite.drain().await;
        Ok(())
    }

    /// How fast those who follow admission apply what came while they were held up.
    pub async fn catch_up(&self) -> Result<Sample> {
        const EVENTS: usize = 4000;
        let began = Instant::now();
        self.admit(EVENTS / 2).await?;
        // Two events an admission, each applied by readiness, planning and deviation; the access log follows when it is
        // asked, or later.
        Ok(Sample { per_second: rate(EVENTS * 3, began.elapsed().as_secs_f64()), p50: None, p99: None })
    }
}
