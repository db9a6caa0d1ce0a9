//! The units and municipalities of the county, as they were on any day, who works there, and whom a municipality wants
//! to be told. It is read from two CSV texts or made of what the directory service tells, and then shared by `Arc`.

mod assignment;
mod check;
mod contact;
mod fault;
mod merge;
mod office_hours;
mod read;
mod routing;
#[cfg(test)]
mod tests;
mod unit;

use std::collections::BTreeMap;
use std::io::Read;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};

use crate::{
    day::local_day,
    place::{HsaId, MunicipalityCode},
};

pub use assignment::{Assignment, AssignmentId};
pub use contact::{Contact, ContactOf, MailAddress, MailAddressFault};
pub use fault::{BadLine, DirectoryFault, LineFault, Table};
pub use merge::{Merged, Rights};
pub use office_hours::{Clock, ClockFault, HoursOf, OfficeHours, Opening};
pub use routing::{Asked, Criteria, RoutingRule, RoutingRuleId};
pub use unit::{AgeGroup, Law, Municipality, Specialty, Unit, UnitFunction, UnitKind, UnknownWord};

/// What units there are and which hospital, municipality and law they belong to.
///
/// Rows are dated, so most questions name a local day: an episode of 2023 is judged by the
/// organisation of 2023.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// The rows of one id are in order of time and do not overlap.
    units: BTreeMap<HsaId, Vec<Unit>>,
    municipalities: BTreeMap<MunicipalityCode, Municipality>,
    /// By the person, as tokens name it.
    assignments: BTreeMap<String, Vec<Assignment>>,
    routing_rules: BTreeMap<RoutingRuleId, RoutingRule>,
    /// In order of time.
    office_hours: BTreeMap<HoursOf, Vec<OfficeHours>>,
    /// In order of time.
    contacts: BTreeMap<ContactOf, Vec<Contact>>,
}

impl Directory {
    /// Reads both tables, or tells everything that is wrong with them.
    ///
    /// Either text may begin with a byte order mark; the columns may stand in any order. A table
    /// whose heading is wrong yields that fault alone, since its rows cannot be judged.
    pub fn read(units: impl Read, municipalities: impl Read) -> Result<Self, DirectoryFault> {
        let mut bad = Vec::new();
        let municipalities = read::municipalities(municipalities, &mut bad);
        let units = read::units(units, &mut bad);
        if let (Some(municipalities), Some(units)) = (&municipalities, &units) {
            check::municipalities(municipalities, &mut bad);
            check::units(units, municipalities, &mut bad);
        }
        bad.sort_by_key(|line| (line.table, line.line));
        match (units, municipalities) {
            (Some(units), Some(municipalities)) if bad.is_empty() => Ok(Self::new(units, municipalities)),
            _ => Err(DirectoryFault { lines: bad }),
        }
    }

    fn new(units: Vec<read::At<Unit>>, municipalities: Vec<read::At<Municipality>>) -> Self {
        let mut by_id: BTreeMap<HsaId, Vec<Unit>> = BTreeMap::new();
        for unit in units {
            let rows = by_id.entry(unit.row.hsa_id.clone()).or_default();
            rows.push(unit.row);
        }
        for rows in by_id.values_mut() {
            rows.sort_by_key(|unit| unit.valid_from);
        }
        Self {
            units: by_id,
            municipalities: municipalities
                .into_iter()
                .map(|read::At { row, .. }| (row.code.clone(), row))
                .collect(),
            ..Self::default()
        }
    }

    /// Everything that is known of a unit takes the place of what was; its rows are in order of time.
    pub fn record_unit(&mut self, id: HsaId, rows: Vec<Unit>) {
        self.units.insert(id, rows);
    }

    /// A municipality is new, or is now so.
    pub fn record_municipality(&mut self, municipality: Municipality) {
        self.municipalities.insert(municipality.code.clone(), municipality);
    }

    /// An assignment is new, or is now so.
    pub fn record_assignment(&mut self, assignment: Assignment) {
        let known = self.assignments.entry(assignment.person.to_string()).or_default();
        known.retain(|other| other.assignment_id != assignment.assignment_id);
        known.push(assignment);
    }

    /// A routing rule is new, or is now so.
    pub fn record_routing_rule(&mut self, rule: RoutingRule) {
        self.routing_rules.insert(rule.rule_id, rule);
    }

    /// All hours of some units take the place of what was; they are in order of time.
    pub fn record_office_hours(&mut self, of: HoursOf, rows: Vec<OfficeHours>) {
        self.office_hours.insert(of, rows);
    }

