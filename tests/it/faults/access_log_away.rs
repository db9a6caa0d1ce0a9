//! Without the access log nobody is shown anything, and everybody may change what they may: a change carries its own
//! entry, which the log copies when it is back.

use std::{sync::Arc, time::Duration};

use hemgang_core::clock::Clock;
use hemgang_db::Storage;
use hemgang_proto::{
    access::{WhoReadRequest, access_log_service_client::AccessLogServiceClient},
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::PersonId,
};
use hemgang_rpc::{Peer, Signer, wire, with_token};
use hemgang_runtime::{Process, Service, Settings};
use hemgang_testing::{ToldFeed, at, own, refused};
use tonic::Code;

use super::peer_away::{hangs, refuses};

const HOSPITAL: &str = "SE2321000131-E000000001001";
const PERSONNUMMER: &str = "1.2.752.129.2.1.3.1";

async fn start(url: &str, services: &[Service], log: Option<Peer>, signer: &Signer) -> (Process, Clock) {
    let clock = Clock::stopped_at(at("2026-09-14T06:00:00Z"));
    // Admission follows it.
    let planning = ("planning".to_owned(), ToldFeed::new(&clock).peer());
    let settings = Settings {
        storage: Storage::open(url).expect("a storage"),
        clock: clock.clone(),
        directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
        trusted: vec![signer.trusted().expect("a key")],
        peers: log.into_iter().map(|log| ("access".to_owned(), log)).chain([planning]).collect(),
        own: own(signer),
    };
    (Process::start(settings, services).await.expect("a process"), clock)
}

fn peer(process: &Process, (clock, signer): (&Clock, &Signer), role: &str) -> Peer {
    let token = signer.token(clock, 1, "SE2321000131-P000000000001", HOSPITAL, "region", &[role]);
    let token = token.expect("a token");
    with_token(process.peer(), Arc::new(move || token.clone()))
}

fn admission(clock: &Clock) -> adm::AdmitPatientRequest {
    let person_id = PersonId { oid: PERSONNUMMER.to_owned(), value: "191212121212".to_owned() };
    adm::AdmitPatientRequest {
        person_id: Some(person_id),
        visit_number: Some(adm::VisitNumber { authority: HOSPITAL.to_owned(), value: "V1".to_owned() }),
        ward: "SE2321000131-E000000001101".to_owned(),
        admission_type: adm::AdmissionType::Unplanned.into(),
        admitted_at: Some(wire::timestamp(clock.now())),
        ..Default::default()
    }
}

fn by_number() -> adm::GetAdmissionRequest {
    let number = adm::VisitNumber { authority: HOSPITAL.to_owned(), value: "V1".to_owned() };
    let key = Some(adm::get_admission_request::Key::VisitNumber(number));
    adm::GetAdmissionRequest { key, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_written_down_is_not_shown_and_what_is_changed_is_copied_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, signer) = (format!("sqlite://{}", folder.path().display()), Signer::fresh());
    for (number, away) in [refuses(), hangs()].into_iter().enumerate() {
        let (process, clock) = start(&url, &[hemgang_admission::SERVICE], Some(away), &signer).await;
        let mut client = AdmissionServiceClient::new(peer(&process, (&clock, &signer), "hospital"));
        if number == 0 {
            client.admit_patient(admission(&clock)).await.expect("admitted");
        }
        let began = tokio::time::Instant::now();
        let refusal = refused(client.get_admission(by_number()).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "ACCESS_LOG_UNAVAILABLE"));
        assert!(began.elapsed() < Duration::from_secs(8));
        // Where nobody is shown, there is nothing to write down.
        let none = client.list_admissions(adm::ListAdmissionsRequest {
            states: vec![adm::AdmissionState::Voided.into()],
            ..Default::default()
        });
        assert_eq!(none.await.expect("a list").into_inner().admissions, []);
        drop((client, process));
        while Storage::open(&url).is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    let (process, clock) = start(&url, crate::services::SERVICES, None, &signer).await;
    let mut log = AccessLogServiceClient::new(peer(&process, (&clock, &signer), "auditor"));
    let person_id = Some(PersonId { oid: PERSONNUMMER.to_owned(), value: "191212121212".to_owned() });
    let read = log.who_read(WhoReadRequest { person_id, ..Default::default() }).await;
    let read = read.expect("an answer").into_inner().accesses.into_iter().filter_map(|access| access.entry);
    let rpcs: Vec<_> = read.map(|entry| entry.rpc).collect();
    let expected = ["access.v1.AccessLogService/WhoRead", "admission.v1.AdmissionService/AdmitPatient"];
    assert_eq!(rpcs, expected.map(|rpc| format!("hemgang.{rpc}")));
}
