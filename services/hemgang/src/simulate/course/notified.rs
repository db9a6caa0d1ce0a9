//! A stay that units are notified of: judgement, notice, readiness, going home.

use hemgang_core::{expected::ExpectedDischarge, place::HsaId};
use hemgang_proto::common::Destination;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{Drawing, minute, minutes, recipients::Recipients};
use crate::simulate::{
    plan::{Act, Step, hour_before, local_time, on, weekday},
    region::{
        BEFORE_NOON, DIES, EXPECTED_CHANGES, EXPECTED_ERROR, EXPECTED_UNKNOWN, EXPECTED_WITHDRAWN,
        GOING_HOME, GOING_HOME_PSYCHIATRIC, INTERRUPTED_ONE_IN, JUDGED_LATER, LACKING_BOTH, LACKING_EITHER,
        MOVED_OR_INTERRUPTED, MOVED_WHILE_READY, NOT_JUDGED, NOTICE, NOTIFIED_STAY, READY, READY_DAYS,
        READY_ON, RECONFIRMED, TOLD, TOLD_AFTER_HOME, TRANSFERRED, WITHDRAWN,
    },
};

/// Where patients go, in the order of the shares in `GOING_HOME`.
const DESTINATIONS: [Destination; 4] =
    [Destination::Home, Destination::HomeWithCare, Destination::ShortTermCare, Destination::CareHome];

