//! Fast vårdkontakt: which outpatient units name one, and when.

use super::{
    dice::Dice,
    plan::{Act, Stay, Step, hour_before},
    region::CONTACT_NAMED,
    sip::{Calls, some_time},
};

/// Drawn after everything else, so that a seed gives the same stays with it and without. Who calls to a SIP was named
/// before.
pub fn draw(stays: &[Stay], calls: &Calls, dice: &mut Dice) -> Vec<Step> {
    let named = stays.iter().enumerate().filter_map(|(place, stay)| {
        let told = stay.told.as_ref()?;
        let unit = told.outpatient.clone()?;
        let until = match calls.get(&place) {
            Some(called_at) => *called_at,
            None if dice.deal("care contact", CONTACT_NAMED) => hour_before(told.to),
            None => return None,
        };
        some_time(place, (told.from, until), Act::AppointContact(unit), dice)
    });
    named.collect()
}
