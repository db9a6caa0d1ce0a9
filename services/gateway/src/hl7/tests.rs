//! What real feeds get wrong, and properties that hold for any bytes.

mod framing;

use proptest::prelude::*;

use super::*;

fn one(bytes: &[u8]) -> Message {
    let mut pieces = read(bytes, None);
    let message = pieces.next().expect("a piece").outcome.expect("a message");
    assert!(pieces.next().is_none(), "one piece only");
    message
}

fn outcomes(bytes: &[u8]) -> Vec<Result<String, Hl7Fault>> {
    read(bytes, None).map(|piece| piece.outcome.map(|message| message.text().to_owned())).collect()
}

fn text(message: &Message, segment: &str, field: usize) -> Option<String> {
    message.field(segment, field).value().into_text()
}

#[test]
fn the_header_counts_its_separator_as_a_field() {
    let message = one(b"MSH|^~\\&|APP|FAC|||202609140801||ADT^A01|42|P|2.5");
    assert_eq!(text(&message, "MSH", 1).as_deref(), Some("|"));
    assert_eq!(text(&message, "MSH", 2).as_deref(), Some("^~\\&"));
    assert_eq!(text(&message, "MSH", 3).as_deref(), Some("APP"));
    assert_eq!(text(&message, "MSH", 10).as_deref(), Some("42"));
    assert_eq!(message.field("MSH", 9).component(2).value().into_text().as_deref(), Some("A01"));
    assert_eq!(message.field("MSH", 0).value(), Value::Absent);
    assert_eq!(message.field("MSH", 99).value(), Value::Absent);
}

#[test]
fn every_line_end_gives_the_same_message() {
    let expected = "MSH|^~\\&|A\rEVN||1\rPV1|1|I";
    for bytes in [
        "MSH|^~\\&|A\rEVN||1\rPV1|1|I\r",
        "MSH|^~\\&|A\nEVN||1\nPV1|1|I",
        "MSH|^~\\&|A\r\nEVN||1\r\nPV1|1|I\r\n",
        "MSH|^~\\&|A\r\r\nEVN||1\n\n  \nPV1|1|I\n\n",
        "\u{feff}MSH|^~\\&|A\rEVN||1\rPV1|1|I\r",
        "\u{b}MSH|^~\\&|A\rEVN||1\rPV1|1|I\r\u{1c}\r",
        "\u{b}\u{feff}MSH|^~\\&|A\rEVN||1\rPV1|1|I\r\u{1c}\n",
        "FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rEVN||1\rFHS|^~\\&\rPV1|1|I\rBTS|1\rFTS|1\r",
    ] {
        assert_eq!(outcomes(bytes.as_bytes()), [Ok(expected.to_owned())], "{bytes:?}");
    }
}

#[test]
fn several_messages_are_told_apart_and_other_things_refused() {
    let bytes =
        b"junk\r\x0bMSH|^~\\&|A\rPV1|1\x1c\r\x0b\x06\x1c\rMSH|^~\\&|B\rMSH|^~\\&|C\r\x1c\rmore junk\r";
    assert_eq!(
        outcomes(bytes),
        [
            Err(Hl7Fault::NoHeader),
            Ok("MSH|^~\\&|A\rPV1|1".to_owned()),
            Ok("MSH|^~\\&|B".to_owned()),
            Ok("MSH|^~\\&|C".to_owned()),
            Err(Hl7Fault::NoHeader),
        ]
    );
    for bytes in [&b"MSHA^~\\&|x"[..], b"MSH", b"MSH|", b"MSH|APP|FAC", b"PID|1", b"{}"] {
        assert_eq!(outcomes(bytes), [Err(Hl7Fault::NoHeader)]);
    }
    for bytes in [&b""[..], b"\r\n", b"\x0b\x15\x1c\r", b"\xEF\xBB\xBF"] {
        assert_eq!(outcomes(bytes), []);
    }
}

