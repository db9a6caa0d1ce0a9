//! Deliveries on both databases: whichever feed is read first, once each, and never past one another.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, CommitError};
use hemgang_feed::{FeedEvent, Follow, Telling};
use hemgang_proto::{
    admission::{
        AdmissionEvent, AdmissionNoticeSent, DischargeCancelled, ExpectedDischargeChanged, MovementCancelled,
        MovementKind, PatientAdmitted, PatientDetailsRecorded, PatientDischarged,
        admission_event::Event as Admission,
    },
    common::{Destination, EventHeader, Person, PersonId},
    planning::{CaseState, InterruptionReason, NoticeKind},
    readiness::{
        Judgement, ReadinessConfirmed, ReadinessEvent, ReadinessWithdrawn,
        readiness_event::Event as Readiness,
    },
};
use hemgang_rpc::{Context, wire};
use hemgang_testing::{Suite, each_backend};
use jiff::{Timestamp, ToSpan as _};

use super::{AdmissionFollower, ReadinessFollower, delivery};
use crate::{
    domain::{dossier::Dossier, ending::By},
    store,
    tests::{ELSEWHERE, HOSPITAL, OUTPATIENT, SOCIAL, WARD},
};

each_backend!(
    the_order_of_reading_the_feeds_does_not_matter,
    a_replay_delivers_nothing_twice,
    what_was_told_before_a_case_ended_opens_it_neither_late_nor_again,
    a_new_party_is_told_of_the_readiness_that_stands,
    a_late_feed_tells_of_a_readiness_and_of_its_withdrawal,
    a_leave_cancelled_late_is_told_to_nobody,
    what_was_judged_while_the_case_was_over_is_told_when_it_goes_on,
    a_notice_and_a_judgement_at_one_moment_do_not_miss_each_other,
    a_departure_and_the_notice_of_the_next_stay_at_one_moment_do_not_miss_each_other
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// An event of either feed.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has few of them")]
enum Told {
    Admission(AdmissionEvent),
    Readiness(ReadinessEvent),
}

/// Hand-made events of one admission, numbered as their feeds would.
struct Story<'a> {
    suite: &'a Suite,
    cx: &'a Context,
    id: AdmissionId,
}

impl<'a> Story<'a> {
    fn new(suite: &'a Suite) -> Self {
        let cx = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
        Self { suite, cx, id: AdmissionId::fresh(suite.clock.now()) }
    }

    fn header(&self, number: i64, hour: i64) -> EventHeader {
        let at = Some(wire::timestamp(self.at(hour)));
        EventHeader {
            cursor: format!("00000000000000aa.{number}"),
            admission_id: self.id.to_string(),
            occurred_at: at,
            recorded_at: at,
            ..EventHeader::default()
        }
    }

    fn at(&self, hour: i64) -> Timestamp {
        self.suite.clock.now() + hour.hours()
    }

    fn admission(&self, number: i64, hour: i64, what: Admission) -> Told {
        Told::Admission(AdmissionEvent::of(what).with_header(self.header(number, hour)))
    }

    fn readiness(&self, number: i64, hour: i64, what: Readiness) -> Told {
        Told::Readiness(ReadinessEvent::of(what).with_header(self.header(number, hour)))
    }

    fn admitted(&self) -> Told {
        let admitted = PatientAdmitted {
            hospital: HOSPITAL.to_owned(),
            ward: WARD.to_owned(),
            ..PatientAdmitted::default()
        };
        self.admission(1, 0, Admission::PatientAdmitted(admitted))
    }

    fn notice(&self, number: i64, hour: i64, recipients: &[&str]) -> Told {
        let recipients = recipients.iter().map(|unit| (*unit).to_owned()).collect();
        let sent = AdmissionNoticeSent { recipients, expected_discharge: None };
        self.admission(number, hour, Admission::AdmissionNoticeSent(sent))
    }

    async fn change(&self, told: &Told) -> Change {
        match told {
            Told::Admission(event) => change(self.cx, &AdmissionFollower, event).await,
            Told::Readiness(event) => change(self.cx, &ReadinessFollower, event).await,
        }
    }

    async fn hear(&self, told: &Told) {
        self.cx.db.commit(self.change(told).await).await.expect("applied");
    }

    async fn dossier(&self) -> Dossier {
        store::dossier::find(&self.cx.db, self.id).await.expect("read").expect("a case")
    }

