//! `ReadinessConfirmed` (underrättelse om utskrivningsklar): told to whoever holds an admission notice, 3 kap. 1 §.

use hemgang_proto::{planning::NoticeKind, readiness::ReadinessConfirmed};
use hemgang_rpc::{Failure, wire};

use crate::domain::{
    dossier::Dossier,
    heard::{Heard, broken},
    judgement::Judgement,
    stay::Stay,
};

pub fn project(
    stay: Stay,
    earlier: &[Judgement],
    heard: &Heard,
    said: &ReadinessConfirmed,
) -> Result<(Stay, Option<Judgement>), Failure> {
    let judgement = said.judgement.as_ref().ok_or_else(|| broken("a judgement that says nothing"))?;
    // When the physician judged; where that was not recorded, when the notice was given.
    let since = judgement.assessed_at.as_ref().or(judgement.notified_at.as_ref()).and_then(wire::instant);
    let stay = Stay { ready: true, ready_since: since, ..stay };
    Ok((stay, Judgement::next(heard, NoticeKind::Readiness, earlier)))
}

pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    // A judgement that was registered in the line after a death, or of a stay that never was, is told to nobody.
    if dossier.is_over() {
        return dossier;
    }
    let kind = NoticeKind::Readiness;
    dossier.with_case(|case| case.judged(kind)).tell(kind, heard)
}
