//! Fast vårdkontakt: which outpatient units name one, and when.

use jiff::{SignedDuration, Timestamp};

use super::{
    dice::Dice,
    plan::{Act, Stay, Step, hour_before},
    region::CONTACT_NAMED,
};

/// Drawn after everything else, so that a seed gives the same stays with it and without.
pub fn draw(stays: &[Stay], dice: &mut Dice) -> Vec<Step> {
    stays.iter().enumerate().filter_map(|(place, stay)| named(place, stay, dice)).collect()
}

/// Some time between the notice and the hour in which the patient leaves, where there is any.
fn named(place: usize, stay: &Stay, dice: &mut Dice) -> Option<Step> {
    let told = stay.told.as_ref()?;
    let unit = told.outpatient.clone()?;
    let (first, last) = (told.from + SignedDuration::from_mins(5), hour_before(told.to));
    if !dice.deal("care contact", CONTACT_NAMED) || first >= last {
        return None;
    }
    let share = dice.unit();
    let at = first + last.duration_since(first).mul_f64(share);
    let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    Some(Step { at, happened_at: at, place, act: Act::AppointContact(unit) })
}
