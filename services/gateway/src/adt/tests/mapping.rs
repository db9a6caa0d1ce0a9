//! What each field comes to.

use hemgang_core::person::{
    LOCAL, NATIONAL_RESERVE, PERSONNUMMER, PersonIdKind, SAMORDNINGSNUMMER, VGR_GRID, VGR_LRID,
};

use super::*;

fn at(timed: Option<Timed>) -> Option<(String, TimeSource)> {
    timed.map(|timed| (timed.stamp.at.to_string(), timed.source))
}

#[test]
fn a_full_admission_reads_in_full() {
    let pid = pid(&[(7, "19500907"), (8, "F"), (11, "Gränd 1^lgh 2^Hittelunda^^461 00")]);
    let zpi = "ZPI|1|1488|SE2321000131-E000000002050";
    let pv1 = pv1(&[(6, "43^^^NORTH"), (44, "202609140815")]);
    let event =
        mapped("A01", &["EVN||202609140820|||X|202609140816", &pid, &pv1, "PV2|||||||||20260918", zpi]);
    assert_eq!((event.hospital, event.ward), (hsa("1005"), Some(hsa("1118"))));
    let visit = event.visit.expect("a visit");
    assert_eq!(
        (visit.value.as_str(), visit.authority.as_deref()),
        ("V1", Some("SE2321000131-E000000001005/NORTHVISIT"))
    );
    let patient = event.patient;
    let name = patient.name.stated().expect("a name");
    assert_eq!((name.expose().family.as_str(), name.expose().given.as_str()), ("Påhittad", "Åsa Märta"));
    assert_eq!(patient.born_on.stated().map(|day| *day.expose()), Some(date(1950, 9, 7)));
    assert_eq!((patient.sex, patient.protected), (Statement::Stated(Sex::Female), None));
    let Statement::Stated(address) = patient.address else { panic!("no address") };
    assert_eq!(address.expose().lines, ["Gränd 1", "lgh 2"]);
    assert_eq!(
        (address.expose().postal_code.as_str(), address.expose().town.as_str()),
        ("461 00", "Hittelunda")
    );
    assert_eq!(patient.municipality.stated().map(ToString::to_string).as_deref(), Some("1488"));
    assert_eq!(patient.listed_unit, Statement::Stated(hsa("2050")));
    assert_eq!(at(event.admitted_at), Some(("2026-09-14T06:15:00Z".to_owned(), TimeSource::Admission)));
    assert_eq!(at(Some(event.occurred_at)), Some(("2026-09-14T06:16:00Z".to_owned(), TimeSource::Occurred)));
    let Statement::Stated(expected) = event.expected_discharge else { panic!("no expected discharge") };
    assert_eq!(expected.date(), Some(date(2026, 9, 18)));
    assert_eq!((patient.death, event.discharged_at, event.doubts), (None, None, Vec::new()));
}

#[test]
fn the_discharge_time_falls_back_and_tells_where_to() {
    for (evn, discharge, expected, source) in [
        ("EVN||202609140820||||202609140816", "202609140815", "06:15", TimeSource::Discharge),
        ("EVN||202609140820||||202609140816", "", "06:16", TimeSource::Occurred),
        ("EVN||202609140820", "", "06:20", TimeSource::Recorded),
        ("EVN|A03", "", "07:00", TimeSource::Sent),
        ("EVN|A03", "\"\"", "07:00", TimeSource::Sent),
        ("EVN||soon", "14/9", "07:00", TimeSource::Sent),
    ] {
        let event = mapped("A03", &[evn, &pid(&[]), &pv1(&[(45, discharge)])]);
        assert_eq!(
            at(event.discharged_at),
            Some((format!("2026-09-14T{expected}:00Z"), source)),
            "{evn} {discharge}"
        );
        assert_eq!(event.admitted_at, None);
    }
    let doubts = mapped("A03", &["EVN||soon", &pid(&[]), &pv1(&[(45, "14/9")])]).doubts;
    assert_eq!(
        doubts,
        [Doubt::UnreadableTime(TimeSource::Recorded), Doubt::UnreadableTime(TimeSource::Discharge)]
    );
}

#[test]
fn the_expected_discharge_is_absent_withdrawn_or_stated() {
    let expected = |pv2: &str| mapped("A08", &[&pid(&[]), &pv1(&[]), pv2]).expected_discharge;
    assert_eq!(expected("PV2|||||||||"), Statement::Absent);
    assert_eq!(expected("PV2|||||||||\"\""), Statement::Withdrawn);
    assert!(matches!(expected("PV2|||||||||20260918"), Statement::Stated(_)));
    assert_eq!(expected("PV2|||||||||snart"), Statement::Absent);
}

#[test]
fn death_is_told_in_three_ways() {
    for (pid_fields, disposition, dead, to) in [
        (&[][..], "", false, DischargedTo::Home),
        (&[(30, "Y")], "", true, DischargedTo::Home),
        (&[(29, "202609140300")], "", true, DischargedTo::Home),
        (&[(30, "N")], "", false, DischargedTo::Home),
        (&[], "20", true, DischargedTo::Deceased),
        (&[], "02", false, DischargedTo::OtherHospital),
        (&[], "01", false, DischargedTo::Home),
    ] {
        let event = mapped("A03", &[&pid(pid_fields), &pv1(&[(36, disposition)])]);
        assert_eq!((event.patient.death.is_some(), event.discharged_to), (dead, Some(to)), "{disposition}");
    }
    assert!(mapped("A08", &[&pid(&[]), &pv1(&[(36, "20")])]).patient.death.is_none());
}

