//! The participating municipality: whose figures a stay is in, by admission's figures and by readiness's alike.

use hemgang_proto::common::{ListIndicatorCasesRequest, Protection};

use super::*;

each_backend!(
    a_case_is_of_the_municipality_that_was_rightly_told,
    a_residence_recorded_later_moves_the_case,
    with_skyddad_folkbokforing_no_municipality_takes_part
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

/// A municipality that is neither of the two.
const THIRD_MUNICIPAL: &str = "SE0000001401-E0002";
const RESERVE_NUMBER: &str = "1.2.752.129.2.1.2.1";

/// An admission of somebody who belongs here, and home again, with these units told one after the other.
async fn told(suite: &Suite, person: &str, [residence, liable]: [&str; 2], units: &[&str]) -> String {
    let request = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: RESERVE_NUMBER.to_owned(), value: person.to_owned() }),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: residence.to_owned(),
        liable_municipality: liable.to_owned(),
        ..Default::default()
    };
    let answer = ward(suite).0.admit_patient(request).await.expect("admitted").into_inner();
    let id = answer.admission.expect("an admission").admission_id;
    for unit in units {
        notify_units(suite, &id, &[unit]).await;
        suite.pass(SignedDuration::from_secs(60)).await;
    }
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    discharge(suite, &id, Destination::Home).await;
    id
}

fn september() -> Period {
    let day = |day| Some(wire::date(date(2026, 9, day)));
    Period { from: day(1), to: day(30) }
}

/// The municipality of each case that a figure's reader sees, the same of both services.
async fn seen(suite: &Suite, organisation: &'static str) -> Vec<(String, String)> {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", &office(organisation), organisation));
    let mut found = Vec::new();
    for indicator in ["same_day", "notified_admissions", "notice_within_24h"] {
        let indicator_id = indicator.to_owned();
        let period = Some(september());
        let request = ListIndicatorCasesRequest { indicator_id, period, ..Default::default() };
        let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
        let mut cases: Vec<_> =
            cases.into_iter().map(|case| (case.admission_id, case.municipality)).collect();
        cases.sort();
        found.push(cases);
    }
    assert!(found.iter().all(|cases| *cases == found[0]), "{found:?}");
    found.swap_remove(0)
}

/// How many cases are in each cell.
async fn cells(suite: &Suite, by: Cut) -> Vec<(String, i64)> {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let request = QueryIndicatorRequest {
        indicator_id: "same_day".to_owned(),
        period: Some(september()),
        by: vec![by.into()],
        ..Default::default()
    };
    let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
    let cells = set.expect("a set").figures.into_iter();
    cells.map(|figure| (figure.cell[0].code.clone(), figure.denominator)).collect()
}

async fn a_case_is_of_the_municipality_that_was_rightly_told(suite: &Suite) {
    let home = ["1480", ""];
    let cases = [
        (told(suite, "1", home, &[OUTPATIENT]).await, "unallocated"),
        (told(suite, "2", home, &[OTHER_MUNICIPAL, MUNICIPAL]).await, "1480"),
        (told(suite, "3", home, &[MUNICIPAL, OTHER_MUNICIPAL]).await, "1480"),
        (told(suite, "4", home, &[OTHER_MUNICIPAL]).await, "1490"),
        // Placed in a home elsewhere: 1480 answers still, where it is told.
        (told(suite, "5", ["1490", "1480"], &[OTHER_MUNICIPAL, THIRD_MUNICIPAL]).await, "1490"),
        (told(suite, "6", ["1490", "1480"], &[MUNICIPAL, OTHER_MUNICIPAL]).await, "1480"),
        (told(suite, "7", ["", ""], &[OTHER_MUNICIPAL, MUNICIPAL]).await, "1480"),
        (told(suite, "8", ["", ""], &[OTHER_MUNICIPAL, MUNICIPAL, OTHER_MUNICIPAL]).await, "1490"),
    ];
    for organisation in ["region", "1480", "1490", "1401"] {
        let own = cases.iter().filter(|(_, code)| ["region", *code].contains(&organisation));
        let mut expected: Vec<_> = own.map(|(id, code)| (id.clone(), (*code).to_owned())).collect();
        expected.sort();
        assert_eq!(seen(suite, organisation).await, expected, "{organisation}");
    }
    let counts = |counts: &[(&str, i64)]| -> Vec<_> {
        counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
    };
    let participating = counts(&[("1480", 4), ("1490", 3), ("unallocated", 1)]);
    assert_eq!(cells(suite, Cut::Municipality).await, participating);
    assert_eq!(cells(suite, Cut::Liable).await, counts(&[("1480", 6), ("unallocated", 2)]));
    let residence = counts(&[("1480", 4), ("1490", 2), ("unallocated", 2)]);
    assert_eq!(cells(suite, Cut::Residence).await, residence);
}

/// Changes where the patient of a stay belongs, or the patient's protection.
async fn change(suite: &Suite, id: &str, residence: Option<&str>, protection: Protection) {
    let request = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(id.to_owned())),
        residence_municipality: residence.map(ToOwned::to_owned),
        liable_municipality: residence.map(ToOwned::to_owned),
        protection: protection.into(),
        ..Default::default()
    };
    ward(suite).0.change_patient_details(request).await.expect("changed");
}

async fn a_residence_recorded_later_moves_the_case(suite: &Suite) {
    let id = told(suite, "1", ["1480", ""], &[OTHER_MUNICIPAL, MUNICIPAL]).await;
    for (residence, expected) in [("1480", "1480"), ("1490", "1490"), ("1401", "1480"), ("", "1480")] {
        change(suite, &id, Some(residence), Protection::Unspecified).await;
        for organisation in ["region", "1480", "1490", "1401"] {
            let cases = if ["region", expected].contains(&organisation) {
                vec![(id.clone(), expected.to_owned())]
            } else {
                Vec::new()
            };
            assert_eq!(seen(suite, organisation).await, cases, "{residence} for {organisation}");
        }
    }
}

async fn with_skyddad_folkbokforing_no_municipality_takes_part(suite: &Suite) {
    // Told by hand of one who was protected before, of one who is later, and of one who turns out to be the same.
    let before = told(suite, "1", ["1480", ""], &[MUNICIPAL]).await;
    change(suite, &before, None, Protection::ProtectedRegistration).await;
    let again = told(suite, "1", ["1480", ""], &[MUNICIPAL]).await;
    let other = told(suite, "2", ["1480", ""], &[MUNICIPAL]).await;
    assert_eq!(seen(suite, "1480").await, [(other.clone(), "1480".to_owned())]);
    let identity = |value: &str| {
        let (oid, value) = (RESERVE_NUMBER.to_owned(), value.to_owned());
        Some(PersonId { oid, value })
    };
    let merge =
        adm::MergePatientsRequest { surviving: identity("2"), absorbed: identity("1"), ..Default::default() };
    ward(suite).0.merge_patients(merge).await.expect("merged");
    assert_eq!(seen(suite, "1480").await, []);
    let mut secret = [before, again, other.clone()].map(|id| (id, "unallocated".to_owned()));
    secret.sort();
    assert_eq!(seen(suite, "region").await, secret);
    // Lifted, those who were told take part again; where the patient belongs has to be said anew.
    change(suite, &other, None, Protection::None).await;
    assert_eq!(seen(suite, "1480").await.len(), 3);
    assert_eq!(cells(suite, Cut::Liable).await, [("unallocated".to_owned(), 3)]);
}
