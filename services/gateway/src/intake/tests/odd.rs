//! Odd messages through the real admission service: what they withdraw, what marks the stay, and what waits for whom.

use hemgang_proto::{
    admission::MunicipalitySource,
    common::{Protection, Sex},
};

use super::*;

each_backend!(
    a_deleted_field_clears_what_was_told_and_lifts_no_protection,
    how_a_message_was_read_marks_the_stay,
    a_death_that_an_update_tells_of_ends_the_stay_in_every_order,
    a_number_merged_with_itself_changes_nothing,
    a_ward_that_the_mapping_has_wrong_is_parked
    on &[hemgang_admission::SERVICE]
);

/// The site with the fields that carry the municipality and the listed unit, and two wards that are none of its own.
const ODD_SITE: &str = r#"
[[sender]]
application = "EHR"
facility = "NORTH"
hospital = "SE2321000131-E000000001001"
municipality = "ZPI-2"
listed_unit = "ZPI-3"

[sender.wards]
"1" = "SE2321000131-E000000001101"
elsewhere = "SE2321000131-E000000001118"
nowhere = "SE2321000131-E000000009999"

[sender.authorities]
OWN = "1.2.752.129.2.1.2.1"
"#;

/// A message with these fields of PID, PV1 and PV2, and what follows them.
struct Said<'a> {
    event: &'a str,
    recorded: &'a str,
    declared: &'a str,
    pid: &'a [(usize, &'a str)],
    pv1: &'a [(usize, &'a str)],
    more: &'a str,
}

const SAID: Said<'_> =
    Said { event: "A08", recorded: "202609101000", declared: "", pid: &[], pv1: &[], more: "" };

fn segment(name: &str, fields: &[(usize, &str)]) -> String {
    let last = fields.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let value = |number| fields.iter().find(|(at, _)| *at == number).map_or("", |(_, value)| *value);
    (1..=last).fold(name.to_owned(), |text, number| format!("{text}|{}", value(number)))
}

fn odd(said: &Said<'_>, visit: usize) -> Reading {
    let Said { event, recorded, declared, pid, pv1, more } = said;
    let (person, number) = (format!("77{visit}^^^OWN^MR"), format!("V{visit}"));
    let pid = [pid, [(3, person.as_str()), (5, "Påhittad^Åsa")].as_slice()].concat();
    let pv1 = [pv1, [(2, "I"), (3, "1"), (19, number.as_str())].as_slice()].concat();
    let text = format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}||ADT^{event}|{visit}{event}{recorded}|P|2.5||||||{declared}\r\
         EVN||{recorded}\r{}\r{}\r{more}",
        segment("PID", &pid),
        segment("PV1", &pv1),
    );
    let site = SiteMapping::from_toml(ODD_SITE).expect("a mapping");
    let message = site.piece(text.as_bytes()).outcome.expect("a message");
    adt::read(&message, &site, date(2026, 9, 14)).expect("typed")
}

async fn flags(suite: &Suite, visit: usize) -> Vec<(QualityFlag, MovementKind)> {
    let stay = read(suite, visit).await.expect("an admission");
    stay.quality_flags.iter().map(|raised| (raised.flag(), raised.about())).collect()
}

async fn a_deleted_field_clears_what_was_told_and_lifts_no_protection(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |said: &Said<'_>| intake.accept(&odd(said, visit)).await.expect("settled");
    let born = [(7, "19500907"), (8, "F"), (11, "Gränd 1^^Hittelunda")];
    let belongs = "ZPI|1|1488|SE2321000131-E000000002050";
    let admit = Said { event: "A01", recorded: "202609100800", pid: &born, more: belongs, ..SAID };
    assert_eq!(tell(&admit).await, Outcome::Accepted);
    let before = read(suite, visit).await.expect("an admission");
    assert_eq!((before.birth_date.is_some(), before.sex()), (true, Sex::Female));
    let protected = Said { recorded: "202609100900", more: &format!("PV2{}Y", "|".repeat(22)), ..SAID };
    assert_eq!(tell(&protected).await, Outcome::Accepted);
    let none = "\"\"";
    let withdrawn = Said {
        pid: &[(5, none), (7, none), (8, none), (11, none)],
        more: &format!("PV2{}{none}\rZPI|1|{none}|{none}", "|".repeat(22)),
        ..SAID
    };
    assert_eq!(tell(&withdrawn).await, Outcome::Accepted);
    let stay = read(suite, visit).await.expect("an admission");
    assert_eq!((stay.birth_date, stay.sex()), (None, Sex::Unknown));
    assert_eq!((stay.residence_municipality.as_str(), stay.listed_unit.as_str()), ("", ""));
    assert_eq!(before.municipality_source(), MunicipalitySource::Message);
    let person = stay.patient.expect("a patient");
    assert_eq!((person.name.as_str(), person.protection()), ("", Protection::Confidential));
}