    /// Who was told of what, by which event, and when; the state that the case is in.
    async fn outcome(&self) -> (Vec<(String, NoticeKind, String, Timestamp)>, CaseState, usize) {
        let dossier = self.dossier().await;
        let told = |notice: &crate::domain::notice::Notice| {
            (notice.recipient.to_string(), notice.kind, notice.source.clone(), notice.sent_at)
        };
        let mut notices: Vec<_> = dossier.notices.iter().map(told).collect();
        notices.sort();
        (notices, dossier.case.state, dossier.parties.len())
    }

    async fn kinds_of(&self, unit: &str) -> Vec<NoticeKind> {
        let dossier = self.dossier().await;
        dossier.notices.iter().filter(|n| n.recipient.as_str() == unit).map(|n| n.kind).collect()
    }
}

fn confirmed() -> Readiness {
    Readiness::ReadinessConfirmed(ReadinessConfirmed { judgement: Some(Judgement::default()) })
}

fn withdrawn() -> Readiness {
    Readiness::ReadinessWithdrawn(ReadinessWithdrawn { judgement: Some(Judgement::default()) })
}

async fn change<F: Follow>(cx: &Context, follow: &F, event: &F::Event) -> Change {
    let projected = follow.project(cx, event).await.expect("projected");
    projected.and(follow.react(cx, event).await.expect("reacted"))
}

/// Every way to read two feeds, each in its own order.
fn interleavings(left: &[Told], right: &[Told]) -> Vec<Vec<Told>> {
    let (Some((first, others)), Some((second, rest))) = (left.split_first(), right.split_first()) else {
        return vec![[left, right].concat()];
    };
    let beginning = |head: &Told, tail: Vec<Told>| std::iter::once(head.clone()).chain(tail).collect();
    let with_left = interleavings(others, right).into_iter().map(|tail| beginning(first, tail));
    let with_right = interleavings(left, rest).into_iter().map(|tail| beginning(second, tail));
    with_left.chain(with_right).collect()
}

async fn the_order_of_reading_the_feeds_does_not_matter(suite: &Suite) {
    let mut first = None;
    let tell = |story: &Story<'_>| {
        let changed = Admission::ExpectedDischargeChanged(ExpectedDischargeChanged::default());
        let admission = [
            story.admitted(),
            story.notice(2, 1, &[SOCIAL]),
            story.notice(3, 3, &[SOCIAL, OUTPATIENT]),
            story.admission(4, 5, changed),
        ];
        let readiness = [
            story.readiness(1, 2, confirmed()),
            story.readiness(2, 4, withdrawn()),
            story.readiness(3, 6, confirmed()),
        ];
        interleavings(&admission, &readiness)
    };
    let ways = tell(&Story::new(suite)).len();
    assert_eq!(ways, 35);
    for way in 0..ways {
        let story = Story::new(suite);
        for told in &tell(&story)[way] {
            story.hear(told).await;
        }
        let outcome = story.outcome().await;
        let (notices, state, parties) = first.get_or_insert_with(|| outcome.clone());
        assert_eq!((&outcome.0, outcome.1, outcome.2), (&*notices, *state, *parties), "way {way}");
    }
    let (notices, state, parties) = first.expect("an outcome");
    // Two admission notices to one and one to the other; three judgements and a change to both.
    assert_eq!((notices.len(), state, parties), (3 + 2 * 4, CaseState::Ready, 2));
}

async fn a_replay_delivers_nothing_twice(suite: &Suite) {
    let story = Story::new(suite);
    let all = [
        story.admitted(),
        story.notice(2, 1, &[SOCIAL]),
        story.readiness(1, 2, confirmed()),
        story.readiness(2, 3, withdrawn()),
    ];
    for told in &all {
        story.hear(told).await;
    }
    let outcome = story.outcome().await;
    let head = *story.cx.db.head().borrow();
    for told in all.iter().chain(&all[1..2]) {
        story.hear(told).await;
    }
    assert_eq!(story.outcome().await, outcome);
    assert_eq!(*story.cx.db.head().borrow(), head, "nothing more was told");
}

