//! Units with their kinds, laws and specialties, and municipalities.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::place::{HsaId, MunicipalityCode};

/// A unit of the region or of a municipality, as it is between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identity.
    pub hsa_id: HsaId,
    /// Its name in Swedish.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// The unit above it; a ward always has one, its hospital.
    pub parent: Option<HsaId>,
    /// The municipality that runs it, or, for a unit of the region, where it lies.
    pub municipality: Option<MunicipalityCode>,
    /// The law by which a municipal unit works; every one of that kind has it.
    pub law: Option<Law>,
    /// What is treated there; every ward has it.
    pub specialty: Option<Specialty>,
    /// The administration (förvaltning) of a hospital; every hospital has it, its wards do not.
    pub hospital_group: Option<String>,
    /// The first day of this row.
    pub valid_from: Date,
    /// The last day of this row (till och med); open if none. One before the first: the row never held a whole day.
    pub valid_to: Option<Date>,
    /// How often what is known of the unit has been changed; 0 as a file says it.
    pub version: i64,
}

impl Unit {
    /// Whether the row holds on that day; both its first and its last day count.
    pub fn is_valid(&self, on: Date) -> bool {
        super::holds(self.valid_from, self.valid_to, on)
    }

    /// The municipality that runs it; none for the region's.
    pub fn run_by(&self) -> Option<&MunicipalityCode> {
        self.municipality.as_ref().filter(|_| self.kind.is_municipal())
    }

    /// The last day of this row, in the farthest future if it is open.
    pub fn end(&self) -> Date {
        self.valid_to.unwrap_or(Date::MAX)
    }

    /// Whether two rows say the same, whenever they were written.
    pub fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { version: self.version, ..other.clone() }
    }
}

/// A municipality of the county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    /// Its code.
    pub code: MunicipalityCode,
    /// Its name, without the word kommun.
    pub name: String,
    /// The collaboration area (vårdsamverkansområde), where it is known.
    pub area: Option<String>,
    /// Whether the area was read in a source rather than inferred.
    pub area_is_verified: bool,
}

/// A word that the directory does not have in that column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected one of: {expected}")]
pub struct UnknownWord {
    /// The words that there are.
    pub expected: &'static str,
}

/// Declares an enum whose variants are words of the CSV text, so that reading, writing and the
/// list in the error cannot drift apart.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word in the CSV text.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { expected: concat!($($word, " ",)+).trim_ascii_end() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What a unit is.
    UnitKind {
        /// A hospital site.
        Hospital = "hospital",
        /// A ward of a hospital.
        Ward = "ward",
        /// A vårdcentral, or a psychiatric outpatient unit.
        Outpatient = "outpatient",
        /// A unit of socialtjänst or of municipal health care.
        MunicipalUnit = "municipal-unit",
        /// The unit that receives what is addressed to the municipality.
        MunicipalReception = "municipal-reception",
    }
}

impl UnitKind {
    /// What every unit of this kind has, by the name of its column.
    pub const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Hospital => &["hospital_group"],
            Self::Ward => &["parent", "specialty"],
            Self::Outpatient => &[],
            Self::MunicipalUnit => &["municipality", "law"],
            Self::MunicipalReception => &["municipality"],
        }
    }

    /// Whether a municipality runs units of this kind.
    pub const fn is_municipal(self) -> bool {
        matches!(self, Self::MunicipalUnit | Self::MunicipalReception)
    }
}

words! {
    /// The law by which a municipal unit works.
    Law {
        /// Socialtjänstlagen.
        SoL = "SoL",
        /// Lagen om stöd och service till vissa funktionshindrade.
        Lss = "LSS",
        /// Hälso- och sjukvårdslagen, that is, municipal health care.
        Hsl = "HSL",
    }
}

words! {
    /// How old somebody is, in the groups that figures have.
    AgeGroup {
        /// Under 18.
        UpTo17 = "0-17",
        /// 18 to 64.
        From18To64 = "18-64",
        /// 65 to 79.
        From65To79 = "65-79",
        /// 80 and above.
        From80 = "80+",
    }
}

words! {
    /// What a ward treats: a cut of every indicator, and of the regional agreement in some years.
    Specialty {
        /// Somatic care.
        Somatic = "somatic",
        /// Psychiatric care.
        Psychiatric = "psychiatric",
    }
}

words! {
    /// A function at a unit that can be reminded of something, whoever has it today.
    UnitFunction {
        /// Whoever is on duty at the unit.
        Duty = "duty",
        /// Its manager (enhetschef).
        Manager = "manager",
        /// Medicinskt ansvarig sjuksköterska, HSL 11 kap. 4 §.
        Mas = "mas",
        /// Medicinskt ansvarig för rehabilitering.
        Mar = "mar",
        /// The head above it (verksamhetschef, förvaltningschef).
        Chief = "chief",
    }
}
