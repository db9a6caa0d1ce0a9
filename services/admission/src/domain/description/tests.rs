//! Partial statements in any order, each once or twice: one end, of each part the last that was recorded.

use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

use super::*;
use crate::domain::{patient::PatientId, person_statement::PersonStatement};

/// What a statement says of name, sex, residence, listed unit and death; 0 that there is none, of a death the hour.
type Says = [Option<u8>; 5];

fn said([name, sex, residence, unit, death]: Says) -> Description {
    let sexes = [Sex::Unknown, Sex::Female, Sex::Male];
    let code =
        |code| ["", "1480", "1490"].map(|code| MunicipalityCode::parse(code).ok())[usize::from(code)].clone();
    let hsa_id = |id| (id > 0).then(|| HsaId::parse(&format!("SE1-{id}")).expect("an id"));
    Description {
        name: name.map(|name| Redacted::new(name.to_string())),
        sex: sex.map(|sex| sexes[usize::from(sex)]),
        residence_municipality: residence.map_or(Said::Nothing, |said| Said::of(code(said))),
        listed_unit: unit.map_or(Said::Nothing, |said| Said::of(hsa_id(said))),
        death: death.map(|hour| Death {
            at: Timestamp::UNIX_EPOCH + i64::from(hour).hours(),
            time_faults: TimeFaults { is_ambiguous: hour > 0, is_stand_in: false },
        }),
        ..Description::default()
    }
}

fn end(patient_id: PatientId, told: &[(i64, Says)]) -> Option<PersonStatement> {
    told.iter().fold(None, |earlier, (minute, says)| {
        let recorded = Recorded { at: Timestamp::UNIX_EPOCH + minute.minutes(), order: "1 a".to_owned() };
        let of_person = (patient_id, HsaId::parse("SE1-1").expect("an id"));
        let after =
            PersonStatement::over(earlier.clone(), of_person, &said(*says), &DetailsRecorded::at(&recorded));
        after.or(earlier)
    })
}

fn told() -> impl Strategy<Value = (Vec<Says>, Vec<(i64, Says)>)> {
    let says = proptest::array::uniform5(proptest::option::of(0u8..3));
    let each = proptest::collection::vec((says, 1usize..=2), 1..6);
    each.prop_flat_map(|each| {
        let told = (0..).zip(&each).flat_map(|(minute, (says, times))| vec![(minute, *says); *times]);
        let shuffled = Just(told.collect::<Vec<_>>()).prop_shuffle();
        (Just(each.into_iter().map(|(says, _)| says).collect()), shuffled)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_each_part_the_last_recorded_word_holds_in_any_order((by_record, told) in told()) {
        let last = |part: usize| by_record.iter().rev().find_map(|says| says[part]);
        let expected = said([0, 1, 2, 3, 4].map(last));
        let patient_id = PatientId::fresh(Timestamp::UNIX_EPOCH);
        let is_said = by_record.iter().flatten().any(Option::is_some);
        let end = end(patient_id, &told);
        prop_assert_eq!(end.is_some(), is_said);
        let Some(end) = end else { return Ok(()) };
        let holds = end.description();
        prop_assert_eq!(holds.name.as_ref().map(Redacted::expose), expected.name.as_ref().map(Redacted::expose));
        prop_assert_eq!(holds.sex, expected.sex);
        prop_assert_eq!(holds.residence_municipality, expected.residence_municipality);
        prop_assert_eq!(holds.listed_unit, expected.listed_unit);
        prop_assert_eq!(end.death().map(|(death, _)| death), expected.death);
        // What is kept of it reads as what it was.
        prop_assert_eq!(end.details_recorded.to_string().parse(), Ok(end.details_recorded));
    }
}

#[test]
fn what_was_recorded_by_then_is_withdrawn_and_what_was_recorded_since_is_not() {
    let recorded = |minute: i64| Recorded::from(Timestamp::UNIX_EPOCH + minute.minutes());
    let mut last = DetailsRecorded::default();
    let (early, late) = (DetailsRecorded::at(&recorded(1)), DetailsRecorded::at(&recorded(3)));
    let _ = said([Some(1), Some(1), Some(1), None, None]).over(&early, &mut last);
    let _ = said([None, Some(2), None, Some(1), None]).over(&late, &mut last);
    let by = |minute: i64| Timestamp::UNIX_EPOCH + minute.minutes();
    let withdrawn = Description::withdrawn(&mut last, by(1));
    assert_eq!(withdrawn.name.map(|name| name.expose().clone()).as_deref(), Some(""));
    assert_eq!((withdrawn.sex, withdrawn.address.is_some()), (None, false));
    assert_eq!(withdrawn.residence_municipality, Said::None);
    assert_eq!(withdrawn.listed_unit, Said::Nothing);
    // An older statement that comes now holds again.
    let again = said([Some(2), Some(1), None, None, None]).over(&early, &mut last);
    assert_eq!((again.name.is_some(), again.sex), (true, None));
}
