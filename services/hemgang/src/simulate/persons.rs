//! The people of a simulated region: invented, with numbers of the series that Skatteverket keeps for tests.

use std::collections::HashSet;

use hemgang_core::{
    person::{PERSONNUMMER, VGR_LRID},
    place::HsaId,
};
use hemgang_proto::common::{PersonId, Protection, Sex};
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    dice::Dice,
    names::{self, Name},
    places::Places,
    region::{NEIGHBOURS, OLD, OUT_OF_COUNTY, PROTECTED, RESERVE_NUMBER, STAYS_PER_PERSON},
};

/// Somebody. Two of these are never one person.
pub struct Person {
    pub number: String,
    /// The number under which the person came, when nobody knew who it was.
    pub reserve: Option<String>,
    pub name: Name,
    /// None of those whose address nobody may know.
    pub street: Option<String>,
    /// The town of the address.
    pub town: String,
    pub birth_date: Date,
    pub sex: Sex,
    pub old: bool,
    pub protection: Protection,
    /// The municipality, by its place; none for those from another county.
    pub home: Option<usize>,
    /// The municipality's code.
    pub code: String,
    pub listed_unit: Option<HsaId>,
    /// Until when the person is in hospital.
    pub in_until: Timestamp,
}

/// What identifies a person is nobody's to print.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person([redacted])")
    }
}

impl Person {
    /// The identity that is theirs.
    pub fn identity(&self) -> PersonId {
        PersonId { oid: PERSONNUMMER.to_owned(), value: self.number.clone() }
    }

    /// The address in one line; empty where nobody may know it.
    pub fn address(&self) -> String {
        self.street.as_ref().map(|street| format!("{street}, {}", self.town)).unwrap_or_default()
    }

    /// The identity under which they came.
    pub fn identity_at_admission(&self) -> PersonId {
        match &self.reserve {
            Some(value) => PersonId { oid: VGR_LRID.to_owned(), value: value.clone() },
            None => self.identity(),
        }
    }
}

/// Everybody who was admitted so far.
#[derive(Debug, Default)]
pub struct Persons {
    pub all: Vec<Person>,
    taken: HashSet<String>,
}

impl Persons {
    /// Whoever is admitted next: somebody who was here before and left, or somebody new.
    pub fn next(&mut self, places: &Places, at: Timestamp, on: Date, dice: &mut Dice) -> usize {
        let known = dice.chance(1.0 - 1.0 / STAYS_PER_PERSON) && !self.all.is_empty();
        if known {
            let last = i64::try_from(self.all.len()).unwrap_or(i64::MAX) - 1;
            let place = usize::try_from(dice.number(0, last)).unwrap_or_default();
            // Who is still in hospital is not admitted; who came unknown stays the one case of the merge.
            let fits = |person: &&Person| person.in_until < at && person.reserve.is_none();
            if self.all.get(place).as_ref().is_some_and(fits) {
                return place;
            }
        }
        let person = self.draw(places, on, dice);
        self.all.push(person);
        self.all.len() - 1
    }

    fn draw(&mut self, places: &Places, on: Date, dice: &mut Dice) -> Person {
        let old = dice.deal("old", OLD);
        let (youngest, oldest) = if old { (65, 98) } else { (18, 64) };
        let (birth_date, number) = self.number(on, youngest, oldest, dice);
        let outside = dice.deal("out of county", OUT_OF_COUNTY);
        let volumes = places.municipalities.iter().map(|municipality| municipality.volume);
        let home = dice.even_place("home", volumes);
        let municipality = places.municipalities.get(home).filter(|_| !outside);
        let code = match municipality {
            Some(municipality) => municipality.code.to_string(),
            None => dice.pick(&NEIGHBOURS).copied().unwrap_or_default().to_owned(),
        };
        let listed_unit = municipality.and_then(|municipality| dice.pick(&municipality.outpatient)).cloned();
        let protection = match (dice.deal("protected", PROTECTED), dice.chance(0.5)) {
            (false, _) => Protection::None,
            (true, true) => Protection::Confidential,
            (true, false) => Protection::ProtectedRegistration,
        };
        let reserve = dice.deal("reserve number", RESERVE_NUMBER).then(|| self.reserve(birth_date, dice));
        let sex = if dice.chance(0.5) { Sex::Female } else { Sex::Male };
        let street = names::street(dice);
        Person {
            number,
            reserve,
            name: Name::draw(sex, dice),
            street: (protection == Protection::None).then_some(street),
            town: municipality.map_or_else(|| "Annanstans".to_owned(), |known| known.name.clone()),
            birth_date,
            sex,
            old,
            protection,
            home: municipality.map(|_| home),
            code,
            listed_unit,
            in_until: Timestamp::MIN,
        }
    }

    /// A personnummer that nobody has: the serials 980–999 are given to nobody but tests.
    fn number(&mut self, on: Date, youngest: i64, oldest: i64, dice: &mut Dice) -> (Date, String) {
        loop {
            let days = dice.number(youngest * 365 + 366, oldest * 365);
            let birth_date = on.checked_sub(days.days()).unwrap_or(on);
            let ten = format!("{}{}", birth_date.strftime("%y%m%d"), dice.number(980, 999));
            let number = format!("{}{}", birth_date.strftime("%Y%m%d"), &ten[6..]) + &check_digit(&ten);
            if self.taken.insert(number.clone()) {
                return (birth_date, number);
            }
        }
    }

    /// A number of the region's reserve series that nobody has.
    fn reserve(&mut self, birth_date: Date, dice: &mut Dice) -> String {
        loop {
            let digits = (dice.number(6, 89), dice.number(0, 9));
            let number = format!("{}X{:02}{}", birth_date.strftime("%Y%m%d"), digits.0, digits.1);
            if self.taken.insert(number.clone()) {
                return number;
            }
        }
    }
}

/// Luhn over nine digits.
fn check_digit(nine: &str) -> String {
    let digits = nine.bytes().map(|byte| u32::from(byte - b'0')).enumerate();
    let products = digits.map(|(place, digit)| digit * if place % 2 == 0 { 2 } else { 1 });
    let sum: u32 = products.map(|product| product / 10 + product % 10).sum();
    ((10 - sum % 10) % 10).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_are_valid_test_numbers_and_taken_once() {
        let (mut persons, mut dice) = (Persons::default(), Dice::new(5));
        let mut seen = HashSet::new();
        for _ in 0..500 {
            let (birth_date, number) = persons.number(date(2026, 1, 1), 65, 98, &mut dice);
            let parsed = hemgang_core::person::PersonId::parse(PERSONNUMMER, &number);
            assert!(parsed.is_ok() && number[8..11] >= *"980");
            let reserve = persons.reserve(birth_date, &mut dice);
            assert!(hemgang_core::person::PersonId::parse(VGR_LRID, &reserve).is_ok());
            assert!(seen.insert(number) && seen.insert(reserve));
        }
    }
}
