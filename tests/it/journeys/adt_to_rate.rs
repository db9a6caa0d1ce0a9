//! From an ADT message to the rate: a hospital's system sends, a ward notifies and confirms, a municipality
//! receives and acknowledges, the patient goes home, and the county reads the figure.

use hemgang_core::place::HsaId;
use hemgang_gateway::{
    adt::{self, SiteMapping},
    hl7,
    intake::{Intake, Outcome},
};
use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{Figure, Period, QueryIndicatorRequest, indicator_service_client::IndicatorServiceClient},
    deviation::{self as dev, deviation_service_client::DeviationServiceClient},
    planning::{self as pla, CaseState, NoticeKind, planning_service_client::PlanningServiceClient},
    readiness::{self as rea, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend, refused};
use jiff::SignedDuration;
use tonic::Code;

const WARD: &str = "SE2321000131-E000000001101";
const SOCIAL: &str = "SE0000001480-E0002";
const PHYSICIAN: &str = "SE2321000131-P000000000102";

/// What the sender's codes mean.
const SITE: &str = r#"
[[sender]]
application = "PAS"
facility = "SU"
hospital = "SE2321000131-E000000001001"
municipality = "ZPI-2"
[sender.wards]
"12" = "SE2321000131-E000000001101"
[sender.dispositions]
deceased = ["20"]
"#;

each_backend!(
    a_patient_is_brought_home_and_the_county_reads_the_rate,
    a_notice_that_never_came_raises_a_signal_that_the_municipality_does_not_see
    on crate::services::SERVICES
);

/// An admission at `came`, in the words of a hospital's system.
pub(super) fn a01(visit: &str, came: &str) -> String {
    message("A01", visit, came, &pv1(visit, 44, came))
}

/// A departure at `left`.
pub(super) fn a03(visit: &str, left: &str) -> String {
    message("A03", visit, left, &pv1(visit, 45, left))
}

/// PV1 with class, ward, visit number and one time.
pub(super) fn pv1(visit: &str, field: usize, time: &str) -> String {
    let mut fields = vec![""; 46];
    (fields[0], fields[1], fields[2], fields[3]) = ("PV1", "1", "I", "12^1^1");
    (fields[19], fields[field]) = (visit, time);
    fields.join("|")
}

pub(super) fn message(event: &str, visit: &str, at: &str, pv1: &str) -> String {
    [
        &format!("MSH|^~\\&|PAS|SU|HEMGANG|VGR|{at}||ADT^{event}|{visit}{event}|P|2.5|||AL|NE||UNICODE UTF-8"),
        &format!("EVN|{event}|{at}"),
        "PID|1||191212121212^^^1.2.752.129.2.1.3.1^NI||Exempel^Åsa Ö||19121212|F|||Provgatan 1^^Göteborg^^41101",
        pv1,
        "ZPI|1|1480",
    ]
    .join("\r")
}

/// The hospital's system sends a message.
async fn send(suite: &Suite, message: &str) -> Outcome {
    let reading = reading(suite, message);
    let intake = Intake::new(|hospital: &HsaId| suite.peer("gateway", hospital.as_str(), "region"));
    intake.accept(&reading).await.expect("an answer")
}

pub(super) fn reading(suite: &Suite, message: &str) -> adt::Reading {
    let mapping = SiteMapping::from_toml(SITE).expect("a site mapping");
    let piece = hl7::read(message.as_bytes(), None).next().expect("a message");
    let today = hemgang_core::day::local_day(suite.clock.now());
    adt::read(&piece.outcome.expect("HL7"), &mapping, today).expect("an ADT message")
}

pub(super) async fn admission_of(suite: &Suite, visit: &str) -> adm::Admission {
    let key =
        adm::VisitNumber { authority: "SE2321000131-E000000001001".to_owned(), value: visit.to_owned() };
    let key = Some(adm::get_admission_request::Key::VisitNumber(key));
    let mut ward = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    let answer = ward.get_admission(adm::GetAdmissionRequest { key }).await.expect("an admission");
    answer.into_inner().admission.expect("an admission")
}

pub(super) async fn assess(suite: &Suite, admission_id: &str) {
    let needs_assessment = Some(adm::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    });
    let admission_id = admission_id.to_owned();
    let request = adm::AssessNeedsRequest { admission_id, needs_assessment, ..Default::default() };
    let mut ward = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    ward.assess_needs(request).await.expect("assessed");
}

pub(super) async fn notify(suite: &Suite, admission_id: &str) {
    let (admission_id, recipients) = (admission_id.to_owned(), vec![SOCIAL.to_owned()]);
    let request = adm::SendAdmissionNoticeRequest { admission_id, recipients, ..Default::default() };
    let mut ward = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    ward.send_admission_notice(request).await.expect("sent");
}

