//! Any order of telling gives the same course.

use hemgang_core::id::AdmissionId;
use jiff::ToSpan as _;

use super::*;

const WARDS: [&str; 3] = ["SE1-A", "SE1-B", "SE1-C"];

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + hour.hours()
}

/// A movement that was recorded an hour after it happened.
fn movement(kind: MovementKind, hour: i64) -> Movement {
    Movement {
        admission_id: AdmissionId::fresh(Timestamp::UNIX_EPOCH),
        number: 0,
        kind,
        cancels: false,
        moved_at: at(hour),
        registered_at: at(hour + 1),
        registered_order: String::new(),
        sender_number: None,
        hospital: None,
        ward: None,
        specialty: Specialty::Somatic,
        destination: Destination::Unspecified,
        time_faults: TimeFaults::default(),
    }
}

fn at_ward(kind: MovementKind, hour: i64, ward: usize) -> Movement {
    let place = |text: &str| Some(HsaId::parse(text).expect("an HSA-id"));
    Movement { hospital: place("SE1-H"), ward: place(WARDS[ward]), ..movement(kind, hour) }
}

fn discharge(hour: i64, destination: Destination) -> Movement {
    Movement { destination, ..movement(MovementKind::Discharge, hour) }
}

fn cancel(kind: MovementKind, hour: i64) -> Movement {
    Movement { cancels: true, ..movement(kind, hour) }
}

type Shown = (Option<String>, Option<(Timestamp, Destination)>, Option<Timestamp>);

/// What an episode takes of a course.
fn shown(told: &[Movement]) -> Shown {
    let numbered: Vec<_> =
        (1..).zip(told).map(|(number, movement)| Movement { number, ..movement.clone() }).collect();
    let course = Course::of(&numbered);
    let ward = course.place().map(|place| place.ward.to_string());
    (ward, course.end().map(|end| (end.moved_at, end.destination)), course.on_leave_since())
}

/// Every order of the movements gives what the order of happening gives, which is returned.
fn in_any_order(told: &[Movement]) -> Shown {
    let expected = shown(told);
    let mut order: Vec<_> = told.to_vec();
    permute(&mut order, told.len(), &mut |order| assert_eq!(shown(order), expected, "{order:?}"));
    expected
}

fn permute(order: &mut Vec<Movement>, size: usize, check: &mut impl FnMut(&[Movement])) {
    if size <= 1 {
        return check(order);
    }
    for place in 0..size {
        permute(order, size - 1, check);
        order.swap(if size.is_multiple_of(2) { place } else { 0 }, size - 1);
    }
}

#[test]
fn a_stay_with_everything_in_it_is_the_same_in_any_order() {
    use MovementKind::{Admission, Discharge, LeaveEnd, LeaveStart, Transfer};
    let told = [
        at_ward(Admission, 0, 0),
        at_ward(Transfer, 2, 1),
        at_ward(Transfer, 4, 2),
        movement(LeaveStart, 6),
        movement(LeaveEnd, 8),
        discharge(10, Destination::HomeWithCare),
        cancel(Discharge, 12),
        discharge(14, Destination::Home),
    ];
    let (ward, end, leave) = in_any_order(&told);
    assert_eq!((ward.as_deref(), leave), (Some(WARDS[2]), None));
    assert_eq!(end, Some((at(14), Destination::Home)));
}

#[test]
fn a_cancellation_takes_back_what_was_recorded_before_it_in_any_order() {
    use MovementKind::{Admission, Discharge, LeaveEnd, LeaveStart, Transfer};
    let admitted = at_ward(Admission, 0, 0);
    let moved = [
        admitted.clone(),
        at_ward(Transfer, 2, 1),
        cancel(Transfer, 4),
        at_ward(Transfer, 6, 2),
        cancel(Transfer, 8),
    ];
    assert_eq!(in_any_order(&moved).0.as_deref(), Some(WARDS[0]));
    let never_went = [admitted.clone(), movement(LeaveStart, 2), cancel(LeaveStart, 4)];
    assert_eq!(in_any_order(&never_went).2, None);
    let not_back = [admitted.clone(), movement(LeaveStart, 2), movement(LeaveEnd, 4), cancel(LeaveEnd, 6)];
    assert_eq!(in_any_order(&not_back).2, Some(at(2)));
    let stays = [admitted, movement(LeaveStart, 2), discharge(4, Destination::Home), cancel(Discharge, 6)];
    assert_eq!(in_any_order(&stays), (Some(WARDS[0].to_owned()), None, Some(at(2))));
}

#[test]
fn the_end_is_what_was_recorded_last_and_a_death_stands() {
    let admitted = at_ward(MovementKind::Admission, 0, 0);
    let recorded = |end: Movement, hour| Movement { registered_at: at(hour), ..end };
    let corrected = [
        admitted.clone(),
        recorded(discharge(10, Destination::Home), 11),
        recorded(discharge(9, Destination::CareHome), 12),
    ];
    assert_eq!(in_any_order(&corrected).1, Some((at(9), Destination::CareHome)));
    // Taken back, and registered with an earlier time: the cancellation does not reach what came after it.
    let anew = [
        admitted.clone(),
        recorded(discharge(10, Destination::Home), 11),
        recorded(cancel(MovementKind::Discharge, 12), 12),
        recorded(discharge(8, Destination::Home), 13),
    ];
    assert_eq!(in_any_order(&anew).1, Some((at(8), Destination::Home)));
    let died = [
        admitted,
        recorded(discharge(10, Destination::Deceased), 11),
        recorded(discharge(12, Destination::Home), 13),
    ];
    assert_eq!(in_any_order(&died).1, Some((at(10), Destination::Deceased)));
}

#[test]
fn a_death_after_the_departure_waits_for_the_departure_to_be_cancelled() {
    use MovementKind::{Admission, Discharge};
    let admitted = at_ward(Admission, 0, 0);
    let (left, died) = (discharge(10, Destination::Home), discharge(12, Destination::Deceased));
    let at_home = [admitted.clone(), left.clone(), died.clone()];
    assert_eq!(in_any_order(&at_home).1, Some((at(10), Destination::Home)));
    let never_left = [at_home.to_vec(), vec![cancel(Discharge, 14)]].concat();
    assert_eq!(in_any_order(&never_left).1, Some((at(12), Destination::Deceased)));
    let alive = [never_left, vec![cancel(Discharge, 16)]].concat();
    assert_eq!(in_any_order(&alive).1, None);
    // The departure turns out to be later than the death, and the death to be later than the departure.
    let in_hospital = [at_home.to_vec(), vec![discharge(13, Destination::Home)]].concat();
    assert_eq!(in_any_order(&in_hospital).1, Some((at(12), Destination::Deceased)));
    let corrected = [admitted, discharge(9, Destination::Deceased), left, died];
    assert_eq!(in_any_order(&corrected).1, Some((at(10), Destination::Home)));
}

#[test]
fn a_move_dated_after_the_end_waits_for_the_end_to_be_cancelled() {
    use MovementKind::{Admission, Discharge, Transfer};
    let told = [at_ward(Admission, 0, 0), discharge(2, Destination::Home), at_ward(Transfer, 4, 1)];
    assert_eq!(in_any_order(&told).0.as_deref(), Some(WARDS[0]));
    let told = [told.to_vec(), vec![cancel(Discharge, 6)]].concat();
    assert_eq!(in_any_order(&told).0.as_deref(), Some(WARDS[1]));
}
