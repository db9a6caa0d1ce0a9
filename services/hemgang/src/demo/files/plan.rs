//! What the simulated people will do and when: drawn once from the seed, by the shares of the county's practice.

use hemgang_core::{
    day::{from_local, local_day},
    directory::{Directory, Law, UnitKind},
    place::HsaId,
};
use hemgang_gateway::adt::DischargedTo;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::script::{Script, Visit};

/// One thing that somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A hospital's system sends the message of this place.
    Send(usize),
    /// A physician judges who may be needed, and the ward records it.
    Assess(usize),
    /// The ward sends the admission notice.
    Notify { visit: usize, recipients: Vec<HsaId> },
    /// Somebody at a unit opens the inbox and acknowledges what is there.
    OpenInbox(HsaId),
    /// The ward registers that a physician judged the patient ready.
    Confirm { visit: usize, assessed_at: Timestamp },
    /// The patient deteriorated.
    Withdraw(usize),
    /// The ward tells what was agreed for going home.
    SendDischargeNotice { visit: usize, agreed_at: Timestamp },
}

/// When, and what.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: Timestamp,
    pub act: Act,
}

/// Shares of days as ready, from none on; practice.md §5 of the design, whose source is the county's 62 %.
const DAYS_READY: [f64; 6] = [0.62, 0.15, 0.08, 0.05, 0.05, 0.05];

/// Every step in order of time. Steps of one time keep the order in which they were drawn.
pub fn steps(script: &Script, directory: &Directory, seed: u64) -> Vec<Step> {
    let sent = script.messages.iter().enumerate();
    let mut steps: Vec<_> =
        sent.map(|(place, message)| Step { at: message.at, act: Act::Send(place) }).collect();
    let first = script.first_sent().unwrap_or_default();
    let end = script.messages.last().map(|message| message.at).unwrap_or_default();
    let mut draws = Draws(StdRng::seed_from_u64(seed));
    for (place, visit) in script.visits.iter().enumerate() {
        let case = Case { place, visit, directory, first, end };
        // Drawn also for visits that come to nothing, so that one visit's fate does not move another's.
        let fate = case.draw(&mut draws);
        let known = visit.wards.first().map_or(visit.admitted_at, |(at, _)| *at);
        let gone = visit.left.map_or(end, |(at, _)| at).min(visit.cancelled_at.unwrap_or(end));
        steps.extend(
            fate.into_iter().filter(|step| step.at > known && (step.at < gone || step.is_late_work())),
        );
    }
    steps.sort_by_key(|step| step.at);
    steps
}

impl Step {
    /// What people also do after the patient has left.
    fn is_late_work(&self) -> bool {
        matches!(self.act, Act::OpenInbox(_) | Act::Confirm { .. })
    }
}

/// The seed's dice.
struct Draws(StdRng);

impl Draws {
    fn chance(&mut self, share: f64) -> bool {
        self.0.random_bool(share)
    }

    /// Minutes between two numbers of hours.
    fn hours(&mut self, from: i64, to: i64) -> SignedDuration {
        SignedDuration::from_mins(self.0.random_range(from * 60..=to * 60))
    }

    /// A place in a table of shares.
    fn place(&mut self, shares: &[f64]) -> i64 {
        let mut rest: f64 = self.0.random();
        let place = shares.iter().position(|share| {
            rest -= share;
            rest < 0.0
        });
        i64::try_from(place.unwrap_or(shares.len() - 1)).unwrap_or_default()
    }
}

/// A visit with what is around it.
struct Case<'a> {
    place: usize,
    visit: &'a Visit,
    directory: &'a Directory,
    /// When the first message was sent, and the last.
    first: Timestamp,
    end: Timestamp,
}

