//! The participating municipality: of those that were told of a stay, the one that figures count it under.

use hemgang_core::place::MunicipalityCode;
use jiff::Timestamp;

/// Where the patient of a stay belongs, as far as it is known and may be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Belonging<'a> {
    /// The municipality that answers for the patient.
    pub liable: Option<&'a MunicipalityCode>,
    /// Where the patient is folkbokförd.
    pub residence: Option<&'a MunicipalityCode>,
    /// With skyddad folkbokföring the municipality itself can be secret.
    pub is_secret: bool,
}

/// The municipality that takes part, of those of which a unit was sent an admission notice, each with when. Only one
/// does: a notice that went astray is followed by the right one, and a case is counted once.
///
/// None where no municipal unit was told (SAMSA's "Ingen kommunenhet vald"), and none with skyddad folkbokföring,
/// whoever was told by hand: whose patient it is would otherwise be read from the figure and its cases.
pub fn participating(
    told: &[(Timestamp, MunicipalityCode)],
    belonging: Belonging<'_>,
) -> Option<MunicipalityCode> {
    if belonging.is_secret {
        return None;
    }
    let was_told = |code: &&MunicipalityCode| told.iter().any(|(_, one)| one == *code);
    let own = [belonging.liable, belonging.residence].into_iter().flatten().find(was_told);
    // Of several that were told last at one instant, the one with the highest code: any, as long as it is always it.
    own.or_else(|| told.iter().max().map(|(_, code)| code)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name, the second of each notice with whom it told, where the patient belongs, and who takes part.
    type Row<'a> = (&'a str, &'a [(i64, &'a str)], Belonging<'a>, Option<&'a str>);

    #[test]
    fn the_liable_one_takes_part_else_the_residence_else_the_one_told_last() {
        let code = |code| MunicipalityCode::parse(code).expect("a code");
        let at = |second| Timestamp::from_second(second).expect("an instant");
        let (liable, residence) = (code("1480"), code("1490"));
        let belonging = Belonging { liable: Some(&liable), residence: Some(&residence), is_secret: false };
        let (unknown, secret) = (Belonging::default(), Belonging { is_secret: true, ..belonging });
        let rows: [Row<'_>; 11] = [
            ("nobody was told", &[], belonging, None),
            ("the liable one", &[(1, "1480")], belonging, Some("1480")),
            ("both, the liable one first", &[(1, "1480"), (2, "1490")], belonging, Some("1480")),
            ("both, the liable one last", &[(1, "1490"), (2, "1480")], belonging, Some("1480")),
            ("another first", &[(1, "1401"), (2, "1480")], belonging, Some("1480")),
            ("another last, for a second home say", &[(1, "1490"), (2, "1401")], belonging, Some("1490")),
            ("another alone", &[(1, "1401")], belonging, Some("1401")),
            ("nobody knows whose", &[(2, "1401"), (1, "1480")], unknown, Some("1401")),
            ("one was told again", &[(1, "1401"), (2, "1480"), (3, "1401")], unknown, Some("1401")),
            ("two by one notice", &[(1, "1401"), (1, "1402")], unknown, Some("1402")),
            ("secret, and told by hand", &[(1, "1480")], secret, None),
        ];
        for (name, told, belonging, expected) in rows {
            let told: Vec<_> = told.iter().map(|(second, one)| (at(*second), code(one))).collect();
            assert_eq!(participating(&told, belonging), expected.map(code), "{name}");
        }
    }
}
