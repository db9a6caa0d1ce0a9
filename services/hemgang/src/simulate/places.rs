//! Where people live, are admitted and are expected: the directory's units with the volume of each municipality.

use anyhow::{Context as _, Result};
use hemgang_core::{
    directory::{Directory, Law, Specialty, Unit, UnitKind},
    place::{HsaId, MunicipalityCode},
};
use jiff::civil::Date;

use super::{
    dice::Dice,
    region::{AT_HOME, AT_UNIVERSITY, GROUP_OTHERWISE, GROUPS, OLDEST, SAME_DAY_SPREAD, UNIVERSITY},
};

/// Inhabitants by municipality, of the latest year that the design's `municipalities.csv` has one for.
const POPULATION: &str = include_str!("population.csv");

/// A municipality as a sender of patients and a receiver of notices.
#[derive(Debug)]
pub struct Municipality {
    pub code: MunicipalityCode,
    pub name: String,
    /// Its part of the region's patients: population × share of 80 and more.
    pub volume: f64,
    /// By how much the logit of its same-day share differs.
    pub effect: f64,
    /// The hospital group where its people are admitted mostly.
    group: &'static str,
    pub social: Option<HsaId>,
    pub health: Option<HsaId>,
    pub outpatient: Vec<HsaId>,
}

/// A ward of the region.
#[derive(Debug)]
pub struct Ward {
    pub hsa_id: HsaId,
    pub hospital: HsaId,
    pub psychiatric: bool,
    group: String,
    /// The municipality where the hospital lies.
    pub town: Option<MunicipalityCode>,
}

/// Everything that a plan needs to know of the directory.
#[derive(Debug)]
pub struct Places {
    pub municipalities: Vec<Municipality>,
    pub wards: Vec<Ward>,
}

impl Places {
    /// Reads the directory as it is on a day; the municipalities' differences are the seed's.
    pub fn read(directory: &Directory, on: Date, hospitals: &[HsaId], dice: &mut Dice) -> Result<Self> {
        let mut municipalities = Vec::new();
        for line in POPULATION.lines().skip(1) {
            let mut fields = line.split(',');
            let (code, people) = fields.next().zip(fields.next()).context("a line of the population")?;
            let code = MunicipalityCode::parse(code)?;
            let people: f64 = people.parse()?;
            if directory.municipality(&code).is_some() {
                let effect = dice.normal() * SAME_DAY_SPREAD;
                municipalities.push(Municipality::read(directory, on, code, people, effect));
            }
        }
        share_out(&mut municipalities);
        let takes_part = |ward: &Ward| hospitals.is_empty() || hospitals.contains(&ward.hospital);
        let wards = directory.units(on).filter_map(|unit| ward(directory, unit, on)).filter(takes_part);
        let wards = wards.collect();
        Ok(Self { municipalities, wards })
    }

    /// A ward for somebody of a municipality, or of none: near, at the university hospital, or anywhere.
    pub fn ward(&self, home: Option<usize>, psychiatric: bool, dice: &mut Dice) -> Option<usize> {
        let home = home.and_then(|place| self.municipalities.get(place)).map(|home| home.group);
        let group = match dice.unit() {
            unit if unit < AT_HOME => home,
            unit if unit < AT_HOME + AT_UNIVERSITY => Some(UNIVERSITY),
            _ => None,
        };
        let of = |group: Option<&str>| -> Vec<usize> {
            let wards = self.wards.iter().enumerate().filter(|(_, ward)| ward.psychiatric == psychiatric);
            let wards = wards.filter(|(_, ward)| group.is_none_or(|group| ward.group == group));
            wards.map(|(place, _)| place).collect()
        };
        let near = of(group);
        let wards = if near.is_empty() { of(None) } else { near };
        dice.pick(&wards).copied()
    }

    /// Another ward of the same hospital and specialty.
    pub fn other_ward(&self, than: usize, dice: &mut Dice) -> Option<usize> {
        let from = self.wards.get(than)?;
        let fits = |ward: &Ward| ward.hospital == from.hospital && ward.psychiatric == from.psychiatric;
        let wards = self.wards.iter().enumerate().filter(|(place, ward)| *place != than && fits(ward));
        let wards: Vec<_> = wards.map(|(place, _)| place).collect();
        dice.pick(&wards).copied()
    }

    /// An outpatient unit of a municipality, or of the town of a ward for those of none.
    pub fn outpatient(&self, home: Option<usize>, ward: usize, dice: &mut Dice) -> Option<HsaId> {
        let town = || {
            let town = self.wards.get(ward)?.town.as_ref()?;
            self.municipalities.iter().find(|municipality| municipality.code == *town)
        };
        let home = home.and_then(|place| self.municipalities.get(place)).or_else(town)?;
        dice.pick(&home.outpatient).cloned()
    }
}

impl Municipality {
    fn read(directory: &Directory, on: Date, code: MunicipalityCode, people: f64, effect: f64) -> Self {
        let known = directory.municipality(&code);
        let area = known.and_then(|known| known.area.clone());
        let group = GROUPS.iter().find(|(name, _)| Some(*name) == area.as_deref());
        let of_law = |law| {
            let unit = directory.units_of_municipality(&code, on).find(|unit| unit.law == Some(law));
            unit.map(|unit| unit.hsa_id.clone())
        };
        let own = |unit: &&Unit| {
            unit.kind == UnitKind::Outpatient
                && unit.municipality.as_ref() == Some(&code)
                && unit.specialty != Some(Specialty::Psychiatric)
        };
        Self {
            social: of_law(Law::SoL),
            health: of_law(Law::Hsl),
            outpatient: directory.units(on).filter(own).map(|unit| unit.hsa_id.clone()).collect(),
            group: group.map_or(GROUP_OTHERWISE, |(_, group)| group),
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            volume: people,
            effect,
            code,
        }
    }
}

/// Makes volumes of populations, which sum to one, and differences of logits, which weighted by them sum to none: or
/// the largest municipality's would move the whole region.
fn share_out(municipalities: &mut [Municipality]) {
    let size = |municipality: &Municipality| municipality.volume.ln();
    let least = municipalities.iter().map(size).fold(f64::MAX, f64::min);
    let most = municipalities.iter().map(size).fold(f64::MIN, f64::max);
    for municipality in &mut *municipalities {
        let place = (size(municipality) - least) / (most - least).max(f64::EPSILON);
        municipality.volume *= OLDEST.0 + place * (OLDEST.1 - OLDEST.0);
    }
    let sum: f64 = municipalities.iter().map(|municipality| municipality.volume).sum();
    for municipality in &mut *municipalities {
        municipality.volume /= sum;
    }
    let mean: f64 = municipalities.iter().map(|municipality| municipality.volume * municipality.effect).sum();
    for municipality in municipalities {
        municipality.effect -= mean;
    }
}

/// Wards for adults: everybody here is one, because few children are anybody's case.
fn ward(directory: &Directory, unit: &Unit, on: Date) -> Option<Ward> {
    if unit.kind != UnitKind::Ward || unit.name.contains("Barn") {
        return None;
    }
    let hospital = directory.hospital_of(&unit.hsa_id, on)?;
    Some(Ward {
        hsa_id: unit.hsa_id.clone(),
        hospital: hospital.hsa_id.clone(),
        psychiatric: unit.specialty == Some(Specialty::Psychiatric),
        group: hospital.hospital_group.clone().unwrap_or_default(),
        town: hospital.municipality.clone(),
    })
}
