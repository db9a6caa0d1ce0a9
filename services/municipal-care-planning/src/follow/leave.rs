//! `LeaveStarted`, `LeaveEnded`, and `MovementCancelled` of either: whether the patient is on leave (permission).
//!
//! Leave pauses nothing. The parties learn it because the patient may be at home, and of what was told late and is
//! over they learn nothing.

use hemgang_proto::{
    admission::{LeaveEnded, LeaveStarted, MovementCancelled, MovementKind},
    planning::NoticeKind,
};

use crate::domain::{dossier::Dossier, heard::Heard};

pub fn started(dossier: Dossier, heard: &Heard, said: &LeaveStarted) -> Dossier {
    if said.superseded { dossier } else { dossier.tell(NoticeKind::LeaveStarted, heard) }
}

pub fn ended(dossier: Dossier, heard: &Heard, said: &LeaveEnded) -> Dossier {
    if said.superseded { dossier } else { dossier.tell(NoticeKind::LeaveEnded, heard) }
}

/// A leave that never began is over, and one that never ended goes on.
pub fn cancelled(dossier: Dossier, heard: &Heard, said: &MovementCancelled) -> Dossier {
    match said.kind() {
        _ if said.superseded => dossier,
        MovementKind::LeaveStart => dossier.tell(NoticeKind::LeaveEnded, heard),
        MovementKind::LeaveEnd => dossier.tell(NoticeKind::LeaveStarted, heard),
        // The ward that follows from it is told by a transfer.
        _ => dossier,
    }
}
