//! Where a patient belongs: the municipality that answers is another than the residence, lies outside the county, or
//! takes no part.

use hemgang_proto::{admission as adm, common::Cut, planning::CaseState};
use hemgang_testing::{Suite, each_backend, refused};

use super::steps::{
    CLINIC, COUNTY, Caller, GOTEBORG, MOLNDAL, NOW, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, a01, a03, tell},
    figures::cell,
    until,
};

each_backend!(
    the_municipality_that_answers_sees_the_case_and_the_residence_does_not,
    a_patient_from_outside_the_county_is_in_no_municipality_of_it,
    a_case_of_outpatient_care_alone_is_no_municipalitys
    on crate::services::SERVICES
);

async fn the_municipality_that_answers_sees_the_case_and_the_residence_does_not(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    // Mölndal once decided that the patient shall live in Göteborg, 5 kap. 2 §.
    let request = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(id.clone())),
        liable_municipality: Some("1481".to_owned()),
        municipality_source: adm::MunicipalitySource::Stated.into(),
        ..Default::default()
    };
    WARD.admissions(suite).change_patient_details(request).await.expect("changed");
    let stay = WARD.admission(suite, &id).await.expect("an admission");
    assert_eq!((stay.residence_municipality.as_str(), stay.liable_municipality.as_str()), ("1480", "1481"));

    // The notice comes an hour late.
    WARD.assess(suite, &id, &[MOLNDAL], NOW).await;
    until(suite, "2026-09-15T07:00:00Z").await;
    let signals = WARD.signals(suite).await;
    assert_eq!(signals.iter().map(|signal| signal.municipality.as_str()).collect::<Vec<_>>(), ["1481"]);
    assert!(MOLNDAL.signals(suite).await.is_empty());
    WARD.notify(suite, &id, &[MOLNDAL], NOW).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-15T12:00:00Z").await;
    tell(suite, &[a03("V1", "20260915133000")]).await;
    let case = MOLNDAL.case(suite, &id).await.expect("a case");
    assert_eq!((case.state(), case.notices.len()), (CaseState::Discharged, 3));
    let readiness = MOLNDAL.readiness_of(suite, &id).await.expect("a readiness");
    assert_eq!(readiness.liable_municipality, "1481");
    assert_eq!(MOLNDAL.signals(suite).await.len(), 1);
    assert!(SOCIAL.sees_nothing_of(suite, &id).await);

    let of_molndal = Caller { unit: MOLNDAL.unit, organisation: MOLNDAL.organisation, ..COUNTY };
    for (indicator, figure) in
        [("same_day", (1, 1)), ("notice_within_24h", (0, 1)), ("admissions_per_patient", (1, 1))]
    {
        let (numerator, denominator) = figure;
        let by = async |cut| COUNTY.cells(suite, indicator, cut).await;
        assert_eq!(by(Cut::Municipality).await, [cell("1481", numerator, denominator)], "{indicator}");
        assert_eq!(by(Cut::Residence).await, [cell("1480", numerator, denominator)], "{indicator}");
        assert_eq!(by(Cut::Liable).await, [cell("1481", numerator, denominator)], "{indicator}");
        assert_eq!(of_molndal.total(suite, indicator).await, figure, "{indicator}");
        assert_eq!(GOTEBORG.total(suite, indicator).await, (0, 0), "{indicator}");
    }
}

async fn a_patient_from_outside_the_county_is_in_no_municipality_of_it(suite: &Suite) {
    tell(suite, &[Adt { municipality: "0180", ..a01("V1", "20260914070000") }]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.assess(suite, &id, &[CLINIC], NOW).await;
    // No unit of that municipality is to be had here.
    let request = adm::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: vec!["SE0000000180-E0002".to_owned()],
        ..Default::default()
    };
    let refusal = refused(WARD.admissions(suite).send_admission_notice(request).await);
    assert_eq!(
        (refusal.reason.as_str(), refusal.fields),
        ("INVALID_FIELDS", vec!["recipients[0]".to_owned()])
    );
    WARD.notify(suite, &id, &[CLINIC], NOW).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-14T12:00:00Z").await;
    tell(suite, &[a03("V1", "20260914130000")]).await;

    let case = CLINIC.case(suite, &id).await.expect("a case");
    let parties: Vec<_> =
        case.parties.iter().map(|party| (party.unit.as_str(), party.municipality.as_str())).collect();
    assert_eq!(parties, [(CLINIC.unit, "")]);
    assert!(SOCIAL.sees_nothing_of(suite, &id).await);
    let residence = COUNTY.figures(suite, "same_day", &[Cut::Residence]).await.figures;
    let cells: Vec<_> =
        residence.iter().map(|figure| (&*figure.cell[0].code, &*figure.cell[0].label)).collect();
    assert_eq!(cells, [("0180", "Utanför länet")]);
    assert_eq!((residence[0].numerator, residence[0].denominator), (1, 1));
    for cut in [Cut::Municipality, Cut::Area] {
        assert_eq!(COUNTY.cells(suite, "same_day", cut).await, [cell("unallocated", 1, 1)], "{cut:?}");
    }
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Liable).await, [cell("0180", 1, 1)]);
    assert_eq!(GOTEBORG.total(suite, "same_day").await, (0, 0));
}

async fn a_case_of_outpatient_care_alone_is_no_municipalitys(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    until(suite, "2026-09-14T12:00:00Z").await;
    tell(suite, &[a03("V1", "20260914130000")]).await;
    assert_eq!(CLINIC.inbox(suite).await.len(), 3);
    assert_eq!(CLINIC.case(suite, &id).await.expect("a case").state(), CaseState::Discharged);
    let reception = Caller { unit: "SE0000001480-E0001", ..SOCIAL };
    let other_clinic = Caller { unit: "SE2321000131-E000000002037", ..CLINIC };
    for unit in [SOCIAL, reception, other_clinic] {
        assert!(unit.inbox(suite).await.is_empty(), "{unit:?}");
        assert!(unit.sees_nothing_of(suite, &id).await, "{unit:?}");
    }
    for indicator in ["same_day", "notice_within_24h", "admissions_per_patient"] {
        assert_eq!(COUNTY.cells(suite, indicator, Cut::Residence).await, [cell("1480", 1, 1)], "{indicator}");
        let participating = COUNTY.cells(suite, indicator, Cut::Municipality).await;
        assert_eq!(participating, [cell("unallocated", 1, 1)], "{indicator}");
        assert_eq!(GOTEBORG.total(suite, indicator).await, (0, 0), "{indicator}");
    }
}
