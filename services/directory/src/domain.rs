//! What may become of the directory: pure.

pub mod assignment;
pub mod routing_rule;
pub mod unit;

use jiff::civil::Date;

/// The day before another.
fn before(day: Date) -> Option<Date> {
    day.yesterday().ok()
}

/// The last day of a period in the farthest future if it is open.
fn end(valid_to: Option<Date>) -> Date {
    valid_to.unwrap_or(Date::MAX)
}

/// The last day of what ends from a day on; none where it has ended by then. What was to begin later holds for no day.
fn ended((valid_from, valid_to): (Date, Option<Date>), on: Date) -> Option<Date> {
    let holds_from_then_on = valid_from <= end(valid_to) && on <= end(valid_to);
    holds_from_then_on.then(|| before(on.max(valid_from))).flatten()
}
