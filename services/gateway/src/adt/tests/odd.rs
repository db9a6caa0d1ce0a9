//! Messages that are odd and read all the same, each with what shows that they were, and what is refused.

use super::*;
use crate::hl7::Charset;

fn time(timed: Option<Timed>) -> Option<(String, TimeSource, bool)> {
    timed.map(|timed| (timed.stamp.at.to_string(), timed.source, timed.is_stand_in))
}

#[test]
fn an_exact_time_of_the_day_comes_before_a_day_alone() {
    use TimeSource::{Discharge, Occurred, Recorded, Sent};
    for (evn, discharge, expected, source, is_stand_in) in [
        ("EVN||202609140820||||202609140816", "20260914", "2026-09-14T06:16:00Z", Occurred, true),
        ("EVN||202609140820||||20260914", "20260914", "2026-09-14T06:20:00Z", Recorded, true),
        ("EVN||20260914", "20260914", "2026-09-14T07:00:00Z", Sent, true),
        ("EVN||202609140820", "202609", "2026-09-14T06:20:00Z", Recorded, true),
        ("EVN||202609140820", "2026", "2026-09-14T06:20:00Z", Recorded, true),
        // Told the day after: nobody says when on the day.
        ("EVN||202609140820", "20260913", "2026-09-12T22:00:00Z", Discharge, true),
        ("EVN||202609140820||||202609140816", "20261308", "2026-09-14T06:16:00Z", Occurred, true),
        ("EVN||202609140820||||202609140816", "202609140700", "2026-09-14T05:00:00Z", Discharge, false),
        ("EVN||202609140820||||202609140816", "", "2026-09-14T06:16:00Z", Occurred, false),
    ] {
        let event = mapped("A03", &[evn, &pid(&[]), &pv1(&[(45, discharge)])]);
        let expected = Some((expected.to_owned(), source, is_stand_in));
        assert_eq!(time(event.discharged_at), expected, "{evn} {discharge}");
    }
    let came = mapped("A01", &["EVN||202609140820", &pid(&[]), &pv1(&[(44, "20261308")])]);
    assert_eq!(time(came.admitted_at), Some(("2026-09-14T06:20:00Z".to_owned(), Recorded, true)));
    // An update states when the patient came, or says nothing of it.
    let update = mapped("A08", &["EVN||202609140820", &pid(&[]), &pv1(&[(44, "20261308")])]);
    assert_eq!(update.admitted_at, None);
}

#[test]
fn a_deleted_field_withdraws_and_an_absent_one_says_nothing() {
    let none = "\"\"";
    let withdrawn = segment("PID", &[(3, PERSON), (5, none), (7, none), (8, none), (11, none)]);
    let patient = mapped("A08", &[&withdrawn, &pv1(&[]), "ZPI|1|\"\"|\"\""]).patient;
    assert_eq!((&patient.name, &patient.address), (&Statement::Withdrawn, &Statement::Withdrawn));
    assert_eq!((&patient.born_on, &patient.sex), (&Statement::Withdrawn, &Statement::Withdrawn));
    assert_eq!((&patient.municipality, &patient.listed_unit), (&Statement::Withdrawn, &Statement::Withdrawn));
    let patient = mapped("A08", &[&segment("PID", &[(3, PERSON), (7, "1950")]), &pv1(&[])]).patient;
    assert_eq!((&patient.name, &patient.born_on), (&Statement::Absent, &Statement::Absent));
    assert_eq!((&patient.sex, &patient.municipality), (&Statement::Absent, &Statement::Absent));
}

#[test]
fn an_oid_is_no_number() {
    let pid = "PID|1||1.2.752.129.2.1.3.1^^^^MR~4711^^^OWN^MR";
    let event = mapped("A01", &[pid, &pv1(&[])]);
    assert_eq!((event.patient.identities.len(), event.doubts), (1, vec![Doubt::UnreadIdentity]));
    let pid = "PID|1||1.2.752.129.2.1.3.1^^^^MR";
    assert_eq!(verdict("A01", &[pid, &pv1(&[])]), Verdict::Parked(Unmapped::NoIdentity));
}

#[test]
fn a_header_that_declares_half_its_separators_keeps_two_persons_apart() {
    for declared in ["^&", "^\\&", "^~&", "^", ""] {
        let text = format!(
            "MSH|{declared}|EHR|NORTH|HG|VGR|202609140900||ADT^A01|7|P|2.5\r{}\r{}",
            pid(&[]),
            pv1(&[])
        );
        let message = Message::read(text.as_bytes(), None).expect("a message");
        let Verdict::Mapped(event) = reading(&message).verdict else { panic!("{declared}") };
        let found: Vec<_> = event.patient.identities.iter().map(|one| one.id.value()).collect();
        assert_eq!((found, event.ward), (vec!["195009072553"], Some(hsa("1118"))), "{declared}");
    }
}

