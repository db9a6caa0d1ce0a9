//! A machine's clock that jumps, forward and back: two replicas on one database whose clocks are days apart see more
//! of it than any correction of one.

use std::{collections::BTreeMap, sync::Arc};

use hemgang_core::clock::Clock;
use hemgang_db::Storage;
use hemgang_feed::Source;
use hemgang_proto::{
    admission::{self as adm, AdmissionEvent, admission_service_client::AdmissionServiceClient},
    common::{EventHeader, PersonId},
    deviation::DeviationEvent,
};
use hemgang_rpc::{Peer, Signer, wire, with_token};
use hemgang_runtime::{Process, Settings};
use hemgang_testing::{at, own, postgres};
use jiff::{SignedDuration, Timestamp};
use tonic::Code;

const HOSPITAL: &str = "SE2321000131-E000000001001";
const NOON: &str = "2026-09-14T12:00:00Z";

/// A replica whose clock says something else.
struct Replica {
    clock: Clock,
    process: Process,
    signer: Signer,
}

impl Replica {
    async fn start(url: &str, signer: &Signer, now: Timestamp) -> Self {
        let clock = Clock::stopped_at(now);
        let settings = Settings {
            storage: Storage::open(url).expect("a storage"),
            clock: clock.clone(),
            directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
            trusted: vec![signer.trusted().expect("a key")],
            peers: BTreeMap::new(),
            own: own(&Signer::fresh()),
        };
        let process = Process::start(settings, crate::services::SERVICES).await.expect("a process");
        Self { clock, process, signer: signer.clone() }
    }

    /// With a token that was signed by `signed` for one hour.
    fn peer(&self, role: &str, unit: &str, signed: &Clock) -> Peer {
        let token = self.signer.token(signed, 1, "SE2321000131-P000000000001", unit, "region", &[role]);
        let token = token.expect("a token");
        with_token(self.process.peer(), Arc::new(move || token.clone()))
    }

    fn hospital(&self) -> AdmissionServiceClient<Peer> {
        AdmissionServiceClient::new(self.peer("ehr", HOSPITAL, &self.clock))
    }

    async fn admit(&self, number: usize) -> adm::Admission {
        let answer = self.hospital().admit_patient(admission(number, self.clock.now())).await;
        answer.expect("admitted").into_inner().admission.expect("an admission")
    }

    async fn assess(&self, admission_id: &str) {
        let needs_assessment = Some(adm::NeedsAssessment {
            social_services: true,
            assessed_at: Some(wire::timestamp(self.clock.now())),
            assessed_by: "SE2321000131-P000000000102".to_owned(),
            ..Default::default()
        });
        let admission_id = admission_id.to_owned();
        let request = adm::AssessNeedsRequest { admission_id, needs_assessment, ..Default::default() };
        self.hospital().assess_needs(request).await.expect("assessed");
    }

    /// The headers of a feed, whose numbers have no gap.
    async fn feed<E: Source>(&self) -> Vec<EventHeader> {
        self.process.drain().await.expect("drained");
        let peer = self.peer("service", "SE0000000000-HEMGANG", &self.clock);
        let page = E::read(peer, "", 500).await.expect("a page");
        let headers: Vec<_> = page.events.iter().filter_map(|event| event.header().cloned()).collect();
        for (number, header) in headers.iter().enumerate() {
            assert!(header.cursor.ends_with(&format!(".{}", number + 1)), "{}", header.cursor);
        }
        headers
    }

    /// Admissions whose signal was raised, once an event.
    async fn raised(&self) -> Vec<String> {
        let feed = self.feed::<DeviationEvent>().await;
        feed.into_iter().filter(|it| it.kind == "SignalRaised").map(|it| it.admission_id).collect()
    }
}

fn admission(number: usize, at: Timestamp) -> adm::AdmitPatientRequest {
    adm::AdmitPatientRequest {
        request_id: format!("00000000-0000-4000-8000-{number:012}"),
        person_id: Some(PersonId {
            oid: "1.2.752.129.2.1.2.1".to_owned(),
            value: format!("{HOSPITAL}N{number}"),
        }),
        ward: "SE2321000131-E000000001101".to_owned(),
        admitted_at: Some(wire::timestamp(at)),
        admission_type: adm::AdmissionType::Unplanned.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_forward_and_back_fires_nothing_twice_and_loses_nothing() {
    let (url, signer) = (postgres::database(), Signer::fresh());
    let right = Replica::start(&url, &signer, at(NOON)).await;
    let behind = Replica::start(&url, &signer, at(NOON) - SignedDuration::from_hours(30)).await;

    // The counter gives the order, not the clock: what is recorded earlier comes later in the feed.
    let first = right.admit(1).await;
    right.assess(&first.admission_id).await;
    let second = behind.admit(2).await;
    behind.assess(&second.admission_id).await;
    assert_ne!(first.admission_id, second.admission_id);
    let told = right.feed::<AdmissionEvent>().await;
    assert_eq!(told, behind.feed::<AdmissionEvent>().await);
    let recorded = told.iter().filter_map(|header| header.recorded_at.as_ref().and_then(wire::instant));
    let recorded: Vec<_> = recorded.collect();
    assert_eq!(recorded.len(), 6);
    assert!(recorded.first() > recorded.last(), "time went back: {recorded:?}");

    // By the right clock the second duty ran out six hours ago, by the other neither has.
    let both = [second.admission_id.clone(), first.admission_id.clone()];
    assert_eq!(right.raised().await, both[..1]);
    let ahead = Replica::start(&url, &signer, at(NOON) + SignedDuration::from_hours(72)).await;
    assert_eq!(ahead.raised().await, both);
    // Back again: nothing is fired twice, and nothing opens anew.
    for replica in [&right, &behind, &ahead] {
        replica.process.drain().await.expect("drained");
        assert_eq!(replica.raised().await, both);
    }

    // What was answered is answered again the same, whatever the clock says meanwhile.
    for replica in [&behind, &right, &ahead] {
        let again = replica.hospital().admit_patient(admission(1, at(NOON))).await;
        let again = again.expect("answered").into_inner().admission.expect("an admission");
        assert_eq!(again, first);
    }
    assert_eq!(right.feed::<AdmissionEvent>().await, told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_counts_by_the_clock_that_it_is_held_against() {
    let (url, signer) = (postgres::database(), Signer::fresh());
    let right = Replica::start(&url, &signer, at(NOON)).await;
    let ahead = Replica::start(&url, &signer, at(NOON) + SignedDuration::from_hours(2)).await;
    let noon = Clock::stopped_at(at(NOON));
    let list = async |replica: &Replica| {
        let mut client = AdmissionServiceClient::new(replica.peer("ehr", HOSPITAL, &noon));
        client.list_admissions(adm::ListAdmissionsRequest::default()).await.map(drop)
    };
    list(&right).await.expect("it counts");
    assert_eq!(list(&ahead).await.expect_err("it has expired").code(), Code::Unauthenticated);
    // A jump and back costs nobody the token; what was verified once is still held against the time.
    list(&right).await.expect("it counts again");
    right.clock.advance_to(at(NOON) + SignedDuration::from_hours(2));
    assert_eq!(list(&right).await.expect_err("it has expired").code(), Code::Unauthenticated);
}
