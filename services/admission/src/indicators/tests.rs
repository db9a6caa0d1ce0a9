//! Admissions and patients as the figures count them, on both databases.

mod recipients;

use hemgang_proto::{
    admission::{self as pb, admission_service_client::AdmissionServiceClient},
    common::{
        Cut, Period, PersonId, QueryIndicatorRequest, Sex, indicator_service_client::IndicatorServiceClient,
    },
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::civil::date;

const WARD: &str = "SE2321000131-E000000001101";
const MUNICIPAL: &str = "SE0000001480-E0002";

each_backend!(
    a_patient_who_comes_back_is_one_patient_of_two_admissions,
    admissions_are_cut_by_sex_and_age_as_the_stay_has_them
    on &[crate::SERVICE]
);

fn identity(value: &str) -> PersonId {
    PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: value.to_owned() }
}

/// An admission of a person, whose municipality is told when `notified`.
async fn admit(suite: &Suite, person: &str, notified: bool) -> String {
    let mut client = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    let request = pb::AdmitPatientRequest {
        person_id: Some(identity(person)),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: pb::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let admission = client.admit_patient(request).await.expect("admitted").into_inner().admission;
    let admission_id = admission.expect("an admission").admission_id;
    if notified {
        let needs = pb::NeedsAssessment {
            social_services: true,
            assessed_at: Some(wire::timestamp(suite.clock.now())),
            assessed_by: "SE2321000131-P000000000002".to_owned(),
            ..Default::default()
        };
        let assess = pb::AssessNeedsRequest {
            admission_id: admission_id.clone(),
            needs_assessment: Some(needs),
            ..Default::default()
        };
        client.assess_needs(assess).await.expect("assessed");
        let send = pb::SendAdmissionNoticeRequest {
            admission_id: admission_id.clone(),
            recipients: vec![MUNICIPAL.to_owned()],
            ..Default::default()
        };
        client.send_admission_notice(send).await.expect("sent");
    }
    admission_id
}

async fn a_patient_who_comes_back_is_one_patient_of_two_admissions(suite: &Suite) {
    for (person, notified) in
        [("191212121212", true), ("191212121212", true), ("200001012384", true), ("200001012384", false)]
    {
        admit(suite, person, notified).await;
    }
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let mut count = async |indicator: &str| {
        let day = |day| Some(wire::date(date(2026, 9, day)));
        let request = QueryIndicatorRequest {
            indicator_id: indicator.to_owned(),
            period: Some(Period { from: day(1), to: day(30) }),
            by: vec![Cut::Residence.into()],
            ..Default::default()
        };
        let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
        let set = set.expect("a set");
        let total = set.total.expect("a total");
        assert_eq!(set.figures.len(), 1);
        (total.numerator, total.denominator, total.value)
    };
    assert_eq!(count("notified_admissions").await, (3, 0, Some(3.0)));
    assert_eq!(count("admissions_per_patient").await, (3, 2, Some(1.5)));

    // E13: the two identities turn out to be one person's.
    let merge = pb::MergePatientsRequest {
        surviving: Some(identity("191212121212")),
        absorbed: Some(identity("200001012384")),
        ..Default::default()
    };
    let mut ward = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    ward.merge_patients(merge).await.expect("merged");
    assert_eq!(count("notified_admissions").await, (3, 0, Some(3.0)));
    assert_eq!(count("admissions_per_patient").await, (3, 1, Some(3.0)));
}

async fn admissions_are_cut_by_sex_and_age_as_the_stay_has_them(suite: &Suite) {
    let [known, _unknown] =
        [admit(suite, "191212121212", true).await, admit(suite, "191212121212", true).await];
    let mut ward = AdmissionServiceClient::new(suite.peer("ward", WARD, "region"));
    let request = pb::ChangePatientDetailsRequest {
        key: Some(pb::change_patient_details_request::Key::AdmissionId(known)),
        birth_date: Some(wire::date(date(1912, 12, 12))),
        sex: Sex::Male.into(),
        ..Default::default()
    };
    ward.change_patient_details(request).await.expect("changed");
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let day = |day| Some(wire::date(date(2026, 9, day)));
    let request = QueryIndicatorRequest {
        indicator_id: "admissions_per_patient".to_owned(),
        period: Some(Period { from: day(1), to: day(30) }),
        by: vec![Cut::Sex.into(), Cut::AgeGroup.into()],
        ..Default::default()
    };
    let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
    let figures = set.expect("a set").figures;
    let cells: Vec<Vec<_>> =
        figures.iter().map(|figure| figure.cell.iter().map(|value| value.code.as_str()).collect()).collect();
    // One patient of two stays, each by what its own sender said.
    assert_eq!(cells, [["MALE", "80+"], ["unallocated", "unallocated"]]);
    assert!(figures.iter().all(|figure| (figure.numerator, figure.denominator) == (1, 1)));
}