impl Drawing<'_> {
    /// A notified stay, and when the patient left.
    pub fn notified(mut self) -> (Vec<Step>, Timestamp) {
        let admitted_at = self.stay.admitted_at;
        let recipients = self.recipients();
        let later = self.dice.deal("judged later", JUDGED_LATER);
        let judged_at =
            admitted_at + if later { self.dice.hours(24.0, 96.0) } else { self.dice.hours(0.5, 4.0) };
        self.step(judged_at, Act::Assess);
        let mut notice_at = judged_at + self.dice.wait(NOTICE).max(minutes(5));
        let (first_at, right_after) = (notice_at, self.dice.hours(3.0, 20.0));
        if recipients.wrong.is_some() {
            notice_at = first_at + right_after;
        }
        // The ward learns of it by what the wrong ones say.
        for unit in recipients.astray() {
            self.step(first_at + right_after / 2, Act::ReportMisdirected(unit));
        }
        let ready_at = self.ready_at(notice_at);
        self.expect(&recipients, first_at, notice_at, ready_at);
        self.read(&recipients, notice_at);
        self.move_about(notice_at, ready_at);
        let (left_at, planned_until) = self.outcome(&recipients, notice_at, ready_at);
        self.stay.told = Some(recipients.told(notice_at, planned_until));
        (self.steps, left_at)
    }

    /// When inpatient care is no longer needed: mostly on weekdays and before noon, and after the notice.
    fn ready_at(&mut self, notice_at: Timestamp) -> Timestamp {
        let (admitted_on, _) = local_time(self.stay.admitted_at);
        let pace = self.pace() * (NOTIFIED_STAY.0 - READY_DAYS * READY) / NOTIFIED_STAY.0;
        let busiest = READY_ON.into_iter().fold(0.0, f64::max);
        let mut day = admitted_on;
        for _ in 0..20 {
            let days = self.dice.days(NOTIFIED_STAY) * pace;
            #[expect(clippy::cast_possible_truncation, reason = "a stay is shorter than an i64 of days")]
            let candidate = admitted_on.saturating_add((days.round() as i64).days());
            day = candidate;
            if self.dice.chance(READY_ON[weekday(candidate)] / busiest) {
                break;
            }
        }
        let before_noon = self.dice.chance(BEFORE_NOON);
        let hours = if before_noon { self.dice.hours(8.0, 12.0) } else { self.dice.hours(12.0, 16.0) };
        let at = (on(day, 0.0) + hours).max(notice_at + minutes(60));
        match local_time(at) {
            (day, hour) if hour > 18.0 => on(tomorrow(day), 9.0),
            (day, hour) if hour < 7.0 => on(day, 9.0),
            _ => at,
        }
    }

    /// The admission notice with the expected date, and how that changes. A wrong notice is followed by a right one.
    fn expect(
        &mut self,
        recipients: &Recipients,
        first_at: Timestamp,
        notice_at: Timestamp,
        ready_at: Timestamp,
    ) {
        let first = if self.dice.chance(EXPECTED_UNKNOWN) {
            ExpectedDischarge::UnknownYet
        } else {
            self.expected(first_at, ready_at)
        };
        if let Some(wrong) = recipients.wrong.clone() {
            self.step(first_at, Act::Notify(wrong, first));
        }
        self.step(notice_at, Act::Notify(recipients.units.clone(), first));
        for _ in 0..self.dice.count(EXPECTED_CHANGES) {
            let share = self.dice.unit();
            let at = notice_at + ready_at.duration_since(notice_at).mul_f64(share);
            let withdrawn = self.dice.deal("expectation withdrawn", EXPECTED_WITHDRAWN);
            let expected =
                if withdrawn { ExpectedDischarge::UnknownYet } else { self.expected(at, ready_at) };
            self.step(at, Act::ChangeExpected(expected));
        }
    }

    /// What a ward believes at a time of the day of going home.
    fn expected(&mut self, at: Timestamp, ready_at: Timestamp) -> ExpectedDischarge {
        let error = self.dice.normal() * EXPECTED_ERROR;
        #[expect(clippy::cast_possible_truncation, reason = "an error of days")]
        let day = local_time(ready_at).0.saturating_add((error.round() as i64).days());
        ExpectedDischarge::On(day.max(local_time(at).0))
    }

    /// Another ward, and permission, while care goes on.
    fn move_about(&mut self, from: Timestamp, to: Timestamp) {
        let care = to.duration_since(from);
        if care > minutes(24 * 60) && self.dice.deal("transfer", TRANSFERRED) {
            let at = from + care / 4;
            if let Some(ward) = self.other_ward() {
                self.movement(at, Act::Transfer(ward));
            }
        }
        self.leave(from + care / 3, to);
    }

    /// The ward that the patient moves to, where the hospital has another.
    fn other_ward(&mut self) -> Option<HsaId> {
        self.ward = self.places.other_ward(self.ward, self.dice)?;
        Some(self.places.wards[self.ward].hsa_id.clone())
    }

    /// How the stay ends: when the patient left, and until when somebody planned for them.
    fn outcome(
        &mut self,
        recipients: &Recipients,
        notice_at: Timestamp,
        ready_at: Timestamp,
    ) -> (Timestamp, Timestamp) {
        if self.dice.deal("death", DIES) {
            self.step(ready_at, Act::Die);
            return (ready_at, ready_at);
        }
        let left_at = ready_at + self.dice.hours(1.5, 6.0);
        if self.dice.deal("moved or interrupted", MOVED_OR_INTERRUPTED / (1.0 - DIES)) {
            if self.dice.turn("interrupted", INTERRUPTED_ONE_IN) {
                let interrupted_at = minute(notice_at + ready_at.duration_since(notice_at) / 2);
                self.step(interrupted_at, Act::Interrupt);
                return (self.discharge(left_at, Destination::Home), interrupted_at);
            }
            let left_at = self.discharge(left_at, Destination::OtherHospitalGroup);
            return (left_at, left_at);
        }
        let left_at = self.leaves_hospital(recipients, (notice_at, ready_at), left_at);
        (left_at, left_at)
    }

    /// How the patient goes home or to a place, judged ready or not, and when.
    fn leaves_hospital(
        &mut self,
        recipients: &Recipients,
        (notice_at, ready_at): (Timestamp, Timestamp),
        left_at: Timestamp,
    ) -> Timestamp {
        let closed = 1.0 - DIES - MOVED_OR_INTERRUPTED;
        let same_day = self.destination();
        if self.dice.deal("not judged", NOT_JUDGED / closed) {
            if !self.dice.deal("lacking both", LACKING_BOTH * closed / NOT_JUDGED) {
                self.agree(left_at, left_at - minutes(60));
            }
            return self.discharge(left_at, self.stay.destination);
        }
        let (day, _) = local_time(ready_at);
        if self.dice.deal("same day", same_day) {
            let left_at = left_at.min(on(day, 23.5));
            self.withdraw(notice_at, ready_at);
            return self.go_home(recipients, ready_at, left_at, None);
        }
        let unit = self.dice.even_unit("days as ready");
        let days = self.fit.later(weekday(day), unit);
        let left_at = on(day.saturating_add(days.days()), 10.0) + self.dice.hours(0.0, 6.0);
        self.withdraw(notice_at, ready_at);
        let moved_at = self.move_while_ready(ready_at, left_at);
        self.go_home(recipients, ready_at, left_at, moved_at)
    }

    /// Where the patient goes, and the chance of going there on the day of readiness.
    fn destination(&mut self) -> f64 {
        let effect = self.person.home.and_then(|place| self.places.municipalities.get(place));
        let effect = effect.map_or(0.0, |municipality| municipality.effect);
        let place = self.dice.even_place("destination", GOING_HOME.iter().map(|(_, share)| *share));
        let (same_day, _) = if self.stay.psychiatric { GOING_HOME_PSYCHIATRIC } else { GOING_HOME[place] };
        self.stay.destination = if self.stay.psychiatric { Destination::Home } else { DESTINATIONS[place] };
        self.fit.same_day(same_day, effect)
    }

    /// Readiness, told soon (before a move) or only after going home; the discharge notice; the departure.
    fn go_home(
        &mut self,
        recipients: &Recipients,
        ready_at: Timestamp,
        left_at: Timestamp,
        moved_at: Option<Timestamp>,
    ) -> Timestamp {
        let after_home = moved_at.is_none() && self.dice.deal("told after home", TOLD_AFTER_HOME);
        let told_at = if after_home {
            left_at + self.dice.hours(4.0, 24.0)
        } else {
            let latest = hour_before(moved_at.unwrap_or(left_at));
            (ready_at + self.dice.wait(TOLD)).min(latest).max(ready_at)
        };
        self.step(told_at, Act::Confirm(ready_at));
        self.read(recipients, told_at);
        let agreed = (LACKING_EITHER - NOT_JUDGED / (1.0 - DIES - MOVED_OR_INTERRUPTED)).max(0.0);
        if !self.dice.deal("lacking discharge notice", agreed) {
            let sent_at = (told_at + minutes(5)).min(left_at - minutes(1));
            self.agree(left_at, sent_at);
            self.read(recipients, sent_at);
        }
        self.discharge(left_at, self.stay.destination)
    }

    fn agree(&mut self, left_at: Timestamp, sent_at: Timestamp) {
        self.step(sent_at, Act::SendDischargeNotice(left_at));
    }

    /// An earlier judgement that did not last: a new clock begins with the one that does.
    fn withdraw(&mut self, notice_at: Timestamp, ready_at: Timestamp) {
        let care = ready_at.duration_since(notice_at);
        if care < minutes(26 * 60) || !self.dice.deal("withdrawn", WITHDRAWN) {
            return;
        }
        let first_at = ready_at - self.dice.hours(18.0, 24.0);
        let withdrawn_at = first_at + self.dice.hours(3.0, 12.0);
        self.step(first_at + minutes(20), Act::Confirm(first_at));
        self.step(withdrawn_at, Act::Withdraw);
    }

    /// A move leaves readiness standing; the receiving ward confirms it, mostly.
    fn move_while_ready(&mut self, ready_at: Timestamp, left_at: Timestamp) -> Option<Timestamp> {
        let moved_at = on(tomorrow(local_time(ready_at).0), 8.0);
        let again_at = moved_at + self.dice.hours(1.0, 20.0);
        let fits = moved_at > ready_at + minutes(14 * 60) && moved_at < left_at - minutes(120);
        if !fits || !self.dice.deal("moved while ready", MOVED_WHILE_READY) {
            return None;
        }
        // Told at once: the receiving ward confirms only what it sees.
        let ward = self.other_ward()?;
        self.step(moved_at, Act::Transfer(ward));
        if again_at < left_at && self.dice.deal("reconfirmed", RECONFIRMED) {
            self.step(again_at, Act::Reconfirm);
        }
        Some(moved_at)
    }
}

fn tomorrow(day: Date) -> Date {
    day.saturating_add(1.day())
}
