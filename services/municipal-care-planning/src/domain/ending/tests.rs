//! The state machine of a case: whatever happens to the stay and whoever ends the case, in any order.

use hemgang_core::{id::AdmissionId, id::CaseId};
use hemgang_proto::{admission::DischargeNotice, common::Destination, planning::NoticeKind};
use jiff::{SignedDuration, ToSpan as _};
use proptest::{
    prelude::{Strategy, any, prop_oneof},
    proptest,
};

use super::*;

/// What happens to a case.
#[derive(Clone, Copy, Debug)]
enum Step {
    Judged(NoticeKind),
    Left(Destination),
    Stayed,
    Voided,
    NotifiedAgain,
    Interrupt,
    Close,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        any::<bool>().prop_map(|ready| Step::Judged(if ready {
            NoticeKind::Readiness
        } else {
            NoticeKind::ReadinessWithdrawn
        })),
        any::<bool>().prop_map(|died| Step::Left(if died {
            Destination::Deceased
        } else {
            Destination::Home
        })),
        proptest::strategy::Just(Step::Stayed),
        proptest::strategy::Just(Step::NotifiedAgain),
        proptest::strategy::Just(Step::Interrupt),
        proptest::strategy::Just(Step::Close),
        proptest::strategy::Just(Step::Reopen),
        // Rare, as it ends all else.
        any::<u8>().prop_map(|seldom| if seldom == 0 { Step::Voided } else { Step::Close }),
    ];
    proptest::collection::vec(step, 1..24)
}

fn place(text: &str) -> HsaId {
    HsaId::parse(text).expect("an HSA-id")
}

fn by() -> By {
    By { unit: place("SE1-W"), person: place("SE1-P1") }
}

fn case() -> Case {
    let now = Timestamp::UNIX_EPOCH;
    Case {
        case_id: CaseId::fresh(now),
        version: 1,
        admission_id: Some(AdmissionId::fresh(now)),
        hospital: Some(place("SE1-H")),
        ward: Some(place("SE1-W")),
        requested_by: None,
        state: CaseState::Planning,
        course: CaseState::Planning,
        ending: None,
        opened_at: now,
        contact_from: None,
        contact_by: None,
        contact_runs_out_at: None,
    }
}

/// What the stay makes of a case.
fn stay(case: Case, step: Step) -> Case {
    match step {
        Step::Judged(kind) => case.judged(kind),
        Step::Left(to) => case.left(to),
        Step::Stayed => case.stayed(false),
        Step::Voided => case.voided(),
        _ => case,
    }
}

fn take(case: Case, step: Step, at: Timestamp) -> Result<Case, Error> {
    match step {
        Step::Interrupt => Ok(case.interrupt(&by(), InterruptionReason::NoNeeds, at)?.0),
        Step::Close => Ok(case.close(&by(), &[ClosingGap::Readiness], at)?.0),
        Step::Reopen => case.reopen(&by(), ReopeningReason::Mistake, at),
        Step::NotifiedAgain => Ok(case.reopened_by(ReopeningReason::NotifiedAgain, at)),
        Step::Stayed => Ok(case.stayed(false).unclosed(at)),
        step => Ok(stay(case, step)),
    }
}

fn is_over(state: CaseState) -> bool {
    matches!(state, CaseState::Deceased | CaseState::Voided)
}