    /// All addresses of a function take the place of what was; they are in order of time.
    pub fn record_contacts(&mut self, of: ContactOf, rows: Vec<Contact>) {
        self.contacts.insert(of, rows);
    }

    /// What is wrong with the rows beside each other, and with which unit.
    pub fn misfits(&self) -> Vec<(HsaId, LineFault)> {
        let at = |(line, row): (u64, &Unit)| read::At { line, row: row.clone() };
        let rows: Vec<_> = (0..).zip(self.units.values().flatten()).map(at).collect();
        let municipalities = self.municipalities.values().cloned().map(|row| read::At { line: 0, row });
        let mut bad = Vec::new();
        check::units(&rows, &municipalities.collect::<Vec<_>>(), &mut bad);
        let unit = |line: u64| rows.iter().find(|at| at.line == line).map(|at| at.row.hsa_id.clone());
        bad.into_iter().filter_map(|bad| Some((unit(bad.line)?, bad.fault))).collect()
    }

    /// Every row of a unit, in order of time.
    pub fn rows(&self, id: &HsaId) -> &[Unit] {
        self.units.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every unit that there was, is or will be, with all its rows.
    pub fn histories(&self) -> impl Iterator<Item = (&HsaId, &[Unit])> {
        self.units.iter().map(|(id, rows)| (id, rows.as_slice()))
    }

    /// Whether there was, is or will be such a unit.
    pub fn knows(&self, id: &HsaId) -> bool {
        self.units.contains_key(id)
    }

    /// The municipality that runs a unit; none for the region's units, which only lie in one: notifying a vårdcentral
    /// tells its municipality nothing.
    ///
    /// On a day on which there is no such unit it is the one that ran it last, or will first: what was sent in the
    /// morning stays the municipality's when the unit is closed at noon.
    pub fn municipality_running(&self, id: &HsaId, on: Date) -> Option<&MunicipalityCode> {
        let rows = self.rows(id);
        let row = rows.iter().rfind(|row| row.valid_from <= on).or(rows.first());
        row?.run_by()
    }

    /// Whether a person has a role at a unit on that day. Where the organisation that runs the unit has assigned the
    /// person anything, ever, only that counts; of whom it has said nothing the token is believed.
    pub fn has_role(&self, person: &str, unit: &HsaId, role: &str, on: Date) -> bool {
        let Some(assigned) = self.assignments.get(person) else { return true };
        let organisation = |unit| self.municipality_running(unit, on);
        let mut own =
            assigned.iter().filter(|other| organisation(&other.unit) == organisation(unit)).peekable();
        own.peek().is_none() || own.any(|own| own.unit == *unit && own.role == role && own.is_valid(on))
    }

    /// All assignments, by the person.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.values().flatten()
    }

    /// All routing rules, by id.
    pub fn routing_rules(&self) -> impl Iterator<Item = &RoutingRule> {
        self.routing_rules.values()
    }

    /// All office hours, by whose they are.
    pub fn office_hours(&self) -> impl Iterator<Item = (&HoursOf, &[OfficeHours])> {
        self.office_hours.iter().map(|(of, rows)| (of, rows.as_slice()))
    }

    /// All addresses of functions, by whose they are.
    pub fn contacts(&self) -> impl Iterator<Item = (&ContactOf, &[Contact])> {
        self.contacts.iter().map(|(of, rows)| (of, rows.as_slice()))
    }

    /// Where a function is reached for a unit on a day: at the unit itself, or else where it is had for several, at the
    /// hospital of a ward or the reception of the municipality, as MAS is. A unit that says nowhere is reached nowhere.
    pub fn addresses(&self, unit: &HsaId, function: UnitFunction, on: Date) -> &[MailAddress] {
        let at = |unit: &HsaId| {
            let of = ContactOf { unit: unit.clone(), function };
            let held = self.contacts.get(&of)?.iter().rfind(|contact| contact.valid_from <= on)?;
            Some(held.addresses.as_slice())
        };
        let above = || {
            let reception = self.municipality_running(unit, on).and_then(|code| self.reception_of(code, on));
            let above = reception.or_else(|| self.hospital_of(unit, on))?;
            at(&above.hsa_id)
        };
        at(unit).or_else(above).unwrap_or_default()
    }