/// Planning is broken off by the ward.
async fn interrupted(story: &Story<'_>, hour: i64) {
    let place = |text: &str| hemgang_core::place::HsaId::parse(text).expect("an HSA-id");
    let by = By { unit: place(WARD), person: place("SE2321000131-P000000000001") };
    let dossier = story.dossier().await;
    let ended = dossier.case.clone().interrupt(&by, InterruptionReason::NoNeeds, story.at(hour));
    let dossier = dossier.with_case(|_| ended.expect("interrupted").0);
    let case = dossier.next();
    let telling = |at, audience| Telling::reacting(story.cx, case.subject(), at, audience);
    let change = delivery::parts(story.cx, &dossier, &case, telling).expect("a change");
    story.cx.db.commit(change).await.expect("written");
}

async fn what_was_told_before_a_case_ended_opens_it_neither_late_nor_again(suite: &Suite) {
    let story = Story::new(suite);
    let begun = [story.admitted(), story.notice(2, 1, &[SOCIAL])];
    for told in &begun {
        story.hear(told).await;
    }
    interrupted(&story, 3).await;
    let (outcome, head) = (story.outcome().await, *story.cx.db.head().borrow());
    for told in &begun {
        story.hear(told).await;
    }
    assert_eq!((story.outcome().await, *story.cx.db.head().borrow()), (outcome, head), "read again");
    // Sent before it ended, and read only now: it is delivered, and the case stays as it was ended.
    story.hear(&story.notice(3, 2, &[OUTPATIENT])).await;
    assert_eq!(story.kinds_of(OUTPATIENT).await, [NoticeKind::Admission]);
    assert_eq!(story.dossier().await.case.state, CaseState::Interrupted);

    let anew = story.notice(4, 4, &[ELSEWHERE]);
    story.hear(&anew).await;
    let open = story.dossier().await;
    assert_eq!(open.case.state, CaseState::Planning);
    assert!(open.parties.iter().all(|party| party.is_open), "in every unit's list");
    assert!(story.kinds_of(SOCIAL).await.contains(&NoticeKind::CaseReopened));
    // Ended once more, the same notice is no news.
    interrupted(&story, 5).await;
    story.hear(&anew).await;
    assert_eq!(story.dossier().await.case.state, CaseState::Interrupted);
}

async fn a_new_party_is_told_of_the_readiness_that_stands(suite: &Suite) {
    let story = Story::new(suite);
    for told in [
        story.admitted(),
        story.notice(2, 1, &[SOCIAL]),
        story.readiness(1, 2, confirmed()),
        story.notice(3, 3, &[OUTPATIENT]),
        story.readiness(2, 4, withdrawn()),
        story.notice(4, 5, &[ELSEWHERE, SOCIAL]),
    ] {
        story.hear(&told).await;
    }
    let told = [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::ReadinessWithdrawn];
    assert_eq!(story.kinds_of(OUTPATIENT).await, told);
    assert_eq!(story.kinds_of(ELSEWHERE).await, [NoticeKind::Admission]);
    // Whoever holds a notice gets the new one: the expected discharge may differ.
    assert_eq!(story.kinds_of(SOCIAL).await, [&told[..], &[NoticeKind::Admission]].concat());
    assert_eq!(story.dossier().await.case.state, CaseState::Planning);
}

async fn a_late_feed_tells_of_a_readiness_and_of_its_withdrawal(suite: &Suite) {
    let story = Story::new(suite);
    for told in [
        story.admitted(),
        story.notice(2, 3, &[SOCIAL]),
        story.readiness(1, 1, confirmed()),
        story.readiness(2, 2, withdrawn()),
    ] {
        story.hear(&told).await;
    }
    let told = [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::ReadinessWithdrawn];
    assert_eq!(story.kinds_of(SOCIAL).await, told);
    // Nobody was sent anything before being a party.
    assert!(story.dossier().await.notices.iter().all(|notice| notice.sent_at == story.at(3)));
}

async fn a_leave_cancelled_late_is_told_to_nobody(suite: &Suite) {
    let story = Story::new(suite);
    let cancelled = |kind: MovementKind, superseded| {
        Admission::MovementCancelled(MovementCancelled { kind: kind.into(), moved_at: None, superseded })
    };
    for told in [
        story.admitted(),
        story.notice(2, 1, &[SOCIAL]),
        story.admission(3, 2, cancelled(MovementKind::LeaveStart, true)),
        story.admission(4, 3, cancelled(MovementKind::LeaveEnd, true)),
        story.admission(5, 4, cancelled(MovementKind::LeaveEnd, false)),
    ] {
        story.hear(&told).await;
    }
    assert_eq!(story.kinds_of(SOCIAL).await, [NoticeKind::Admission, NoticeKind::LeaveStarted]);
}