impl Case<'_> {
    /// A time of the story: people do nothing at what a wrong year says.
    fn within(&self, at: Timestamp) -> Timestamp {
        at.clamp(self.first, self.end)
    }

    fn draw(&self, draws: &mut Draws) -> Vec<Step> {
        let place = self.place;
        let assessed_at = self.within(self.visit.admitted_at) + draws.hours(1, 6);
        // 88 % of notices are in time; the others raise a signal.
        let in_time = draws.chance(0.88);
        let wait = if in_time { draws.hours(1, 14) } else { draws.hours(26, 40) };
        let notified_at = assessed_at + wait;
        let recipients = self.recipients(draws);
        let mut steps = vec![Step { at: assessed_at, act: Act::Assess(place) }];
        if recipients.is_empty() {
            return steps;
        }
        for unit in &recipients {
            let answers = draws.chance(0.95);
            let wait = draws.hours(1, 12);
            if answers {
                steps.push(Step { at: notified_at + wait, act: Act::OpenInbox(unit.clone()) });
            }
        }
        let ready = self.ready(draws, notified_at, &recipients);
        steps.push(Step { at: notified_at, act: Act::Notify { visit: place, recipients } });
        steps.extend(ready);
        steps
    }

    /// Units of the municipality that answers, and the outpatient unit where the patient is listed.
    fn recipients(&self, draws: &mut Draws) -> Vec<HsaId> {
        let (social, health) = (draws.chance(0.75), draws.chance(0.60));
        let Some(code) = &self.visit.municipality else { return Vec::new() };
        let on = local_day(self.visit.admitted_at);
        let of_law =
            |law| self.directory.units_of_municipality(code, on).find(move |unit| unit.law == Some(law));
        let listed = self.visit.listed_unit.as_ref().and_then(|id| self.directory.unit(id, on));
        let near = || {
            let mut units = self.directory.units(on);
            units.find(|unit| unit.kind == UnitKind::Outpatient && unit.municipality.as_ref() == Some(code))
        };
        let units = [
            of_law(Law::SoL).filter(|_| social || !health),
            of_law(Law::Hsl).filter(|_| health),
            listed.or_else(near),
        ];
        units.into_iter().flatten().map(|unit| unit.hsa_id.clone()).collect()
    }

    /// Judged ready so many days before going home; withdrawn and judged again now and then.
    fn ready(&self, draws: &mut Draws, notified_at: Timestamp, recipients: &[HsaId]) -> Vec<Step> {
        let days = draws.place(&DAYS_READY);
        let (judged, withdrawn) = (draws.chance(0.92), draws.chance(0.06));
        let (minute, told_after) = (draws.hours(8, 14), draws.hours(0, 1));
        let (agrees, reads_after) = (draws.chance(0.9), draws.hours(1, 3));
        let (left_at, to) = self.visit.left.unwrap_or((self.end, DischargedTo::Home));
        let left_at = self.within(left_at);
        if !judged || to != DischargedTo::Home || self.visit.cancelled_at.is_some() {
            return Vec::new();
        }
        let visit = self.place;
        let day = local_day(left_at).checked_sub(days.days()).unwrap_or_default();
        let midnight = from_local(day.at(0, 0, 0, 0)).map_or(left_at, hemgang_core::day::LocalTime::instant);
        let latest = left_at - SignedDuration::from_mins(90);
        let assessed_at = (midnight + minute).min(latest).max(notified_at + SignedDuration::from_mins(30));
        let told_at = assessed_at + told_after;
        let mut steps = vec![Step { at: told_at, act: Act::Confirm { visit, assessed_at } }];
        if withdrawn && days > 1 {
            let again = assessed_at + SignedDuration::from_hours(24);
            steps.push(Step { at: told_at + SignedDuration::from_hours(3), act: Act::Withdraw(visit) });
            steps.push(Step { at: again, act: Act::Confirm { visit, assessed_at: again } });
        }
        if agrees && self.visit.left.is_some() {
            let at = told_at + SignedDuration::from_mins(15);
            steps.push(Step { at, act: Act::SendDischargeNotice { visit, agreed_at: left_at } });
        }
        let read = recipients
            .iter()
            .map(|unit| Step { at: told_at + reads_after, act: Act::OpenInbox(unit.clone()) });
        steps.extend(read);
        steps
    }
}
