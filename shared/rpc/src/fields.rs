//! Reads a request's fields and collects every violation, so that a caller mends all of them at once.

use std::{fmt::Display, str::FromStr, time::Duration};

use hemgang_core::{
    directory::{Directory, Unit, UnitKind},
    expected::ExpectedDischarge,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{common as pb, google::r#type::Date as WireDate};
use jiff::{SignedDuration, Timestamp, civil::Date};
use pbjson_types::Timestamp as WireTimestamp;

use crate::{
    call::Call,
    context::Context,
    entry::Entry,
    failure::{Failure, Violation},
    wire,
};

/// Clocks of senders may run a little ahead of ours.
const AHEAD: Duration = Duration::from_mins(5);

/// Years in which something of a stay can be, or be expected.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// No patient's stay began earlier.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(130 * 366 * 24);

/// The longest text that a field takes.
const LONGEST_TEXT: usize = 2000;

/// Collects violations. Each reader returns none when its field is wrong, and says why in here.
#[derive(Debug)]
pub struct Fields<'a> {
    directory: &'a Directory,
    now: Timestamp,
    today: Date,
    /// The day whose directory counts.
    units_on: Date,
    violations: Vec<Violation>,
}

impl<'a> Fields<'a> {
    /// Starts with what the call itself got wrong.
    pub fn new(cx: &Context, call: &'a Call) -> Self {
        let today = hemgang_core::day::local_day(call.now);
        let violations = call.violations().to_vec();
        Self { directory: call.directory(cx), now: call.now, today, units_on: today, violations }
    }

    /// Adds a violation.
    pub fn wrong(&mut self, field: impl Into<String>, description: impl Display) {
        self.violations.push(Violation { field: field.into(), description: description.to_string() });
    }

    /// Ends the reading: what `make` puts together, or every violation.
    ///
    /// # Errors
    /// When any field was wrong.
    pub fn finish<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, Failure> {
        match make() {
            Some(whole) if self.violations.is_empty() => Ok(whole),
            _ => Err(Failure::Invalid(self.violations)),
        }
    }

    /// The directory of the call.
    pub fn directory(&self) -> &'a Directory {
        self.directory
    }

    /// Today, the local day of the call.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The day on which units are looked up: today, or that of an entry.
    pub fn units_on(&self) -> Date {
        self.units_on
    }

    /// That something is told afterwards, or nothing. The outer option is none when it is wrong. Read it first: units
    /// are looked up from then on as they were on its day, for a ward of last year may be closed today.
    pub fn entry(&mut self, said: Option<&pb::RetrospectiveEntry>) -> Option<Option<Entry>> {
        let Some(said) = said else { return Some(None) };
        let reason = self.choice("retrospective_entry.reason", said.reason);
        let stated_at = self.past("retrospective_entry.stated_at", said.stated_at.as_ref());
        if let Some(stated_at) = stated_at {
            self.units_on = hemgang_core::day::local_day(stated_at);
        }
        Some(Some(Entry { reason: reason?, stated_at: stated_at? }))
    }

    /// A required value that parses.
    pub fn parsed<T>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        if text.is_empty() {
            self.wrong(field, "is required");
            return None;
        }
        text.parse().map_err(|fault| self.wrong(field, fault)).ok()
    }

    /// A value that parses, or nothing. The outer option is none when it is wrong.
    pub fn optional<T>(&mut self, field: &str, text: &str) -> Option<Option<T>>
    where
        T: FromStr<Err: Display>,
    {
        if text.is_empty() { Some(None) } else { self.parsed(field, text).map(Some) }
    }

    /// An enum of the contract that must be set.
    pub fn choice<T>(&mut self, field: &str, value: i32) -> Option<T>
    where
        T: TryFrom<i32> + Default + PartialEq,
    {
        let chosen = self.choice_or_default(field, value)?;
        if chosen == T::default() {
            self.wrong(field, "is required");
            return None;
        }
        Some(chosen)
    }

    /// An enum of the contract that may be unspecified.
    pub fn choice_or_default<T: TryFrom<i32>>(&mut self, field: &str, value: i32) -> Option<T> {
        T::try_from(value).map_err(|_| self.wrong(field, "is not a known value")).ok()
    }

    /// States to list: every one that is asked for, all when none is. The statement takes a fixed number of them,
    /// so the first stands in for those not asked for.
    pub fn states<T, const N: usize>(&mut self, field: &str, asked: &[i32], all: [T; N]) -> Option<[T; N]>
    where
        T: TryFrom<i32> + Default + PartialEq + Copy,
    {
        let asked: Vec<_> = self.each(field, asked, |fields, path, state| fields.choice(path, *state));
        let asked = asked.into_iter().collect::<Option<Vec<T>>>()?;
        let Some(first) = asked.first() else { return Some(all) };
        Some(all.map(|state| if asked.contains(&state) { state } else { *first }))
    }

    /// Reads every item of a repeated field by its own path.
    pub fn each<'i, I, T>(
        &mut self,
        field: &str,
        items: &'i [I],
        mut read: impl FnMut(&mut Self, &str, &'i I) -> Option<T>,
    ) -> Vec<Option<T>> {
        let items = items.iter().enumerate();
        items.map(|(place, item)| read(self, &format!("{field}[{place}]"), item)).collect()
    }

    /// Free text within bounds and without NUL, which PostgreSQL does not keep.
    pub fn text(&mut self, field: &str, text: &str) -> Option<String> {
        if text.chars().count() > LONGEST_TEXT {
            self.wrong(field, format!("is longer than {LONGEST_TEXT} characters"));
            return None;
        }
        if text.contains('\0') {
            self.wrong(field, "holds a NUL character");
            return None;
        }
        Some(text.to_owned())
    }

    /// Text that must say something.
    pub fn required_text(&mut self, field: &str, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            self.wrong(field, "is required");
            return None;
        }
        self.text(field, text)
    }

    /// An instant that may lie in the future.
    pub fn instant(&mut self, field: &str, at: Option<&WireTimestamp>) -> Option<Timestamp> {
        let Some(at) = at else {
            self.wrong(field, "is required");
            return None;
        };
        let instant = wire::instant(at)
            .filter(|instant| YEARS.contains(&hemgang_core::day::local_day(*instant).year()));
        if instant.is_none() {
            self.wrong(field, "is out of range");
        }
        instant
    }

    /// An instant that has been.
    pub fn past(&mut self, field: &str, at: Option<&WireTimestamp>) -> Option<Timestamp> {
        let instant = self.instant(field, at)?;
        if instant > self.now + AHEAD {
            self.wrong(field, "lies more than five minutes in the future");
            return None;
        }
        if instant < self.now - LONG_AGO {
            self.wrong(field, "lies more than 130 years in the past");
            return None;
        }
        Some(instant)
    }

    /// An instant that has been, or nothing. The outer option is none when it is wrong.
    pub fn optional_past(&mut self, field: &str, at: Option<&WireTimestamp>) -> Option<Option<Timestamp>> {
        if at.is_none() { Some(None) } else { self.past(field, at).map(Some) }
    }

    /// When a statement was recorded by its sender, or nothing: what is told afterwards was at its stated time, and
    /// does not say so twice. The outer option is none when it is wrong.
    pub fn registered_at(
        &mut self,
        said: Option<&WireTimestamp>,
        entry: Option<Entry>,
    ) -> Option<Option<Timestamp>> {
        if entry.is_some() && said.is_some() {
            self.wrong("registered_at", "must be empty beside retrospective_entry, whose stated_at it is");
            return None;
        }
        let registered_at = self.optional_past("registered_at", said)?;
        Some(registered_at.or(entry.map(|entry| entry.stated_at)))
    }

    /// A birth date, or nothing. Reserve numbers of unknown persons begin in 1700. The outer option is none when it is
    /// wrong.
    pub fn birth_date(&mut self, field: &str, on: Option<&WireDate>) -> Option<Option<Date>> {
        let day = self.optional_day(field, on)?;
        match day {
            Some(day) if day > self.today => self.wrong(field, "lies in the future"),
            Some(day) if day.year() < 1700 => self.wrong(field, "lies before the year 1700"),
            _ => return Some(day),
        }
        None
    }

    /// A whole local day, or nothing. The outer option is none when it is wrong.
    pub fn optional_day(&mut self, field: &str, on: Option<&WireDate>) -> Option<Option<Date>> {
        let Some(on) = on else { return Some(None) };
        let day = wire::day(on);
        if day.is_none() {
            self.wrong(field, "is not a calendar day");
        }
        day.map(Some)
    }

    /// An expected discharge, or nothing. The outer option is none when it is wrong.
    pub fn expected(
        &mut self,
        field: &str,
        said: Option<&pb::ExpectedDischarge>,
    ) -> Option<Option<ExpectedDischarge>> {
        let Some(said) = said else { return Some(None) };
        let expected = wire::expected(said);
        let day = match expected {
            None => {
                self.wrong(field, "must be an instant, a calendar day, or unknown_yet = true");
                return None;
            }
            Some(ExpectedDischarge::On(day)) => day,
            Some(ExpectedDischarge::At(at)) => hemgang_core::day::local_day(at),
            Some(ExpectedDischarge::UnknownYet) => self.today,
        };
        if !YEARS.contains(&day.year()) {
            self.wrong(field, "is out of range");
            return None;
        }
        Some(expected)
    }

    /// A unit that the directory knows on [`Fields::units_on`], of one of these kinds.
    pub fn unit(&mut self, field: &str, hsa_id: &str, kinds: &[UnitKind]) -> Option<&'a Unit> {
        let id: HsaId = self.parsed(field, hsa_id)?;
        match self.directory.unit(&id, self.units_on) {
            Some(unit) if kinds.contains(&unit.kind) => Some(unit),
            Some(_) => {
                self.wrong(field, "is a unit of another kind");
                None
            }
            None => {
                self.wrong(field, "is not a unit in the directory");
                None
            }
        }
    }

    /// A municipality code, or nothing. Codes outside the county are fine. The outer option is none when wrong.
    pub fn municipality(&mut self, field: &str, code: &str) -> Option<Option<MunicipalityCode>> {
        self.optional(field, code)
    }
}