pub(super) async fn confirm(suite: &Suite, admission_id: &str) {
    let request = rea::ConfirmReadinessRequest {
        admission_id: admission_id.to_owned(),
        assessed_by: PHYSICIAN.to_owned(),
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    let mut ward = ReadinessServiceClient::new(suite.peer("ward", WARD, "region"));
    ward.confirm_readiness(request).await.expect("confirmed");
}

pub(super) fn municipality(suite: &Suite) -> PlanningServiceClient<hemgang_rpc::Peer> {
    PlanningServiceClient::new(suite.peer("municipality", SOCIAL, "1480"))
}

pub(super) async fn inbox(suite: &Suite) -> Vec<pla::Notice> {
    let request = pla::ListInboxRequest { unacknowledged_only: true, ..Default::default() };
    municipality(suite).list_inbox(request).await.expect("an inbox").into_inner().notices
}

pub(super) async fn same_day(suite: &Suite) -> Figure {
    let day = |day| Some(wire::date(jiff::civil::date(2026, 9, day)));
    let request = QueryIndicatorRequest {
        indicator_id: "same_day".to_owned(),
        period: Some(Period { from: day(1), to: day(30) }),
        ..Default::default()
    };
    let mut quality = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let set = quality.query_indicator(request).await.expect("figures").into_inner().figure_set;
    set.and_then(|set| set.total).expect("a total")
}

async fn a_patient_is_brought_home_and_the_county_reads_the_rate(suite: &Suite) {
    // 08:00 in Stockholm. The message comes twice, as messages do.
    for _ in 0..2 {
        assert_eq!(send(suite, &a01("V1", "20260914070000")).await, Outcome::Accepted);
    }
    let admission = admission_of(suite, "V1").await;
    let id = admission.admission_id;
    assert_eq!(admission.patient.expect("a patient").name, "Åsa Ö Exempel");
    assert_eq!(admission.admitted_at, Some(wire::timestamp(at("2026-09-14T05:00:00Z"))));

    // An admission alone reaches nobody.
    suite.drain().await;
    assert!(inbox(suite).await.is_empty());
    let key = Some(pla::get_case_request::Key::AdmissionId(id.clone()));
    let get = pla::GetCaseRequest { key };
    assert_eq!(refused(municipality(suite).get_case(get.clone()).await).code, Code::NotFound);

    assess(suite, &id).await;
    notify(suite, &id).await;
    suite.drain().await;
    suite.pass(SignedDuration::from_hours(48)).await;
    confirm(suite, &id).await;
    suite.drain().await;
    let notices = inbox(suite).await;
    let kinds: Vec<_> = notices.iter().map(pla::Notice::kind).collect();
    assert_eq!(kinds, [NoticeKind::Readiness, NoticeKind::Admission]);
    for notice in notices {
        let request = pla::AcknowledgeNoticeRequest { notice_id: notice.notice_id, ..Default::default() };
        municipality(suite).acknowledge_notice(request).await.expect("acknowledged");
    }

    suite.pass(SignedDuration::from_hours(4)).await;
    assert_eq!(send(suite, &a03("V1", "20260916113000")).await, Outcome::Accepted);
    suite.drain().await;
    let case = municipality(suite).get_case(get).await.expect("a case").into_inner().case.expect("a case");
    assert_eq!(case.state(), CaseState::Discharged);
    let patient = case.patient.expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.is_empty()), ("Åsa Ö Exempel", false));

    let rate = same_day(suite).await;
    assert_eq!((rate.numerator, rate.denominator), (1, 1));
}

async fn a_notice_that_never_came_raises_a_signal_that_the_municipality_does_not_see(suite: &Suite) {
    assert_eq!(send(suite, &a01("V1", "20260914070000")).await, Outcome::Accepted);
    let id = admission_of(suite, "V1").await.admission_id;
    assess(suite, &id).await;
    suite.pass(SignedDuration::from_hours(25)).await;
    let signals = async |role: &'static str, unit: &str, organisation: &str| {
        let mut client = DeviationServiceClient::new(suite.peer(role, unit, organisation));
        let listed = client.list_signals(dev::ListSignalsRequest::default()).await.expect("signals");
        listed.into_inner().signals.len()
    };
    assert_eq!(signals("ward", WARD, "region").await, 1);
    assert_eq!(signals("quality", WARD, "region").await, 1);
    assert_eq!(signals("municipality", SOCIAL, "1480").await, 0);
    notify(suite, &id).await;
    suite.drain().await;
    assert_eq!(signals("municipality", SOCIAL, "1480").await, 1);
    assert_eq!(signals("municipality", "SE0000001490-E0002", "1490").await, 0);
}
