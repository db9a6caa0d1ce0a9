//! Assignments: given for days on which the person has not the role there already, and ended.

use hemgang_core::directory::Assignment;
use jiff::civil::Date;

use super::{end, ended};
use crate::error::Error;

/// An assignment beside those that the person has.
pub fn given(assignment: Assignment, known: &[Assignment]) -> Result<Assignment, Error> {
    let (from, to) = (assignment.valid_from, end(assignment.valid_to));
    let same = known.iter().find(|other| {
        (&other.unit, &other.role) == (&assignment.unit, &assignment.role)
            && other.valid_from <= end(other.valid_to)
            && other.valid_from <= to
            && from <= end(other.valid_to)
    });
    match same {
        Some(same) => Err(Error::AssignmentExists { assignment_id: same.assignment_id }),
        None => Ok(assignment),
    }
}

/// The assignment as it ends, from a day on.
pub fn end_of(assignment: Assignment, on: Date) -> Result<Assignment, Error> {
    match ended((assignment.valid_from, assignment.valid_to), on) {
        Some(last) => Ok(Assignment { valid_to: Some(last), version: assignment.version + 1, ..assignment }),
        None => Err(Error::AssignmentEnded { assignment_id: assignment.assignment_id }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn from(valid_from: Date, valid_to: Option<Date>) -> Assignment {
        let id = |text: &str| text.parse().expect("an id");
        Assignment {
            assignment_id: "0199db7c-6d00-7000-8000-000000000001".parse().expect("an id"),
            person: id("SE2-P1"),
            unit: id("SE2-E1"),
            role: "municipality".to_owned(),
            function: String::new(),
            valid_from,
            valid_to,
            version: 1,
        }
    }

    #[test]
    fn a_role_is_given_for_days_on_which_the_person_has_it_not() {
        let (may, june, july) = (date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1));
        let known = [from(may, Some(june))];
        let rows = [
            (from(june, None), false),
            (from(july, None), true),
            (from(date(2026, 1, 1), Some(may)), false),
            (from(date(2026, 1, 1), Some(date(2026, 4, 30))), true),
            (Assignment { role: "quality".to_owned(), ..from(may, None) }, true),
            (Assignment { unit: "SE2-E2".parse().expect("an id"), ..from(may, None) }, true),
        ];
        for (assignment, is_given) in rows {
            assert_eq!(given(assignment.clone(), &known).is_ok(), is_given, "{assignment:?}");
        }
        // What held for no day is in nobody's way.
        assert!(given(from(may, None), &[from(june, Some(may))]).is_ok());
    }

    #[test]
    fn an_assignment_ends_the_day_before_and_once() {
        let (may, june) = (date(2026, 5, 1), date(2026, 6, 1));
        let last = |assignment, on| end_of(assignment, on).ok().and_then(|ended| ended.valid_to);
        assert_eq!(last(from(may, None), june), Some(date(2026, 5, 31)));
        assert_eq!(last(from(may, None), may), Some(date(2026, 4, 30)), "it held for no whole day");
        assert_eq!(last(from(june, None), may), Some(date(2026, 5, 31)), "it never begins");
        assert_eq!(last(from(may, Some(may)), june), None);
        assert_eq!(last(end_of(from(may, None), may).expect("ended"), may), None);
    }
}