#[test]
fn only_production_is_taken_and_only_of_version_two() {
    let read = |processing: &str, version: &str, site: &SiteMapping| {
        let text = format!(
            "MSH|^~\\&|EHR|NORTH|HG|VGR|202609140900||ADT^A01|7|{processing}|{version}\r{}\r{}",
            pid(&[]),
            pv1(&[])
        );
        super::read(&Message::read(text.as_bytes(), None).expect("a message"), site, TODAY).map(drop)
    };
    for (processing, version, expected) in [
        ("P", "2.5", Ok(())),
        ("p", "2.3", Ok(())),
        ("", "", Ok(())),
        ("P^A", "2.8", Ok(())),
        ("T", "2.5", Err(Refusal::NotProduction)),
        ("D", "2.5", Err(Refusal::NotProduction)),
        ("P", "3.0", Err(Refusal::Version)),
    ] {
        assert_eq!(read(processing, version, &site()), expected, "{processing} {version}");
    }
    let text = SITE.replacen("municipality", "processing = [\"T\"]\nmunicipality", 1);
    let of_test = SiteMapping::from_toml(&text).expect("a mapping");
    assert_eq!(read("T", "2.5", &of_test), Ok(()));
    assert_eq!(read("P", "2.5", &of_test), Err(Refusal::NotProduction));
}

#[test]
fn the_senders_own_character_set_reads_what_names_none() {
    let text = SITE.replacen("municipality", "charset = \"8859/15\"\nmunicipality", 1);
    let agreed = SiteMapping::from_toml(&text).expect("a mapping");
    for (site, sender, declared, expected, used) in [
        (&agreed, "EHR", "", "Påhittad €", Charset::Latin9),
        (&agreed, "EHR", "8859/1", "Påhittad ¤", Charset::Latin1),
        (&agreed, "OTHER", "", "Påhittad ¤", Charset::Latin1),
        (&site(), "EHR", "", "Påhittad ¤", Charset::Latin1),
    ] {
        let header = format!("MSH|^~\\&|{sender}|NORTH|||202609140900||ADT^A01|7|P|2.5||||||{declared}\r");
        let bytes = [header.as_bytes(), b"PID|1||||P\xE5hittad \xA4"].concat();
        let message = site.piece(&bytes).outcome.expect("a message");
        let name = message.field("PID", 5).value().into_text();
        assert_eq!((name.as_deref(), message.charset().used), (Some(expected), used), "{sender} {declared}");
    }
}

#[test]
fn a_code_is_shown_and_nothing_that_may_be_a_person() {
    for (code, expected) in [
        ("99", "99"),
        ("N41/B 2", "N41/B 2"),
        ("SE2321000131-E000000001118", "SE2321000131-E000000001118"),
        ("195009072553", "not shown"),
        ("500907-2553", "not shown"),
        ("Påhittad Åsa", "not shown"),
        ("A long text that slipped into the field", "not shown"),
        ("", "none"),
    ] {
        let unknown = Unmapped::UnknownWard { code: code.to_owned() };
        assert_eq!(unknown.to_string(), format!("ward code is not in the site mapping: {expected}"));
    }
}

#[test]
fn an_update_tells_of_a_death() {
    let died = |pid_fields: &[(usize, &str)]| {
        time(mapped("A08", &["EVN||202609140820", &pid(pid_fields), &pv1(&[])]).died_at)
    };
    let at = |text: &str, source, is_stand_in| Some((text.to_owned(), source, is_stand_in));
    assert_eq!(died(&[]), None);
    assert_eq!(died(&[(30, "N")]), None);
    let stated = at("2026-09-14T01:00:00Z", TimeSource::Death, false);
    assert_eq!(died(&[(29, "202609140300"), (30, "Y")]), stated);
    assert_eq!(died(&[(29, "202609140300")]), stated);
    let of_event = at("2026-09-14T06:20:00Z", TimeSource::Recorded, true);
    assert_eq!(died(&[(29, "20260914"), (30, "Y")]), of_event);
    // Nothing but that it is so: the message is what there is to go by.
    assert_eq!(died(&[(30, "Y")]), at("2026-09-14T06:20:00Z", TimeSource::Recorded, true));
}
