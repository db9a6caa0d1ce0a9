//! The simulated people and hospital systems of a plan: who does what, and what they know of each stay.

mod meetings;

use std::collections::BTreeMap;

use anyhow::Result;
use futures::future::join_all;
use hemgang_core::place::HsaId;
use hemgang_proto::common::{Destination, Receiver, Transport};
use jiff::Timestamp;
use tonic::Status;

use self::meetings::Known;
use super::{
    meetings::Meets,
    plan::{Act, Plan, Stay, Step},
};
use crate::{
    people::{self, Acted, Agreement, CaseOf, People},
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
    /// What is known of each meeting: our id of it, and of the case of a person at home.
    meetings: Vec<Known>,
    counts: BTreeMap<String, usize>,
}

impl<'a, H: Hospitals> Actors<'a, H> {
    /// Actors of a plan.
    pub fn new(people: &'a People, plan: &'a Plan, hospitals: H) -> Self {
        let (known, meetings) = (vec![None; plan.stays.len()], vec![Known::default(); plan.meetings.len()]);
        Self { people, plan, hospitals, known, meetings, counts: BTreeMap::new() }
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
            Act::Meet(meets) => self.meet(step.place, meets).await,
            act => self.go_on(step, act).await,
        };
        self.came_to(step, done)
    }

    /// Units open cases at once, and one case one after the other: a receipt changes the case.
    pub async fn open_cases(&mut self, steps: &[Step]) -> Result<()> {
        let mut cases: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for step in steps {
            cases.entry(self.case_opened_in(step)).or_default().push(step);
        }
        let people = self.people;
        let opened = join_all(cases.into_iter().map(async |(case, steps)| {
            let mut opened = Vec::new();
            for step in steps {
                let count = match (&step.act, case) {
                    (Act::OpenCase(unit) | Act::Meet(Meets::OpenCase(unit)), Some(case)) => {
                        people.open_case(unit, case).await
                    }
                    _ => Err(Status::not_found("the case was refused")),
                };
                opened.push((step, count));
            }
            opened
        }));
        for (step, opened) in opened.await.into_iter().flatten() {
            let done = opened.map(|count| self.acknowledged(count));
            self.came_to(step, done)?;
        }
        Ok(())
    }

    /// None where the admission, or the care request, was refused.
    fn case_opened_in(&self, step: &Step) -> Option<CaseOf<'_>> {
        match &step.act {
            Act::OpenCase(_) => self.known[step.place].as_ref().map(|(id, _)| CaseOf::Admission(id)),
            _ => self.case_of(step.place).ok(),
        }
    }

    fn came_to(&mut self, step: &Step, done: Acted) -> Result<()> {
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
        self.known[step.place] = Some((self.hospitals.admit(step).await?, ward));
        Ok(())
    }

    fn acknowledged(&mut self, count: usize) {
        *self.counts.entry("notices acknowledged".to_owned()).or_default() += count;
    }

    /// Everything after the admission.
    async fn go_on(&mut self, step: &Step, act: &Act) -> Acted {
        let known = self.known[step.place].clone();
        let (id, ward) = known.ok_or_else(|| Status::not_found("the admission was refused"))?;
        let stay = &self.plan.stays[step.place];
        match act {
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
                if let (Act::Transfer(to), Some((_, ward))) = (told, &mut self.known[step.place]) {
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
        Act::OpenCase(_) | Act::Meet(Meets::OpenCase(_)) => "cases opened",
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
        Act::Meet(Meets::Request) => "care requests sent",
        Act::Meet(Meets::Book) => "meetings booked",
        Act::Meet(Meets::Move) => "meetings moved",
        Act::Meet(Meets::Cancel) => "meetings cancelled",
        Act::Meet(Meets::Record) => "meetings held",
    }
}