#[test]
fn a_protected_person_has_no_address() {
    let address = (11, "Gränd 1^^Hittelunda");
    let read = |pv2: &str| mapped("A01", &[&pid(&[address]), &pv1(&[]), pv2]).patient;
    let visit_protection = |value: &str| segment("PV2", &[(22, value)]);
    assert_eq!(read(&visit_protection("Y")).address, Statement::Absent);
    assert_eq!(read(&visit_protection("Y")).protected, Some(true));
    assert!(matches!(read(&visit_protection("N")).address, Statement::Stated(_)));
    let blank = mapped("A08", &[&pid(&[(11, "\"\"")]), &pv1(&[])]).patient;
    assert_eq!(blank.address, Statement::Withdrawn);
}

#[test]
fn wards_and_hospitals_follow_the_facility_of_the_location() {
    for (location, ward, hospital) in [
        ("41", "1118", "1005"),
        ("41^1^2^NORTH", "1118", "1005"),
        ("41^1^2^SOUTH", "1123", "1006"),
        ("SE2321000131-E000000001119", "1119", "1005"),
    ] {
        let event = mapped("A01", &[&pid(&[]), &pv1(&[(3, location)])]);
        assert_eq!((event.ward, event.hospital), (Some(hsa(ward)), hsa(hospital)), "{location}");
    }
}

fn identities(pid3: &str, pid19: &str) -> Vec<(String, String)> {
    let pid = segment("PID", &[(3, pid3), (19, pid19)]);
    let found = mapped("A03", &[&pid, &pv1(&[])]).patient.identities;
    found.into_iter().map(|one| (one.id.oid().to_owned(), one.id.value().to_owned())).collect()
}

#[test]
fn the_system_is_told_by_oid_then_by_name_then_by_shape() {
    let person = "195009072553";
    for (pid3, oid, value) in [
        ("19500907-2553^^^1.2.752.129.2.1.3.1^NI", PERSONNUMMER, person),
        ("500907-2553^^^&1.2.752.129.2.1.3.1&ISO^NI", PERSONNUMMER, person),
        ("5009072553^^^SKATTEVERKET&1.2.752.129.2.1.3.1&ISO^NI", PERSONNUMMER, person),
        ("195009072553^^^urn:oid:1.2.752.129.2.1.3.1", PERSONNUMMER, person),
        ("195009072553^^^SKATTEVERKET^NI", PERSONNUMMER, person),
        ("195009672554^^^Skatteverket^NI", SAMORDNINGSNUMMER, "195009672554"),
        ("195009672554^^^1.2.752.129.2.1.3.1^NI", SAMORDNINGSNUMMER, "195009672554"),
        ("195009072553^^^VGR^PI", PERSONNUMMER, person),
        ("195009072553", PERSONNUMMER, person),
        ("98240301AA06^^^ANY", NATIONAL_RESERVE, "98240301AA06"),
        ("19810829M071^^^VGR^PI", VGR_LRID, "19810829M071"),
        ("19810829M071^^^VGRLRID^PI", VGR_LRID, "19810829M071"),
        ("17001111A912^^^VGR^PI", VGR_GRID, "17001111A912"),
        ("4711^^^OWN^MR", LOCAL, "SE2321000131-E0000000010054711"),
        ("4711^^^^MR", LOCAL, "SE2321000131-E0000000010054711"),
        ("4711^^^1.2.752.1.2.3^MR", "1.2.752.1.2.3", "4711"),
    ] {
        assert_eq!(identities(pid3, ""), [(oid.to_owned(), value.to_owned())], "{pid3}");
    }
}

#[test]
fn numbers_of_unknown_systems_are_left_out_and_the_rest_ordered() {
    let found =
        identities("4711^^^^MR~17^^^ELSEWHERE^MR~19500907-2553^^^SKATTEVERKET^NI~500907-2553^^^SKV^SS", "");
    let systems: Vec<_> = found.iter().map(|(oid, _)| oid.as_str()).collect();
    assert_eq!(systems, [PERSONNUMMER, LOCAL]);
    let pid = "PID|1||17^^^ELSEWHERE^MR~4711^^^^MR";
    assert_eq!(mapped("A03", &[pid, &pv1(&[])]).doubts, [Doubt::UnreadIdentity]);
}

#[test]
fn the_old_field_for_national_numbers_is_the_last_resort() {
    assert_eq!(
        identities("17^^^ELSEWHERE^MR", "500907-2553"),
        [(PERSONNUMMER.to_owned(), "195009072553".to_owned())]
    );
    assert_eq!(identities(PERSON, "195009672554").len(), 1);
    assert_eq!(identities("4711^^^^MR", "123456789").len(), 1);
}

#[test]
fn a_wrong_check_digit_is_a_doubt_and_never_a_refusal() {
    let pid = "PID|1||19500907-2554^^^1.2.752.129.2.1.3.1^NI";
    let event = mapped("A01", &[pid, &pv1(&[])]);
    assert_eq!(event.doubts, [Doubt::CheckDigit]);
    assert!(event.patient.identities[0].check_digit_failed);
    assert_eq!(event.patient.identities[0].id.kind(), PersonIdKind::Personnummer);
    // By shape alone such a number is not believed to be national.
    assert_eq!(identities("195009072554^^^^MR", "")[0].0, LOCAL);
}

#[test]
fn a_time_that_comes_twice_is_a_doubt() {
    let event = mapped("A03", &["EVN||202610250230", &pid(&[]), &pv1(&[])]);
    assert_eq!(at(event.discharged_at), Some(("2026-10-25T00:30:00Z".to_owned(), TimeSource::Recorded)));
    assert_eq!(event.doubts, [Doubt::AmbiguousTime(TimeSource::Recorded)]);
}
