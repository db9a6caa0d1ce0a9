//! Two numbers that no table holds, fitted so that the whole has the shares of its tables: what is added to every
//! destination's and municipality's logit for the same-day share, and how the later days lean for their mean.

use super::region::{
    DISCHARGED_ON, GOING_HOME, GOING_HOME_PSYCHIATRIC, LATER, LATER_MEAN, READY_ON, SAME_DAY,
};

/// The longest wait as ready, in days.
const LONGEST: u32 = LATER[LATER.len() - 1].1;

/// The chances of leaving on a day.
#[derive(Debug)]
pub struct Fit {
    intercept: f64,
    lean: f64,
}

impl Fit {
    /// Fits to municipalities: the share of each, and by how much its logit differs.
    pub fn new(municipalities: &[(f64, f64)]) -> Self {
        let intercept = solve(SAME_DAY, -2.0, 2.0, |intercept| {
            let fit = Self { intercept, lean: 1.0 };
            let of =
                |effect| destinations().map(|(same, share)| share * fit.same_day(same, effect)).sum::<f64>();
            municipalities.iter().map(|(share, effect)| share * of(*effect)).sum()
        });
        let lean = solve(LATER_MEAN, 0.5, 1.5, |lean| Self { intercept, lean }.later_mean());
        Self { intercept, lean }
    }

    /// The chance of leaving on the day of readiness, of a destination's share and a municipality's difference.
    pub fn same_day(&self, of_destination: f64, effect: f64) -> f64 {
        let logit = (of_destination / (1.0 - of_destination)).ln() + effect + self.intercept;
        1.0 / (1.0 + (-logit).exp())
    }

    /// Days as ready of somebody who does not leave on the day, ready on a weekday (Monday 0).
    pub fn later(&self, weekday: usize, unit: f64) -> i64 {
        let weights = self.weights(weekday);
        let mut rest = unit * weights.iter().sum::<f64>();
        let fits = |(_, weight): &(u32, &f64)| {
            rest -= **weight;
            rest < 0.0
        };
        i64::from((1..).zip(&weights).find(fits).map_or(LONGEST, |(days, _)| days))
    }

    /// Weights of 1, 2, … days: the table's, as far as wards discharge on the weekday that it would be.
    fn weights(&self, weekday: usize) -> Vec<f64> {
        let weight = |(place, days): (usize, u32)| {
            let row = LATER.iter().find(|(from, to, _)| (*from..=*to).contains(&days));
            let share = row.map_or(0.0, |(from, to, share)| share / f64::from(to - from + 1));
            share * leaves_on((weekday + place + 1) % 7) * self.lean.powf(f64::from(days))
        };
        (1..=LONGEST).enumerate().map(weight).collect()
    }

    fn later_mean(&self) -> f64 {
        let mean = |weekday| {
            let weights = self.weights(weekday);
            let days: f64 = (1_u32..).zip(&weights).map(|(days, weight)| f64::from(days) * weight).sum();
            days / weights.iter().sum::<f64>()
        };
        let sum: f64 = READY_ON.iter().enumerate().map(|(weekday, share)| share * mean(weekday)).sum();
        sum / READY_ON.iter().sum::<f64>()
    }
}

/// Later departures by weekday: what is left of the discharges when those of the same day are taken away.
fn leaves_on(weekday: usize) -> f64 {
    (DISCHARGED_ON[weekday] - SAME_DAY * READY_ON[weekday]).max(0.0)
}

/// Every destination: its same-day share and its share.
fn destinations() -> impl Iterator<Item = (f64, f64)> {
    GOING_HOME.into_iter().chain([GOING_HOME_PSYCHIATRIC])
}

/// Where a rising function has a value.
fn solve(value: f64, mut low: f64, mut high: f64, of: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if of(middle) < value {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_has_the_shares_of_its_tables() {
        let fit = Fit::new(&[(0.3, 0.35), (0.7, -0.15)]);
        let of = |effect| destinations().map(|(same, share)| share * fit.same_day(same, effect)).sum::<f64>();
        assert!((0.3 * of(0.35) + 0.7 * of(-0.15) - SAME_DAY).abs() < 1e-6);
        assert!((fit.later_mean() - LATER_MEAN).abs() < 1e-6);
        // The tables are near that by themselves: the fit mends, it does not bend.
        assert!(fit.intercept.abs() < 0.2, "{}", fit.intercept);
        assert!((0.9..1.1).contains(&fit.lean), "{}", fit.lean);
    }

    #[test]
    fn later_departures_avoid_the_weekend() {
        let fit = Fit::new(&[(1.0, 0.0)]);
        let friday = 4;
        let days: Vec<_> = (0..1000).map(|place| fit.later(friday, f64::from(place) / 1000.0)).collect();
        let weekend = days.iter().filter(|days| matches!((4 + **days) % 7, 5 | 6)).count();
        assert!(weekend < 150, "{weekend}");
        assert!(days.iter().all(|days| (1..=60).contains(days)));
    }
}
