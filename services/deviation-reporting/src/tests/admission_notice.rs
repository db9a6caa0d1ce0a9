//! The admission notice: in time, late, never, and what makes it not owed.

use hemgang_proto::{
    admission as wards,
    common::Destination,
    deviation::{Signal, SignalKind, SignalState},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};
use jiff::{SignedDuration, ToSpan as _};

use super::{
    COUNTY, DAY, HOSPITAL, OTHER_WARD, SETTLED, SOCIAL_SERVICES, STAFF, WARD, admit, assess, discharge,
    needed, notify, signals, told, void, ward,
};

each_backend!(
    a_notice_after_exactly_24_hours_is_in_time,
    a_notice_one_second_later_gives_a_signal_at_once,
    a_notice_that_never_comes_gives_one_signal_however_often_we_look,
    a_late_notice_is_noted_on_the_open_signal,
    a_stay_without_need_owes_nothing,
    a_stay_that_ends_within_24_hours_owes_nothing,
    a_discharge_that_is_told_late_lets_the_signal_lapse,
    a_cancelled_discharge_brings_the_duty_back_as_it_was,
    a_signal_that_lapsed_is_raised_again_when_its_duty_comes_back,
    a_lapsed_signal_of_a_late_notice_comes_back_met,
    a_discharge_corrected_past_the_deadline_gives_the_signal,
    a_transfer_that_is_told_late_moves_nothing,
    a_void_admission_owes_nothing_and_its_signal_lapses,
    a_corrected_admission_moves_the_duty,
    a_judgement_that_is_told_late_runs_out_at_once,
    a_new_duty_after_a_lapsed_signal_is_watched_like_the_first,
    the_first_judgement_counts_and_the_admission_at_the_earliest,
    a_move_takes_the_duty_along_and_leaves_the_signal,
    the_night_that_has_25_hours_moves_nothing
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

async fn only(suite: &Suite) -> Signal {
    let mut found = signals(suite, STAFF).await;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

async fn none(suite: &Suite) {
    suite.pass(DAY * 3).await;
    assert_eq!(signals(suite, COUNTY).await, []);
    assert!(told(suite, STAFF).await.is_empty());
}

async fn a_notice_after_exactly_24_hours_is_in_time(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    none(suite).await;
}

async fn a_notice_one_second_later_gives_a_signal_at_once(suite: &Suite) {
    let due_at = suite.clock.now() + DAY;
    let id = needed(suite, "1").await;
    suite.pass(DAY + SignedDuration::from_secs(1)).await;
    assert_eq!(signals(suite, STAFF).await, []);
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    let signal = only(suite).await;
    assert_eq!(signal.state(), SignalState::Open);
    assert_eq!(signal.due_at, Some(wire::timestamp(due_at)));
    assert_eq!(signal.met_at, Some(wire::timestamp(due_at + 1.second())));
    suite.pass(DAY * 3).await;
    assert_eq!(only(suite).await, signal);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"]);
}

async fn a_notice_that_never_comes_gives_one_signal_however_often_we_look(suite: &Suite) {
    let due_at = suite.clock.now() + DAY;
    let id = needed(suite, "1").await;
    suite.pass(DAY).await;
    assert_eq!(signals(suite, STAFF).await, []);
    suite.pass(SETTLED).await;
    let signal = only(suite).await;
    let expected = Signal {
        signal_id: signal.signal_id.clone(),
        etag: "1".to_owned(),
        kind: SignalKind::AdmissionNoticeLate.into(),
        state: SignalState::Open.into(),
        admission_id: id,
        hospital: HOSPITAL.to_owned(),
        ward: WARD.to_owned(),
        municipality: "1480".to_owned(),
        rule: "2 kap. 1 § lag (2017:612): inom 24 timmar".to_owned(),
        due_at: Some(wire::timestamp(due_at)),
        met_at: None,
        detected_at: Some(wire::timestamp(suite.clock.now())),
    };
    assert_eq!(signal, expected);
    for _ in 0..3 {
        suite.pass(DAY).await;
    }
    assert_eq!(only(suite).await, signal);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised"]);
}

async fn a_late_notice_is_noted_on_the_open_signal(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    assert_eq!(only(suite).await.met_at, None);
    suite.pass(DAY).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    let signal = only(suite).await;
    assert_eq!((signal.state(), signal.etag.as_str()), (SignalState::Open, "2"));
    assert_eq!(signal.met_at, Some(wire::timestamp(suite.clock.now())));
    // The patient goes home, and a second notice goes to the same unit: nothing new.
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    discharge(suite, &id, suite.clock.now(), Destination::Home).await;
    suite.pass(DAY).await;
    assert_eq!(only(suite).await, signal);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalMet"]);
}

async fn a_stay_without_need_owes_nothing(suite: &Suite) {
    let start = suite.clock.now();
    admit(suite, "never judged", start).await;
    let nobody = admit(suite, "nobody", start).await;
    assess(suite, &nobody, false, start).await;
    let not_after_all = needed(suite, "not after all").await;
    suite.pass(DAY / 2).await;
    assess(suite, &not_after_all, false, suite.clock.now()).await;
    none(suite).await;
}

async fn a_stay_that_ends_within_24_hours_owes_nothing(suite: &Suite) {
    let (home, died) = (needed(suite, "home").await, needed(suite, "died").await);
    suite.pass(DAY - SignedDuration::from_secs(1)).await;
    discharge(suite, &home, suite.clock.now(), Destination::Home).await;
    discharge(suite, &died, suite.clock.now(), Destination::Deceased).await;
    none(suite).await;
}

async fn a_discharge_that_is_told_late_lets_the_signal_lapse(suite: &Suite) {
    let left_at = suite.clock.now() + DAY / 2;
    let (short, long) = (needed(suite, "short").await, needed(suite, "long").await);
    suite.pass(DAY * 2).await;
    discharge(suite, &short, left_at, Destination::Home).await;
    discharge(suite, &long, left_at + DAY, Destination::Home).await;
    suite.drain().await;
    let found = signals(suite, STAFF).await;
    let state = |id: &str| found.iter().find(|signal| signal.admission_id == id).map(Signal::state);
    assert_eq!(found.len(), 2);
    assert_eq!((state(&short), state(&long)), (Some(SignalState::Lapsed), Some(SignalState::Open)));
}

async fn a_cancelled_discharge_brings_the_duty_back_as_it_was(suite: &Suite) {
    let due_at = suite.clock.now() + DAY;
    let id = needed(suite, "1").await;
    suite.pass(SignedDuration::from_hours(20)).await;
    discharge(suite, &id, suite.clock.now(), Destination::Home).await;
    suite.pass(DAY).await;
    assert_eq!(signals(suite, STAFF).await, []);
    let request = wards::CancelDischargeRequest { admission_id: id, ..Default::default() };
    ward(suite, WARD).cancel_discharge(request).await.expect("cancelled");
    suite.drain().await;
    suite.pass(SETTLED).await;
    let signal = only(suite).await;
    assert_eq!((signal.state(), signal.due_at), (SignalState::Open, Some(wire::timestamp(due_at))));
}

async fn a_corrected_admission_moves_the_duty(suite: &Suite) {
    let came_at = suite.clock.now();
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    assert_eq!(only(suite).await.state(), SignalState::Open);
    let correct = async |at: jiff::Timestamp| {
        let request = wards::CorrectAdmissionTimeRequest {
            admission_id: id.clone(),
            admitted_at: Some(wire::timestamp(at)),
            ..Default::default()
        };
        ward(suite, WARD).correct_admission_time(request).await.expect("corrected");
        suite.drain().await;
    };
    // The patient came six hours later: nothing has run out yet, and then it does.
    correct(came_at + DAY / 4).await;
    assert_eq!(only(suite).await.state(), SignalState::Lapsed);
    suite.pass(DAY / 4).await;
    let found = signals(suite, STAFF).await;
    let open: Vec<_> = found.iter().filter(|signal| signal.state() == SignalState::Open).collect();
    assert_eq!((found.len(), open.len()), (2, 1));
    assert_eq!(open[0].due_at, Some(wire::timestamp(came_at + DAY / 4 + DAY)));
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalLapsed", "SignalRaised"]);
}

async fn a_signal_that_lapsed_is_raised_again_when_its_duty_comes_back(suite: &Suite) {
    let left_at = suite.clock.now() + DAY / 2;
    let id = needed(suite, "1").await;
    suite.pass(DAY * 2).await;
    let raised = only(suite).await;
    discharge(suite, &id, left_at, Destination::Home).await;
    suite.drain().await;
    assert_eq!(only(suite).await.state(), SignalState::Lapsed);
    let request = wards::CancelDischargeRequest { admission_id: id.clone(), ..Default::default() };
    ward(suite, WARD).cancel_discharge(request).await.expect("cancelled");
    suite.drain().await;
    suite.pass(SETTLED).await;
    assert_eq!(only(suite).await, Signal { etag: "3".to_owned(), ..raised });
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalLapsed", "SignalRaised"]);
    // Met as any other.
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    assert_eq!(only(suite).await.met_at, Some(wire::timestamp(suite.clock.now())));
}

async fn a_lapsed_signal_of_a_late_notice_comes_back_met(suite: &Suite) {
    let left_at = suite.clock.now() + DAY / 2;
    let id = needed(suite, "1").await;
    suite.pass(DAY * 2).await;
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    let met = only(suite).await;
    discharge(suite, &id, left_at, Destination::Home).await;
    suite.drain().await;
    assert_eq!(only(suite).await.state(), SignalState::Lapsed);
    discharge(suite, &id, suite.clock.now(), Destination::Home).await;
    suite.drain().await;
    let again = only(suite).await;
    assert_eq!((again.state(), again.met_at), (SignalState::Open, met.met_at));
    let municipal = ("municipality", SOCIAL_SERVICES, "1480");
    assert_eq!(told(suite, municipal).await, ["SignalMet", "SignalLapsed", "SignalRaised"]);
}

async fn a_discharge_corrected_past_the_deadline_gives_the_signal(suite: &Suite) {
    let (came, due_at) = (suite.clock.now(), suite.clock.now() + DAY);
    let id = needed(suite, "1").await;
    suite.pass(SignedDuration::from_hours(27)).await;
    // The patient left an hour before the duty ran out, it said, and then two hours after.
    let other = needed(suite, "2").await;
    suite.pass(SignedDuration::from_hours(23)).await;
    discharge(suite, &other, suite.clock.now(), Destination::Home).await;
    suite.pass(SignedDuration::from_hours(3)).await;
    assert_eq!(only(suite).await.admission_id, id);
    discharge(suite, &other, suite.clock.now() - 1.hour(), Destination::Home).await;
    suite.drain().await;
    suite.pass(SETTLED).await;
    let found = signals(suite, COUNTY).await;
    let due: Vec<_> = found.iter().map(|signal| signal.due_at).collect();
    let late = Some(wire::timestamp(came + SignedDuration::from_hours(51)));
    assert_eq!(due, [late, Some(wire::timestamp(due_at))]);
    assert!(found.iter().all(|signal| signal.state() == SignalState::Open));
}

async fn a_transfer_that_is_told_late_moves_nothing(suite: &Suite) {
    let came_at = suite.clock.now();
    let id = needed(suite, "1").await;
    suite.pass(SignedDuration::from_hours(3)).await;
    let transfer = |unit: &str, hours| wards::TransferPatientRequest {
        admission_id: id.clone(),
        ward: unit.to_owned(),
        transferred_at: Some(wire::timestamp(came_at + SignedDuration::from_hours(hours))),
        ..Default::default()
    };
    ward(suite, WARD).transfer_patient(transfer("SE2321000131-E000000001103", 2)).await.expect("moved");
    let last = "SE2321000131-E000000001103";
    ward(suite, last).transfer_patient(transfer(OTHER_WARD, 1)).await.expect("told late");
    suite.pass(DAY).await;
    assert_eq!(signals(suite, COUNTY).await.first().map(|signal| signal.ward.as_str()), Some(last));
}

async fn a_void_admission_owes_nothing_and_its_signal_lapses(suite: &Suite) {
    let early = needed(suite, "early").await;
    let late = needed(suite, "late").await;
    suite.pass(DAY / 2).await;
    void(suite, &early).await;
    suite.pass(DAY).await;
    assert_eq!(only(suite).await.state(), SignalState::Open);
    notify(suite, &late, &[SOCIAL_SERVICES]).await;
    void(suite, &late).await;
    suite.pass(DAY).await;
    let signal = only(suite).await;
    assert_eq!((signal.admission_id.as_str(), signal.state()), (late.as_str(), SignalState::Lapsed));
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalMet", "SignalLapsed"]);
    // Whoever saw the signal learns that it lapsed.
    let municipal = ("municipality", SOCIAL_SERVICES, "1480");
    assert_eq!(told(suite, municipal).await, ["SignalMet", "SignalLapsed"]);
}

async fn a_judgement_that_is_told_late_runs_out_at_once(suite: &Suite) {
    let long_ago = suite.clock.now() - DAY * 3;
    let id = admit(suite, "1", long_ago).await;
    assess(suite, &id, true, long_ago + 2.hours()).await;
    suite.drain().await;
    let signal = only(suite).await;
    assert_eq!(signal.due_at, Some(wire::timestamp(long_ago + 2.hours() + DAY)));
}

async fn a_new_duty_after_a_lapsed_signal_is_watched_like_the_first(suite: &Suite) {
    let came = suite.clock.now();
    let id = needed(suite, "1").await;
    suite.pass(SignedDuration::from_hours(25)).await;
    // It turns out that a physician had said before it ran out that nobody is needed.
    assess(suite, &id, false, came + SignedDuration::from_hours(20)).await;
    suite.drain().await;
    assert_eq!(only(suite).await.state(), SignalState::Lapsed);
    assess(suite, &id, true, suite.clock.now()).await;
    suite.pass(SignedDuration::from_hours(25)).await;
    let open = signals(suite, COUNTY).await;
    let states: Vec<_> = open.iter().map(Signal::state).collect();
    assert_eq!(states, [SignalState::Open, SignalState::Lapsed]);
}

async fn the_first_judgement_counts_and_the_admission_at_the_earliest(suite: &Suite) {
    let start = suite.clock.now();
    let id = admit(suite, "1", start).await;
    suite.pass(DAY / 2).await;
    // Told in the order later, earlier, latest: the earlier one counts.
    for hours in [6, 3, 12] {
        assess(suite, &id, true, start + hours.hours()).await;
        suite.drain().await;
    }
    suite.pass(SignedDuration::from_hours(15)).await;
    assert_eq!(signals(suite, STAFF).await, []);
    suite.pass(SETTLED).await;
    assert_eq!(only(suite).await.due_at, Some(wire::timestamp(start + 3.hours() + DAY)));
}

async fn a_move_takes_the_duty_along_and_leaves_the_signal(suite: &Suite) {
    let transfer = async |id: &str, from: &str, to: &str| {
        let request = wards::TransferPatientRequest {
            admission_id: id.to_owned(),
            ward: to.to_owned(),
            transferred_at: Some(wire::timestamp(suite.clock.now())),
            ..Default::default()
        };
        ward(suite, from).transfer_patient(request).await.expect("moved");
    };
    let id = needed(suite, "1").await;
    transfer(&id, WARD, OTHER_WARD).await;
    suite.pass(DAY + SETTLED).await;
    transfer(&id, OTHER_WARD, WARD).await;
    suite.drain().await;
    assert_eq!(signals(suite, STAFF).await, []);
    let found = signals(suite, ("ward", OTHER_WARD, "region")).await;
    assert_eq!(found.iter().map(|signal| signal.ward.as_str()).collect::<Vec<_>>(), [OTHER_WARD]);
}

async fn the_night_that_has_25_hours_moves_nothing(suite: &Suite) {
    // domain.md §1.4: Saturday 14:00 CEST + 24 h = Sunday 13:00 CET. The spring row is a test of the domain.
    suite.clock.advance_to(at("2026-10-24T14:00:00+02:00"));
    let (in_time, never) = (needed(suite, "in time").await, needed(suite, "never").await);
    suite.clock.advance_to(at("2026-10-25T13:00:00+01:00"));
    notify(suite, &in_time, &[SOCIAL_SERVICES]).await;
    suite.pass(SETTLED).await;
    let signal = only(suite).await;
    assert_eq!(signal.admission_id, never);
    assert_eq!(signal.due_at, Some(wire::timestamp(at("2026-10-25T12:00:00Z"))));
}
