//! Whom a notice would be addressed to: a proposal for each need, with what led to it. Nobody is told.
//!
//! Wrong proposals make most misdirected notices, so what is not known of the patient leads to no rule that asks for it.

#[cfg(test)]
mod tests;

use hemgang_core::{
    directory::{AgeGroup, Asked, Directory, Law, RoutingRuleId, Unit, UnitKind},
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::admission::{Need, ProposalReason, UnresolvedReason};
use jiff::civil::Date;

/// What is known of a patient that leads to units.
#[derive(Debug, Default)]
pub struct Patient<'a> {
    /// Whether the municipality itself may be secret (skyddad folkbokföring).
    pub is_secret: bool,
    /// The municipality that is liable.
    pub municipality: Option<&'a MunicipalityCode>,
    /// Age today.
    pub age_group: Option<AgeGroup>,
    /// Five digits.
    pub postal_code: Option<String>,
    /// The outpatient unit where the patient is listed.
    pub listed_unit: Option<&'a HsaId>,
}

/// A unit for a need.
#[derive(Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    pub need: Need,
    pub unit: &'a Unit,
    pub reason: ProposalReason,
    pub rule: Option<RoutingRuleId>,
}

/// What is proposed, and the needs that lead to nobody.
pub type Resolved<'a> = (Vec<Proposal<'a>>, Vec<(Need, UnresolvedReason)>);

/// A unit for each need, by what holds on a day.
pub fn resolve<'a>(
    patient: &Patient<'_>,
    needs: &[Need],
    directory: &'a Directory,
    on: Date,
) -> Resolved<'a> {
    if patient.is_secret {
        return (Vec::new(), vec![(Need::Unspecified, UnresolvedReason::ProtectedRegistration)]);
    }
    let (mut proposals, mut unresolved) = (Vec::new(), Vec::new());
    for need in needs {
        let found = match law(*need) {
            Some(law) => municipal(patient, law, directory, on),
            None => listed(patient, directory, on),
        };
        match found {
            Ok((unit, reason, rule)) => proposals.push(Proposal { need: *need, unit, reason, rule }),
            Err(reason) => unresolved.push((*need, reason)),
        }
    }
    (proposals, unresolved)
}

type Found<'a> = Result<(&'a Unit, ProposalReason, Option<RoutingRuleId>), UnresolvedReason>;

/// The law by which a municipality meets a need; none for what the region meets.
fn law(need: Need) -> Option<Law> {
    match need {
        Need::SocialServices => Some(Law::SoL),
        Need::MunicipalHealthCare => Some(Law::Hsl),
        Need::DisabilitySupport => Some(Law::Lss),
        Need::Outpatient | Need::Unspecified => None,
    }
}

fn municipal<'a>(patient: &Patient<'_>, law: Law, directory: &'a Directory, on: Date) -> Found<'a> {
    let municipality = patient.municipality.ok_or(UnresolvedReason::MunicipalityUnknown)?;
    if directory.municipality(municipality).is_none() {
        return Err(UnresolvedReason::OtherCounty);
    }
    let asked = Asked {
        municipality,
        law,
        age_group: patient.age_group,
        postal_code: patient.postal_code.as_deref(),
        listed_unit: patient.listed_unit,
    };
    // A rule whose unit was closed leads nowhere.
    let rule = directory.route(&asked, on);
    let routed = rule.and_then(|rule| Some((directory.unit(&rule.unit, on)?, rule.rule_id)));
    if let Some((unit, rule)) = routed {
        return Ok((unit, ProposalReason::RoutingRule, Some(rule)));
    }
    let mut own = directory.units_of_municipality(municipality, on).filter(|unit| unit.law == Some(law));
    if let (Some(only), None) = (own.next(), own.next()) {
        return Ok((only, ProposalReason::OnlyUnit, None));
    }
    let reception = directory.reception_of(municipality, on).ok_or(UnresolvedReason::NoUnit)?;
    Ok((reception, ProposalReason::Reception, None))
}

fn listed<'a>(patient: &Patient<'_>, directory: &'a Directory, on: Date) -> Found<'a> {
    let listed = patient.listed_unit.ok_or(UnresolvedReason::NotListed)?;
    let unit = directory.unit(listed, on).filter(|unit| unit.kind == UnitKind::Outpatient);
    let unit = unit.ok_or(UnresolvedReason::ListedUnitClosed)?;
    Ok((unit, ProposalReason::ListedUnit, None))
}

/// The postal code of an address in free text: five digits, as one word or as three and two, of which the last stand
/// before the town.
pub fn postal_code(address: &str) -> Option<String> {
    let words: Vec<_> =
        address.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let digits =
        |word: &str, number: usize| word.len() == number && word.bytes().all(|byte| byte.is_ascii_digit());
    (0..words.len()).rev().find_map(|place| match &words[place..] {
        [one, ..] if digits(one, 5) => Some((*one).to_owned()),
        [three, two, ..] if digits(three, 3) && digits(two, 2) => Some(format!("{three}{two}")),
        _ => None,
    })
}
