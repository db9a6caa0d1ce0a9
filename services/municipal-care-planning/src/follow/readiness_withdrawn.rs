//! `ReadinessWithdrawn`: the patient is not ready after all. A later judgement gives a new notice.

use hemgang_proto::planning::NoticeKind;

use crate::domain::{dossier::Dossier, heard::Heard, judgement::Judgement, stay::Stay};

pub fn project(stay: Stay, earlier: &[Judgement], heard: &Heard) -> (Stay, Option<Judgement>) {
    let stay = Stay { ready: false, ready_since: None, ..stay };
    (stay, Judgement::next(heard, NoticeKind::ReadinessWithdrawn, earlier))
}

pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    // As with a confirmation: what was dropped is told if the death turns out not to have been.
    if dossier.is_over() {
        return dossier;
    }
    let kind = NoticeKind::ReadinessWithdrawn;
    dossier.with_case(|case| case.judged(kind)).tell(kind, heard)
}
