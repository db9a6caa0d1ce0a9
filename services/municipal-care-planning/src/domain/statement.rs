//! What a unit states about a case: an answer to planning, what it does today, whether it is ready, when it receives, what it handed
//! over. Of each unit the last statement on a topic holds. Pure.

use std::{fmt, str::FromStr};

use hemgang_core::{id::CaseId, place::HsaId};
use hemgang_proto::planning::{self as pb, NoticeKind, PlanningEvent, planning_event::Event};
use jiff::Timestamp;

/// The statement that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub case_id: CaseId,
    pub unit: HsaId,
    /// What it is about.
    pub topic: String,
    pub version: i64,
    pub stated_at: Timestamp,
    pub said: Said,
}

/// What was told of it: an event without its header, kept as proto3 JSON. It holds no free text.
#[derive(Clone, Debug, PartialEq)]
pub struct Said(pub Event);

hemgang_db::text_column!(Said);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = PlanningEvent { header: None, event: Some(self.0.clone()) };
        f.write_str(&serde_json::to_string(&event).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Said {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let event: PlanningEvent = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
        event.event.map(Self).ok_or_else(|| "nothing was said".to_owned())
    }
}

impl Statement {
    /// The statement from now on, in the place of what the unit said before.
    pub fn next(
        before: Option<&Self>,
        (case_id, unit): (CaseId, HsaId),
        topic: &str,
        event: Event,
        now: Timestamp,
    ) -> Self {
        let version = before.map_or(1, |before| before.version + 1);
        Self { case_id, unit, topic: topic.to_owned(), version, stated_at: now, said: Said(event) }
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("{}:{}.{}.{}", self.topic, self.case_id, self.unit, self.version)
    }

    /// The notice that tells the other parties of it; none where it concerns none of them.
    pub fn notice(&self) -> Option<NoticeKind> {
        match &self.said.0 {
            Event::PlanningAnswered(_) => Some(NoticeKind::PlanningAnswer),
            Event::CurrentServicesShared(_) => Some(NoticeKind::CurrentServices),
            Event::DecisionRecorded(_) => Some(NoticeKind::Decision),
            Event::OutpatientReadinessSet(_) => Some(NoticeKind::OutpatientReadiness),
            Event::ReceivingConfirmed(_) => Some(NoticeKind::ReceivingConfirmed),
            _ => None,
        }
    }
}

/// Statements as the parties see them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    pub planning_answers: Vec<pb::PlanningAnswer>,
    pub outpatient_readiness: Vec<pb::OutpatientReadiness>,
    pub receivings: Vec<pb::Receiving>,
    pub patient_summaries: Vec<pb::PatientSummary>,
    pub current_services: Vec<pb::CurrentServices>,
    pub decisions: Vec<pb::DecisionRecord>,
}

impl<'a> FromIterator<&'a Statement> for Stated {
    fn from_iter<T: IntoIterator<Item = &'a Statement>>(statements: T) -> Self {
        let mut stated = Self::default();
        for statement in statements {
            match &statement.said.0 {
                Event::PlanningAnswered(said) => stated.planning_answers.extend(said.planning_answer.clone()),
                Event::OutpatientReadinessSet(said) => {
                    stated.outpatient_readiness.extend(said.outpatient_readiness.clone());
                }
                Event::ReceivingConfirmed(said) => stated.receivings.extend(said.receiving.clone()),
                Event::PatientSummaryHandedOver(said) => {
                    stated.patient_summaries.extend(said.patient_summary.clone());
                }
                Event::CurrentServicesShared(said) => {
                    stated.current_services.extend(said.current_services.clone());
                }
                Event::DecisionRecorded(said) => stated.decisions.extend(said.decision.clone()),
                _ => {}
            }
        }
        stated
    }
}

impl Stated {
    /// A case with them.
    pub fn shown(self, case: pb::Case) -> pb::Case {
        pb::Case {
            planning_answers: self.planning_answers,
            outpatient_readiness: self.outpatient_readiness,
            receivings: self.receivings,
            patient_summaries: self.patient_summaries,
            current_services: self.current_services,
            decisions: self.decisions,
            ..case
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_kept_as_it_was_told() {
        let answer = pb::PlanningAnswer { law: pb::ServiceLaw::Sol.into(), ..Default::default() };
        let told = pb::PlanningAnswered { case_id: "c".to_owned(), planning_answer: Some(answer) };
        let said = Said(Event::PlanningAnswered(told));
        assert_eq!(said.to_string().parse(), Ok(said));
        assert!("{}".parse::<Said>().is_err() && "[".parse::<Said>().is_err());
    }
}