async fn what_was_judged_while_the_case_was_over_is_told_when_it_goes_on(suite: &Suite) {
    let died = || {
        let destination = Destination::Deceased.into();
        Admission::PatientDischarged(PatientDischarged { discharged_at: None, destination })
    };
    let never_left = || Admission::DischargeCancelled(DischargeCancelled::default());
    let (one, other) = (Story::new(suite), Story::new(suite));
    for story in [&one, &other] {
        for told in [
            story.admitted(),
            story.readiness(1, 0, confirmed()),
            story.notice(2, 1, &[SOCIAL]),
            story.admission(3, 2, died()),
            story.readiness(2, 3, withdrawn()),
        ] {
            story.hear(&told).await;
        }
        let before = [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::Death];
        assert_eq!(story.kinds_of(SOCIAL).await, before);
    }
    one.hear(&one.readiness(3, 4, confirmed())).await;
    for story in [&one, &other] {
        story.hear(&story.admission(4, 5, never_left())).await;
    }
    let since = |kinds: Vec<NoticeKind>| kinds.into_iter().skip(3).collect::<Vec<_>>();
    let (cancelled, withdrawn) = (NoticeKind::DischargeCancelled, NoticeKind::ReadinessWithdrawn);
    // In the order of the judgements, as a new party is told of them.
    assert_eq!(since(one.kinds_of(SOCIAL).await), [withdrawn, NoticeKind::Readiness, cancelled]);
    assert_eq!(since(other.kinds_of(SOCIAL).await), [withdrawn, cancelled]);
    assert_eq!(one.dossier().await.case.state, CaseState::Ready);
    assert_eq!(other.dossier().await.case.state, CaseState::Planning);
}

async fn a_notice_and_a_judgement_at_one_moment_do_not_miss_each_other(suite: &Suite) {
    let story = Story::new(suite);
    story.hear(&story.admitted()).await;
    let (notice, judged) = (story.notice(2, 1, &[SOCIAL]), story.readiness(1, 2, confirmed()));
    let (one, other) = (story.change(&notice).await, story.change(&judged).await);
    story.cx.db.commit(one).await.expect("applied");
    assert!(matches!(story.cx.db.commit(other).await, Err(CommitError::Lost("stay"))));
    story.hear(&judged).await;
    assert_eq!(story.kinds_of(SOCIAL).await, [NoticeKind::Admission, NoticeKind::Readiness]);
}

async fn a_departure_and_the_notice_of_the_next_stay_at_one_moment_do_not_miss_each_other(suite: &Suite) {
    let (first, second) = (Story::new(suite), Story::new(suite));
    for (story, hour) in [(&first, 0), (&second, 5)] {
        let admitted = PatientAdmitted {
            hospital: HOSPITAL.to_owned(),
            ward: WARD.to_owned(),
            admitted_at: Some(wire::timestamp(story.at(hour))),
            ..PatientAdmitted::default()
        };
        story.hear(&story.admission(1, hour, Admission::PatientAdmitted(admitted))).await;
        let person_id = PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() };
        let person = Some(Person { person_id: Some(person_id), ..Person::default() });
        let details = PatientDetailsRecorded { person, ..PatientDetailsRecorded::default() };
        story.hear(&story.admission(2, hour, Admission::PatientDetailsRecorded(details))).await;
    }
    first.hear(&first.notice(3, 1, &[OUTPATIENT])).await;
    let departed = PatientDischarged {
        discharged_at: Some(wire::timestamp(first.at(4))),
        destination: Destination::Home.into(),
    };
    let departed = first.admission(4, 4, Admission::PatientDischarged(departed));
    let back = second.notice(3, 5, &[OUTPATIENT]);
    // Both are decided before either is applied, as in a wave of the follower.
    let (one, other) = (first.change(&departed).await, second.change(&back).await);
    first.cx.db.commit(one).await.expect("applied");
    assert!(matches!(first.cx.db.commit(other).await, Err(CommitError::Lost("care_case"))));
    second.hear(&back).await;
    assert!(first.dossier().await.callers().is_empty(), "the clinic knows that the patient is back");
}
