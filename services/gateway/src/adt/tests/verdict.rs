//! Mapped, parked, ignored or refused.

use super::*;

#[test]
fn every_event_has_its_kind() {
    let (pid, pv1) = (pid(&[]), pv1(&[]));
    for (event, kind) in [
        ("A01", AdtKind::Admit),
        ("A06", AdtKind::Admit),
        ("A04", AdtKind::Admit),
        ("A02", AdtKind::Transfer),
        ("A03", AdtKind::Discharge),
        ("A08", AdtKind::Update),
        ("A31", AdtKind::Update),
        ("A11", AdtKind::CancelAdmit),
        ("A12", AdtKind::CancelTransfer),
        ("A13", AdtKind::CancelDischarge),
        ("A16", AdtKind::PendingDischarge),
        ("A21", AdtKind::StartLeave),
        ("A22", AdtKind::EndLeave),
        ("A52", AdtKind::CancelStartLeave),
        ("A53", AdtKind::CancelEndLeave),
        ("A25", AdtKind::CancelPendingDischarge),
        ("a01", AdtKind::Admit),
    ] {
        assert_eq!(mapped(event, &[&pid, &pv1]).kind, kind, "{event}");
    }
    for event in ["A05", "A15", "A17", "A23", "A28", "A41", "A60", "Z99", "XYZ"] {
        assert_eq!(verdict(event, &[&pid, &pv1]), Verdict::Ignored(Ignored::Event), "{event}");
    }
}

#[test]
fn care_that_is_not_inpatient_opens_nothing() {
    for (event, class, ignored) in [
        ("A04", "E", true),
        ("A04", "", true),
        ("A04", "I", false),
        ("A01", "E", true),
        ("A01", "O", true),
        ("A01", "", false),
        ("A01", "R", true),
        ("A01", "B", true),
        ("A01", "U", true),
        ("A06", "O", false),
        ("A03", "O", false),
    ] {
        let is_ignored =
            verdict(event, &[&pid(&[]), &pv1(&[(2, class)])]) == Verdict::Ignored(Ignored::NotInpatient);
        assert_eq!(is_ignored, ignored, "{event} {class}");
    }
}

#[test]
fn the_event_is_of_the_header_and_else_of_the_event_segment() {
    let read = |header: &str| {
        let bytes = format!("{header}\rEVN|A03|202609140900");
        let message = Message::read(bytes.as_bytes(), None).expect("a message");
        Envelope::read(&message).map(|envelope| (envelope.message_type, envelope.trigger))
    };
    let pair = |kind: &str, event: &str| Ok((kind.to_owned(), event.to_owned()));
    assert_eq!(read("MSH|^~\\&|||||||ADT^A01^ADT_A03"), pair("ADT", "A01"));
    assert_eq!(read("MSH|^~\\&|||||||ADT"), pair("ADT", "A03"));
    assert_eq!(read("MSH|^~\\&|||||||"), pair("ADT", "A03"));
    assert_eq!(read("MSH|^~\\&|||||||ACK"), pair("ACK", "A03"));
    let untyped = Message::read(b"MSH|^~\\&|EHR", None).expect("a message");
    assert_eq!(Envelope::read(&untyped), Err(Refusal::NoType));
}

#[test]
fn other_types_and_other_senders_are_told_apart() {
    let read = |header: &str| {
        let message = Message::read(header.as_bytes(), None).expect("a message");
        reading(&message).verdict
    };
    assert_eq!(read("MSH|^~\\&|EHR|NORTH|||||ORU^R01"), Verdict::Ignored(Ignored::NotAdt));
    assert_eq!(read("MSH|^~\\&|EHR|NORTH|||||ACK^A01"), Verdict::Ignored(Ignored::NotAdt));
    let Verdict::Parked(unknown) = read("MSH|^~\\&|EHR|EAST|||||ADT^A01") else { panic!("not parked") };
    assert_eq!(unknown.to_string(), "sender is not in the site mapping: EHR of EAST");
    assert_eq!(read("MSH|^~\\&|EHR|EAST|||||ADT^A05"), Verdict::Ignored(Ignored::Event));
}

#[test]
fn what_the_mapping_does_not_cover_is_parked() {
    let park = |event: &str, segments: &[&str]| match verdict(event, segments) {
        Verdict::Parked(reason) => reason,
        other => panic!("not parked: {other:?}"),
    };
    let (pid, pv1) = (&pid(&[]), |fields: &[(usize, &str)]| pv1(fields));
    assert_eq!(park("A01", &[pid, &pv1(&[(3, "99^1")])]), Unmapped::UnknownWard { code: "99".to_owned() });
    assert_eq!(park("A02", &[pid, &pv1(&[(3, "")])]), Unmapped::NoWard);
    assert_eq!(park("A01", &[pid, &pv1(&[(19, "")])]), Unmapped::NoVisit);
    assert_eq!(park("A01", &["PID|1||X^^^ELSEWHERE^MR", &pv1(&[])]), Unmapped::NoIdentity);
    assert_eq!(park("A31", &["PID|1"]), Unmapped::NoIdentity);
    assert_eq!(park("A01", &[pid, &pv1(&[]), "ZPI|1|Göteborg"]), Unmapped::Municipality);
    let timeless = "MSH|^~\\&|EHR|NORTH|||yesterday||ADT^A01\rPV1|1|I";
    let timeless = Message::read(timeless.as_bytes(), None).expect("a message");
    assert_eq!(reading(&timeless).verdict, Verdict::Parked(Unmapped::NoTime));
}

