//! What is told of a person apart from any stay (A31): any order of it and of the stays ends the same.

use super::*;

each_backend!(
    a_death_ends_the_stay_in_every_order,
    a_death_is_of_the_stay_that_it_lies_in,
    what_is_said_of_a_person_outlives_a_void_stay_and_a_death_does_not,
    what_is_said_of_a_person_reaches_every_stay_in_every_order,
    a_death_that_cannot_be_holds_up_nothing_else
    on &[hemgang_admission::SERVICE]
);

/// A message: its event, the stay (0: none), when it was recorded, and what it says.
#[derive(Clone, Copy, Default)]
struct Says {
    event: &'static str,
    stay: usize,
    recorded: &'static str,
    admitted: &'static str,
    person: &'static str,
    name: &'static str,
    died: &'static str,
    merged: &'static str,
}

fn says(event: &'static str, stay: usize, recorded: &'static str) -> Says {
    Says { event, stay, recorded, ..Says::default() }
}

fn message(says: Says, round: usize) -> Reading {
    let Says { event, stay, recorded, admitted, person, name, died, merged } = says;
    let of_visit = if stay == 0 {
        String::new()
    } else {
        format!("PV1|1|I|1{}V{}{}{admitted}\r", "|".repeat(16), number(round, stay), "|".repeat(25))
    };
    let merged = if merged.is_empty() { String::new() } else { format!("MRG|P{merged}{round}^^^OWN^MR\r") };
    let death = if died.is_empty() { String::new() } else { format!("{}{died}|Y", "|".repeat(24)) };
    read_text(&format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}||ADT^{event}|{round}|P|2.5\rEVN||{recorded}\r\
         PID|1||P{person}{round}^^^OWN^MR||{name}{death}\r{merged}{of_visit}"
    ))
}

/// The number of one of the person's stays.
fn number(round: usize, stay: usize) -> usize {
    round * 10 + stay
}

/// How a stay ended and what its person is called.
type End = (AdmissionState, Option<i64>, String);

/// Tells these in every order, each time of a person of its own; the ends of the stays, which all come to.
async fn every_order<const N: usize, const STAYS: usize>(suite: &Suite, told: [Says; N]) -> [End; STAYS] {
    let mut expected = None;
    for order in converging::places(N) {
        let (intake, round) = (intake(suite), fresh_visit());
        for place in &order {
            let outcome = intake.accept(&message(told[*place], round)).await.expect("settled");
            let settled = matches!(outcome, Outcome::Accepted | Outcome::Unchanged) || is_waiting(&outcome);
            assert!(settled, "{order:?}: {outcome:?}");
        }
        assert_eq!(intake.waiting(), [], "{order:?}");
        let mut ends = [const { (AdmissionState::Unspecified, None, String::new()) }; STAYS];
        for (place, end) in ends.iter_mut().enumerate() {
            let stay = read(suite, number(round, place + 1)).await.expect("an admission");
            *end = (
                stay.state(),
                stay.discharged_at.as_ref().map(|at| at.seconds),
                stay.patient.expect("a patient").name,
            );
        }
        assert_eq!(&ends, expected.get_or_insert_with(|| ends.clone()), "{order:?}");
    }
    expected.expect("an end")
}

const ADMITTED: Says = Says {
    event: "A01",
    stay: 1,
    recorded: "202609100800",
    admitted: "",
    person: "",
    name: "Berg^Åsa",
    died: "",
    merged: "",
};

/// Ten o'clock on 10 September 2026.
const DIED: (&str, i64) = ("202609101000", 1_789_027_200);

fn died(recorded: &'static str) -> Says {
    Says { died: DIED.0, ..says("A31", 0, recorded) }
}

async fn a_death_ends_the_stay_in_every_order(suite: &Suite) {
    let [(state, at, name)] = every_order(suite, [ADMITTED, died("202609101010")]).await;
    assert_eq!((state, at, name.as_str()), (AdmissionState::Deceased, Some(DIED.1), "Åsa Berg"));
    // Told again with another time it corrects.
    let earlier = Says { died: "202609100930", ..died("202609101100") };
    let [(_, at, _)] = every_order(suite, [ADMITTED, died("202609101010"), earlier]).await;
    assert_eq!(at, Some(DIED.1 - 1800));
    // Taken back later it never was; what was taken back before says nothing of it.
    let taken_back = |recorded| says("A13", 1, recorded);
    let [(state, ..)] =
        every_order(suite, [ADMITTED, died("202609101010"), taken_back("202609101020")]).await;
    assert_eq!(state, AdmissionState::Admitted);
    let [(state, ..)] =
        every_order(suite, [ADMITTED, died("202609101010"), taken_back("202609101005")]).await;
    assert_eq!(state, AdmissionState::Deceased);
    // Under another identity, merged before or after.
    let reserve = Says { person: "R", ..died("202609101010") };
    let merge = Says { merged: "R", ..says("A40", 0, "202609101030") };
    let [(state, at, _)] = every_order(suite, [ADMITTED, reserve, merge]).await;
    assert_eq!((state, at), (AdmissionState::Deceased, Some(DIED.1)));
}

