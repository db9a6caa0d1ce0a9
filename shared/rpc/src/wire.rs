//! Between the contract's value types and ours.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::{
    common::{self as pb, expected_discharge::Expected},
    google::r#type::Date as WireDate,
};
use jiff::{Timestamp, civil::Date};
use pbjson_types::Timestamp as WireTimestamp;

/// To the contract.
pub fn timestamp(at: Timestamp) -> WireTimestamp {
    // jiff counts nanoseconds away from zero, the contract counts them forward.
    let (mut seconds, mut nanos) = (at.as_second(), at.subsec_nanosecond());
    if nanos < 0 {
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    WireTimestamp { seconds, nanos }
}

/// From the contract, cut to microseconds because that is what a row keeps; none when out of range.
pub fn instant(at: &WireTimestamp) -> Option<Timestamp> {
    // The years 1 to 9999, and parts of a second that count forward: what JSON clients can read back.
    if !(-62_135_596_800..=253_402_300_799).contains(&at.seconds) || !(0..1_000_000_000).contains(&at.nanos) {
        return None;
    }
    let exact = Timestamp::new(at.seconds, at.nanos).ok()?;
    Timestamp::from_microsecond(exact.as_microsecond()).ok()
}

/// To the contract.
pub fn date(on: Date) -> WireDate {
    WireDate { year: on.year().into(), month: on.month().into(), day: on.day().into() }
}

/// From the contract; none when it is no whole calendar day.
pub fn day(on: &WireDate) -> Option<Date> {
    Date::new(on.year.try_into().ok()?, on.month.try_into().ok()?, on.day.try_into().ok()?).ok()
}

/// To the contract.
pub fn expected_discharge(expected: ExpectedDischarge) -> pb::ExpectedDischarge {
    let expected = match expected {
        ExpectedDischarge::At(at) => Expected::At(timestamp(at)),
        ExpectedDischarge::On(on) => Expected::On(date(on)),
        ExpectedDischarge::UnknownYet => Expected::UnknownYet(true),
    };
    pb::ExpectedDischarge { expected: Some(expected) }
}

/// From the contract; none when it says nothing, or not what it could.
pub fn expected(expected: &pb::ExpectedDischarge) -> Option<ExpectedDischarge> {
    match expected.expected.as_ref()? {
        Expected::At(at) => instant(at).map(ExpectedDischarge::At),
        Expected::On(on) => day(on).map(ExpectedDischarge::On),
        Expected::UnknownYet(true) => Some(ExpectedDischarge::UnknownYet),
        Expected::UnknownYet(false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days_come_back_and_nonsense_does_not() {
        let at: Timestamp = "1969-12-31T23:59:59.25Z".parse().expect("a timestamp");
        assert_eq!(timestamp(at), WireTimestamp { seconds: -1, nanos: 250_000_000 });
        assert_eq!(instant(&timestamp(at)), Some(at));
        for (seconds, nanos) in [(i64::MAX, 0), (-62_135_596_801, 0), (253_402_300_800, 0), (0, -5)] {
            assert_eq!(instant(&WireTimestamp { seconds, nanos }), None);
        }
        let on = jiff::civil::date(2026, 2, 28);
        assert_eq!(day(&date(on)), Some(on));
        assert_eq!(day(&WireDate { year: 2026, month: 2, day: 29 }), None);
        assert_eq!(day(&WireDate { year: 2026, month: 0, day: 0 }), None);
    }
}
