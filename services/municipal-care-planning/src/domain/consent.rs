//! What was decided of disclosure, SIP and shared documentation, and what a unit may be told by it. Pure.

use std::collections::BTreeMap;

use hemgang_core::{
    day::{day_begins, local_day},
    place::HsaId,
};
use hemgang_proto::planning::{self as pb, ConsentDecision, ConsentKind, NoticeKind};
use hemgang_rpc::{Disclosure, wire};
use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::error::Error;

/// The decisions about one stay, or about a case without one. They are there before anybody is notified.
#[derive(Clone, Debug, PartialEq)]
pub struct Consents {
    /// Id of the admission, or of the case.
    pub subject: String,
    pub version: i64,
    pub said: Said,
}

/// Decisions in the order in which they were recorded. Kept as proto3 JSON, a list of lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said(pub Vec<pb::Consent>);

/// What is kept from a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bars {
    /// Notices that are not owed whatever the patient says are held.
    pub notices: bool,
    /// The case is read as it stood.
    pub case: bool,
}

json_column!(Said);

/// What holds beside the decisions when something is to be disclosed.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The local day: what was given until a day before it has ended.
    pub on: Date,
    /// Whether the region requires a record.
    pub needs_record: bool,
}

impl Terms {
    pub fn at(policy: Disclosure, at: Timestamp) -> Self {
        Self { on: local_day(at), needs_record: policy.needs_record(at) }
    }
}

impl Consents {
    /// Nothing was decided yet.
    pub fn none(subject: String) -> Self {
        Self { subject, version: 0, said: Said::default() }
    }

    /// The same at its next version.
    #[must_use]
    pub fn next(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    /// With one more decision, which gets its number.
    #[must_use]
    pub fn with(mut self, consent: pb::Consent) -> (Self, pb::Consent) {
        let number = i32::try_from(self.said.0.len() + 1).unwrap_or(i32::MAX);
        let consent = pb::Consent { number, ..consent };
        self.said.0.push(consent.clone());
        (self.next(), consent)
    }

    /// Whether it is given for a unit on a day: of the decisions that are about it, the latest stands. None where nobody has
    /// decided.
    pub fn stands(&self, kind: ConsentKind, unit: &HsaId, on: Date) -> Option<bool> {
        let is_about = |said: &&pb::Consent| {
            said.recipients.is_empty() || said.recipients.iter().any(|id| id == unit.as_str())
        };
        self.of(kind).filter(is_about).last().map(|said| is_given(said, on))
    }

    /// Whether the patient does not want an individual plan: it is drawn up only with consent, 4 kap. 2 §.
    pub fn refuses_sip(&self) -> bool {
        let last = self.of(ConsentKind::Sip).last().map(pb::Consent::decision);
        last.is_some_and(|decision| decision != ConsentDecision::Given)
    }

    /// That the patient has not said that they do not want a plan, and that what they said has not ended.
    ///
    /// # Errors
    /// `SIP_REFUSED`, `CONSENT_EXPIRED`.
    pub fn permits_sip(&self, on: Date) -> Result<(), Error> {
        if self.refuses_sip() {
            return Err(Error::SipRefused);
        }
        match self.of(ConsentKind::Sip).last().and_then(ends_on).filter(|last| *last < on) {
            Some(valid_until) => Err(Error::ConsentExpired { valid_until }),
            None => Ok(()),
        }
    }

    /// Whether the patient's consent to an individual plan is recorded, and stands.
    pub fn wants_sip(&self, on: Date) -> bool {
        self.of(ConsentKind::Sip).last().is_some_and(|said| is_given(said, on))
    }

    /// Whether anything of the kind was given that a withdrawal about these units, or about all, would take back.
    pub fn has_given(&self, kind: ConsentKind, recipients: &[HsaId], on: Date) -> bool {
        if !recipients.is_empty() {
            return recipients.iter().any(|unit| self.stands(kind, unit, on) == Some(true));
        }
        let mut standing: BTreeMap<&str, bool> = BTreeMap::new();
        for said in self.of(kind) {
            // What is about every unit takes the place of all that was said before.
            if said.recipients.is_empty() {
                standing = BTreeMap::from([("", is_given(said, on))]);
            }
            standing.extend(said.recipients.iter().map(|unit| (unit.as_str(), is_given(said, on))));
        }
        standing.into_values().any(|is_given| is_given)
    }

    /// When the next of what was given until a day ends: with that day. Of disclosure and shared documentation: a plan is
    /// asked for when something is done about it.
    pub fn ends_next(&self, after: Timestamp) -> Option<Timestamp> {
        let lasting = self.said.0.iter().filter(|said| said.kind() != ConsentKind::Sip);
        let ends = lasting.filter_map(ends_on).map(|on| day_begins(on.saturating_add(1.day())));
        ends.filter(|end| *end > after).min()
    }

    /// What is kept from a unit. Where nobody has decided, the ward that sends has judged by sending, unless the region
    /// requires a record.
    pub fn bars(&self, unit: &HsaId, Terms { on, needs_record }: Terms) -> Bars {
        let notices = !self.stands(ConsentKind::Disclosure, unit, on).unwrap_or(!needs_record);
        let is_blocked = self.stands(ConsentKind::SharedDocumentation, unit, on) == Some(false);
        Bars { notices, case: notices || is_blocked }
    }

    fn of(&self, kind: ConsentKind) -> impl Iterator<Item = &pb::Consent> {
        self.said.0.iter().filter(move |said| said.kind() == kind)
    }
}

/// Whether something was given, and holds on a day.
fn is_given(said: &pb::Consent, on: Date) -> bool {
    said.decision() == ConsentDecision::Given && ends_on(said).is_none_or(|last| on <= last)
}

fn ends_on(said: &pb::Consent) -> Option<Date> {
    said.valid_until.as_ref().and_then(wire::day)
}

/// Whether a notice is owed whatever the patient says: the admission notice and its expected discharge, 2 kap. 1, 3 and
/// 4 §§, and that it never should have been sent.
pub fn is_statutory(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Admission | NoticeKind::ExpectedDischarge | NoticeKind::Voided)
}