async fn a_death_is_of_the_stay_that_it_lies_in(suite: &Suite) {
    let left = says("A03", 1, "202609100900");
    let again = Says { stay: 2, recorded: "202609100930", ..ADMITTED };
    let all = [ADMITTED, left, again, died("202609101010")];
    let [one, two] = every_order(suite, all).await;
    assert_eq!((one.0, two.0), (AdmissionState::Discharged, AdmissionState::Deceased));
    // It lies before the second: somebody must look at it, whenever it comes, and the second goes on.
    for order in [[0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0]] {
        let (intake, round) = (intake(suite), fresh_visit());
        let all = [ADMITTED, Says { recorded: "202609101200", ..again }, died("202609101010")];
        for place in order {
            let outcome = intake.accept(&message(all[place], round)).await.expect("settled");
            let is_parked = outcome == Outcome::Parked(Held::BeforeAdmission);
            assert!(is_parked || outcome == Outcome::Accepted, "{outcome:?}");
        }
        let state = async |stay| read(suite, number(round, stay)).await.expect("an admission").state();
        assert_eq!(state(1).await, AdmissionState::Deceased, "{order:?}");
        assert_eq!(state(2).await, AdmissionState::Admitted, "{order:?}");
    }
}

async fn what_is_said_of_a_person_outlives_a_void_stay_and_a_death_does_not(suite: &Suite) {
    let first = Says { admitted: "202609100800", ..ADMITTED };
    let void = says("A11", 1, "202609101020");
    let next = Says { recorded: "202609101030", name: "", ..first };
    let called = Says { name: "Dal^Åsa", ..says("A31", 0, "202609100900") };
    let [(state, _, name)] = every_order(suite, [first, called, void, next]).await;
    assert_eq!((state, name.as_str()), (AdmissionState::Admitted, "Åsa Dal"));
    let [(state, ..)] = every_order(suite, [first, died("202609101010"), void, next]).await;
    assert_eq!(state, AdmissionState::Admitted);
    let [(state, ..)] = every_order(suite, [first, died("202609101025"), void, next]).await;
    assert_eq!(state, AdmissionState::Deceased);
}

async fn what_is_said_of_a_person_reaches_every_stay_in_every_order(suite: &Suite) {
    let second = Says { stay: 2, recorded: "202609110800", ..ADMITTED };
    let called = |recorded, name| Says { name, ..says("A31", 0, recorded) };
    let all = [ADMITTED, second, called("202609110900", "Dal^Åsa"), called("202609101200", "Ek^Åsa")];
    let [one, two] = every_order(suite, all).await;
    assert_eq!((one.2.as_str(), two.2.as_str()), ("Åsa Dal", "Åsa Dal"));
    // What the second stay's admission was recorded after is of the first.
    let [one, two] = every_order(suite, [ADMITTED, second, called("202609101200", "Ek^Åsa")]).await;
    assert_eq!((one.2.as_str(), two.2.as_str()), ("Åsa Ek", "Åsa Berg"));
    let reserve = Says { person: "R", ..called("202609110900", "Dal^Åsa") };
    let merge = Says { merged: "R", ..says("A40", 0, "202609111000") };
    let [one, two] = every_order(suite, [ADMITTED, second, reserve, merge]).await;
    assert_eq!((one.2.as_str(), two.2.as_str()), ("Åsa Dal", "Åsa Dal"));
}

async fn a_death_that_cannot_be_holds_up_nothing_else(suite: &Suite) {
    let (intake, round) = (intake(suite), fresh_visit());
    intake.accept(&message(ADMITTED, round)).await.expect("settled");
    let tomorrow = Says { died: "209909101000", name: "Dal^Åsa", ..died("202609101010") };
    let outcome = intake.accept(&message(tomorrow, round)).await.expect("settled");
    assert_eq!(outcome, Outcome::Parked(Held::Future));
    let stay = read(suite, number(round, 1)).await.expect("an admission");
    assert_eq!(
        (stay.state(), stay.patient.expect("a patient").name.as_str()),
        (AdmissionState::Admitted, "Åsa Dal")
    );
}