    /// From when to when a unit is manned on a day; none on a day on which it is closed.
    pub fn open(&self, unit: &Unit, on: Date) -> Option<(Clock, Clock)> {
        let hours = |kind| {
            let of = HoursOf { municipality: unit.run_by().cloned(), kind };
            self.office_hours.get(&of)?.iter().rfind(|hours| hours.valid_from <= on)
        };
        office_hours::open(hours(Some(unit.kind)).or_else(|| hours(None)), on)
    }

    /// How many whole minutes a unit was manned between two instants, by its own hours; one that is not known, by the usual
    /// ones.
    pub fn manned_minutes(&self, id: &HsaId, from: Timestamp, to: Timestamp) -> i64 {
        let mut manned = SignedDuration::ZERO;
        let mut day = local_day(from);
        while day <= local_day(to) {
            if let Some((opens, closes)) = self.manned_on(id, day) {
                manned += opens.max(from).duration_until(closes.min(to)).max(SignedDuration::ZERO);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        manned.as_secs() / 60
    }

    /// The first instant at which a unit has been manned for so many minutes since another, by the same hours. Where that
    /// never is, as by a week without an opening, a year later: what waits for it is to be found some day.
    pub fn manned_until(&self, id: &HsaId, from: Timestamp, minutes: i64) -> Timestamp {
        let mut left = SignedDuration::from_mins(minutes);
        let first = local_day(from);
        for day in first.series(1.day()).take(366) {
            let Some((opens, closes)) = self.manned_on(id, day).filter(|(_, closes)| *closes > from) else {
                continue;
            };
            let opens = opens.max(from);
            let open = opens.duration_until(closes);
            if left <= open {
                return opens.saturating_add(left).unwrap_or(closes);
            }
            left -= open;
        }
        from.saturating_add(SignedDuration::from_hours(24 * 366)).unwrap_or(Timestamp::MAX)
    }

    /// From when to when a unit is manned on a day.
    fn manned_on(&self, id: &HsaId, day: Date) -> Option<(Timestamp, Timestamp)> {
        let open = match self.unit(id, day) {
            Some(unit) => self.open(unit, day),
            None => office_hours::open(None, day),
        };
        open.map(|(opens, closes)| (opens.on(day), closes.on(day)))
    }

    /// The rule that holds for somebody on that day: of those that admit the patient the one that asks most.
    pub fn route(&self, asked: &Asked<'_>, on: Date) -> Option<&RoutingRule> {
        let holds = |rule: &&RoutingRule| rule.is_valid(on) && rule.criteria.admit(asked);
        self.routing_rules().filter(holds).max_by_key(|rule| rule.criteria.weight())
    }

    /// The unit as it was on that day; none if it did not exist then.
    pub fn unit(&self, id: &HsaId, on: Date) -> Option<&Unit> {
        self.units.get(id)?.iter().find(|unit| unit.is_valid(on))
    }

    /// The hospital of a ward, or the hospital itself; none for any other kind of unit.
    pub fn hospital_of(&self, id: &HsaId, on: Date) -> Option<&Unit> {
        let unit = self.unit(id, on)?;
        match unit.kind {
            UnitKind::Hospital => Some(unit),
            UnitKind::Ward => self.unit(unit.parent.as_ref()?, on),
            UnitKind::Outpatient | UnitKind::MunicipalUnit | UnitKind::MunicipalReception => None,
        }
    }

    /// The units which the municipality runs, its reception among them.
    ///
    /// Hospitals and vårdcentraler that merely lie there are left out: they belong to the region,
    /// and whoever acts for the municipality does not act for them.
    pub fn units_of_municipality(&self, code: &MunicipalityCode, on: Date) -> impl Iterator<Item = &Unit> {
        self.units(on).filter(move |unit| unit.run_by() == Some(code))
    }

    /// The unit that receives what is addressed to the municipality as a whole.
    pub fn reception_of(&self, code: &MunicipalityCode, on: Date) -> Option<&Unit> {
        self.units_of_municipality(code, on).find(|unit| unit.kind == UnitKind::MunicipalReception)
    }

    /// All units of that day, by id.
    pub fn units(&self, on: Date) -> impl Iterator<Item = &Unit> {
        self.units.values().flatten().filter(move |unit| unit.is_valid(on))
    }

    /// The municipality with that code.
    pub fn municipality(&self, code: &MunicipalityCode) -> Option<&Municipality> {
        self.municipalities.get(code)
    }

    /// All municipalities, by code.
    pub fn municipalities(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.values()
    }
}

/// Whether a day lies between two, both of which count; the last may be open.
fn holds(first: Date, last: Option<Date>, on: Date) -> bool {
    first <= on && last.is_none_or(|last| on <= last)
}
