//! `ExpectedDischargeChanged`: a new beräknad utskrivning, told as soon as it can be, 2 kap. 4 §.

use hemgang_proto::{admission::ExpectedDischargeChanged, planning::NoticeKind};

use crate::domain::{dossier::Dossier, heard::Heard, stay::Stay};

pub fn project(stay: Stay, heard: &Heard, said: &ExpectedDischargeChanged) -> Stay {
    stay.expect(said.expected_discharge, heard.sent_at())
}

/// Nobody waits for one who has left: it holds again, and is read in the case, once the departure is taken back.
pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    if dossier.has_left() { dossier } else { dossier.tell(NoticeKind::ExpectedDischarge, heard) }
}
