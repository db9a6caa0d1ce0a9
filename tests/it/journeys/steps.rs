//! Steps that journeys share: who calls and what a ward does; what is sent and what is read in the files below.

pub mod adt;
mod endings;
pub mod figures;
mod reads;

use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::RetrospectiveEntry,
    planning::{self as pla, NoticeKind, planning_service_client::PlanningServiceClient},
    readiness::{self as rea, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Entry, Peer, wire};
use hemgang_testing::{Suite, at};
use jiff::Timestamp;
use tonic::Status;

pub const PHYSICIAN: &str = "SE2321000131-P000000000102";

/// Told as it happens.
pub const NOW: Option<Entry> = None;

/// Somebody at a unit, with a token of the own role.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub role: &'static str,
    pub unit: &'static str,
    pub organisation: &'static str,
}

const fn caller(role: &'static str, unit: &'static str, organisation: &'static str) -> Caller {
    Caller { role, unit, organisation }
}

/// Avd 12 Medicin at Sahlgrenska sjukhuset.
pub const WARD: Caller = caller("ward", "SE2321000131-E000000001101", "region");
/// Avd 25 Kirurgi there.
pub const OTHER_WARD: Caller = caller("ward", "SE2321000131-E000000001102", "region");
/// Sahlgrenska sjukhuset.
pub const SAHLGRENSKA: Caller = caller("hospital", "SE2321000131-E000000001001", "region");
/// Socialtjänsten Göteborg.
pub const SOCIAL: Caller = caller("municipality", "SE0000001480-E0002", "1480");
/// Socialtjänsten Mölndal.
pub const MOLNDAL: Caller = caller("municipality", "SE0000001481-E0002", "1481");
/// Vårdcentralen Göteborg Centrum.
pub const CLINIC: Caller = caller("outpatient", "SE2321000131-E000000002036", "region");
/// The county level.
pub const COUNTY: Caller = caller("quality", WARD.unit, "region");
/// Who follows figures up in Göteborg.
pub const GOTEBORG: Caller = caller("quality", SOCIAL.unit, SOCIAL.organisation);
/// Who follows accesses up in the region.
pub const AUDITOR: Caller = caller("auditor", WARD.unit, "region");
/// Our own services.
pub const SERVICE: Caller = caller("service", "SE0000000000-HEMGANG", "region");

/// Lets time pass until an instant.
pub async fn until(suite: &Suite, instant: &str) {
    suite.pass(at(instant).duration_since(suite.clock.now())).await;
}

/// Two stays, V1 and V2, of two persons who came at one time.
pub async fn two_stays(suite: &Suite, came: &'static str) -> (String, String) {
    adt::tell(suite, &[adt::a01("V1", came), adt::marta(adt::a01("V2", came))]).await;
    let first = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    (first, SAHLGRENSKA.admission_of(suite, "V2").await.admission_id)
}

/// What notices are about, in their order.
pub fn kinds(notices: &[pla::Notice]) -> Vec<NoticeKind> {
    notices.iter().map(pla::Notice::kind).collect()
}

/// How an entry is said in a request.
pub fn entered(entry: Option<Entry>) -> Option<RetrospectiveEntry> {
    let stated_at = |entry: Entry| Some(wire::timestamp(entry.stated_at));
    entry.map(|entry| RetrospectiveEntry { reason: entry.reason.into(), stated_at: stated_at(entry) })
}

impl Caller {
    pub fn peer(self, suite: &Suite) -> Peer {
        suite.peer(self.role, self.unit, self.organisation)
    }

    pub fn admissions(self, suite: &Suite) -> AdmissionServiceClient<Peer> {
        AdmissionServiceClient::new(self.peer(suite))
    }

    pub fn readiness(self, suite: &Suite) -> ReadinessServiceClient<Peer> {
        ReadinessServiceClient::new(self.peer(suite))
    }

    pub fn planning(self, suite: &Suite) -> PlanningServiceClient<Peer> {
        PlanningServiceClient::new(self.peer(suite))
    }

    /// A physician's judgement that these may be needed.
    pub async fn assess(self, suite: &Suite, id: &str, whom: &[Self], entry: Option<Entry>) {
        let needs_assessment = Some(adm::NeedsAssessment {
            social_services: whom.iter().any(|unit| unit.role == "municipality"),
            region_outpatient_care: whom.iter().any(|unit| unit.role == "outpatient"),
            assessed_at: Some(wire::timestamp(Entry::stated_or(entry, suite.clock.now()))),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        });
        let (admission_id, retrospective_entry) = (id.to_owned(), entered(entry));
        let request = adm::AssessNeedsRequest {
            admission_id,
            needs_assessment,
            retrospective_entry,
            ..Default::default()
        };
        self.admissions(suite).assess_needs(request).await.expect("assessed");
    }

    /// Sends the admission notice.
    pub async fn notify(self, suite: &Suite, id: &str, whom: &[Self], entry: Option<Entry>) {
        let request = adm::SendAdmissionNoticeRequest {
            admission_id: id.to_owned(),
            recipients: whom.iter().map(|unit| unit.unit.to_owned()).collect(),
            retrospective_entry: entered(entry),
            ..Default::default()
        };
        self.admissions(suite).send_admission_notice(request).await.expect("sent");
    }

    /// Judged and notified at once, and followed by everybody.
    pub async fn tell_of(self, suite: &Suite, id: &str, whom: &[Self]) {
        self.assess(suite, id, whom, NOW).await;
        self.notify(suite, id, whom, NOW).await;
        suite.drain().await;
    }

    /// Registers that a physician has judged the patient ready now.
    pub async fn confirm(self, suite: &Suite, id: &str) -> Result<rea::Readiness, Status> {
        self.confirm_judged(suite, id, Some(suite.clock.now()), NOW).await
    }

    /// Registers when a physician judged the patient ready, as far as anybody knows.
    pub async fn confirm_judged(
        self,
        suite: &Suite,
        id: &str,
        judged_at: Option<Timestamp>,
        entry: Option<Entry>,
    ) -> Result<rea::Readiness, Status> {
        let request = rea::ConfirmReadinessRequest {
            admission_id: id.to_owned(),
            assessed_by: PHYSICIAN.to_owned(),
            assessed_at: judged_at.map(wire::timestamp),
            retrospective_entry: entered(entry),
            ..Default::default()
        };
        let answer = self.readiness(suite).confirm_readiness(request).await?.into_inner();
        suite.drain().await;
        Ok(answer.readiness.expect("a readiness"))
    }
}
