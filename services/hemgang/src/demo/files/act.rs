//! Simulated wards, outpatient units and municipalities: each acts through the public gRPC API with its own token.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use hemgang_core::{clock::Clock, place::HsaId};
use hemgang_gateway::adt::VisitNumber;
use hemgang_proto::{
    admission::{self as adm, get_admission_request::Key},
    common::{Destination, Receiver, Transport},
};
use jiff::Timestamp;
use tonic::Status;

use super::{
    super::hospitals::name_of,
    plan::Act,
    script::{Script, Visit},
};
use crate::{
    output,
    people::{self, Acted, Agreement, Gateway, People},
    target::told,
};

/// Everybody who acts, and the intake that the hospitals' systems send to.
pub struct Actors<'a> {
    people: &'a People,
    intake: Gateway<'a>,
    clock: Clock,
    /// How often what happened.
    counts: BTreeMap<String, usize>,
}

impl<'a> Actors<'a> {
    /// People who live by a clock.
    pub fn new(people: &'a People, clock: Clock) -> Self {
        Self { people, intake: people.gateway(), clock, counts: BTreeMap::new() }
    }

    /// How often what happened.
    pub fn counts(&self) -> &BTreeMap<String, usize> {
        &self.counts
    }

    /// Does one thing. A refusal that life brings with it is counted; anything else ends the demo.
    pub async fn act(&mut self, script: &Script, act: &Act) -> Result<()> {
        let now = self.clock.now();
        let done = match act {
            Act::Send(place) => {
                let outcome = self.send(script, *place).await?;
                self.count(outcome);
                return Ok(());
            }
            Act::Assess(visit) => self.assess(&script.visits[*visit], now).await.map(|()| "needs assessed"),
            Act::Notify { visit, recipients } => {
                self.notify(&script.visits[*visit], recipients, now).await.map(|()| "admission notices sent")
            }
            Act::OpenInbox(unit) => {
                let read = self.people.open_inbox(unit).await;
                read.map(|count| *self.counts.entry("notices acknowledged".to_owned()).or_default() += count)
                    .map(|()| "inboxes opened")
            }
            Act::Confirm { visit, assessed_at } => {
                self.confirm(&script.visits[*visit], *assessed_at, now).await.map(|()| "readiness confirmed")
            }
            Act::Withdraw(visit) => {
                self.withdraw(&script.visits[*visit], now).await.map(|()| "readiness withdrawn")
            }
            Act::SendDischargeNotice { visit, agreed_at } => {
                let sent = self.send_discharge_notice(&script.visits[*visit], *agreed_at, now).await;
                sent.map(|()| "discharge notices sent")
            }
        };
        match done {
            Ok(what) => self.count(what.to_owned()),
            // Whoever acts finds out as people do.
            Err(status) => match people::refusal(&status) {
                Some(reason) => self.count(format!("refused: {}, {reason}", name(act))),
                None => {
                    return Err(told(&status).context(format!("{} at {}", name(act), output::instant(now))));
                }
            },
        }
        Ok(())
    }

    fn count(&mut self, what: String) {
        *self.counts.entry(what).or_default() += 1;
    }

    async fn send(&self, script: &Script, place: usize) -> Result<String> {
        let message = script.messages.get(place).context("a message of the script")?;
        let outcome = self.intake.accept(&message.reading).await.map_err(|status| told(&status))?;
        Ok(format!("ADT messages {}", name_of(&outcome, message.repeated)))
    }

    /// The ward looks the patient up by the number on the wristband.
    async fn admission(&self, visit: &Visit, at: Timestamp) -> Result<String, Status> {
        let VisitNumber { value, authority } = visit.number.clone();
        let authority = authority.unwrap_or_else(|| visit.hospital.to_string());
        let key = Some(Key::VisitNumber(adm::VisitNumber { authority, value }));
        let mut client = self.people.admissions(visit.ward(at));
        let answer =
            client.get_admission(adm::GetAdmissionRequest { key, ..Default::default() }).await?.into_inner();
        Ok(answer.admission.map(|admission| admission.admission_id).unwrap_or_default())
    }

    async fn assess(&self, visit: &Visit, now: Timestamp) -> Acted {
        let admission_id = self.admission(visit, now).await?;
        self.people.assess(visit.ward(now), admission_id, [true, false, true], now).await
    }

    async fn notify(&self, visit: &Visit, recipients: &[HsaId], now: Timestamp) -> Acted {
        let admission_id = self.admission(visit, now).await?;
        self.people.notify(visit.ward(now), admission_id, recipients, None).await
    }

    async fn confirm(&self, visit: &Visit, assessed_at: Timestamp, now: Timestamp) -> Acted {
        let admission_id = self.admission(visit, now).await?;
        self.people.confirm(visit.ward(now), admission_id, assessed_at).await
    }

    async fn withdraw(&self, visit: &Visit, now: Timestamp) -> Acted {
        let admission_id = self.admission(visit, now).await?;
        self.people.withdraw(visit.ward(now), admission_id, None).await
    }

    async fn send_discharge_notice(&self, visit: &Visit, agreed_at: Timestamp, now: Timestamp) -> Acted {
        let admission_id = self.admission(visit, now).await?;
        let agreement = Agreement {
            agreed_at,
            destination: Destination::HomeWithCare,
            transport: Transport::PatientTransport,
            received_by: Receiver::HomeCare,
        };
        self.people.send_discharge_notice(visit.ward(now), admission_id, agreement).await
    }
}

/// What an act is called when it fails.
fn name(act: &Act) -> &'static str {
    match act {
        Act::Send(_) => "an ADT message",
        Act::Assess(_) => "a judgement of need",
        Act::Notify { .. } => "an admission notice",
        Act::OpenInbox(_) => "an inbox",
        Act::Confirm { .. } => "a confirmation of readiness",
        Act::Withdraw(_) => "a withdrawal of readiness",
        Act::SendDischargeNotice { .. } => "a discharge notice",
    }
}
