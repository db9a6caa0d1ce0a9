//! One stay from its admission to its end, as its clients act; it may stop after any step.

use std::cell::Cell;

use hemgang_core::clock::Clock;
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{Destination, PersonId},
    planning::{self as pla, NoticeKind, planning_service_client::PlanningServiceClient},
    readiness::{self as rea, JudgementKind, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::wire;
use jiff::SignedDuration;

use super::{
    desk::{CLINIC, Desk, HOSPITAL, OTHER_WARD, SOCIAL, WARD},
    ledger::{Ledger, Stay},
};

const PHYSICIAN: &str = "SE2321000131-P000000000102";

/// A key for one command, which all its tries share.
fn request_id() -> String {
    hemgang_core::id::random().to_string()
}

fn hours_ago(hours: i64) -> pbjson_types::Timestamp {
    wire::timestamp(Clock::system().now() - SignedDuration::from_hours(hours))
}

/// A stay and where it is entered.
struct Course<'a> {
    desk: &'a Desk,
    ledger: &'a Ledger,
    place: usize,
    id: String,
}

/// Runs one; what it is like depends on whose and which it is.
pub async fn run(desk: &Desk, ledger: &Ledger, (client, turn): (usize, usize), stop: &Cell<bool>) {
    let course = Course::admit(desk, ledger, client + turn).await;
    let number = client + turn;
    let (is_late, moves, falters) = (number % 3 == 0, number % 5 == 0, number % 2 == 0);
    macro_rules! step {
        ($($step:tt)*) => {
            if stop.get() {
                return;
            }
            course.$($step)*.await;
        };
    }
    step!(assess(is_late));
    // Nobody is ever told: the deadline fires.
    if number % 6 == 0 {
        return;
    }
    step!(notify());
    step!(acknowledge(NoticeKind::Admission));
    if moves {
        step!(transfer());
        step!(acknowledge(NoticeKind::Transfer));
    }
    step!(confirm());
    if falters {
        step!(withdraw());
        step!(confirm());
    }
    step!(acknowledge(NoticeKind::Readiness));
    if number % 4 != 1 {
        step!(discharge());
    }
}

/// A stay whose units are notified, and nothing that reads planning.
pub async fn told(desk: &Desk, ledger: &Ledger) {
    let course = Course::admit(desk, ledger, 1).await;
    course.assess(false).await;
    course.notify().await;
}

impl<'a> Course<'a> {
    async fn admit(desk: &'a Desk, ledger: &'a Ledger, number: usize) -> Self {
        let visit = request_id();
        let request = adm::AdmitPatientRequest {
            request_id: request_id(),
            person_id: Some(PersonId {
                oid: "1.2.752.129.2.1.2.1".to_owned(),
                value: format!("{}{}", HOSPITAL.unit, &visit[..18]),
            }),
            name: format!("Prov Provsson {number}"),
            ward: WARD.to_owned(),
            admitted_at: Some(hours_ago(48)),
            visit_number: Some(adm::VisitNumber {
                authority: HOSPITAL.unit.to_owned(),
                value: visit.clone(),
            }),
            admission_type: adm::AdmissionType::Unplanned.into(),
            residence_municipality: "1480".to_owned(),
            ..Default::default()
        };
        let told = desk.tell((HOSPITAL, "admission"), request, async |peer, request| {
            AdmissionServiceClient::new(peer).admit_patient(request).await
        });
        let id = told.await.admission.expect("an admission").admission_id;
        let mut stay = Stay { id: id.clone(), visit, ward: WARD.to_owned(), ..Stay::default() };
        stay.tells("admission", "PatientAdmitted");
        stay.tells("admission", "PatientDetailsRecorded");
        Self { desk, ledger, place: ledger.enter(stay), id }
    }

    fn done(&self, change: impl FnOnce(&mut Stay)) {
        self.ledger.update(self.place, change);
    }

