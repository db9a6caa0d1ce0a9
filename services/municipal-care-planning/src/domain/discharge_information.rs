//! What the hospital hands over for the care afterwards, 3 kap. 2 §. Pure.

use std::collections::BTreeMap;

use hemgang_core::{
    day::{day_begins, local_day},
    id::CaseId,
    place::HsaId,
    redacted::Redacted,
};
use hemgang_proto::planning::{self as pb, HandOverItem, HandOverKind, HandOverState, planning_event::Event};
use hemgang_rpc::{Failure, wire};
use jiff::{Timestamp, ToSpan as _};

use super::heard::broken;

/// All that was handed over about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DischargeInformation {
    pub case_id: CaseId,
    pub version: i64,
    pub unit: HsaId,
    /// When the first of these was, by whichever channel.
    pub transferred_at: Timestamp,
    pub transferred_by: HsaId,
    /// One a kind, as a list in proto3 JSON.
    pub items: Redacted<String>,
}

impl DischargeInformation {
    /// With these beside what was handed over before, or in its place where they are of the same kind; and what is told.
    ///
    /// # Errors
    /// When what is kept cannot be read, which is a fault of ours.
    pub fn transfer(
        before: Option<&Self>,
        (case_id, unit, by): (CaseId, HsaId, HsaId),
        items: Vec<HandOverItem>,
        now: Timestamp,
    ) -> Result<(Self, Event), Failure> {
        let kept = before.map(Self::said).transpose()?.unwrap_or_default();
        let mut all: BTreeMap<i32, HandOverItem> = kept.into_iter().map(|item| (item.kind, item)).collect();
        for item in items {
            let item = match item.state() {
                // What is written anew was given when it first was.
                HandOverState::Given => {
                    let was = all.get(&item.kind).filter(|was| was.state() == HandOverState::Given);
                    let first = was.and_then(|was| was.sent_at).or(Some(wire::timestamp(now)));
                    HandOverItem { sent_at: first, ..item }
                }
                _ => item,
            };
            all.insert(item.kind, item);
        }
        let first = all.values().filter_map(|item| item.sent_at.as_ref().and_then(wire::instant)).min();
        let information = Self {
            case_id,
            version: before.map_or(1, |before| before.version + 1),
            unit,
            transferred_at: first.unwrap_or(now),
            transferred_by: by,
            items: written(&all.into_values().collect::<Vec<_>>())?,
        };
        let told = pb::DischargeInformationTransferred {
            case_id: case_id.to_string(),
            discharge_information: Some(information.told()?),
        };
        Ok((information, Event::DischargeInformationTransferred(told)))
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("discharge-information:{}.{}", self.case_id, self.version)
    }

    /// Whether something was handed over before the day of the discharge was over.
    pub fn is_in_time(&self, discharged_at: Timestamp) -> bool {
        self.transferred_at < day_ends(discharged_at)
    }

    /// As the parties read it in the case.
    ///
    /// # Errors
    /// As of [`DischargeInformation::transfer`].
    pub fn shown(&self) -> Result<pb::DischargeInformation, Failure> {
        let items = self.said()?;
        let is_missing = |kind: &HandOverKind| items.iter().all(|item| item.kind() != *kind);
        let kinds = (1..).map_while(|kind| HandOverKind::try_from(kind).ok());
        Ok(pb::DischargeInformation {
            unit: self.unit.to_string(),
            transferred_at: Some(wire::timestamp(self.transferred_at)),
            missing: kinds.filter(is_missing).map(i32::from).collect(),
            items,
            transferred_by: self.transferred_by.to_string(),
        })
    }

    /// As feeds and answers tell of it, which are kept: without the words.
    ///
    /// # Errors
    /// As of [`DischargeInformation::transfer`].
    pub fn told(&self) -> Result<pb::DischargeInformation, Failure> {
        Ok(wordless(self.shown()?))
    }

    /// After the record was taken away by law: that something was handed over stays, and the words go.
    ///
    /// # Errors
    /// As of [`DischargeInformation::transfer`].
    pub fn blanked(self) -> Result<Self, Failure> {
        let items = written(&self.told()?.items)?;
        Ok(Self { version: self.version + 1, items, ..self })
    }

