//! What planning tells that the call to a plan rests on, read without defaults: what cannot be read stops the feed.

use hemgang_core::id::AdmissionId;
use hemgang_proto::{
    common::EntryReason,
    planning::{
        Consent, ConsentDecision, ConsentKind, NoticeKind, PlanningEvent, SipNeedDecision,
        planning_event::Event,
    },
};
use hemgang_rpc::{Entry, Failure, wire};

use crate::domain::sip_call::{Notice, Said};

/// Whether an event is about it.
pub fn is_in(event: &PlanningEvent) -> bool {
    let (notice, consent) = match &event.event {
        Some(Event::SipInvited(_) | Event::SipNeedDecided(_)) => return true,
        Some(Event::NoticeDelivered(said)) => (said.kind(), None),
        Some(Event::NoticeHeld(said)) => (said.kind(), None),
        Some(Event::ConsentRecorded(said)) => (NoticeKind::Unspecified, said.consent.as_ref()),
        Some(Event::ConsentWithdrawn(said)) => (NoticeKind::Unspecified, said.consent.as_ref()),
        _ => return false,
    };
    let is_of_plan = consent.is_some_and(|consent| consent.kind() == ConsentKind::Sip);
    is_of_plan || matches!(notice, NoticeKind::Readiness | NoticeKind::ReadinessWithdrawn)
}

/// What an event tells, and of which stay; none of a case without an admission, and where it is about something else. A notice
/// that is held for secrecy is given as far as others' duties go.
pub fn read(event: &PlanningEvent) -> Result<Option<(AdmissionId, Said)>, Failure> {
    let header = event.header.as_ref().ok_or_else(|| unreadable("header"))?;
    if header.admission_id.is_empty() || !is_in(event) {
        return Ok(None);
    }
    let at = || header.occurred_at.as_ref().and_then(wire::instant).ok_or_else(|| unreadable("occurred_at"));
    let is_live = Entry::reason(Entry::of(header)?) == EntryReason::Unspecified;
    let notice = |id: &str, kind, sent_at: &Option<_>| {
        let sent_at = sent_at.as_ref().and_then(wire::instant).ok_or_else(|| unreadable("sent_at"))?;
        let notice = match kind {
            NoticeKind::Readiness => Notice::Ready { sent_at, is_live },
            _ => Notice::Withdrawn(sent_at),
        };
        Ok::<_, Failure>(Said::Notice(id.to_owned(), notice))
    };
    let said = match &event.event {
        Some(Event::NoticeDelivered(said)) => notice(&said.notice_id, said.kind(), &said.sent_at)?,
        Some(Event::NoticeHeld(said)) => notice(&said.notice_id, said.kind(), &said.sent_at)?,
        Some(Event::SipInvited(said)) => Said::Called { at: at()?, by_contact: said.statutory },
        Some(Event::SipNeedDecided(said)) => {
            let need = said.sip_need.as_ref().ok_or_else(|| unreadable("sip_need"))?;
            let is_needed = need.decision() == SipNeedDecision::Needed;
            Said::Judged { principal: need.principal.clone(), is_needed }
        }
        Some(Event::ConsentRecorded(said)) => answered(said.consent.as_ref())?,
        Some(Event::ConsentWithdrawn(said)) => answered(said.consent.as_ref())?,
        _ => return Ok(None),
    };
    let admission_id = header.admission_id.parse().map_err(|_| unreadable("admission_id"))?;
    Ok(Some((admission_id, said)))
}

fn answered(consent: Option<&Consent>) -> Result<Said, Failure> {
    let consent = consent.ok_or_else(|| unreadable("consent"))?;
    Ok(Said::Answered { is_refused: consent.decision() != ConsentDecision::Given })
}

/// It names the field and never its value.
fn unreadable(field: &str) -> Failure {
    Failure::Internal(format!("an event of planning: {field} is not readable").into())
}
