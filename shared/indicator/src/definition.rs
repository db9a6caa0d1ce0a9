//! An indicator as a value in code.

use hemgang_core::{
    id::{AdmissionId, CaseId},
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    common::{self as pb, AgeGroup, Cut, Destination, Measure, Sex, Specialty},
    planning::NoticeKind,
};
use hemgang_rpc::{Context, Failure};
use jiff::civil::Date;

/// Code of the cell for cases without a value: of the participating municipality, where no municipal unit was notified
/// ("Ingen kommunenhet vald") or the municipality is secret ("Ej fördelad").
pub const UNALLOCATED: &str = "unallocated";

/// Dimensions that every indicator has.
pub(crate) const CUTS: [Cut; 14] = [
    Cut::Municipality,
    Cut::Liable,
    Cut::Residence,
    Cut::Area,
    Cut::Hospital,
    Cut::Ward,
    Cut::Specialty,
    Cut::Destination,
    Cut::Month,
    Cut::Weekday,
    Cut::Sex,
    Cut::AgeGroup,
    Cut::NoticeKind,
    Cut::Party,
];

/// What a figure means. Printed with every figure.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Stable id.
    pub id: &'static str,
    /// Raised when the meaning changes.
    pub version: i32,
    /// Title in English.
    pub title: &'static str,
    /// Title in Swedish.
    pub title_sv: &'static str,
    /// What the numerator counts.
    pub numerator: &'static str,
    /// What the denominator counts.
    pub denominator: &'static str,
    /// What is left out.
    pub exclusions: &'static str,
    /// The day of a case.
    pub attributed_to: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How the value of the published variant is made.
    pub measure: Measure,
    /// Variants; the first is the published one.
    pub variants: &'static [&'static str],
}

impl Definition {
    /// As the contract says it.
    pub fn to_wire(&self) -> pb::Indicator {
        pb::Indicator {
            id: self.id.to_owned(),
            version: self.version,
            title: self.title.to_owned(),
            title_sv: self.title_sv.to_owned(),
            numerator: self.numerator.to_owned(),
            denominator: self.denominator.to_owned(),
            exclusions: self.exclusions.to_owned(),
            attributed_to: self.attributed_to.to_owned(),
            source: self.source.to_owned(),
            measure: self.measure.into(),
            variants: self.variants.iter().map(|&variant| variant.to_owned()).collect(),
            cuts: CUTS.map(i32::from).to_vec(),
        }
    }
}

/// What is asked of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// One of the definition's variants.
    pub variant: &'static str,
    /// First local day.
    pub from: Date,
    /// Last local day.
    pub to: Date,
}

/// One case in the denominator (or, of a count, in the numerator).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The admission; none of a case without one.
    pub admission_id: Option<AdmissionId>,
    /// The case, and the meeting or notice about it, of figures that count meetings, plans or notices: an admission may have
    /// several on one day, and a case no admission.
    pub planned: Option<Planned>,
    /// The day it is attributed to.
    pub on: Date,
    /// What it adds to the numerator: 0 or 1 of a share, days of a mean.
    pub numerator: i64,
    /// Our id of the patient, where patients are counted: the same for merged identities.
    pub patient: Option<String>,
    /// The participating municipality, by [`participating`](crate::participating): its people see the case in a
    /// figure, and no other municipality's do.
    pub municipality: Option<MunicipalityCode>,
    /// The municipality that answers for the patient; none when unknown or secret.
    pub liable: Option<MunicipalityCode>,
    /// Where the patient is folkbokförd; none when unknown or secret.
    pub residence: Option<MunicipalityCode>,
    /// Sex as the stay's sender said it.
    pub sex: Sex,
    /// Age group at admission; unspecified when not known.
    pub age_group: AgeGroup,
    /// Hospital at discharge, or now; none without an admission.
    pub hospital: Option<HsaId>,
    /// Ward at discharge, or now; none without an admission.
    pub ward: Option<HsaId>,
    /// Somatic or psychiatric; unspecified without an admission.
    pub specialty: Specialty,
    /// Where the patient went; unspecified while in hospital.
    pub destination: Destination,
    /// Whether something that we follow of it was entered from the papers of the reserve routine. What the service itself was
    /// told so is added to it.
    pub on_paper: bool,
}

/// What a figure of planning counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The case.
    pub case_id: CaseId,
    /// Which part of it.
    pub part: Part,
}

/// What a figure of planning counts of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The plan.
    Plan,
    /// A meeting, by planning's id.
    Meeting(String),
    /// A notice.
    Notice {
        /// Planning's id.
        id: String,
        /// Kind.
        kind: NoticeKind,
        /// The unit that it was delivered to.
        recipient: HsaId,
    },
}

impl Case {
    /// What tells it from every other case of its figure.
    pub(crate) fn key(&self) -> String {
        let part = self.planned.as_ref().and_then(|planned| match &planned.part {
            Part::Plan => None,
            Part::Meeting(id) | Part::Notice { id, .. } => Some(id.clone()),
        });
        let case = || self.planned.as_ref().map(|planned| planned.case_id.to_string());
        part.or_else(|| self.admission_id.map(|id| id.to_string())).or_else(case).unwrap_or_default()
    }
}

/// A definition with the way to its cases. Each service fills the list with its own.
#[async_trait::async_trait]
pub trait Indicator: Send + Sync {
    /// What the figure means.
    fn definition(&self) -> &'static Definition;

    /// How the value of a variant is made.
    fn measure(&self, _variant: &str) -> Measure {
        self.definition().measure
    }

    /// Every case of the period.
    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure>;
}
