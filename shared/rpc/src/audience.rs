//! Who may see a thing, and how far a caller sees: one rule for reads, lists, feeds, counts and drill-downs.

use std::collections::BTreeSet;

use hemgang_core::place::{HsaId, MunicipalityCode};
use hemgang_proto::common::Person;

/// How far one grant of the access table reaches for one caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Everything.
    All,
    /// Stays at this hospital.
    Hospital(HsaId),
    /// Stays at this ward.
    Ward(HsaId),
    /// What was addressed to this unit.
    Unit(HsaId),
    /// What was addressed to any unit of this municipality, or is its own.
    Municipality(MunicipalityCode),
    /// Accesses by people and systems of this organisation, by its word in tokens.
    Accesses(String),
    /// What is the region's own, and no municipality's.
    Region,
}

impl Reach {
    /// The audience word that this reach answers to; none for [`Reach::All`].
    fn word(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Hospital(id) => Some(format!("h:{id}")),
            Self::Ward(id) => Some(format!("w:{id}")),
            Self::Unit(id) => Some(format!("u:{id}")),
            Self::Municipality(code) => Some(format!("m:{code}")),
            Self::Accesses(organisation) => Some(format!("a:{organisation}")),
            Self::Region => Some("region".to_owned()),
        }
    }
}

/// Everything that a caller sees in one RPC. What lies outside does not exist for the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    reaches: BTreeSet<Reach>,
    /// What they answer to, made once: a feed asks for each of its readers at every event.
    words: Vec<String>,
    /// Whether it may be known who a protected person is.
    knows_protected: bool,
}

impl FromIterator<Reach> for Sight {
    fn from_iter<I: IntoIterator<Item = Reach>>(reaches: I) -> Self {
        let reaches: BTreeSet<_> = reaches.into_iter().collect();
        let words = reaches.iter().filter_map(Reach::word).collect();
        Self { reaches, words, knows_protected: false }
    }
}

impl Sight {
    /// Sees nothing at all: the RPC is not permitted.
    pub fn is_empty(&self) -> bool {
        self.reaches.is_empty()
    }

    /// Sees everything.
    pub fn is_all(&self) -> bool {
        self.reaches.contains(&Reach::All)
    }

    /// Whether a thing with this audience exists for the caller.
    pub fn admits(&self, audience: &Audience) -> bool {
        self.is_all() || self.words.iter().any(|word| audience.0.contains(word))
    }

    /// The same sight of somebody who may know who a protected person is, or may not.
    #[must_use]
    pub fn knowing_protected(self, knows_protected: bool) -> Self {
        Self { knows_protected, ..self }
    }

    /// A person as the caller may know them.
    #[must_use]
    pub fn person(&self, person: Person) -> Person {
        if self.knows_protected { person } else { person.masked() }
    }

    // The parts below are parameters of list statements; an empty text matches no row.

    /// The hospital seen; empty when none.
    pub fn hospital(&self) -> String {
        self.part(|reach| if let Reach::Hospital(id) = reach { Some(id.to_string()) } else { None })
    }

    /// The ward seen; empty when none.
    pub fn ward(&self) -> String {
        self.part(|reach| if let Reach::Ward(id) = reach { Some(id.to_string()) } else { None })
    }

    /// The addressed unit seen; empty when none.
    pub fn unit(&self) -> String {
        self.part(|reach| if let Reach::Unit(id) = reach { Some(id.to_string()) } else { None })
    }

    /// The municipality seen; empty when none.
    pub fn municipality(&self) -> String {
        self.part(|reach| if let Reach::Municipality(code) = reach { Some(code.to_string()) } else { None })
    }

    /// The organisation whose accesses are seen; empty when none.
    pub fn accesses(&self) -> String {
        self.part(|reach| if let Reach::Accesses(word) = reach { Some(word.clone()) } else { None })
    }

    fn part(&self, pick: fn(&Reach) -> Option<String>) -> String {
        self.reaches.iter().find_map(pick).unwrap_or_default()
    }
}

/// Who may see one thing, beside those who see everything. Kept with each event as words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience(BTreeSet<String>);

impl Audience {
    /// Staff of a hospital and of one of its wards.
    pub fn stay(hospital: &HsaId, ward: &HsaId) -> Self {
        Self::default().and_reach(&Reach::Hospital(hospital.clone())).and_reach(&Reach::Ward(ward.clone()))
    }

    /// Whoever administers an organisation: a municipality, or the region.
    pub fn administrators(municipality: Option<&MunicipalityCode>) -> Self {
        Self::default().and_reach(&municipality.cloned().map_or(Reach::Region, Reach::Municipality))
    }

    /// And a unit that was addressed, with its municipality when it has one.
    #[must_use]
    pub fn and_party(self, unit: &HsaId, municipality: Option<&MunicipalityCode>) -> Self {
        let audience = self.and_reach(&Reach::Unit(unit.clone()));
        match municipality {
            Some(code) => audience.and_reach(&Reach::Municipality(code.clone())),
            None => audience,
        }
    }

    /// And those of another audience.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Those of this audience who are not of another.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.0.retain(|word| !other.0.contains(word));
        self
    }

    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody is named in both.
    pub fn meets(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// The words, as kept.
    pub fn to_words(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// From the words kept.
    pub fn from_words(words: &str) -> Self {
        Self(words.split_whitespace().map(str::to_owned).collect())
    }

    fn and_reach(mut self, reach: &Reach) -> Self {
        self.0.extend(reach.word());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> HsaId {
        HsaId::parse(text).expect("an HSA-id")
    }

    #[test]
    fn a_caller_sees_what_its_reach_names_and_nothing_else() {
        let code = MunicipalityCode::parse("1480").expect("a code");
        let audience = Audience::stay(&id("SE1-H"), &id("SE1-W")).and_party(&id("SE2-U"), Some(&code));
        let audience = Audience::from_words(&audience.to_words());
        let sees = |reach: Reach| Sight::from_iter([reach]).admits(&audience);
        assert!(sees(Reach::All));
        assert!(sees(Reach::Hospital(id("SE1-H"))) && !sees(Reach::Hospital(id("SE1-W"))));
        assert!(sees(Reach::Ward(id("SE1-W"))) && !sees(Reach::Ward(id("SE1-X"))));
        assert!(sees(Reach::Unit(id("SE2-U"))) && !sees(Reach::Unit(id("SE2-V"))));
        assert!(sees(Reach::Municipality(code)));
        assert!(!Sight::default().admits(&audience));
    }

    #[test]
    fn who_gains_and_who_loses_is_what_one_audience_has_and_the_other_has_not() {
        let before = Audience::stay(&id("SE1-H"), &id("SE1-W"));
        let after = Audience::stay(&id("SE1-H"), &id("SE1-X"));
        let (gained, lost) = (after.clone().without(&before), before.clone().without(&after));
        assert_eq!((gained.to_words(), lost.to_words()), ("w:SE1-X".to_owned(), "w:SE1-W".to_owned()));
        assert!(gained.meets(&after) && !gained.meets(&before));
        assert!(before.clone().without(&before).is_empty());
    }
}
