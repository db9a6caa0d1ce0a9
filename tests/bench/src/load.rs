//! Calls in flight for a time, and what they took.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use tokio::{task::JoinSet, time::Instant};

/// A rate, and where it is known how long one took.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub per_second: f64,
    pub p50: Option<Duration>,
    pub p99: Option<Duration>,
}

/// The median of three rounds, each of so many calls with so many in flight. A call that fails ends the measurement: what
/// is refused is fast.
pub async fn median<F, C>(in_flight: usize, calls: usize, call: C) -> Result<Sample>
where
    F: Future<Output = Result<()>> + Send,
    C: Fn(usize) -> F + Send + Sync + 'static,
{
    let call = Arc::new(call);
    let mut rounds = Vec::new();
    for _ in 0..3 {
        rounds.push(one(in_flight, calls, &call).await?);
    }
    middle(rounds)
}

/// The median of some rounds.
pub fn middle(mut rounds: Vec<Sample>) -> Result<Sample> {
    rounds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    let middle = rounds.len() / 2;
    rounds.into_iter().nth(middle).context("a round")
}

/// One round of so many calls with so many in flight.
pub async fn one<F, C>(in_flight: usize, calls: usize, call: &Arc<C>) -> Result<Sample>
where
    F: Future<Output = Result<()>> + Send,
    C: Fn(usize) -> F + Send + Sync + 'static,
{
    let (began, mut callers) = (Instant::now(), JoinSet::new());
    let left = Arc::new(AtomicUsize::new(calls));
    for caller in 0..in_flight {
        let (call, left) = (Arc::clone(call), Arc::clone(&left));
        callers.spawn(async move {
            let mut took = Vec::new();
            while take(&left) {
                let sent = Instant::now();
                call(caller).await?;
                took.push(sent.elapsed());
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(caller) = callers.join_next().await {
        took.extend(caller??);
    }
    let passed = began.elapsed().as_secs_f64();
    took.sort();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied();
    Ok(Sample { per_second: rate(took.len(), passed), p50: at(50), p99: at(99) })
}

/// Takes one of what is left, if anything is.
pub fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// So many in so many seconds, a second.
pub fn rate(count: usize, seconds: f64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from) / seconds
}
