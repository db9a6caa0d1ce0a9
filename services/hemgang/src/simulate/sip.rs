//! Who needs an individual plan (SIP): what the region and the municipality judge, who refuses, and who is never called to
//! it; and which meetings end with a plan. The calls themselves are among the meetings, of which there are as many as the region has.

use std::collections::BTreeMap;

use hemgang_proto::planning::MeetingKind;
use jiff::{SignedDuration, Timestamp};

use super::{
    dice::Dice,
    meetings::{About, Meeting, Meets},
    plan::{Act, Stay, Step},
    region::{SIP_CALLED, SIP_DRAWN_UP, SIP_REFUSED},
};

/// Stays about which the region's outpatient care calls to a SIP, and when it first does.
pub type Calls = BTreeMap<usize, Timestamp>;

/// The calls among what is done about meetings.
pub fn calls(meetings: &[Meeting], steps: &[Step]) -> Calls {
    let mut calls = Calls::new();
    for step in steps.iter().filter(|step| step.act == Act::Meet(Meets::Book)) {
        let meeting = &meetings[step.place];
        if let (MeetingKind::Sip, About::Stay(stay)) = (meeting.kind, &meeting.about) {
            calls.entry(*stay).and_modify(|first| *first = step.at.min(*first)).or_insert(step.at);
        }
    }
    calls
}

/// Drawn after the meetings, so that a seed gives the same stays with it and without.
#[expect(clippy::cast_precision_loss, reason = "a number of patients is small")]
pub fn draw(stays: &[Stay], calls: &Calls, dice: &mut Dice) -> Vec<Step> {
    let units = |stay: &Stay| {
        let told = stay.told.as_ref()?;
        let region = told.outpatient.clone()?;
        let municipal = told.units.iter().find(|unit| **unit != region)?.clone();
        Some((told.from, told.to, [region, municipal]))
    };
    let others =
        stays.iter().enumerate().filter(|(place, stay)| !calls.contains_key(place) && units(stay).is_some());
    let others = others.count().max(1) as f64;
    let required = calls.len() as f64 / SIP_CALLED;
    let (uncalled, declined) = (required * (1.0 - SIP_CALLED) / others, required * SIP_REFUSED / others);
    let mut steps = Vec::new();
    for (place, stay) in stays.iter().enumerate() {
        let Some((from, to, units)) = units(stay) else { continue };
        let mut until = to;
        if let Some(called_at) = calls.get(&place) {
            until = *called_at;
        } else if dice.deal("SIP refused", declined) {
            steps.extend(some_time(place, (from, to), Act::RefuseSip(units[0].clone()), dice));
        } else if !dice.deal("SIP never called", uncalled) {
            continue;
        }
        for unit in units {
            steps.extend(some_time(place, (from, until), Act::SeeSipNeed(unit), dice));
        }
    }
    steps
}

/// What becomes of SIP meetings: now and then a plan, which both who write it approve.
pub fn plans(meetings: &[Meeting], steps: &[Step], dice: &mut Dice) -> Vec<Step> {
    let mut plans = Vec::new();
    for step in steps.iter().filter(|step| step.act == Act::Meet(Meets::Record)) {
        let meeting = &meetings[step.place];
        let (Some(by), Some(other)) = (&meeting.called_by, meeting.invited.first()) else { continue };
        if meeting.kind != MeetingKind::Sip || !dice.deal("SIP drawn up", SIP_DRAWN_UP) {
            continue;
        }
        let acts = [Meets::DrawUp, Meets::Approve(by.clone()), Meets::Approve(other.clone())];
        for (minutes, act) in (1..).zip(acts) {
            let at = step.at + SignedDuration::from_mins(minutes);
            plans.push(Step { at, happened_at: at, place: step.place, act: Act::Meet(act) });
        }
    }
    plans
}

/// Something that is done some time after the notice and before something else, where there is any.
pub fn some_time(
    place: usize,
    (from, until): (Timestamp, Timestamp),
    act: Act,
    dice: &mut Dice,
) -> Option<Step> {
    let first = from + SignedDuration::from_mins(1);
    if first >= until {
        return None;
    }
    let share = dice.unit();
    let at = first + until.duration_since(first).mul_f64(share);
    let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    Some(Step { at, happened_at: at, place, act })
}