#[test]
fn a_discharge_is_not_held_up_by_what_it_can_do_without() {
    let event = mapped("A03", &["PID|1", &pv1(&[(3, "99")]), "ZPI|1|Göteborg|vet ej"]);
    assert_eq!(
        (event.ward, event.patient.municipality, event.patient.listed_unit),
        (None, Statement::Absent, Statement::Absent)
    );
    assert_eq!(event.doubts, [Doubt::Municipality, Doubt::ListedUnit, Doubt::UnknownWard]);
}

#[test]
fn a_repeat_is_known_by_sender_id_and_content() {
    let envelope = |text: &str| {
        let message = Message::read(text.as_bytes(), None).expect("a message");
        Envelope::read(&message).expect("an envelope")
    };
    let first = envelope("MSH|^~\\&|EHR|NORTH|||1||ADT^A01|7\rPV1|1|I\r");
    let resent = envelope("\u{b}MSH|^~\\&|EHR|NORTH|||1||ADT^A01|7\r\nPV1|1|I\r\n\u{1c}\r");
    assert_eq!(first.repeat_key(), resent.repeat_key());
    for other in
        ["EHR|NORTH|||1||ADT^A01|8\rPV1|1|I", "EHR|NORTH|||1||ADT^A01|7\rPV1|1|O", "EHR|SOUTH|||1||ADT^A01|7"]
    {
        assert_ne!(first.repeat_key(), envelope(&format!("MSH|^~\\&|{other}")).repeat_key());
    }
    assert_eq!(first.content_hash.to_string().len(), 64);
    assert_eq!((first.label(), envelope("MSH|^~\\&|||||||ADT^19500907").label()), ("A01", "other"));
}

#[test]
fn nothing_of_the_patient_shows_in_debug_or_reasons() {
    let message = message("A01", &[&pid(&[(11, "Storgatan 1^^Hittelunda")]), &pv1(&[])]);
    let shown = format!("{:?}", reading(&message));
    for secret in ["Påhittad", "Åsa", "2553", "Storgatan", "V1"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[test]
fn a_mapping_with_faults_is_refused() {
    let faulty = |from: &str, to: &str| SiteMapping::from_toml(&SITE.replacen(from, to, 1));
    assert_eq!(SiteMapping::from_toml("").map(|site| site.senders().count()), Ok(0));
    for (from, to) in [
        ("facility = ", "facilty = "),
        ("[sender.wards]", "[sender.ward]"),
        ("deceased = ", "dead = "),
        ("SE2321000131-E000000001005", "5566"),
        ("\"ZPI-2\"", "\"ZPI\""),
        ("\"ZPI-2\"", "\"ZPI-0\""),
        ("municipality = ", "charset = \"8859/2\"\nmunicipality = "),
    ] {
        assert!(faulty(from, to).is_err(), "{from} -> {to}");
    }
    assert!(SiteMapping::from_toml(&format!("{SITE}{SITE}")).is_err());
}

#[test]
fn a_star_stands_for_what_is_not_named() {
    let any = r#"
[[sender]]
application = "*"
facility = "*"
hospital = "SE2321000131-E000000001013"
wards = { "*" = "SE2321000131-E000000001145" }
authorities = { "*" = "1.2.752.129.2.1.2.1" }
"#;
    let site = SiteMapping::from_toml(&format!("{SITE}{any}")).expect("a mapping");
    let hospital =
        |application, facility| site.sender(application, facility).map(|sender| sender.hospital.to_string());
    assert_eq!(hospital("EHR", "NORTH"), Some(hsa("1005").to_string()));
    assert_eq!(hospital("EHR", "EAST"), Some(hsa("1013").to_string()));
    let text =
        "MSH|^~\\&|X|Y|||202609140900||ADT^A01\rPID|||17^^^ONE&1~17^^^T WO\rPV1||I|any||||||||||||||||V";
    let message = Message::read(text.as_bytes(), None).expect("a message");
    let Verdict::Mapped(event) = read(&message, &site, TODAY).expect("typed").verdict else {
        panic!("not mapped")
    };
    assert_eq!(event.ward, Some(hsa("1145")));
    let numbers: Vec<_> = event.patient.identities.iter().map(|one| one.id.value()).collect();
    assert_eq!(numbers, ["SE2321000131-E000000001013ONE-17", "SE2321000131-E000000001013TWO-17"]);
}
