//! What a sender says of a person, of where the person belongs and of what kind of stay it is. Each part of it holds until a later recorded
//! statement names that part: what names one part alone says nothing of another, whichever was told first.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    str::FromStr,
};

use hemgang_core::{
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use hemgang_db::{Column, ColumnFault, Value};
use hemgang_proto::{
    admission::{AdmissionType, LegalStatus, MunicipalitySource},
    common::Sex,
};
use jiff::{Timestamp, civil::Date};

use super::{
    quality::TimeFaults,
    recorded::{NotRecorded, Recorded},
};

/// What a sender says of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Said<T> {
    /// Nothing: what was said before stands.
    #[default]
    Nothing,
    /// There is none, or none any more.
    None,
    /// This.
    This(T),
}

/// What a sender says; none says nothing. Protection is another matter: it is the patient's, for every stay.
#[derive(Clone, Debug, Default)]
pub struct Description {
    pub name: Option<Redacted<String>>,
    pub address: Option<Redacted<String>>,
    pub birth_date: Said<Date>,
    pub sex: Option<Sex>,
    pub residence_municipality: Said<MunicipalityCode>,
    pub liable_municipality: Said<MunicipalityCode>,
    pub municipality_source: Option<MunicipalitySource>,
    pub listed_unit: Said<HsaId>,
    /// Of a stay only, as the act that it rests on is.
    pub admission_type: Option<AdmissionType>,
    pub legal_status: Option<LegalStatus>,
    /// That the person has died, told apart from any stay: in a stay it is a movement.
    pub death: Option<Death>,
}

/// When a person died, as a sender says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    pub at: Timestamp,
    /// What is at fault with the time.
    pub time_faults: TimeFaults,
}

/// A part that can be said alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Name,
    Address,
    BirthDate,
    Sex,
    ResidenceMunicipality,
    LiableMunicipality,
    MunicipalitySource,
    ListedUnit,
    AdmissionType,
    LegalStatus,
    Death,
}

const PARTS: [(Part, &str); 11] = [
    (Part::Name, "NAME"),
    (Part::Address, "ADDRESS"),
    (Part::BirthDate, "BIRTH_DATE"),
    (Part::Sex, "SEX"),
    (Part::ResidenceMunicipality, "RESIDENCE_MUNICIPALITY"),
    (Part::LiableMunicipality, "LIABLE_MUNICIPALITY"),
    (Part::MunicipalitySource, "MUNICIPALITY_SOURCE"),
    (Part::ListedUnit, "LISTED_UNIT"),
    (Part::AdmissionType, "ADMISSION_TYPE"),
    (Part::LegalStatus, "LEGAL_STATUS"),
    (Part::Death, "DEATH"),
];

/// When what was said last of each part was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsRecorded(BTreeMap<Part, Recorded>);

impl Description {
    /// What takes back each part that was recorded by then, of which `last` knows nothing any more.
    pub fn withdrawn(last: &mut DetailsRecorded, by: Timestamp) -> Self {
        let mut is_old =
            |part| last.0.get(&part).is_some_and(|said| said.at <= by) && last.0.remove(&part).is_some();
        Self {
            name: is_old(Part::Name).then(Redacted::default),
            address: is_old(Part::Address).then(Redacted::default),
            birth_date: Said::none_if(is_old(Part::BirthDate)),
            sex: is_old(Part::Sex).then_some(Sex::Unknown),
            residence_municipality: Said::none_if(is_old(Part::ResidenceMunicipality)),
            liable_municipality: Said::none_if(is_old(Part::LiableMunicipality)),
            municipality_source: is_old(Part::MunicipalitySource).then_some(MunicipalitySource::Unspecified),
            listed_unit: Said::none_if(is_old(Part::ListedUnit)),
            admission_type: is_old(Part::AdmissionType).then_some(AdmissionType::Unknown),
            legal_status: is_old(Part::LegalStatus).then_some(LegalStatus::Hsl),
            death: None,
        }
    }

