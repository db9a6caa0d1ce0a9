//! The duty to call to the planning of an individual plan (SIP) within three days of the notice of readiness, 4 kap. 3 §.
//! Pure.

use hemgang_core::day::{day_begins, local_day};
use hemgang_proto::{admission::LegalStatus, planning::NoticeKind};
use jiff::{Timestamp, ToSpan as _};

use super::{
    judgement::Judgement,
    sip_need::{SipNeed, is_seen_by_both},
};

/// What was recorded of a case.
#[derive(Clone, Debug, Default)]
pub struct SipDuty {
    pub needs: Vec<SipNeed>,
    /// In the order of their feed.
    pub judgements: Vec<Judgement>,
    /// When the named care contact called; a call that was taken off again was made.
    pub called_at: Vec<Timestamp>,
    /// Whether the patient does not want a plan, 4 kap. 2 §.
    pub is_refused: bool,
}

impl SipDuty {
    /// Whether the call was made in time; none where none had to be, or still may be in time.
    ///
    /// Under compulsory care the plan is that of LPT 7 a § or LRV 12 a §, 4 kap. 1 § 2 st.
    pub fn is_met(&self, legal_status: LegalStatus, now: Timestamp) -> Option<bool> {
        let is_compulsory = matches!(legal_status, LegalStatus::Lpt | LegalStatus::Lrv);
        if self.is_refused || is_compulsory || !is_seen_by_both(&self.needs) {
            return None;
        }
        let end = self.ends_at()?;
        let is_met = self.called_at.iter().any(|called_at| *called_at < end);
        (is_met || end <= now).then_some(is_met)
    }

    /// When the third day after the last notice of readiness is over: at any time of the day, and discharge does not stop
    /// it. None where the readiness was withdrawn before that.
    fn ends_at(&self) -> Option<Timestamp> {
        let place = self.judgements.iter().rposition(|judged| judged.kind == NoticeKind::Readiness)?;
        let noticed_on = local_day(self.judgements[place].sent_at);
        let end = day_begins(noticed_on.saturating_add(4.days()));
        let withdrawn = self.judgements.get(place + 1);
        // Who was not ready any more had not to be called for, whenever that was registered.
        withdrawn.is_none_or(|withdrawn| withdrawn.occurred_at >= end).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use hemgang_core::{id::CaseId, place::HsaId};
    use hemgang_proto::{common::EntryReason, planning::SipNeedDecision};

    use super::*;

    const LATER: &str = "2026-06-01T00:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn need(principal: &str, decision: SipNeedDecision) -> SipNeed {
        SipNeed {
            case_id: CaseId::fresh(Timestamp::UNIX_EPOCH),
            principal: principal.parse().expect("a principal"),
            version: 1,
            decision,
            unit: HsaId::parse("SE2-V1").expect("an HSA-id"),
            decided_by: HsaId::parse("SE2-P1").expect("an HSA-id"),
            decided_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn judged(number: i64, kind: NoticeKind, sent_at: &str) -> Judgement {
        Judgement {
            admission_id: "0190163d-8694-739b-aea5-966c26f8ad90".parse().expect("an id"),
            number,
            source: format!("readiness:aa.{number}"),
            kind,
            recorded_at: at(sent_at),
            occurred_at: at(sent_at),
            sent_at: at(sent_at),
            entry_reason: EntryReason::Unspecified,
            seen_admission: String::new(),
        }
    }

    /// Seen by both, with a notice of Friday 27 March 2026 in the evening: until Monday 24:00, summer time since Sunday.
    fn duty() -> SipDuty {
        let needed = |principal| need(principal, SipNeedDecision::Needed);
        SipDuty {
            needs: vec![needed("region"), needed("1480")],
            judgements: vec![judged(1, NoticeKind::Readiness, "2026-03-27T20:30:00Z")],
            ..SipDuty::default()
        }
    }

    fn called(called_at: &str) -> Option<bool> {
        SipDuty { called_at: vec![at(called_at)], ..duty() }.is_met(LegalStatus::Hsl, at(LATER))
    }

    #[test]
    fn the_call_is_in_time_until_the_third_day_is_over() {
        assert_eq!(called("2026-03-30T21:59:59Z"), Some(true));
        assert_eq!(called("2026-03-30T22:00:00Z"), Some(false));
        assert_eq!(called("2026-03-20T08:00:00Z"), Some(true), "before anybody was ready");
        assert_eq!(duty().is_met(LegalStatus::Unspecified, at(LATER)), Some(false), "nobody called");
        assert_eq!(duty().is_met(LegalStatus::Hsl, at("2026-03-30T21:59:59Z")), None, "somebody still may");
        let early = SipDuty { called_at: vec![at("2026-03-28T08:00:00Z")], ..duty() };
        assert_eq!(early.is_met(LegalStatus::Hsl, at("2026-03-28T09:00:00Z")), Some(true));
    }

    #[test]
    fn nobody_has_to_call_whom_not_both_see_a_need_for_or_who_refuses_or_is_under_compulsion() {
        let not = |duty: SipDuty| assert_eq!(duty.is_met(LegalStatus::Hsl, at(LATER)), None, "{duty:?}");
        let (needed, denied) = (SipNeedDecision::Needed, SipNeedDecision::NotNeeded);
        not(SipDuty { needs: vec![need("region", needed)], ..duty() });
        not(SipDuty { needs: vec![need("1480", needed), need("1481", needed)], ..duty() });
        not(SipDuty { needs: vec![need("region", needed), need("1480", denied)], ..duty() });
        not(SipDuty { is_refused: true, ..duty() });
        not(SipDuty { judgements: Vec::new(), ..duty() });
        for compulsory in [LegalStatus::Lpt, LegalStatus::Lrv] {
            assert_eq!(duty().is_met(compulsory, at(LATER)), None);
        }
        // One of two municipalities is enough.
        let needs = vec![need("region", needed), need("1480", denied), need("1481", needed)];
        assert_eq!(SipDuty { needs, ..duty() }.is_met(LegalStatus::Hsl, at(LATER)), Some(false));
    }

    #[test]
    fn a_readiness_that_was_withdrawn_in_time_asks_for_no_call_and_the_next_one_does() {
        let withdrawn = |at| {
            let mut duty = duty();
            duty.judgements.push(judged(2, NoticeKind::ReadinessWithdrawn, at));
            duty
        };
        assert_eq!(withdrawn("2026-03-30T21:59:59Z").is_met(LegalStatus::Hsl, at(LATER)), None);
        assert_eq!(withdrawn("2026-03-30T22:00:00Z").is_met(LegalStatus::Hsl, at(LATER)), Some(false));
        let mut late = withdrawn("2026-04-02T08:00:00Z");
        late.judgements[1].occurred_at = at("2026-03-28T08:00:00Z");
        assert_eq!(late.is_met(LegalStatus::Hsl, at(LATER)), None, "registered late");
        let mut again = withdrawn("2026-03-28T08:00:00Z");
        again.judgements.push(judged(3, NoticeKind::Readiness, "2026-04-10T08:00:00Z"));
        again.called_at.push(at("2026-04-13T21:00:00Z"));
        assert_eq!(again.is_met(LegalStatus::Hsl, at(LATER)), Some(true));
    }
}
