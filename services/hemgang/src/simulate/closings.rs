//! Which cases their wards close (avsluta ärende), and when: some hours or days after going home, or never.

use std::collections::BTreeMap;

use hemgang_proto::common::Destination;

use super::{
    dice::Dice,
    plan::{Act, Stay, Step},
    region::{CLOSED, CLOSED_AFTER},
    sip::some_time,
};

/// Drawn after everything else, so that a seed gives the same stays with it and without. Who went on to another hospital, or
/// whose planning was broken off, leaves nothing to close.
pub fn draw(stays: &[Stay], steps: &[Step], dice: &mut Dice) -> Vec<Step> {
    let left: BTreeMap<_, _> = steps
        .iter()
        .filter_map(|step| match step.act {
            Act::Discharge(to) => Some((step.place, (step.at, to))),
            _ => None,
        })
        .collect();
    let (fewest, most) = CLOSED_AFTER;
    let closed = left.into_iter().filter_map(|(place, (left_at, to))| {
        let is_planned = stays[place].told.as_ref().is_some_and(|told| told.to >= left_at);
        if !is_planned || to == Destination::OtherHospitalGroup || !dice.deal("closed", CLOSED) {
            return None;
        }
        some_time(place, (left_at + fewest, left_at + most), Act::Close, dice)
    });
    closed.collect()
}
