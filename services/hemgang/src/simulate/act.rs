//! The simulated people and hospital systems of a plan: who does what, and what they know of each stay.

mod meetings;

use std::{cell::RefCell, collections::BTreeMap};

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
    people::{self, Acted, Agreement, CaseOf, People, patiently},
    target::told,
};

/// How hospitals' systems tell what happens.
#[async_trait::async_trait(?Send)]
pub trait Hospitals {
    /// Tells that the patient came, and learns our id.
    async fn admit(&self, step: Numbered<'_>) -> Result<String, Status>;

    /// Tells what happened to a stay that is known.
    async fn tell(&self, step: Numbered<'_>, of: Of<'_>) -> Acted;
}

/// A step of a plan and its number there, which is the same however many act at once.
#[derive(Clone, Copy)]
pub struct Numbered<'a> {
    pub number: usize,
    pub step: &'a Step,
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
    known: RefCell<Vec<Option<(String, HsaId)>>>,
    /// What is known of each meeting: our id of it, and of the case of a person at home.
    meetings: RefCell<Vec<Known>>,
    /// How many steps of the plan were done.
    done: usize,
    counts: BTreeMap<String, usize>,
}

impl<'a, H: Hospitals> Actors<'a, H> {
    /// Actors of a plan.
    pub fn new(people: &'a People, plan: &'a Plan, hospitals: H) -> Self {
        let (known, meetings) = (vec![None; plan.stays.len()], vec![Known::default(); plan.meetings.len()]);
        let (known, meetings) = (RefCell::new(known), RefCell::new(meetings));
        Self { people, plan, hospitals, known, meetings, done: 0, counts: BTreeMap::new() }
    }

    /// How often what happened.
    pub fn counts(&self) -> &BTreeMap<String, usize> {
        &self.counts
    }

    /// The hospitals.
    pub fn hospitals(&self) -> &H {
        &self.hospitals
    }

    /// Does the steps of an hour: what concerns one person in order, different persons at once, as a region does.
    /// What was refused is counted where life brings it with it; anything else ends the run.
    pub async fn act(&mut self, steps: &[Step]) -> Result<()> {
        let mut courses: BTreeMap<usize, Vec<Numbered<'_>>> = BTreeMap::new();
        for (number, step) in (self.done..).zip(steps) {
            courses.entry(self.plan.person_of(step)).or_default().push(Numbered { number, step });
        }
        let this = &*self;
        let done = join_all(courses.into_values().map(async |steps| {
            let mut done = Vec::with_capacity(steps.len());
            for Numbered { number, step } in steps {
                done.push((step, this.act_one(Numbered { number, step }).await));
            }
            done
        }));
        for (step, acted) in done.await.into_iter().flatten() {
            self.came_to(step, acted)?;
        }
        self.done += steps.len();
        Ok(())
    }

    /// Does one thing, and says how many notices were acknowledged by it.
    async fn act_one(&self, numbered: Numbered<'_>) -> Result<usize, Status> {
        let Numbered { step, .. } = numbered;
        match &step.act {
            Act::Admit => patiently(async || self.admit(numbered).await).await?,
            Act::OpenCase(unit) => {
                let (id, _) = self.known(step.place)?;
                return self.people.open_case(unit, CaseOf::Admission(id)).await;
            }
            Act::Meet(Meets::OpenCase(unit)) => {
                return self.people.open_case(unit, self.case_of(step.place)?).await;
            }
            Act::Meet(meets) => patiently(async || self.meet(step.place, meets).await).await?,
            act => patiently(async || self.go_on(numbered, act).await).await?,
        }
        Ok(0)
    }

    /// Our id and the ward of a stay.
    fn known(&self, stay: usize) -> Result<(String, HsaId), Status> {
        self.known.borrow()[stay].clone().ok_or_else(|| Status::not_found("the admission was refused"))
    }

    fn came_to(&mut self, step: &Step, done: Result<usize, Status>) -> Result<()> {
        match done {
            Ok(acknowledged) => {
                *self.counts.entry(name(&step.act).to_owned()).or_default() += 1;
                if acknowledged > 0 {
                    *self.counts.entry("notices acknowledged".to_owned()).or_default() += acknowledged;
                }
            }
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

    async fn admit(&self, numbered: Numbered<'_>) -> Acted {
        let Numbered { step, .. } = numbered;
        let (_, _, ward) = self.plan.of(step);
        let admission_id = self.hospitals.admit(numbered).await?;
        self.known.borrow_mut()[step.place] = Some((admission_id, ward.hsa_id.clone()));
        Ok(())
    }

    /// Everything after the admission.
    async fn go_on(&self, numbered: Numbered<'_>, act: &Act) -> Acted {
        let Numbered { step, .. } = numbered;
        let (id, ward) = self.known(step.place)?;
        let stay = &self.plan.stays[step.place];
        match act {
            Act::Assess => self.people.assess(&ward, id, stay.needs, step.at).await,
            Act::Notify(units, expected) => self.people.notify(&ward, id, units, Some(*expected)).await,
            Act::ReportMisdirected(unit) => self.people.report_misdirected(unit, id).await,
            Act::AppointContact(unit) => self.people.appoint_contact(unit, CaseOf::Admission(id)).await,
            Act::HandOver => self.people.hand_over(&ward, id).await,
            Act::Interrupt => self.people.interrupt(&ward, id).await,
            Act::Close => self.people.close(&ward, id).await,
            Act::SeeSipNeed(unit) => self.people.see_sip_need(unit, id).await,
            Act::RefuseSip(unit) => self.people.refuse_sip(unit, id).await,
            Act::Confirm(assessed_at) => self.people.confirm(&ward, id, *assessed_at).await,
            Act::Reconfirm => self.people.confirm(&ward, id, step.at).await,
            Act::Withdraw => self.people.withdraw(&ward, id, Some(step.at)).await,
            Act::SendDischargeNotice(agreed_at) => {
                self.people.send_discharge_notice(&ward, id, agreement(stay, *agreed_at)).await
            }
            told => {
                self.hospitals.tell(numbered, Of { admission_id: &id, ward: &ward }).await?;
                if let (Act::Transfer(to), Some((_, ward))) = (told, &mut self.known.borrow_mut()[step.place])
                {
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
        Act::ReportMisdirected(_) => "notices misdirected",
        Act::AppointContact(_) => "care contacts named",
        Act::HandOver => "discharge information transferred",
        Act::Interrupt => "cases interrupted",
        Act::Close => "cases closed",
        Act::SeeSipNeed(_) => "needs of a SIP recorded",
        Act::RefuseSip(_) => "SIP refused",
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
        Act::Meet(Meets::DrawUp) => "plans (SIP) written",
        Act::Meet(Meets::Approve(_)) => "plans (SIP) approved",
        Act::Meet(Meets::Record) => "meetings held",
    }
}
