//! What wards hand over for the care afterwards: on the day of the discharge, the day after, or never.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    dice::Dice,
    plan::{Act, Stay, Step, hour_before},
    region::{INFORMATION_LATE, INFORMATION_SAME_DAY},
    sip::some_time,
};

/// Drawn after everything else, so that a seed gives the same stays with it and without.
pub fn draw(stays: &[Stay], steps: &[Step], dice: &mut Dice) -> Vec<Step> {
    let left: BTreeMap<_, _> = steps
        .iter()
        .filter(|step| matches!(step.act, Act::Discharge(_)))
        .map(|step| (step.place, step.at))
        .collect();
    let handed_over = left.into_iter().filter_map(|(place, left_at)| {
        // Where planning was broken off nobody is handed anything.
        let told = stays[place].told.as_ref().filter(|told| told.to >= left_at)?;
        let within = if dice.deal("information same day", INFORMATION_SAME_DAY) {
            let until = hour_before(left_at);
            ((until - SignedDuration::from_hours(3)).max(told.from), until)
        } else if dice.deal("information late", INFORMATION_LATE) {
            (left_at + SignedDuration::from_hours(24), left_at + SignedDuration::from_hours(28))
        } else {
            return None;
        };
        some_time(place, within, Act::HandOver, dice)
    });
    handed_over.collect()
}
