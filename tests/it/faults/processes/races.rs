//! Two replicas decide about one thing at one moment: one wins, and the other knows.

use hemgang_core::clock::Clock;
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::PersonId,
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{postgres, refused};
use tonic::{Code, Status};

use super::{
    compare::read,
    desk::{Desk, HOSPITAL, WARD},
    installation::Installation,
};

async fn two() -> (Installation, Desk, [Peer; 2]) {
    let installation = Installation::replicas(&postgres::database(), 2).await;
    let desk = Desk::new(&installation);
    let peers = [0, 1].map(|place: usize| desk.peer_at(HOSPITAL, &installation.servers[place].url));
    (installation, desk, peers)
}

/// An admission of one of many persons.
pub fn admission(number: usize, visit: &str) -> adm::AdmitPatientRequest {
    adm::AdmitPatientRequest {
        person_id: Some(PersonId {
            oid: "1.2.752.129.2.1.2.1".to_owned(),
            value: format!("{}N{number}", HOSPITAL.unit),
        }),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(Clock::system().now())),
        visit_number: Some(adm::VisitNumber { authority: HOSPITAL.unit.to_owned(), value: visit.to_owned() }),
        admission_type: adm::AdmissionType::Unplanned.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_visit_number_that_is_admitted_at_two_replicas_is_one_stay() {
    let (_installation, desk, peers) = two().await;
    let rounds = 20;
    for round in 0..rounds {
        let tries = [0, 1].map(|place: usize| {
            let mut client = AdmissionServiceClient::new(peers[place].clone());
            // Two persons, so that nothing but the number is the same.
            async move { client.admit_patient(admission(2 * round + place, &format!("V{round}"))).await }
        });
        let mut answers = futures::future::join_all(tries).await;
        answers.sort_by_key(Result::is_err);
        let lost = refused(answers.pop().expect("two answers"));
        let won = answers.pop().expect("two answers").expect("one is admitted").into_inner();
        assert_eq!((lost.code, lost.reason.as_str()), (Code::FailedPrecondition, "VISIT_ALREADY_ADMITTED"));
        assert_eq!(lost.metadata["admission_id"], won.admission.expect("an admission").admission_id);
    }
    assert_eq!(read::<adm::AdmissionEvent>(&desk).await.len(), 2 * rounds);
}

/// A physician's judgement of need.
async fn assess(peer: Peer, admission_id: &str, etag: &str) -> Result<adm::Admission, Status> {
    let needs_assessment = Some(adm::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(Clock::system().now())),
        assessed_by: "SE2321000131-P000000000102".to_owned(),
        ..Default::default()
    });
    let (admission_id, etag) = (admission_id.to_owned(), etag.to_owned());
    let request = adm::AssessNeedsRequest { admission_id, etag, needs_assessment, ..Default::default() };
    let answer = AdmissionServiceClient::new(peer).assess_needs(request).await?;
    Ok(answer.into_inner().admission.expect("an admission"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_changes_of_one_stay_at_two_replicas_are_decided_one_after_the_other() {
    let (_installation, desk, [one, other]) = two().await;
    let request = admission(0, "V");
    let answer = AdmissionServiceClient::new(one.clone()).admit_patient(request).await.expect("admitted");
    let mut stay = answer.into_inner().admission.expect("an admission");
    let rounds = 20;
    for _ in 0..rounds {
        let both = async |etag: &str| {
            let id = &stay.admission_id;
            let (one, other) = tokio::join!(assess(one.clone(), id, etag), assess(other.clone(), id, etag));
            if one.is_ok() { (one, other) } else { (other, one) }
        };
        // Who names the version that was read loses when it moved.
        let (won, lost) = both(&stay.etag).await;
        won.expect("one is decided");
        let lost = refused(lost);
        assert_eq!((lost.code, lost.reason.as_str()), (Code::Aborted, "ETAG_MOVED"));
        // Who names none is decided again, on what the other left.
        let (won, decided_again) = both("").await;
        let etags = [won.expect("decided").etag, decided_again.expect("decided again").etag];
        let newest = etags.iter().filter_map(|etag| etag.parse::<i64>().ok()).max().expect("a version");
        assert_ne!(etags[0], etags[1]);
        stay.etag = newest.to_string();
    }
    assert_eq!(read::<adm::AdmissionEvent>(&desk).await.len(), 2 + 3 * rounds);
}
