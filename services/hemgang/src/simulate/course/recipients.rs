//! Who is told of a stay, and when each takes note.

use hemgang_core::place::HsaId;
use jiff::Timestamp;

use super::{Drawing, minutes};
use crate::simulate::{
    plan::{Act, Told},
    region::{
        HEALTH, MISDIRECTED, NEVER_ACKNOWLEDGED, NO_MUNICIPALITY, OUTPATIENT, RECEIPT_MUNICIPAL,
        RECEIPT_OUTPATIENT, SOCIAL,
    },
};

/// The units of a stay: what is needed of them, who they are, and who was told by mistake.
pub(super) struct Recipients {
    pub units: Vec<HsaId>,
    /// Whom the first notice went to, where units of another municipality were among them.
    pub wrong: Option<Vec<HsaId>>,
    outpatient: Option<HsaId>,
}

impl Recipients {
    /// Who was told and had nothing to do with it.
    pub(super) fn astray(&self) -> Vec<HsaId> {
        let told = self.wrong.iter().flatten();
        told.filter(|unit| !self.units.contains(unit)).cloned().collect()
    }

    /// Those who take part, from the notice until the patient left.
    pub(super) fn told(self, from: Timestamp, to: Timestamp) -> Told {
        Told { units: self.units, outpatient: self.outpatient, from, to }
    }
}

impl Drawing<'_> {
    /// Draws who may be needed, and the units. With skyddad folkbokföring no municipality is told automatically.
    pub(super) fn recipients(&mut self) -> Recipients {
        let secret = self.person.protection == hemgang_proto::common::Protection::ProtectedRegistration;
        let home =
            self.person.home.filter(|_| !secret).and_then(|place| self.places.municipalities.get(place));
        // One draw for both laws, so that each has its share and 12 % have neither.
        let some = 1.0 - NO_MUNICIPALITY;
        let unit = self.dice.unit();
        let (social, health) = (unit < SOCIAL, (some - HEALTH..some).contains(&unit));
        let (social, health) = (social && home.is_some(), health && home.is_some());
        // Where municipal health care is needed the region's outpatient care is told, too: 2 kap. 1 § andra stycket.
        let otherwise = (OUTPATIENT - HEALTH) / (1.0 - HEALTH);
        let outpatient = health || !social || self.dice.chance(otherwise);
        self.stay.needs = [social, health, outpatient];
        let listed = self.person.listed_unit.clone();
        let listed = listed.or_else(|| self.places.outpatient(self.person.home, self.stay.ward, self.dice));
        let listed = listed.filter(|_| outpatient);
        let of = |municipality: &crate::simulate::places::Municipality| {
            let social = municipality.social.clone().filter(|_| social);
            let health = municipality.health.clone().filter(|_| health);
            social.into_iter().chain(health).chain(listed.clone()).collect::<Vec<_>>()
        };
        let units = home.map_or_else(|| listed.iter().cloned().collect(), of);
        let misdirected = (social || health) && self.dice.deal("misdirected", MISDIRECTED);
        let other = self.dice.pick(&self.places.municipalities).filter(|_| misdirected);
        let other = other.filter(|other| home.is_some_and(|home| home.code != other.code));
        Recipients { units, wrong: other.map(of), outpatient: listed }
    }

    /// Each unit opens the case some time after a message, or never.
    pub(super) fn read(&mut self, recipients: &Recipients, sent_at: Timestamp) {
        for unit in &recipients.units {
            let outpatient = recipients.outpatient.as_ref() == Some(unit);
            let hours = if outpatient { RECEIPT_OUTPATIENT } else { RECEIPT_MUNICIPAL };
            // An hour at least, because what is sent within an hour arrives at its end.
            let wait = self.dice.wait(hours).max(minutes(60));
            if !self.dice.chance(NEVER_ACKNOWLEDGED) {
                self.step(sent_at + wait, Act::OpenCase(unit.clone()));
            }
        }
    }
}
