//! The seed's dice. What is rare or decides a figure is dealt evenly: as often as its share says, at a random place,
//! so that a small region has the shares of the large one and every special case occurs within a month.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

use super::region::Hours;

/// Dice of one run.
pub struct Dice {
    rng: StdRng,
    dealt: BTreeMap<&'static str, Even>,
    decks: BTreeMap<&'static str, Vec<u32>>,
    turns: BTreeMap<&'static str, u32>,
}

/// How many cards a deck has.
const CARDS: u32 = 20;

/// Hits so far as a sum of shares: one in every whole, at a random place of it.
#[derive(Default)]
struct Even {
    sum: f64,
    whole: f64,
    next: Option<f64>,
    owed: u32,
}

impl Dice {
    /// Dice that fall the same for one seed.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            dealt: BTreeMap::new(),
            decks: BTreeMap::new(),
            turns: BTreeMap::new(),
        }
    }

    /// Between 0 and 1.
    pub fn unit(&mut self) -> f64 {
        self.rng.random()
    }

    /// Whether something of a share happens, without regard to what happened before.
    pub fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share.clamp(0.0, 1.0))
    }

    /// Whether something of a share happens, as often as the shares add up to.
    pub fn deal(&mut self, what: &'static str, share: f64) -> bool {
        let even = self.dealt.entry(what).or_default();
        even.sum += share;
        let mut next = even.next.unwrap_or_else(|| self.rng.random());
        while even.sum > next {
            even.owed += 1;
            even.whole += 1.0;
            next = even.whole + self.rng.random::<f64>();
        }
        even.next = Some(next);
        let hit = even.owed > 0;
        even.owed = even.owed.saturating_sub(1);
        hit
    }

    /// How many things there are of a mean, as many in all as the means add up to.
    pub fn deal_count(&mut self, what: &'static str, mean: f64) -> usize {
        let parts = mean.ceil().max(1.0);
        let (mut dealt, mut part) = (0, 0.0);
        while part < parts {
            dealt += usize::from(self.deal(what, mean / parts));
            part += 1.0;
        }
        dealt
    }

    /// Whether it is the turn of something that comes once in so many: without a draw, so that a seed gives the same stays with
    /// it and without.
    pub fn turn(&mut self, what: &'static str, of: u32) -> bool {
        let turns = self.turns.entry(what).or_default();
        *turns = (*turns + 1) % of;
        *turns == 0
    }

    /// Between 0 and 1, from a shuffled deck: so many draws in a row fill the whole evenly.
    pub fn even_unit(&mut self, what: &'static str) -> f64 {
        let deck = self.decks.entry(what).or_default();
        if deck.is_empty() {
            deck.extend(0..CARDS);
            deck.shuffle(&mut self.rng);
        }
        let card = deck.pop().unwrap_or_default();
        (f64::from(card) + self.rng.random::<f64>()) / f64::from(CARDS)
    }

    /// A place in a table of weights, each as often as its weight says.
    pub fn even_place(&mut self, what: &'static str, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut rest = self.even_unit(what) * weights.clone().sum::<f64>();
        let place = weights.clone().position(|weight| {
            rest -= weight;
            rest < 0.0
        });
        place.unwrap_or_else(|| weights.count().saturating_sub(1))
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.rng.random_range(0..of.len())) }
    }

    /// A number of a range.
    pub fn number(&mut self, from: i64, to: i64) -> i64 {
        self.rng.random_range(from..=to)
    }

    /// Minutes between two numbers of hours.
    pub fn hours(&mut self, from: f64, to: f64) -> SignedDuration {
        minutes(from + self.unit() * (to - from))
    }

    /// A standard normal deviate.
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// Hours of a spread.
    pub fn wait(&mut self, hours: Hours) -> SignedDuration {
        minutes(hours.median * (hours.sigma() * self.normal()).exp())
    }

    /// Days of a mean and a median, whose logarithm is normal.
    pub fn days(&mut self, (mean, median): (f64, f64)) -> f64 {
        let sigma = (2.0 * (mean / median).ln()).sqrt();
        median * (sigma * self.normal()).exp()
    }

    /// How many of independent things with this mean (Poisson); large means in parts, so that none underflows.
    pub fn count(&mut self, mean: f64) -> usize {
        let (mut rest, mut count) = (mean, 0);
        while rest > 0.0 {
            let part = rest.min(20.0);
            let (least, mut product) = ((-part).exp(), self.unit());
            while product > least {
                product *= self.unit();
                count += 1;
            }
            rest -= part;
        }
        count
    }
}

/// Hours as whole minutes.
fn minutes(hours: f64) -> SignedDuration {
    SignedDuration::from_secs_f64((hours * 60.0).round() * 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dealt_happens_as_often_as_its_share_and_never_long_apart() {
        for (seed, share) in [(1, 0.003), (2, 0.05), (3, 0.62)] {
            let mut dice = Dice::new(seed);
            let hits: Vec<_> = (0..3000).filter(|_| dice.deal("it", share)).collect();
            let expected = share * 3000.0;
            assert!(
                (f64::from(u32::try_from(hits.len()).expect("few")) - expected).abs() <= 2.0,
                "{share}: {}",
                hits.len()
            );
            assert!(hits.windows(2).all(|two| f64::from(two[1] - two[0]) <= 2.0 / share + 1.0), "{share}");
        }
    }

    #[test]
    fn spreads_have_their_medians_and_tails() {
        let mut dice = Dice::new(7);
        let hours = Hours { median: 2.0, high: 18.0, z: 1.2816 };
        let mut waits: Vec<_> = (0..4000).map(|_| dice.wait(hours).as_secs_f64() / 3600.0).collect();
        waits.sort_by(f64::total_cmp);
        assert!((waits[2000] - 2.0).abs() < 0.2 && (waits[3600] - 18.0).abs() < 2.5);
        let mean = (0..4000).map(|_| dice.days((8.5, 6.0))).sum::<f64>() / 4000.0;
        assert!((mean - 8.5).abs() < 0.4, "{mean}");
        let counts = (0..2000).map(|_| dice.count(52.0)).sum::<usize>();
        let counts = f64::from(u32::try_from(counts).expect("few"));
        assert!((counts / 2000.0 - 52.0).abs() < 0.6);
    }

    #[test]
    fn even_units_fill_the_whole() {
        let mut dice = Dice::new(3);
        let low = (0..100).filter(|_| dice.even_unit("it") < 0.25).count();
        assert_eq!(low, 25);
        let first = (0..200).filter(|_| dice.even_place("them", [0.7, 0.3].into_iter()) == 0).count();
        assert_eq!(first, 140);
    }
}
