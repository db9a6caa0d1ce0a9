//! Frames that were cut, and what was never one.

use super::{super::capture::lines, *};

/// The text of a message, or why it is none.
type Outcome = Result<String, Hl7Fault>;

#[test]
fn a_frame_whose_end_did_not_come_is_refused_whole() {
    let whole = |name: &str| Ok(format!("MSH|^~\\&|{name}\rPV1|1"));
    let cut = || Err(Hl7Fault::Unfinished);
    let cases: [(&[u8], &[Outcome]); 9] = [
        (
            b"\x0bMSH|^~\\&|A\rPV1|1\x1c\r\x0bMSH|^~\\&|B\rPV\x0bMSH|^~\\&|C\rPV1|1\x1c\r",
            &[whole("A"), cut(), whole("C")],
        ),
        (b"\x0bMSH|^~\\&|A\rPV1|1\x1c\r\x0bMSH|^~\\&|B\rPV1|1\r", &[whole("A"), cut()]),
        // Two messages of one frame: which was cut is not known, nor when it ended as it should.
        (b"\x0bMSH|^~\\&|A\rPV1|1\rMSH|^~\\&|B\rPV", &[cut()]),
        (b"\x0bMSH|^~\\&|A\rPV1|1\rMSH|^~\\&|B\rPV1|1\r\x1c\r", &[whole("A"), whole("B")]),
        (b"\x0bFHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rPV", &[cut()]),
        // An end of its own kind, and beginnings with nothing between, lose nothing.
        (b"\x0bMSH|^~\\&|A\rPV1|1\x1c\x0bMSH|^~\\&|B\rPV1|1\r\x1c\n", &[whole("A"), whole("B")]),
        (b"\x0b\x0b\r\x0bMSH|^~\\&|A\rPV1|1\x1c", &[whole("A")]),
        (b"MSH|^~\\&|A\rPV1|1\r\x0bMSH|^~\\&|B\rPV1|1\r\x1c\r", &[whole("A"), whole("B")]),
        (b"MSH|^~\\&|A\rPV1|1\r\x1c\rMSH|^~\\&|B\rPV1|1", &[whole("A"), whole("B")]),
    ];
    for (bytes, expected) in cases {
        assert_eq!(outcomes(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        for piece in read(bytes, None) {
            let alone: Vec<_> = read(piece.raw, None).map(|piece| piece.outcome).collect();
            assert_eq!(alone, [piece.outcome]);
        }
    }
}

#[test]
fn a_message_begins_also_where_no_line_end_stands_before_it() {
    let whole = |text: &str| Ok(text.to_owned());
    let cases: [(&[u8], &[Outcome]); 8] = [
        (
            b"MSH|^~\\&|A\rNTE|fri textMSH|^~\\&|B\rPV1|1MSH|^~\\&|C",
            &[whole("MSH|^~\\&|A\rNTE|fri text"), whole("MSH|^~\\&|B\rPV1|1"), whole("MSH|^~\\&|C")],
        ),
        (
            b"\x0bMSH|^~\\&|A\rNTE|xMSH|^~\\&|B\rPV1|1\x1c\r",
            &[whole("MSH|^~\\&|A\rNTE|x"), whole("MSH|^~\\&|B\rPV1|1")],
        ),
        // By the separators of the message before, and by the usual ones after others.
        (
            b"MSH#*@!%#A\rNTE#xMSH#*@!%#B\rNTE#xMSH|^~\\&|C",
            &[whole("MSH#*@!%#A\rNTE#x"), whole("MSH#*@!%#B\rNTE#x"), whole("MSH|^~\\&|C")],
        ),
        // A text that speaks of headers, also one that is escaped as it must be.
        (
            b"MSH|^~\\&|A\rNTE|MSH|^|MSH|^~|the MSH|is\rNTE|MSH\\F\\\\S\\\\R\\\\E\\\\T\\\\F\\X",
            &[whole("MSH|^~\\&|A\rNTE|MSH|^|MSH|^~|the MSH|is\rNTE|MSH\\F\\\\S\\\\R\\\\E\\\\T\\\\F\\X")],
        ),
        (b"received: MSH|^~\\&|A\rPV1|1", &[Err(Hl7Fault::NoHeader), whole("MSH|^~\\&|A\rPV1|1")]),
        (b"BHS|^~\\&|XMSH|^~\\&|A", &[whole("MSH|^~\\&|A")]),
        (b"MSH|^~\\&MSH|^~\\&|A", &[whole("MSH|^~\\&"), whole("MSH|^~\\&|A")]),
        (b"\x0bMSH|^~\\&|A\rNTE|xMSH|^~\\&|B\rPV", &[Err(Hl7Fault::Unfinished)]),
    ];
    for (bytes, expected) in cases {
        assert_eq!(outcomes(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        for piece in read(bytes, None) {
            let alone: Vec<_> = read(piece.raw, None).map(|piece| piece.outcome).collect();
            assert_eq!(alone, [piece.outcome]);
        }
    }
}

#[test]
fn what_holds_nothing_of_ours_is_one_piece() {
    let noise: Vec<u8> = (0..20_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert!(noise.contains(&0x0B) && noise.contains(&0x1C));
    assert_eq!(split(&noise).collect::<Vec<_>>(), [&noise[..]]);
    assert_eq!(split(b"\x0bjunk\x1c\r\x0bjunk\x1c\r").count(), 1);
    assert_eq!(split(b"\x0bjunk\x1c\r\x0bMSH|^~\\&|A\x1c\r").count(), 2);
}

#[test]
fn two_bytes_a_character_are_called_so() {
    let text = "MSH|^~\\&|A\rPID|1||Åsa\r";
    let frame = format!("\u{b}{text}\u{1c}\r");
    for text in
        [text.to_owned(), format!("\u{feff}{text}"), format!("FHS|^~\\&\r{text}"), frame.clone() + &frame]
    {
        let units = || text.encode_utf16();
        let chars = || text.chars().map(u32::from);
        let encoded: [Vec<u8>; 4] = [
            units().flat_map(u16::to_le_bytes).collect(),
            units().flat_map(u16::to_be_bytes).collect(),
            chars().flat_map(u32::to_le_bytes).collect(),
            chars().flat_map(u32::to_be_bytes).collect(),
        ];
        for bytes in encoded {
            assert_eq!(outcomes(&bytes), [Err(Hl7Fault::Wide)], "{bytes:?}");
        }
    }
    assert_eq!(outcomes(b"PID|1\0\0"), [Err(Hl7Fault::NoHeader)]);
    assert_eq!(outcomes(b"MSHA\0B"), [Err(Hl7Fault::NoHeader)]);
}

/// A capture as it comes: frames that were cut, messages, what is neither, and any bytes at all.
fn any_capture() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop_oneof![
        Just(b"\x0b".to_vec()),
        Just(b"\x1c\r".to_vec()),
        Just(b"MSH|^~\\&|A\r".to_vec()),
        Just(b"MSH#*@!%#A".to_vec()),
        Just(b"FHS|^~\\&\rBHS|^~\\&\r".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just(b"\x06\r".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(parts, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn pieces_and_what_separates_them_are_all_that_came(bytes in any_capture()) {
        let mut end = 0;
        for piece in split(&bytes) {
            let start = piece.as_ptr().addr() - bytes.as_ptr().addr();
            prop_assert!(start >= end && !piece.is_empty(), "in the order in which they came, and none twice");
            prop_assert!(lines(&bytes[end..start]).next().is_none(), "something was left out");
            end = start + piece.len();
        }
        prop_assert!(lines(&bytes[end..]).next().is_none(), "something was left out at the end");
    }
}