proptest! {
    #[test]
    fn a_case_that_ended_and_is_open_again_is_where_its_stay_is(steps in steps()) {
        let (mut case, mut bare, mut at) = (case(), case(), Timestamp::UNIX_EPOCH);
        for step in steps {
            at += SignedDuration::from_mins(1);
            bare = stay(bare, step);
            let before = case.clone();
            match (step, take(case.clone(), step, at)) {
                (Step::Interrupt, taken) => {
                    let may = matches!(before.state, CaseState::Planning | CaseState::Ready);
                    assert_eq!(taken.is_ok(), may, "{before:?}");
                    case = taken.unwrap_or(before);
                }
                (Step::Close, taken) => {
                    assert_eq!(taken.is_ok(), before.permits(Doing::Arranging).is_ok(), "{before:?}");
                    case = taken.unwrap_or(before);
                }
                (Step::Reopen, taken) => {
                    let may = matches!(before.state, CaseState::Interrupted | CaseState::Closed);
                    assert_eq!(taken.is_ok(), may, "{before:?}");
                    case = taken.unwrap_or(before);
                }
                (_, taken) => case = taken.expect("what a stay does is never refused"),
            }
            // Whatever people say of the case, the stay goes on beside it.
            assert_eq!(case.course, bare.state);
            let ended = case.ended().map(|ending| ending.0.state());
            let expected = if is_over(bare.state) { bare.state } else { ended.unwrap_or(bare.state) };
            assert_eq!(case.state, expected, "{step:?}");
            assert_eq!(case.permits(Doing::Arranging).is_ok(), case.state == bare.state && !is_over(case.state));
            // What was told before it ended opens nothing, however often it is read.
            let ended_at = case.ending.as_ref().map_or(at, Ending::ended_at);
            assert_eq!(case.clone().reopened_by(ReopeningReason::NotifiedAgain, ended_at), case);
        }
    }
}

#[test]
fn what_may_be_done_once_a_case_has_ended() {
    let ended_at = Timestamp::UNIX_EPOCH + 1.hour();
    let (before, after) = (ended_at - 1.minute(), ended_at + 1.minute());
    let (interrupted, _) =
        case().interrupt(&by(), InterruptionReason::NoNeeds, ended_at).expect("interrupted");
    let (closed, _) = case().left(Destination::Home).close(&by(), &[], ended_at).expect("closed");
    let allowed = |case: &Case| {
        [
            Doing::Arranging,
            Doing::Recalling(before),
            Doing::Recalling(after),
            Doing::Completing,
            Doing::LivingOn,
        ]
        .map(|doing| case.permits(doing).is_ok())
    };
    assert_eq!(allowed(&case()), [true; 5]);
    assert_eq!(allowed(&interrupted), [false, true, false, false, true]);
    assert_eq!(allowed(&closed), [false, true, false, true, true]);
    assert_eq!(allowed(&closed.left(Destination::Deceased)), [false; 5]);
}

#[test]
fn a_closing_shows_what_is_missing_of_the_stay_and_of_what_parties_do() {
    let at = Some(wire::timestamp(Timestamp::UNIX_EPOCH));
    let stay = pb::Case { admission_id: "a".to_owned(), ward: "SE1-W".to_owned(), ..Default::default() };
    let of_stay = [
        ClosingGap::Departure,
        ClosingGap::Readiness,
        ClosingGap::DischargeNotice,
        ClosingGap::DischargeInformation,
        ClosingGap::PatientSummary,
    ];
    assert_eq!(gaps(&stay), of_stay);
    assert!(gaps(&pb::Case::default()).is_empty(), "a case without an admission owes nothing of a stay");
    let party =
        |municipality: &str| pb::Party { municipality: municipality.to_owned(), ..Default::default() };
    let to = |unit: &str| pb::Notice { delivered_at: at, recipient: unit.to_owned(), ..Default::default() };
    let notice = to("SE1-U");
    let meeting = pb::Meeting { state: MeetingState::Booked.into(), ..Default::default() };
    let told = pb::Case {
        discharged_at: at,
        ready_since: at,
        discharge_notice: Some(DischargeNotice::default()),
        discharge_information: Some(pb::DischargeInformation::default()),
        patient_summaries: vec![pb::PatientSummary::default()],
        parties: vec![party("1480"), party("")],
        notices: vec![notice.clone()],
        meetings: vec![meeting],
        ..stay
    };
    assert_eq!(gaps(&told), [ClosingGap::CareContact, ClosingGap::Receipt, ClosingGap::Meeting]);
    let read = pb::Notice { acknowledged_at: at, ..notice.clone() };
    let history = pb::Notice { entry_reason: EntryReason::Import.into(), ..notice.clone() };
    let paper = pb::Notice { entry_reason: EntryReason::DowntimeRoutine.into(), ..notice.clone() };
    let held = pb::Notice { delivered_at: None, ..notice };
    let done = pb::Case {
        parties: vec![party("1480")],
        notices: vec![read, history, paper, held, to("SE1-W")],
        meetings: Vec::new(),
        ..told
    };
    assert_eq!(gaps(&done), []);
}
