//! Hospitals whose systems tell what happens by ADT: each message is written, read and handed in as any other is.

use std::{cell::RefCell, collections::BTreeMap};

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_gateway::{
    adt::{self, AdtKind, SiteMapping, Verdict, VisitNumber},
    hl7,
    intake::Outcome,
};
use hemgang_proto::admission::{self as adm, get_admission_request::Key};
use tonic::Status;

use super::{
    adt::{About, emergency, write},
    senders::{Place, Senders},
};
use crate::{
    people::{Acted, Gateway, People, patiently},
    simulate::{Act, Hospitals, Numbered, Of, Plan, Step},
};

/// Of so many messages one comes again, one brings an emergency visit, one comes from a ward that nobody has mapped.
const AGAIN: usize = 60;
const EMERGENCY: usize = 25;
const UNMAPPED: usize = 400;

/// The systems, and the intake that they send to.
pub struct Systems<'a> {
    people: &'a People,
    plan: &'a Plan,
    site: SiteMapping,
    senders: Senders,
    intake: Gateway<'a>,
    /// What became of the messages, as often as it did.
    counts: RefCell<BTreeMap<String, usize>>,
}

impl<'a> Systems<'a> {
    /// The systems of a site mapping, which act for the stays of a plan.
    pub fn new(people: &'a People, plan: &'a Plan, site: SiteMapping) -> Self {
        let (senders, intake) = (Senders::of(&site), people.gateway());
        Self { people, plan, site, senders, intake, counts: RefCell::default() }
    }

    /// What became of the messages, as often as it did.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.counts.borrow().clone()
    }

    fn place(&self, ward: &HsaId) -> Result<&Place, Status> {
        self.senders.place(ward).ok_or_else(|| Status::internal("a ward whose system is not in the mapping"))
    }

    /// Sends what a step's system writes, and what comes beside it now and then; the visit that it was of.
    async fn send(&self, told: Numbered<'_>, ward: &HsaId) -> Result<Option<VisitNumber>, Status> {
        let Numbered { number, step } = told;
        let (stay, person, _) = self.plan.of(step);
        let from = self.place(ward)?.clone();
        let place = match &step.act {
            Act::Transfer(to) => self.place(to)?.clone(),
            _ => from.clone(),
        };
        let is_transfer = matches!(step.act, Act::Transfer(_));
        let about = About {
            stay,
            person,
            place: &place,
            from: is_transfer.then_some(&from),
            visit: &stay.visit,
            control_id: format!("{}{:06}", place.habits.application, number + 1),
        };
        let message =
            write(step, &about).ok_or_else(|| Status::internal("nothing that a hospital's system tells"))?;
        let visit = self.hand_in(&message, false).await?;
        if number.is_multiple_of(AGAIN) {
            self.hand_in(&message, true).await?;
        }
        if number.is_multiple_of(EMERGENCY) {
            self.hand_in(&emergency(step.at, &about), false).await?;
        }
        if number.is_multiple_of(UNMAPPED) {
            let (visit, place) =
                (format!("{}X", stay.visit), Place { code: "X99".to_owned(), ..place.clone() });
            let about = About { place: &place, visit: &visit, from: None, ..about };
            let admission = Step { act: Act::Admit, ..step.clone() };
            self.hand_in(&write(&admission, &about).unwrap_or_default(), false).await?;
        }
        Ok(visit)
    }

    /// One message on the wire: read, mapped, and given its effect.
    async fn hand_in(&self, bytes: &[u8], again: bool) -> Result<Option<VisitNumber>, Status> {
        let mut visit = None;
        for piece in hl7::read(bytes, None) {
            let message = piece.outcome.map_err(|fault| Status::internal(fault.to_string()))?;
            let today = local_day(self.people.now());
            let reading = adt::read(&message, &self.site, today);
            let reading = reading.map_err(|refusal| Status::internal(refusal.to_string()))?;
            let outcome = patiently(async || self.intake.accept(&reading).await).await?;
            let what = format!("ADT messages {}", name_of(&outcome, again));
            *self.counts.borrow_mut().entry(what).or_default() += 1;
            if let Verdict::Mapped(event) = &reading.verdict
                && event.kind == AdtKind::Admit
            {
                visit.clone_from(&event.visit);
            }
        }
        Ok(visit)
    }
}

/// What became of a message, for counting.
pub fn name_of(outcome: &Outcome, again: bool) -> String {
    match outcome {
        Outcome::Repeated => "repeated, one effect".to_owned(),
        Outcome::Accepted if again => "repeated, one effect".to_owned(),
        Outcome::Accepted => "accepted".to_owned(),
        Outcome::Unchanged => "accepted, nothing new".to_owned(),
        Outcome::Ignored(reason) => format!("ignored: {reason}"),
        Outcome::Unmapped(reason) => format!("parked: {reason}"),
        Outcome::Parked(reason) => format!("parked: {reason}"),
        Outcome::Refused { reason } => format!("parked: {reason}"),
    }
}

#[async_trait::async_trait(?Send)]
impl Hospitals for Systems<'_> {
    async fn admit(&self, told: Numbered<'_>) -> Result<String, Status> {
        let (_, _, ward) = self.plan.of(told.step);
        let visit = self.send(told, &ward.hsa_id).await?;
        // The ward looks the patient up by the number on the wristband.
        let key = visit.map(|VisitNumber { value, authority }| {
            Key::VisitNumber(adm::VisitNumber { value, authority: authority.unwrap_or_default() })
        });
        let mut client = self.people.admissions(&ward.hsa_id);
        let answer =
            client.get_admission(adm::GetAdmissionRequest { key, ..Default::default() }).await?.into_inner();
        Ok(answer.admission.unwrap_or_default().admission_id)
    }

    async fn tell(&self, told: Numbered<'_>, of: Of<'_>) -> Acted {
        self.send(told, of.ward).await.map(drop)
    }
}