#[test]
fn bytes_without_content_of_ours_are_bounded() {
    let mut long = b"MSH|^~\\&|A\r".to_vec();
    long.resize(MAX_MESSAGE_BYTES + 1, b'x');
    assert_eq!(Message::read(&long, None), Err(Hl7Fault::TooLong));
    let many = format!("MSH|^~\\&|A\r{}", "NTE|1\r".repeat(MAX_SEGMENTS));
    assert_eq!(Message::read(many.as_bytes(), None), Err(Hl7Fault::TooManySegments));
    assert_eq!(Message::read(b"MSH|^~\\&|A\0", None), Err(Hl7Fault::Nul));
}

#[test]
fn separators_are_the_senders() {
    let message = one(b"MSH$*%!+$APP\rPID$1$$a*b+c%d\r");
    let field = message.field("PID", 3);
    assert_eq!(field.component(2).sub_component(2).text(), Some("c"));
    let repetitions: Vec<_> = field.repetitions().filter_map(|one| one.value().into_text()).collect();
    assert_eq!(repetitions, ["a", "d"]);
    for header in ["MSH||APP", "MSH|^|APP", "MSH|^~|APP", "MSH|^&|APP", "MSH|^\\&|APP", "MSH|^~&|APP"] {
        let message = one(format!("{header}\rPID|||a^b&c~d\\T\\").as_bytes());
        assert_eq!(text(&message, "MSH", 3).as_deref(), Some("APP"), "{header}");
        assert_eq!(message.field("PID", 3).component(2).sub_component(2).text(), Some("c"), "{header}");
        assert_eq!(message.separators(), &Separators::default(), "{header}");
    }
}

#[test]
fn saying_nothing_and_deleting_differ() {
    let message = one(b"MSH|^~\\&|A\rPV2|||\"\"||\"\"^x|  |text");
    assert_eq!(message.field("PV2", 1).value(), Value::Absent);
    assert_eq!(message.field("PV2", 3).value(), Value::Delete);
    assert_eq!(message.field("PV2", 5).value(), Value::Delete);
    assert_eq!(message.field("PV2", 5).component(2).value().text(), Some("x"));
    assert_eq!(message.field("PV2", 6).value(), Value::Absent);
    assert_eq!(message.field("PV2", 7).value().text(), Some("text"));
    assert_eq!(message.field("ZZZ", 1).value(), Value::Absent);
}

