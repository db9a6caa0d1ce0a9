//! `DischargeNoticeSent` (utskrivningsmeddelande): what was agreed for going home. It is not the departure.

use hemgang_proto::{admission::DischargeNoticeSent, planning::NoticeKind};
use hemgang_rpc::{Failure, wire};

use super::known;
use crate::domain::{
    dossier::Dossier,
    heard::{Heard, broken},
    stay::Stay,
};

pub fn project(stay: Stay, said: &DischargeNoticeSent) -> Result<Stay, Failure> {
    let notice =
        said.discharge_notice.as_ref().ok_or_else(|| broken("a discharge notice that says nothing"))?;
    let sent_at = notice.sent_at.as_ref().and_then(wire::instant);
    // Sent before the one that stands, and told after it.
    if stay.discharge_notice_at > sent_at {
        return Ok(stay);
    }
    Ok(Stay {
        agreed_at: notice.agreed_at.as_ref().and_then(wire::instant),
        agreed_destination: known(notice.destination)?,
        transport: notice.transport(),
        received_by: notice.received_by(),
        discharge_notice_at: sent_at,
        ..stay
    })
}

pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    dossier.tell(NoticeKind::Discharge, heard)
}