#[cfg(test)]
mod tests {
    use ConsentDecision::{Given, Refused, Withdrawn};
    use ConsentKind::{Disclosure, SharedDocumentation, Sip};

    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 9, 14);
    const TERMS: Terms = Terms { on: TODAY, needs_record: false };
    const STRICT: Terms = Terms { on: TODAY, needs_record: true };

    fn unit(text: &str) -> HsaId {
        HsaId::parse(text).expect("an HSA-id")
    }

    fn said(decisions: &[(ConsentKind, ConsentDecision, &[&str])]) -> Consents {
        decisions.iter().fold(Consents::none("a".to_owned()), |consents, (kind, decision, recipients)| {
            let recipients = recipients.iter().map(|id| (*id).to_owned()).collect();
            let (kind, decision) = ((*kind).into(), (*decision).into());
            consents.with(pb::Consent { kind, decision, recipients, ..Default::default() }).0
        })
    }

    #[test]
    fn the_latest_decision_about_a_unit_stands_and_kinds_are_apart() {
        let (social, health) = (unit("SE1-S"), unit("SE1-H"));
        let consents = said(&[
            (Disclosure, Given, &[]),
            (Disclosure, Withdrawn, &["SE1-S"]),
            (SharedDocumentation, Refused, &["SE1-H"]),
            (Sip, Given, &[]),
        ]);
        assert_eq!(consents.bars(&social, TERMS), Bars { notices: true, case: true });
        assert_eq!(
            consents.bars(&health, TERMS),
            Bars { notices: false, case: true },
            "blocked, and still told"
        );
        assert!(!consents.refuses_sip());
        assert!(
            consents.has_given(Disclosure, &[], TODAY)
                && !consents.has_given(Disclosure, std::slice::from_ref(&social), TODAY)
        );
        let nothing = said(&[(Disclosure, Given, &["SE1-S"]), (Disclosure, Withdrawn, &[])]);
        assert!(!nothing.has_given(Disclosure, &[], TODAY));
        let (again, consent) = consents.with(pb::Consent {
            kind: Disclosure.into(),
            decision: Given.into(),
            ..Default::default()
        });
        assert_eq!((consent.number, again.version), (5, 5));
        assert_eq!(again.bars(&social, STRICT), Bars { notices: false, case: false });
        assert_eq!(again.said.to_string().parse::<Said>().expect("as it was kept"), again.said);
    }

    #[test]
    fn where_nobody_has_decided_the_region_says_whether_a_record_is_needed() {
        let none = Consents::none("a".to_owned());
        assert_eq!(none.bars(&unit("SE1-S"), TERMS), Bars { notices: false, case: false });
        assert_eq!(none.bars(&unit("SE1-S"), STRICT), Bars { notices: true, case: true });
        assert!(!none.refuses_sip() && said(&[(Sip, Refused, &[])]).refuses_sip());
    }

    #[test]
    fn what_is_given_until_a_day_is_as_withdrawn_after_it() {
        let given = |kind: ConsentKind, last| pb::Consent {
            kind: kind.into(),
            decision: Given.into(),
            valid_until: Some(wire::date(last)),
            ..Default::default()
        };
        let tomorrow = TODAY.saturating_add(1.day());
        let late = Terms { on: tomorrow, needs_record: false };
        let (consents, _) = Consents::none("a".to_owned()).with(given(Disclosure, TODAY));
        let (consents, _) = consents.with(given(Sip, TODAY));
        let social = unit("SE1-S");
        assert_eq!(consents.bars(&social, STRICT), Bars { notices: false, case: false });
        assert_eq!(consents.bars(&social, late), Bars { notices: true, case: true });
        assert!(consents.wants_sip(TODAY) && consents.permits_sip(TODAY).is_ok());
        assert!(!consents.wants_sip(tomorrow) && !consents.refuses_sip());
        let expired = consents.permits_sip(tomorrow);
        assert!(matches!(expired, Err(Error::ConsentExpired { valid_until }) if valid_until == TODAY));
        assert!(consents.has_given(Disclosure, &[], TODAY) && !consents.has_given(Disclosure, &[], tomorrow));

        let midnight = day_begins(tomorrow);
        assert_eq!(consents.ends_next(midnight - 1.second()), Some(midnight));
        assert_eq!(consents.ends_next(midnight), None, "that of the plan is asked for when it matters");
        let (longer, _) = consents.with(given(Disclosure, tomorrow));
        assert_eq!(longer.bars(&social, late), Bars { notices: false, case: false });
        assert_eq!(longer.ends_next(midnight), Some(day_begins(tomorrow.saturating_add(1.day()))));
    }
}
