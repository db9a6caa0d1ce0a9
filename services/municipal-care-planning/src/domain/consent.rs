//! What was decided of disclosure, SIP and shared documentation, and what a unit may be told by it. Pure.

use std::collections::BTreeMap;

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, ConsentDecision, ConsentKind, NoticeKind};

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

    /// The decision that stands for a unit: of those that are about it, the latest. None where nobody has decided.
    pub fn stands(&self, kind: ConsentKind, unit: &HsaId) -> Option<ConsentDecision> {
        let is_about = |said: &&pb::Consent| {
            said.recipients.is_empty() || said.recipients.iter().any(|id| id == unit.as_str())
        };
        self.of(kind).filter(is_about).last().map(pb::Consent::decision)
    }

    /// Whether the patient does not want an individual plan: it is drawn up only with consent, 4 kap. 2 §.
    pub fn refuses_sip(&self) -> bool {
        let last = self.of(ConsentKind::Sip).last().map(pb::Consent::decision);
        last.is_some_and(|decision| decision != ConsentDecision::Given)
    }

    /// Whether the patient's consent to an individual plan is recorded, and stands.
    pub fn wants_sip(&self) -> bool {
        self.of(ConsentKind::Sip).last().is_some_and(|said| said.decision() == ConsentDecision::Given)
    }

    /// Whether anything of the kind was given that a withdrawal about these units, or about all, would take back.
    pub fn has_given(&self, kind: ConsentKind, recipients: &[HsaId]) -> bool {
        if !recipients.is_empty() {
            let given = |unit| self.stands(kind, unit) == Some(ConsentDecision::Given);
            return recipients.iter().any(given);
        }
        let mut standing: BTreeMap<&str, ConsentDecision> = BTreeMap::new();
        for said in self.of(kind) {
            // What is about every unit takes the place of all that was said before.
            if said.recipients.is_empty() {
                standing = BTreeMap::from([("", said.decision())]);
            }
            standing.extend(said.recipients.iter().map(|unit| (unit.as_str(), said.decision())));
        }
        standing.values().any(|decision| *decision == ConsentDecision::Given)
    }

    /// What is kept from a unit. Where nobody has decided, the ward that sends has judged by sending, unless the region
    /// requires a record.
    pub fn bars(&self, unit: &HsaId, needs_record: bool) -> Bars {
        let notices = match self.stands(ConsentKind::Disclosure, unit) {
            Some(decision) => decision != ConsentDecision::Given,
            None => needs_record,
        };
        let blocked = self.stands(ConsentKind::SharedDocumentation, unit);
        Bars { notices, case: notices || blocked.is_some_and(|decision| decision != ConsentDecision::Given) }
    }

    fn of(&self, kind: ConsentKind) -> impl Iterator<Item = &pb::Consent> {
        self.said.0.iter().filter(move |said| said.kind() == kind)
    }
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
        assert_eq!(consents.bars(&social, false), Bars { notices: true, case: true });
        assert_eq!(
            consents.bars(&health, false),
            Bars { notices: false, case: true },
            "blocked, and still told"
        );
        assert!(!consents.refuses_sip());
        assert!(
            consents.has_given(Disclosure, &[])
                && !consents.has_given(Disclosure, std::slice::from_ref(&social))
        );
        let nothing = said(&[(Disclosure, Given, &["SE1-S"]), (Disclosure, Withdrawn, &[])]);
        assert!(!nothing.has_given(Disclosure, &[]));
        let (again, consent) = consents.with(pb::Consent {
            kind: Disclosure.into(),
            decision: Given.into(),
            ..Default::default()
        });
        assert_eq!((consent.number, again.version), (5, 5));
        assert_eq!(again.bars(&social, true), Bars { notices: false, case: false });
        assert_eq!(again.said.to_string().parse::<Said>().expect("as it was kept"), again.said);
    }

    #[test]
    fn where_nobody_has_decided_the_region_says_whether_a_record_is_needed() {
        let none = Consents::none("a".to_owned());
        assert_eq!(none.bars(&unit("SE1-S"), false), Bars { notices: false, case: false });
        assert_eq!(none.bars(&unit("SE1-S"), true), Bars { notices: true, case: true });
        assert!(!none.refuses_sip() && said(&[(Sip, Refused, &[])]).refuses_sip());
    }
}
