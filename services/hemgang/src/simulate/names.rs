//! Invented names and streets: words of make-believe, so that nobody takes one for a person.

use hemgang_proto::common::Sex;

use super::dice::Dice;

const FAMILIES: [&str; 24] = [
    "Sagobäck",
    "Mönsterqvist",
    "Fiktåker",
    "Övningsson",
    "Provström",
    "Skenhöök",
    "Påhittad",
    "Låtsberg",
    "Exempelgren",
    "Attrapp",
    "Kulissen",
    "Hittepålund",
    "Testäng",
    "Sagolykt",
    "Drömfors",
    "Utkastmark",
    "Modellfält",
    "Skissvik",
    "Repetérus",
    "Lekström",
    "Fabelåsen",
    "Gissén",
    "Dockholm",
    "Spelmossen",
];
const WOMEN: [&str; 12] = [
    "Siv",
    "Åsa",
    "Märta",
    "Ingegärd",
    "Gunborg",
    "Åse",
    "Birgit",
    "Söröl",
    "Annlöv",
    "Elsbritt",
    "Maj",
    "Tyrå",
];
const MEN: [&str; 12] = [
    "Björn", "Håkan", "Örjan", "Jöns", "Åke", "Torgny", "Säve", "Göran", "Valfrid", "Ärland", "Måns", "Folke",
];
const STREETS: [&str; 10] = [
    "Fiktionsgatan",
    "Skissgatan",
    "Modellvägen",
    "Kulissgatan",
    "Utkastvägen",
    "Övningsstigen",
    "Sagogränd",
    "Mönsterallén",
    "Provbacken",
    "Låtsasvägen",
];

/// A name.
#[derive(Clone, Copy)]
pub struct Name {
    pub family: &'static str,
    pub given: &'static str,
}

impl Name {
    /// A name for somebody.
    pub fn draw(sex: Sex, dice: &mut Dice) -> Self {
        let given: &[&str] = if sex == Sex::Female { &WOMEN } else { &MEN };
        let one = |names: &[&'static str], dice: &mut Dice| dice.pick(names).copied().unwrap_or_default();
        Self { family: one(&FAMILIES, dice), given: one(given, dice) }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.given, self.family)
    }
}

/// A street with a number.
pub fn street(dice: &mut Dice) -> String {
    let street = dice.pick(&STREETS).copied().unwrap_or_default();
    format!("{street} {}", dice.number(1, 60))
}
