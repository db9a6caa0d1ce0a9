//! The simulated people and hospital systems of a plan: who does what, and what they know of each stay.

use std::collections::BTreeMap;

use anyhow::Result;
use hemgang_core::place::HsaId;
use hemgang_proto::common::{Destination, Receiver, Transport};
use jiff::Timestamp;
use tonic::Status;

use super::plan::{Act, Plan, Stay, Step};
use crate::{
    people::{self, Acted, Agreement, People},
    target::told,
};

/// How hospitals' systems tell what happens.
#[async_trait::async_trait]
pub trait Hospitals: Send {
    /// Tells that the patient came, and learns our id.
    async fn admit(&mut self, step: &Step) -> Result<String, Status>;

    /// Tells what happened to a stay that is known.
    async fn tell(&mut self, step: &Step, of: Of<'_>) -> Acted;
}

/// What a hospital knows of a stay once it is admitted.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    pub admission_id: &'a str,
    /// Where the patient is, as far as was told.
    pub ward: &'a HsaId,
}

/// Everybody who acts, and what they know of each stay.
pub struct Actors<'a, H> {
    people: &'a People,
    plan: &'a Plan,
    hospitals: H,
    /// Our id and the ward of each stay that is admitted.
    known: Vec<Option<(String, HsaId)>>,
    counts: BTreeMap<String, usize>,
}

impl<'a, H: Hospitals> Actors<'a, H> {
    /// Actors of a plan.
    pub fn new(people: &'a People, plan: &'a Plan, hospitals: H) -> Self {
        Self { people, plan, hospitals, known: vec![None; plan.stays.len()], counts: BTreeMap::new() }
    }

    /// How often what happened.
    pub fn counts(&self) -> &BTreeMap<String, usize> {
        &self.counts
    }

    /// The hospitals.
    pub fn hospitals(&self) -> &H {
        &self.hospitals
    }

    /// Does one thing. What was refused is counted where life brings it with it; anything else ends the run.
    pub async fn act(&mut self, step: &Step) -> Result<()> {
        let done = match &step.act {
            Act::Admit => self.admit(step).await,
            act => self.go_on(step, act).await,
        };
        match done {
            Ok(()) => *self.counts.entry(name(&step.act).to_owned()).or_default() += 1,
            Err(status) => match people::refusal(&status) {
                Some(_) if step.act == Act::Admit => {
                    let advice = "the server was told of this region before; choose another --seed";
                    return Err(told(&status).context(advice));
                }
                Some(reason) => {
                    *self.counts.entry(format!("refused: {}, {reason}", name(&step.act))).or_default() += 1;
                }
                None => return Err(told(&status).context(format!("{} of {}", name(&step.act), step.at))),
            },
        }
        Ok(())
    }

    async fn admit(&mut self, step: &Step) -> Acted {
        let (_, _, ward) = self.plan.of(step);
        let ward = ward.hsa_id.clone();
        self.known[step.stay] = Some((self.hospitals.admit(step).await?, ward));
        Ok(())
    }

    /// Everything after the admission.
    async fn go_on(&mut self, step: &Step, act: &Act) -> Acted {
        let known = self.known[step.stay].clone();
        let (id, ward) = known.ok_or_else(|| Status::not_found("the admission was refused"))?;
        let stay = &self.plan.stays[step.stay];
        match act {
            Act::OpenInbox(unit) => {
                let count = self.people.open_inbox(unit, Some(&id)).await?;
                *self.counts.entry("notices acknowledged".to_owned()).or_default() += count;
                Ok(())
            }
            Act::Assess => self.people.assess(&ward, id, stay.needs, step.at).await,
            Act::Notify(units, expected) => self.people.notify(&ward, id, units, Some(*expected)).await,
            Act::Confirm(assessed_at) => self.people.confirm(&ward, id, *assessed_at).await,
            Act::Reconfirm => self.people.confirm(&ward, id, step.at).await,
            Act::Withdraw => self.people.withdraw(&ward, id, Some(step.at)).await,
            Act::SendDischargeNotice(agreed_at) => {
                self.people.send_discharge_notice(&ward, id, agreement(stay, *agreed_at)).await
            }
            told => {
                self.hospitals.tell(step, Of { admission_id: &id, ward: &ward }).await?;
                if let (Act::Transfer(to), Some((_, ward))) = (told, &mut self.known[step.stay]) {
                    ward.clone_from(to);
                }
                Ok(())
            }
        }
    }
}

/// What was agreed, as goes with where the patient goes.
fn agreement(stay: &Stay, agreed_at: Timestamp) -> Agreement {
    let (transport, received_by) = match stay.destination {
        Destination::Home => (Transport::Own, Receiver::Relative),
        Destination::HomeWithCare => (Transport::PatientTransport, Receiver::HomeCare),
        _ => (Transport::PatientTransport, Receiver::CareHome),
    };
    Agreement { agreed_at, destination: stay.destination, transport, received_by }
}

/// What an act is called in the tally.
fn name(act: &Act) -> &'static str {
    match act {
        Act::OpenInbox(_) => "inboxes opened",
        Act::Admit => "admissions",
        Act::Void => "admissions voided",
        Act::Merge => "reserve numbers merged",
        Act::Assess => "needs assessed",
        Act::Notify(..) => "admission notices sent",
        Act::ChangeExpected(_) => "expected discharges changed",
        Act::Transfer(_) => "transfers",
        Act::StartLeave => "leaves begun",
        Act::EndLeave => "leaves ended",
        Act::Confirm(_) => "readiness confirmed",
        Act::Reconfirm => "readiness confirmed again after a move",
        Act::Withdraw => "readiness withdrawn",
        Act::SendDischargeNotice(_) => "discharge notices sent",
        Act::Discharge(_) => "discharges",
        Act::CancelDischarge => "discharges cancelled",
        Act::Die => "deaths",
    }
}
