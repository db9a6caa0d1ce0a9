//! What the ADT messages say, in the order they were sent, and the visits that they tell of.

use std::collections::{BTreeMap, HashSet};

use hemgang_core::{
    day::local_day,
    place::{HsaId, MunicipalityCode},
};
use hemgang_gateway::{
    adt::{self, AdtEvent, AdtKind, DischargedTo, Reading, SiteMapping, Verdict, VisitNumber},
    hl7::{self, Piece},
};
use jiff::Timestamp;

/// All messages and visits.
#[derive(Debug)]
pub struct Script {
    /// In the order they were sent.
    pub messages: Vec<Sent>,
    /// In the order they begin.
    pub visits: Vec<Visit>,
    /// Pieces that were no message, by reason.
    pub refused: BTreeMap<String, usize>,
}

/// One message.
#[derive(Debug)]
pub struct Sent {
    /// When it was sent.
    pub at: Timestamp,
    /// What it says.
    pub reading: Reading,
    /// Whether the same message came before.
    pub repeated: bool,
}

/// What will have been of a visit.
#[derive(Debug)]
pub struct Visit {
    pub number: VisitNumber,
    pub hospital: HsaId,
    pub admitted_at: Timestamp,
    /// Wards and since when the services know of them.
    pub wards: Vec<(Timestamp, HsaId)>,
    pub left: Option<(Timestamp, DischargedTo)>,
    /// When the admission was cancelled.
    pub cancelled_at: Option<Timestamp>,
    pub municipality: Option<MunicipalityCode>,
    pub listed_unit: Option<HsaId>,
}

impl Visit {
    /// The ward at a time.
    pub fn ward(&self, at: Timestamp) -> &HsaId {
        let known = self.wards.iter().rev().find(|(since, _)| *since <= at);
        known.or(self.wards.first()).map_or(&self.hospital, |(_, ward)| ward)
    }
}

impl Script {
    /// Reads files of messages.
    pub fn read(files: &[Vec<u8>], site: &SiteMapping) -> Self {
        let (mut messages, mut refused) = (Vec::new(), BTreeMap::new());
        for file in files {
            // A message that does not say when it was sent came when the one before it did.
            let mut last = None;
            for piece in hl7::read(file, None) {
                match read(piece, site, &mut last) {
                    Ok(message) => messages.push(message),
                    Err(reason) => *refused.entry(reason).or_default() += 1,
                }
            }
        }
        messages.sort_by_key(|message| message.at);
        let mut seen = HashSet::new();
        for message in &mut messages {
            message.repeated = !seen.insert(message.reading.envelope.repeat_key());
        }
        let visits = visits(&messages);
        Self { messages, visits, refused }
    }

    /// When the first message was sent.
    pub fn first_sent(&self) -> Option<Timestamp> {
        self.messages.first().map(|message| message.at)
    }

    /// Leaves out what was sent later.
    pub fn end_at(&mut self, end: Timestamp) {
        self.messages.retain(|message| message.at < end);
        self.visits = visits(&self.messages);
    }
}

/// One piece of a file as a message, or the reason why it is none.
fn read(piece: Piece<'_>, site: &SiteMapping, last: &mut Option<Timestamp>) -> Result<Sent, String> {
    let message = piece.outcome.map_err(|fault| fault.to_string())?;
    let today = last.map_or_else(|| jiff::civil::date(2026, 1, 1), local_day);
    let reading = adt::read(&message, site, today).map_err(|refusal| refusal.to_string())?;
    *last = reading.envelope.sent_at.map(|stamp| stamp.at).or(*last);
    let at = last.ok_or("neither it nor a message before it says when it was sent")?;
    Ok(Sent { at, reading, repeated: false })
}

fn visits(messages: &[Sent]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for message in messages {
        let Verdict::Mapped(event) = &message.reading.verdict else { continue };
        let Some(number) = &event.visit else { continue };
        match visits.iter_mut().find(|visit| visit.number == *number && visit.hospital_system(event)) {
            Some(visit) => visit.later(event, message.at),
            None => visits.extend(Visit::begin(event, number, message.at)),
        }
    }
    visits
}

impl Visit {
    fn begin(event: &AdtEvent, number: &VisitNumber, known_at: Timestamp) -> Option<Self> {
        if event.kind != AdtKind::Admit {
            return None;
        }
        Some(Self {
            number: number.clone(),
            hospital: event.hospital.clone(),
            admitted_at: event.admitted_at.unwrap_or(event.occurred_at).stamp.at,
            wards: vec![(known_at, event.ward.clone()?)],
            left: None,
            cancelled_at: None,
            municipality: event.patient.municipality.clone(),
            listed_unit: event.patient.listed_unit.clone(),
        })
    }

    /// Numbers without an authority are the hospital's own.
    fn hospital_system(&self, event: &AdtEvent) -> bool {
        self.number.authority.is_some() || self.hospital == event.hospital
    }

    fn later(&mut self, event: &AdtEvent, known_at: Timestamp) {
        match event.kind {
            AdtKind::Transfer => self.wards.extend(event.ward.clone().map(|ward| (known_at, ward))),
            AdtKind::Discharge => {
                let at = event.discharged_at.unwrap_or(event.occurred_at).stamp.at;
                let died = event.patient.death.is_some();
                let to = event.discharged_to.unwrap_or(DischargedTo::Home);
                self.left = Some((at, if died { DischargedTo::Deceased } else { to }));
            }
            AdtKind::CancelAdmit => self.cancelled_at = Some(known_at),
            _ => {}
        }
    }
}
