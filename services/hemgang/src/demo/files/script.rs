//! What the ADT messages say, in the order they were sent, and the visits that they tell of.

use std::collections::{BTreeMap, HashSet};

use hemgang_core::{
    day::local_day,
    directory::Directory,
    place::{HsaId, MunicipalityCode},
};
use hemgang_gateway::{
    adt::{self, AdtEvent, AdtKind, DischargedTo, Reading, SiteMapping, Verdict, VisitNumber},
    hl7::{self, Piece},
};
use jiff::{SignedDuration, Timestamp};

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
    pub fn read(files: &[Vec<u8>], site: &SiteMapping, directory: &Directory) -> Self {
        let (mut messages, mut refused) = (Vec::new(), BTreeMap::new());
        for file in files {
            // A message that does not say when it was sent came when the one before it did.
            let mut last = None;
            for raw in hl7::split(file) {
                match read(site.piece(raw), site, &mut last) {
                    Ok(message) => messages.push(message),
                    Err(reason) => *refused.entry(reason).or_default() += 1,
                }
            }
        }
        messages.sort_by_key(|message| message.at);
        let odd = out_of_time(&mut messages, directory);
        if odd > 0 {
            *refused
                .entry("sent before there were units, or years from most of the others".to_owned())
                .or_default() += odd;
        }
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

/// How far from the middle of them messages are shown. Twenty years is the longest period that has figures.
const NEAR: SignedDuration = SignedDuration::from_hours(9 * 365 * 24);

/// Leaves out what one wrong date would stretch the story to: it is shown day by day, and by people whose units the
/// directory has. How many messages that were.
fn out_of_time(messages: &mut Vec<Sent>, directory: &Directory) -> usize {
    let sent = messages.len();
    messages.retain(|message| directory.units(local_day(message.at)).next().is_some());
    if let Some(middle) = messages.get(messages.len() / 2).map(|message| message.at) {
        messages.retain(|message| message.at.duration_since(middle).abs() <= NEAR);
    }
    sent - messages.len()
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
            municipality: event.patient.municipality.stated().cloned(),
            listed_unit: event.patient.listed_unit.stated().cloned(),
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

#[cfg(test)]
mod tests {
    use super::{super::plan::steps, *};

    fn message(sent: &str, event: &str, visit: &str, left: &str) -> String {
        format!(
            "MSH|^~\\&|ADTNU|NAL|||{sent}||ADT^{event}|{visit}{event}|P|2.5\rEVN||{sent}\r\
             PID|1||19500907-2553^^^SKATTEVERKET^NI\rPV1|1|I|N41{}{visit}{}{left}\rZPI|1|1488\r",
            "|".repeat(16),
            "|".repeat(26)
        )
    }

    #[test]
    fn a_wrong_year_neither_stretches_the_story_nor_moves_people() {
        let site = SiteMapping::from_toml(include_str!("../site.toml")).expect("a mapping");
        let files: Vec<_> = [
            ("202601010800", "A01", "1", ""),
            ("202601030800", "A03", "1", "209901030800"),
            ("202601020800", "A01", "2", ""),
            ("202601040800", "A03", "2", "999912302200"),
            ("100001010800", "A08", "1", ""),
            ("199801010800", "A08", "1", ""),
            ("209901010800", "A08", "2", ""),
        ]
        .map(|(sent, event, visit, left)| message(sent, event, visit, left).into_bytes())
        .into();
        let (units, municipalities) = (hemgang_directory::UNITS, hemgang_directory::MUNICIPALITIES);
        let directory = Directory::read(units.as_bytes(), municipalities.as_bytes()).expect("a directory");
        let script = Script::read(&files, &site, &directory);
        assert_eq!((script.messages.len(), script.visits.len()), (4, 2));
        assert_eq!(script.refused.values().sum::<usize>(), 3);
        let (first, last) = (script.messages[0].at, script.messages[3].at);
        for seed in 0..20 {
            let steps = steps(&script, &directory, seed);
            let until = last + SignedDuration::from_hours(7 * 24);
            assert!(steps.iter().all(|step| first <= step.at && step.at <= until));
        }
    }
}
