//! How far the services have followed each other, and whether this machine's clock goes with what they recorded.

use anyhow::Result;
use hemgang_core::clock::Clock;
use hemgang_db::{Beyond, CursorFault, Parking};
use hemgang_runtime::Config;
use jiff::SignedDuration;

use super::{
    Findings,
    databases::{Seen, Server},
    good,
};
use crate::{output, suite};

/// How long an event may wait: a follower that lives takes it within a second.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// How far two machines' clocks may differ.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(5);

/// Holds the clock against the newest event of each feed.
pub fn check_clock(findings: &mut Findings, seen: &[Seen]) -> Result<()> {
    let now = Clock::system().now();
    let newest = |seen: &Seen| Some((seen.found.feed.as_ref()?.newest?, seen.name));
    match seen.iter().filter_map(newest).max() {
        Some((newest, name)) if newest > now + TOLERANCE => {
            let newest = output::instant(newest);
            let found = format!("{}, but {name} has recorded an event at {newest}", output::instant(now));
            findings.fault(
                "clock",
                &found,
                "set the clocks of all machines; what a demo or a simulation recorded may lie ahead of any",
            )
        }
        Some(_) => good("clock", &format!("{}; no feed is ahead of it", output::instant(now))),
        None => good("clock", &format!("{}; no feed to hold it against", output::instant(now))),
    }
}

/// Looks at each feed that a service here follows.
pub async fn check_followers(
    findings: &mut Findings,
    seen: &[Seen],
    config: &Config,
    server: Server,
) -> Result<()> {
    for (name, feed) in suite::FOLLOWS {
        let of = |name: &str| seen.iter().find(|seen| seen.name == name);
        // A database that could not be read has its fault already.
        let (Some(follower), Some(source)) = (of(name), of(feed)) else { continue };
        if follower.found.feed.is_none() {
            continue;
        }
        let check = format!("{name} follows {feed}");
        let cursor = follower.found.followed.iter().find(|(of, _)| of == feed);
        let position = cursor.map_or("", |(_, position)| position);
        if let Some(parked) = follower.found.parked.iter().find(|parked| parked.feed == feed) {
            tell_parked(findings, name, &check, parked)?;
        }
        let mend = format!(
            "where {feed} was restored alone, stop the server and run `hemgang feed new-epoch {feed}`; where it was \
             lost, restore both from the same moment"
        );
        match source.found.feed.as_ref().map(|feed| feed.cursors.read(position, true)) {
            Some(Ok(seq)) => match source.inspector.beyond(seq).await? {
                Beyond { events, .. } if events < 0 => {
                    findings.fault(&check, &format!("{} events ahead of it", -events), &mend)?;
                }
                beyond => check_lag(findings, &check, beyond, server)?,
            },
            Some(Err(CursorFault::Restored { .. })) => {
                good(&check, "which was restored; its follower makes its projections anew when it reads on")?;
            }
            Some(Err(fault)) => findings.fault(&check, &format!("its position {fault}"), &mend)?,
            None if config.peers.url.iter().any(|(name, _)| name == feed) => {
                good(&check, "which runs elsewhere; the doctor there knows its feed")?;
            }
            None if position.is_empty() => {}
            None => findings.fault(&check, "there is no such feed here", &mend)?,
        }
    }
    Ok(())
}

/// Events that could not be applied, with what is known of the first.
fn tell_parked(findings: &mut Findings, name: &str, check: &str, parked: &Parking) -> Result<()> {
    let Parking { events, subjects, since, first, .. } = parked;
    let first = first.as_ref().map_or_else(String::new, |(kind, subject, reason)| {
        format!("; the first is {kind} of {subject} ({reason})")
    });
    let found =
        format!("{events} events of {subjects} admissions parked since {}{first}", output::instant(*since));
    let mend = format!(
        "the server's log says why; it tries again by itself, and `hemgang feed retry {name}` at once when it is stopped"
    );
    findings.fault(check, &found, &mend)
}

/// Nobody can see from here whether a follower lives; only for how long what it should have taken has waited.
fn check_lag(findings: &mut Findings, check: &str, beyond: Beyond, server: Server) -> Result<()> {
    let Beyond { events, first } = beyond;
    let now = Clock::system().now();
    match first {
        None => good(check, "up to date"),
        Some(first) if now.duration_since(first) <= PATIENCE => {
            good(check, &format!("{events} events behind, less than a minute"))
        }
        Some(first) => {
            let found = format!("{events} events behind; the first waits since {}", output::instant(first));
            let mend = match server {
                Server::Runs => "the server's log says why the feed stops",
                Server::Rests => "start the server; if that does not help, its log says why",
                Server::Unknown => "start the follower; if it runs, its log says why the feed stops",
            };
            findings.fault(check, &found, mend)
        }
    }
}