    async fn assess(&self, is_late: bool) {
        let needs_assessment = Some(adm::NeedsAssessment {
            social_services: true,
            region_outpatient_care: true,
            assessed_at: Some(hours_ago(if is_late { 30 } else { 0 })),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        });
        let request = adm::AssessNeedsRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            needs_assessment,
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "admission"), request, async |peer, request| {
            AdmissionServiceClient::new(peer).assess_needs(request).await
        });
        told.await;
        self.done(|stay| {
            stay.is_late = is_late;
            stay.tells("admission", "NeedsAssessed");
            if is_late {
                stay.tells("deviation", "SignalRaised");
            }
        });
    }

    async fn notify(&self) {
        let parties = [SOCIAL.unit, CLINIC.unit];
        let request = adm::SendAdmissionNoticeRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            recipients: parties.map(str::to_owned).to_vec(),
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "admission"), request, async |peer, request| {
            AdmissionServiceClient::new(peer).send_admission_notice(request).await
        });
        told.await;
        self.done(|stay| {
            stay.tells("admission", "AdmissionNoticeSent");
            stay.tells("planning", "CaseOpened");
            stay.parties = parties.to_vec();
            stay.sends(NoticeKind::Admission);
        });
    }

    async fn transfer(&self) {
        let request = adm::TransferPatientRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            ward: OTHER_WARD.to_owned(),
            transferred_at: Some(hours_ago(0)),
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "admission"), request, async |peer, request| {
            AdmissionServiceClient::new(peer).transfer_patient(request).await
        });
        told.await;
        self.done(|stay| {
            OTHER_WARD.clone_into(&mut stay.ward);
            for kind in ["PatientTransferred", "StayShared", "StayUnshared"] {
                stay.tells("admission", kind);
            }
            stay.sends(NoticeKind::Transfer);
        });
    }

    async fn confirm(&self) {
        let request = rea::ConfirmReadinessRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "readiness"), request, async |peer, request| {
            ReadinessServiceClient::new(peer).confirm_readiness(request).await
        });
        told.await;
        self.done(|stay| {
            stay.tells("readiness", "ReadinessConfirmed");
            stay.judgements.push(JudgementKind::Confirmed);
            stay.sends(NoticeKind::Readiness);
        });
    }

    async fn withdraw(&self) {
        let request = rea::WithdrawReadinessRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            reason: rea::WithdrawalReason::Deteriorated.into(),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "readiness"), request, async |peer, request| {
            ReadinessServiceClient::new(peer).withdraw_readiness(request).await
        });
        told.await;
        self.done(|stay| {
            stay.tells("readiness", "ReadinessWithdrawn");
            stay.judgements.push(JudgementKind::Withdrawn);
            stay.sends(NoticeKind::ReadinessWithdrawn);
        });
    }

    /// The social services read their case and take note of the latest notice of a kind. What they were told to rest
    /// on was acknowledged, so it has to be there.
    async fn acknowledge(&self, kind: NoticeKind) {
        let key = Some(pla::get_case_request::Key::AdmissionId(self.id.clone()));
        let after = "admission:told, readiness:told";
        let request = pla::GetCaseRequest { key };
        let case = self.desk.read((SOCIAL, "planning"), after, request, async |peer, request| {
            PlanningServiceClient::new(peer).get_case(request).await
        });
        let case = case.await.case.expect("a case");
        let mut mine: Vec<_> = case.notices.iter().filter(|notice| notice.recipient == SOCIAL.unit).collect();
        mine.sort_by_key(|notice| notice.notice_id.clone());
        let owed = self.ledger.stay(self.place).notices;
        let kinds: Vec<_> = mine.iter().map(|notice| notice.kind()).collect();
        assert_eq!(sorted(&kinds), sorted(&owed), "{}", self.id);
        let is_open = |notice: &&&pla::Notice| notice.kind() == kind && notice.acknowledged_at.is_none();
        let notice_id = mine.iter().find(is_open).expect("a notice").notice_id.clone();
        let request = pla::AcknowledgeNoticeRequest {
            request_id: request_id(),
            notice_id: notice_id.clone(),
            acknowledged_by: "SE2321000131-P000000000201".to_owned(),
            ..Default::default()
        };
        let told = self.desk.tell((SOCIAL, "planning"), request, async |peer, request| {
            PlanningServiceClient::new(peer).acknowledge_notice(request).await
        });
        told.await;
        self.done(|stay| {
            stay.tells("planning", "NoticeAcknowledged");
            stay.acknowledged.push(notice_id);
        });
    }

    async fn discharge(&self) {
        let request = adm::DischargePatientRequest {
            request_id: request_id(),
            admission_id: self.id.clone(),
            discharged_at: Some(hours_ago(0)),
            destination: Destination::Home.into(),
            ..Default::default()
        };
        let told = self.desk.tell((HOSPITAL, "admission"), request, async |peer, request| {
            AdmissionServiceClient::new(peer).discharge_patient(request).await
        });
        told.await;
        self.done(|stay| {
            stay.has_left = true;
            stay.tells("admission", "PatientDischarged");
            stay.sends(NoticeKind::Departure);
            // The clinic is to call who came home.
            if !stay.parties.is_empty() {
                stay.tells("planning", "HomecomingContactSet");
            }
        });
    }
}

/// Kinds in an order that does not depend on which came first.
pub fn sorted(kinds: &[NoticeKind]) -> Vec<NoticeKind> {
    let mut kinds = kinds.to_vec();
    kinds.sort_by_key(|kind| *kind as i32);
    kinds
}
