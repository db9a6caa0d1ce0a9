//! A void that is told late, of a stay that its sender had admitted anew when it recorded that: the stay stands, as if
//! only what was recorded after the void had been told of it.

use hemgang_proto::admission::{self as pb, MovementKind, QualityFlag, admission_event::Event};
use hemgang_rpc::{Audience, wire};
use jiff::Timestamp;

use super::{
    course::{Events, ends, places},
    description::Description,
    episode::Episode,
    movement::{Course, Movement},
};

/// A stay without what was recorded before a void.
#[derive(Debug)]
pub struct Since {
    pub episode: Episode,
    /// The movements that are not of it.
    pub gone: Vec<Movement>,
    /// When each happened.
    pub events: Vec<(Timestamp, Event)>,
    /// Who may know.
    pub audience: Audience,
}

impl Episode {
    /// The stay as what was recorded after a void has it; its admission was. None where that is known already.
    pub fn admitted_since(self, void: Timestamp, told: &[Movement]) -> Option<Since> {
        if self.is_before(void) {
            return None;
        }
        let (gone, stands): (Vec<_>, Vec<_>) =
            told.iter().cloned().partition(|movement| movement.registered_at <= void);
        let (before, after) = (Course::of(told), Course::of(&stands));
        let mut events = Events::new();
        ends(&mut events, &before, &after, void);
        places(&mut events, &before, &after, (void, None));
        leaves(&mut events, &before, &after, void);

        let audience = self.audience();
        let mut episode = Self { version: self.version + 1, after_void: Some(void), ..self.clone() };
        let withdrawn = Description::withdrawn(&mut episode.details_recorded, void);
        let mut episode = episode.saying(withdrawn);
        if episode.expected_recorded.as_ref().is_some_and(|said| said.at <= void) {
            (episode.expected_discharge, episode.expected_recorded) = (None, None);
            if self.expected_discharge.is_some() {
                let changed = pb::ExpectedDischargeChanged { expected_discharge: None };
                events.push((void, Event::ExpectedDischargeChanged(changed)));
            }
        }
        // A sender's character set and a person's check digit are no matter of one statement.
        let is_old = |flag: QualityFlag, at| flag == QualityFlag::ImplausibleTime && at <= void;
        episode.quality_flags.retain(|raised| !is_old(raised.flag, raised.registered_at));
        let episode = episode.after(&after).flagged(&stands);
        let audience = audience.and(episode.audience());
        Some(Since { episode, gone, events, audience })
    }
}

/// Whoever follows knows of no leave that is not told.
fn leaves(events: &mut Events, before: &Course<'_>, after: &Course<'_>, void: Timestamp) {
    match (before.on_leave_since(), after.on_leave_since()) {
        (was, Some(since)) if was != Some(since) => {
            let started_at = Some(wire::timestamp(since));
            let event = pb::LeaveStarted { started_at, superseded: false };
            events.push((since, Event::LeaveStarted(event)));
        }
        (Some(was), None) => {
            let (kind, moved_at) = (MovementKind::LeaveStart.into(), Some(wire::timestamp(was)));
            let event = pb::MovementCancelled { kind, moved_at, superseded: false };
            events.push((void, Event::MovementCancelled(event)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