    /// What of this holds over what was recorded in `last`, which then says so.
    #[must_use]
    pub fn over(self, recorded: &DetailsRecorded, last: &mut DetailsRecorded) -> Self {
        let mut holds = |part| last.gives_way(part, recorded);
        Self {
            name: self.name.filter(|_| holds(Part::Name)),
            address: self.address.filter(|_| holds(Part::Address)),
            birth_date: self.birth_date.filter(|| holds(Part::BirthDate)),
            sex: self.sex.filter(|_| holds(Part::Sex)),
            residence_municipality: self.residence_municipality.filter(|| holds(Part::ResidenceMunicipality)),
            liable_municipality: self.liable_municipality.filter(|| holds(Part::LiableMunicipality)),
            municipality_source: self.municipality_source.filter(|_| holds(Part::MunicipalitySource)),
            listed_unit: self.listed_unit.filter(|| holds(Part::ListedUnit)),
            admission_type: self.admission_type.filter(|_| holds(Part::AdmissionType)),
            legal_status: self.legal_status.filter(|_| holds(Part::LegalStatus)),
            death: self.death.filter(|_| holds(Part::Death)),
        }
    }
}

impl DetailsRecorded {
    /// Of one statement: all parts that it names were recorded at once.
    pub fn at(recorded: &Recorded) -> Self {
        Self(PARTS.iter().map(|(part, _)| (*part, recorded.clone())).collect())
    }

    /// When the latest of them was recorded.
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.values().map(|recorded| recorded.at).max()
    }

    /// When the death was recorded that was told last.
    pub fn death(&self) -> Option<&Recorded> {
        self.0.get(&Part::Death)
    }

    /// Whether what is said of a part now is no older than what was said of it before.
    fn gives_way(&mut self, part: Part, now: &Self) -> bool {
        let Some(recorded) = now.0.get(&part) else { return false };
        let gives_way = self.0.get(&part).is_none_or(|last| recorded >= last);
        if gives_way {
            self.0.insert(part, recorded.clone());
        }
        gives_way
    }
}

hemgang_db::text_column!(DetailsRecorded);

/// A line a part: PART INSTANT ORDER.
impl Display for DetailsRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = PARTS.iter().filter_map(|(part, name)| Some((name, self.0.get(part)?)));
        known.enumerate().try_for_each(|(line, (name, recorded))| {
            write!(f, "{}{name} {recorded}", if line == 0 { "" } else { "\n" })
        })
    }
}

impl FromStr for DetailsRecorded {
    type Err = NotRecorded;

    fn from_str(text: &str) -> Result<Self, NotRecorded> {
        let part = |line: &str| {
            let (name, recorded) = line.split_once(' ').ok_or(NotRecorded)?;
            let (part, _) = PARTS.iter().find(|(_, known)| *known == name).ok_or(NotRecorded)?;
            Ok((*part, recorded.parse()?))
        };
        text.lines().map(part).collect::<Result<_, _>>().map(Self)
    }
}

/// Null says nothing, and an empty text that there is none.
impl<T: Display + FromStr> Column for Said<T> {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::Text(match self {
            Self::Nothing => None,
            Self::None => Some(String::new()),
            Self::This(value) => Some(value.to_string()),
        })
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match Option::<String>::from_value(value)?.as_deref() {
            None => Ok(Self::Nothing),
            Some("") => Ok(Self::None),
            Some(text) => text.parse().map(Self::This).map_err(|_| ColumnFault("statement")),
        }
    }
}

impl<T: Clone> Said<T> {
    /// What a text says that was set: a value, or by being empty that there is none.
    pub fn of(value: Option<T>) -> Self {
        value.map_or(Self::None, Self::This)
    }

    fn none_if(is_none: bool) -> Self {
        if is_none { Self::None } else { Self::Nothing }
    }

    /// What is said where a value is, and nothing where none is.
    pub fn at_most(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Self::This)
    }

    /// This, or what was said before where this says nothing.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        if matches!(self, Self::Nothing) { before } else { self }
    }

    /// The value after this, where there was one before.
    pub fn over(&self, before: Option<&T>) -> Option<T> {
        match self {
            Self::Nothing => before.cloned(),
            Self::None => None,
            Self::This(value) => Some(value.clone()),
        }
    }

    /// Nothing, where it says something that does not hold.
    fn filter(self, holds: impl FnOnce() -> bool) -> Self {
        if matches!(self, Self::Nothing) || holds() { self } else { Self::Nothing }
    }
}

#[cfg(test)]
mod tests;