async fn how_a_message_was_read_marks_the_stay(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |said: &Said<'_>| intake.accept(&odd(said, visit)).await.expect("settled");
    // Says Latin-1 and is UTF-8; there is no thirteenth month.
    let admit =
        Said { event: "A01", recorded: "202609100800", declared: "8859/1", pv1: &[(44, "20261308")], ..SAID };
    assert_eq!(tell(&admit).await, Outcome::Accepted);
    let charset = (QualityFlag::CharacterSet, MovementKind::Unspecified);
    let came = (QualityFlag::StandInTime, MovementKind::Admission);
    assert_eq!(flags(suite, visit).await, [charset, came]);
    let again = Said { declared: "8859/1", ..SAID };
    tell(&again).await;
    assert_eq!(flags(suite, visit).await, [charset, came], "once is enough");
    let corrected = Said { recorded: "202609101100", pv1: &[(44, "202609100800")], ..SAID };
    assert_eq!(tell(&corrected).await, Outcome::Accepted);
    assert_eq!(flags(suite, visit).await, [charset]);
    // The day alone, and the event says when on it: the stay is not shortened to midnight.
    let left = Said { event: "A03", recorded: "202609101400", pv1: &[(45, "20260910")], ..SAID };
    assert_eq!(tell(&left).await, Outcome::Accepted);
    let stay = read(suite, visit).await.expect("an admission");
    assert_eq!(stay.discharged_at, Some(requests::at(odd_time("202609101400"))));
    assert_eq!(flags(suite, visit).await, [charset, (QualityFlag::StandInTime, MovementKind::Discharge)]);
    let mended = Said { event: "A03", recorded: "202609101500", pv1: &[(45, "202609101330")], ..SAID };
    assert_eq!(tell(&mended).await, Outcome::Accepted);
    assert_eq!(flags(suite, visit).await, [charset]);
}

/// An instant as a message writes it.
fn odd_time(text: &str) -> Timed {
    let Verdict::Mapped(event) = odd(&Said { recorded: text, ..SAID }, 0).verdict else {
        panic!("not mapped")
    };
    event.registered_at
}

async fn a_death_that_an_update_tells_of_ends_the_stay_in_every_order(suite: &Suite) {
    let admit = Said { event: "A01", recorded: "202609100800", ..SAID };
    let died = Said { recorded: "202609121000", pid: &[(29, "202609120300"), (30, "Y")], ..SAID };
    let again = Said { recorded: "202609121100", ..died };
    let left = Said { event: "A03", recorded: "202609121200", pv1: &[(45, "202609120300")], ..died };
    let deceased = (AdmissionState::Deceased, Some(requests::at(odd_time("202609120300"))));
    for order in [
        &[&admit, &died][..],
        &[&died, &admit],
        &[&admit, &died, &again, &left],
        &[&left, &again, &died, &admit],
        &[&admit, &left, &died],
    ] {
        let (intake, visit) = (intake(suite), fresh_visit());
        for said in order {
            let outcome = intake.accept(&odd(said, visit)).await.expect("settled");
            assert!(!matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
        }
        let stay = read(suite, visit).await.expect("an admission");
        assert_eq!((stay.state(), stay.discharged_at), deceased);
    }
    // At home, after the stay.
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |said: &Said<'_>| intake.accept(&odd(said, visit)).await.expect("settled");
    let home = Said { event: "A03", recorded: "202609111200", ..SAID };
    for said in [&admit, &home, &died] {
        tell(said).await;
    }
    assert_eq!(read(suite, visit).await.expect("an admission").state(), AdmissionState::Discharged);
    // Before the stay, or still to come: somebody must look at it.
    let before = Said { recorded: "202609121300", pid: &[(29, "192609120300")], ..SAID };
    assert_eq!(tell(&before).await, Outcome::Parked(Held::BeforeAdmission));
    let future = Said { recorded: "202609121400", pid: &[(29, "202709120300")], ..SAID };
    assert_eq!(tell(&future).await, Outcome::Parked(Held::Future));
    let about = (QualityFlag::ImplausibleTime, MovementKind::Discharge);
    assert!(flags(suite, visit).await.contains(&about));
}

async fn a_number_merged_with_itself_changes_nothing(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |said: &Said<'_>| intake.accept(&odd(said, visit)).await.expect("settled");
    let admit = Said { event: "A01", recorded: "202609100800", ..SAID };
    assert_eq!(tell(&admit).await, Outcome::Accepted);
    let itself = format!("MRG|77{visit}^^^OWN^MR");
    let merge = Said { event: "A40", more: &itself, ..SAID };
    assert_eq!(tell(&merge).await, Outcome::Unchanged);
}

async fn a_ward_that_the_mapping_has_wrong_is_parked(suite: &Suite) {
    let intake = intake(suite);
    let admit = Said { event: "A01", recorded: "202609100800", ..SAID };
    let ward = |id: &str| HsaId::parse(id).expect("an hsa-id");
    let elsewhere = Unmapped::WardElsewhere { ward: ward("SE2321000131-E000000001118") };
    let nowhere = Unmapped::NoSuchWard { ward: ward("SE2321000131-E000000009999") };
    for (code, expected) in [("elsewhere", elsewhere), ("nowhere", nowhere)] {
        let fields = [(3, code)];
        let said = Said { pv1: &fields, ..admit };
        let outcome = intake.accept(&odd(&said, fresh_visit())).await.expect("settled");
        assert_eq!(outcome, Outcome::Unmapped(expected));
    }
    // A token that may not admit at all is another thing.
    let quality = Intake::new(|hospital: &HsaId| suite.peer("quality", hospital.as_str(), "region"));
    let outcome = quality.accept(&odd(&admit, fresh_visit())).await.expect("settled");
    assert_eq!(outcome, Outcome::Refused { reason: "NOT_PERMITTED".to_owned() });
}