#[test]
fn escapes_are_read_and_unknown_ones_kept() {
    for (encoded, expected) in [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\XC3A5\ \XE5\", "å å"),
        (r"\X00\x", "x"),
        (r"\H\bold\N\", r"\H\bold\N\"),
        (r"C:\temp", r"C:\temp"),
        (r"\X5\ \Xåä\", r"\X5\ \Xåä\"),
        (r"\unknown\F\", r"\unknown|"),
    ] {
        let message = one(format!("MSH|^~\\&|A\rNTE|{encoded}").as_bytes());
        assert_eq!(text(&message, "NTE", 1).as_deref(), Some(expected));
    }
}

#[test]
fn a_broken_line_continues_its_segment() {
    let message = one(b"MSH|^~\\&|A\nNTE|1||first\nsecond|last\nPV1|1");
    assert_eq!(text(&message, "NTE", 3).as_deref(), Some("first\nsecond"));
    assert_eq!(text(&message, "NTE", 4).as_deref(), Some("last"));
    assert_eq!(message.segments().map(Segment::name).collect::<Vec<_>>(), ["MSH", "NTE", "PV1"]);
}

#[test]
fn the_character_set_is_what_the_bytes_are() {
    let header = |set: &str| format!("MSH|^~\\&|A|||||||||||||||{set}\rPID|||||");
    let read = |set: &str, name: &[u8], fallback| {
        let bytes = [header(set).as_bytes(), name].concat();
        let message = Message::read(&bytes, fallback).expect("a message");
        (text(&message, "PID", 5).expect("a name"), message.charset().used, message.charset().contradicts())
    };
    for (set, bytes, expected, used, contradicts) in [
        ("", &b"Asa"[..], "Asa", Charset::Ascii, false),
        ("8859/1", b"Asa", "Asa", Charset::Ascii, false),
        ("", "Åsa".as_bytes(), "Åsa", Charset::Utf8, false),
        ("8859/1", "Åsa".as_bytes(), "Åsa", Charset::Utf8, true),
        ("8859/1", b"\xC5sa", "Åsa", Charset::Latin1, false),
        ("8859/15", b"\xC5sa \xA4", "Åsa €", Charset::Latin9, false),
        ("UNICODE UTF-8", b"\xC5sa", "Åsa", Charset::Latin1, true),
        ("", b"\xC5sa", "Åsa", Charset::Latin1, false),
        ("no such set", b"\xC5sa", "Åsa", Charset::Latin1, false),
    ] {
        assert_eq!(read(set, bytes, None), (expected.to_owned(), used, contradicts), "{set}");
    }
    assert_eq!(read("", b"\xA4", Some(Charset::Latin9)), ("€".to_owned(), Charset::Latin9, false));
}

#[test]
fn times_may_be_partial_and_without_zone() {
    for (text, expected, precision, local) in [
        ("2026", "2025-12-31T23:00:00Z", Precision::Year, Local::Assumed),
        ("202609", "2026-08-31T22:00:00Z", Precision::Month, Local::Assumed),
        ("20260914", "2026-09-13T22:00:00Z", Precision::Day, Local::Assumed),
        ("2026091408", "2026-09-14T06:00:00Z", Precision::Hour, Local::Assumed),
        ("202609140815", "2026-09-14T06:15:00Z", Precision::Minute, Local::Assumed),
        ("20260914081530.25", "2026-09-14T06:15:30.25Z", Precision::Second, Local::Assumed),
        (
            "20260914081530.1234567899+0000",
            "2026-09-14T08:15:30.123456789Z",
            Precision::Second,
            Local::Stated,
        ),
        ("202609140815-0330", "2026-09-14T11:45:00Z", Precision::Minute, Local::Stated),
        ("202610250230", "2026-10-25T00:30:00Z", Precision::Minute, Local::Ambiguous),
        ("202610250230+0100", "2026-10-25T01:30:00Z", Precision::Minute, Local::Stated),
        ("202603290230", "2026-03-29T01:30:00Z", Precision::Minute, Local::Nonexistent),
    ] {
        let stamp = Stamp::read(text).expect(text);
        assert_eq!(
            (stamp.at.to_string().as_str(), stamp.precision, stamp.local),
            (expected, precision, local),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "26",
        "2026-09-14",
        "202609140815.5",
        "20260914081530.",
        "2026091408153å",
        "2026091408+02",
        "+0200",
    ] {
        assert_eq!(Stamp::read(text), Err(TimeFault::Malformed), "{text}");
    }
    for text in ["20260230", "2026091424", "20261301", "20260914+1500", "20260914+0260", "00000101"] {
        assert!(Stamp::read(text).is_err(), "{text}");
    }
}

#[test]
fn debug_shows_no_content() {
    let message = one("MSH|^~\\&|A\rPID|||||Hemlig^Åsa".as_bytes());
    let shown = format!("{message:?} {:?} {:?}", message.segment("PID"), message.field("PID", 5).value());
    assert!(!shown.contains("Hemlig"), "{shown}");
}

fn any_separators() -> impl Strategy<Value = Separators> {
    Just("|^~\\&#$%*+!;:".chars().collect::<Vec<_>>()).prop_shuffle().prop_map(|all| Separators {
        field: all[0],
        component: all[1],
        repetition: all[2],
        escape: all[3],
        sub_component: all[4],
    })
}

/// Texts as they come back: without blanks around them and without NUL.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![".{1,12}", "[|^~\\\\&\"\r\n\u{b}\u{1c}a]{1,8}"]
        .prop_map(|text| text.replace('\0', "").trim().to_owned())
        .prop_filter("not blank", |text| !text.is_empty())
}

fn any_value() -> impl Strategy<Value = Option<String>> {
    prop_oneof![1 => Just(None), 1 => Just(Some("\"\"".to_owned())), 6 => any_text().prop_map(Some)]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        exercise(&bytes);
    }

    #[test]
    fn nothing_like_a_message_makes_it_panic(bytes in "(MSH|FHS|PID|EVN|[|^~\\\\&\r\n\u{b}\u{1c}\"AX0å]){0,60}") {
        exercise(bytes.as_bytes());
        exercise(format!("MSH|{bytes}").as_bytes());
    }

    #[test]
    fn a_piece_kept_alone_is_the_same_piece(bytes in "(MSH\\|\\^~\\\\&|FHS|PID|[|^\r\n\u{b}\u{1c}\u{6}AX å]){0,60}") {
        for piece in read(bytes.as_bytes(), None) {
            let alone: Vec<_> = read(piece.raw, None).map(|alone| (alone.raw, alone.outcome)).collect();
            prop_assert_eq!(alone, vec![(piece.raw, piece.outcome)]);
        }
    }

    #[test]
    fn no_text_as_a_time_makes_it_panic(text in ".{0,16}", digits in "[0-9]{3,15}[.+-]?[0-9]{0,5}") {
        let _ = (Stamp::read(&text), Stamp::read(&digits));
    }

    #[test]
    fn a_written_message_reads_back(
        separators in any_separators(),
        segments in prop::collection::vec(("[A-Z][A-Z0-9]{2}", prop::collection::vec(any_text(), 1..6)), 1..6),
    ) {
        prop_assume!(segments.iter().all(|(name, _)| !["MSH", "FHS", "BHS", "BTS", "FTS"].contains(&name.as_str())));
        let mut writer = Writer::new(separators, &["APP", "FAC"]);
        for (name, fields) in &segments {
            let encoded: Vec<_> = fields.iter().map(|text| writer.encode(text)).collect();
            writer.segment(name, &encoded);
        }
        let message = one(writer.finish().as_bytes());
        prop_assert_eq!(message.separators(), &separators);
        let read: Vec<_> = message.segments().skip(1).map(|segment| (segment.name().to_owned(), segment)).collect();
        prop_assert_eq!(read.len(), segments.len());
        for ((name, fields), (read_name, segment)) in segments.iter().zip(read) {
            prop_assert_eq!(name, &read_name);
            for (number, text) in (1..).zip(fields) {
                let read = segment.field(number).value().into_text();
                prop_assert_eq!(read.as_ref(), Some(text));
            }
        }
    }

    #[test]
    fn the_three_cases_survive_writing(values in prop::collection::vec(any_value(), 1..8)) {
        let mut writer = Writer::new(Separators::default(), &["APP"]);
        let encoded: Vec<_> = values.iter().map(|value| match value.as_deref() {
            None => String::new(),
            Some("\"\"") => "\"\"".to_owned(),
            Some(text) => writer.encode(text),
        }).collect();
        writer.segment("ZZZ", &encoded);
        let message = one(writer.finish().as_bytes());
        for (number, value) in (1..).zip(&values) {
            let expected = match value.as_deref() {
                None => Value::Absent,
                Some("\"\"") => Value::Delete,
                Some(text) => Value::Text(text.into()),
            };
            prop_assert!(message.field("ZZZ", number).value() == expected, "field {} differs", number);
        }
    }
}

fn exercise(bytes: &[u8]) {
    for piece in read(bytes, Some(Charset::Latin9)) {
        let Ok(message) = piece.outcome else { continue };
        for segment in message.segments() {
            for number in 0..8 {
                for repetition in segment.field(number).repetitions() {
                    let _ = repetition.component(number).sub_component(2);
                }
            }
        }
    }
}
