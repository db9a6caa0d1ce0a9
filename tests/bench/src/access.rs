//! What access costs: the gate before every call, and the log of who was shown and who changed what. With and without
//! the log in turns, each on a database of its own.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::Result;
use hemgang_core::clock::Clock;
use hemgang_proto::access::{
    self as pb,
    access_log_service_server::{AccessLogService, AccessLogServiceServer},
};
use hemgang_rpc::{AuthLayer, Gate, LiveDirectory, Peer, Signer, Verifier};
use hemgang_testing::On;
use tokio::time::Instant;
use tonic::{Request, Response, Status, body::Body};
use tower::{Layer as _, Service as _, ServiceExt, service_fn, util::BoxCloneSyncService};

use crate::{
    command::{Bench, HOSPITAL},
    load::{Sample, middle, rate},
};

/// How many calls are in flight.
const IN_FLIGHT: usize = 64;

/// How many are when the machine has nothing left: a read that waits for the log's disk leaves the processor to others.
const MANY: usize = 192;

/// How often each is measured, in turns.
const ROUNDS: usize = 11;

/// Figures, with their share of the same without the log.
pub async fn measure(on: On, calls: usize) -> Result<Vec<(String, Sample, Option<f64>)>> {
    let mut rows = vec![("authorisation, a verified token remembered".to_owned(), gate().await?, None)];
    let (with, without) = (Bench::start(on).await?, Bench::without_log(on).await?);
    let (mut changes, mut reads, mut more) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let logged = with.confirm_once(IN_FLIGHT, calls).await?;
        changes.push((logged, without.confirm_once(IN_FLIGHT, calls).await?));
        for (pairs, in_flight) in [(&mut reads, IN_FLIGHT), (&mut more, MANY)] {
            let logged = with.get_once(in_flight, calls * 2).await?;
            pairs.push((logged, without.get_once(in_flight, calls * 2).await?));
        }
    }
    for (what, in_flight, pairs) in [
        ("ConfirmReadiness", IN_FLIGHT, changes),
        ("GetAdmission", IN_FLIGHT, reads),
        ("GetAdmission", MANY, more),
    ] {
        // A machine's pace drifts by more than the log costs: each round is compared with its own neighbour.
        let mut shares: Vec<_> = pairs.iter().map(|(with, bare)| with.per_second / bare.per_second).collect();
        shares.sort_by(f64::total_cmp);
        let share = shares.get(ROUNDS / 2).copied();
        let (logged, bare): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let (logged, bare) = (middle(logged)?, middle(bare)?);
        rows.push((format!("{what}, {in_flight} in flight, without the log"), bare, None));
        rows.push((format!("{what}, {in_flight} in flight, with it"), logged, share));
    }
    Ok(rows)
}

/// What the gate takes of a call whose token was verified before.
async fn gate() -> Result<Sample> {
    const CALLS: usize = 50_000;
    let (clock, signer) = (Clock::system(), Signer::fresh());
    let verifier = Verifier::new(vec![signer.trusted()?], clock.clone());
    let directory = Arc::new(hemgang_directory::compiled_in()?);
    let gate = Gate::new(verifier, LiveDirectory::new(directory), clock.clone());
    let answer =
        service_fn(async |_: http::Request<()>| Ok::<_, Infallible>(http::Response::new(Body::empty())));
    let mut gated = AuthLayer::new(Arc::new(gate)).layer(answer);
    let token = signer.token(&clock, 1, "SE2321000131-P000000000001", HOSPITAL, "region", &["hospital"])?;
    let mut took = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let request = http::Request::post("/hemgang.admission.v1.AdmissionService/GetAdmission");
        let request = request.header("authorization", format!("Bearer {token}")).body(())?;
        let began = Instant::now();
        let answer = gated.ready().await?.call(request).await?;
        took.push(began.elapsed());
        anyhow::ensure!(!answer.headers().contains_key("grpc-status"), "the gate refuses");
    }
    let all: Duration = took.iter().sum();
    took.sort();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied();
    Ok(Sample { per_second: rate(CALLS, all.as_secs_f64()), p50: at(50), p99: at(99) })
}

/// A log that says of everything that it is written down.
pub fn nowhere() -> Peer {
    let log = AccessLogServiceServer::new(Nowhere);
    let log = ServiceExt::<http::Request<Body>>::map_err(log, |never: Infallible| match never {});
    BoxCloneSyncService::new(log)
}

struct Nowhere;

#[tonic::async_trait]
impl AccessLogService for Nowhere {
    async fn record_access(
        &self,
        _: Request<pb::RecordAccessRequest>,
    ) -> Result<Response<pb::RecordAccessResponse>, Status> {
        Ok(Response::new(pb::RecordAccessResponse {}))
    }

    async fn who_read(
        &self,
        _: Request<pb::WhoReadRequest>,
    ) -> Result<Response<pb::WhoReadResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn list_access(
        &self,
        _: Request<pb::ListAccessRequest>,
    ) -> Result<Response<pb::ListAccessResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn get_patient_extract(
        &self,
        _: Request<pb::GetPatientExtractRequest>,
    ) -> Result<Response<pb::GetPatientExtractResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn open_emergency_access(
        &self,
        _: Request<pb::OpenEmergencyAccessRequest>,
    ) -> Result<Response<pb::OpenEmergencyAccessResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn find_emergency_access(
        &self,
        _: Request<pb::FindEmergencyAccessRequest>,
    ) -> Result<Response<pb::FindEmergencyAccessResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}