    fn said(&self) -> Result<Vec<HandOverItem>, Failure> {
        serde_json::from_str(self.items.expose())
            .map_err(|_| broken("discharge information as it was not written"))
    }
}

/// When the day of a discharge is over.
pub fn day_ends(discharged_at: Timestamp) -> Timestamp {
    day_begins(local_day(discharged_at).saturating_add(1.day()))
}

/// Without the words.
pub fn wordless(information: pb::DischargeInformation) -> pb::DischargeInformation {
    let without = |item: HandOverItem| HandOverItem { text: String::new(), ..item };
    let items = information.items.into_iter().map(without).collect();
    pb::DischargeInformation { items, ..information }
}

fn written(items: &[HandOverItem]) -> Result<Redacted<String>, Failure> {
    let text = serde_json::to_string(items).map_err(|cause| Failure::Internal(cause.into()))?;
    Ok(Redacted::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn item(kind: HandOverKind, state: HandOverState, text: &str, sent_at: Option<&str>) -> HandOverItem {
        let sent_at = sent_at.map(|sent_at| wire::timestamp(at(sent_at)));
        HandOverItem { kind: kind.into(), state: state.into(), text: text.to_owned(), sent_at }
    }

    fn transferred(
        before: Option<&DischargeInformation>,
        items: Vec<HandOverItem>,
        now: &str,
    ) -> DischargeInformation {
        let id = |text| HsaId::parse(text).expect("an HSA-id");
        let case_id = before.map_or_else(|| CaseId::fresh(Timestamp::UNIX_EPOCH), |before| before.case_id);
        let by = (case_id, id("SE2-W1"), id("SE2-P1"));
        let (information, event) =
            DischargeInformation::transfer(before, by, items, at(now)).expect("transferred");
        let Event::DischargeInformationTransferred(told) = event else { panic!("another event") };
        let told = told.discharge_information.expect("what was told");
        assert!(told.items.iter().all(|item| item.text.is_empty()), "no words in the feed");
        information
    }

    #[test]
    fn what_is_named_again_takes_its_place_and_what_is_not_stays() {
        use HandOverKind::{Aids, MedicationList, Risks};
        use HandOverState::{Given, NotApplicable, OtherChannel};
        let first = vec![
            item(MedicationList, OtherChannel, "fax", Some("2026-09-14T08:00:00Z")),
            item(Risks, Given, "Fall", None),
        ];
        let first = transferred(None, first, "2026-09-14T12:00:00Z");
        assert_eq!(first.transferred_at, at("2026-09-14T08:00:00Z"), "by the other channel");
        let more = vec![item(Risks, Given, "Fall, trycksår", None), item(Aids, NotApplicable, "", None)];
        let all = transferred(Some(&first), more, "2026-09-15T12:00:00Z");
        assert_eq!((all.version, all.transferred_at), (2, first.transferred_at));
        let shown = all.shown().expect("shown");
        let said: Vec<_> = shown.items.iter().map(|item| (item.kind(), item.text.as_str())).collect();
        assert_eq!(said, [(Risks, "Fall, trycksår"), (MedicationList, "fax"), (Aids, "")]);
        assert_eq!(shown.missing.len(), 12);
        assert!(!shown.missing().any(|kind| [Risks, MedicationList, Aids].contains(&kind)));

        let blanked = all.clone().blanked().expect("blanked").shown().expect("shown");
        assert_eq!(blanked.items.len(), 3);
        assert!(blanked.items.iter().all(|item| item.text.is_empty()));
        assert!(!format!("{all:?}").contains("Fall"), "no words in a log");
    }

    #[test]
    fn it_is_in_time_until_the_day_of_the_discharge_is_over() {
        let given = || vec![item(HandOverKind::Nursing, HandOverState::Given, "Rapport", None)];
        let late = transferred(None, given(), "2026-09-14T22:00:00Z");
        assert!(!late.is_in_time(at("2026-09-14T10:00:00Z")), "the day is over at 22:00 UTC in summer");
        assert!(late.is_in_time(at("2026-09-14T22:30:00Z")), "and the next has begun");
        assert!(transferred(None, given(), "2026-09-14T21:59:59Z").is_in_time(at("2026-09-14T10:00:00Z")));
    }
}
