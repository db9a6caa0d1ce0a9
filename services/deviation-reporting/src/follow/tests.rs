//! Who was told, on both databases: whichever of the two feeds is read first, the duty stands the same.

mod sip_call;

use hemgang_core::id::AdmissionId;
use hemgang_db::Deadline;
use hemgang_feed::{FeedEvent, Follow, recipients::Course};
use hemgang_proto::{
    admission::{
        AdmissionEvent, AdmissionNoticeSent, AdmissionTimeCorrected, NeedsAssessed, NeedsAssessment,
        PatientAdmitted, PatientDischarged, admission_event::Event as Admission,
    },
    common::{Destination, EventHeader},
    deviation::SignalState,
    planning::{
        PlanningEvent, RecipientAdded, RecipientForwarded, RecipientRemoved,
        planning_event::Event as Planning,
    },
};
use hemgang_rpc::{Context, wire};
use hemgang_testing::{Suite, each_backend, interleaved};
use jiff::{Timestamp, ToSpan as _};

use super::{Admissions, planning};
use crate::{domain::stay::Stay, store};

each_backend!(
    the_order_of_reading_the_feeds_does_not_matter,
    who_left_sees_no_signal_of_the_stay_and_who_holds_a_notice_each
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const WRONG: &str = "SE0000001490-E0002";
const RIGHT: &str = "SE0000001480-E0002";
const HEALTH_CARE: &str = "SE0000001480-E0003";

/// An event of either feed, hours after the admission.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has few of them")]
enum Told {
    Admission(i64, Admission),
    Planning(i64, Planning),
}
use Told::{Admission as A, Planning as P};

/// A signal: its state, when its duty was met, and who sees it beside the ward.
type Seen = (SignalState, Option<Timestamp>, Vec<String>);

/// A name, what is told, the hour at which a deadline runs out that stands, and the signals.
type Row = (&'static str, Vec<Told>, Option<i64>, Vec<Seen>);

/// What is left of a stay: the rows that are projected, when the deadline runs out, and its signal with who sees it.
type Left = (Stay, Course, Option<Timestamp>, Vec<Seen>);

/// Hand-made events of one admission.
struct Story<'a> {
    start: Timestamp,
    cx: &'a Context,
    id: AdmissionId,
}

impl<'a> Story<'a> {
    fn new(suite: &'a Suite) -> Self {
        let cx = suite.process.contexts().find(|cx| cx.name == "deviation").expect("deviation");
        let start = suite.clock.now();
        Self { start, cx, id: AdmissionId::fresh(start) }
    }

    fn at(&self, hour: i64) -> Timestamp {
        self.start + hour.hours()
    }

    async fn hear(&self, told: &Told) {
        let header = |hour| {
            let at = Some(wire::timestamp(self.at(hour)));
            let admission_id = self.id.to_string();
            EventHeader { admission_id, occurred_at: at, recorded_at: at, ..Default::default() }
        };
        let change = match told.clone() {
            A(hour, what) => {
                change(self.cx, &Admissions, &AdmissionEvent::of(what).with_header(header(hour))).await
            }
            P(hour, what) => {
                change(self.cx, &planning::Planning, &PlanningEvent::of(what).with_header(header(hour))).await
            }
        };
        self.cx.db.commit(change).await.expect("applied");
    }

    async fn left(&self) -> Left {
        let none: AdmissionId = "00000000-0000-7000-8000-000000000000".parse().expect("an id");
        let db = &self.cx.db;
        let stay = Stay { admission_id: none, ..store::stay::get(db, self.id).await.expect("a stay") };
        let mut course = Course::read(db, self.id).await.expect("read");
        let judged = course.judged.iter_mut().map(|one| &mut one.admission_id);
        let sent = course.sent.iter_mut().map(|one| &mut one.admission_id);
        let changes = course.changes.iter_mut().map(|one| &mut one.admission_id);
        judged.chain(sent).chain(changes).for_each(|id| *id = none);
        let mut deadline = None;
        for kind in ["admission-notice-late", "sip-called-by-another"] {
            let stands = Deadline::get(db, kind, &self.id.to_string()).await.expect("read");
            deadline = deadline.or(stands);
        }
        let mut signals = Vec::new();
        for signal in store::signal::list_of(db, self.id).await.expect("read") {
            let parties = store::party::list(db, signal.signal_id).await.expect("read");
            let parties = parties.iter().map(|party| party.unit.to_string()).collect();
            signals.push((signal.state, signal.met_at, parties));
        }
        (stay, course, deadline.map(|deadline| deadline.due_at), signals)
    }

    fn admitted() -> Told {
        let admitted = PatientAdmitted {
            hospital: "SE2321000131-E000000001001".to_owned(),
            ward: "SE2321000131-E000000001101".to_owned(),
            admitted_at: Some(wire::timestamp("2026-09-14T06:00:00Z".parse().expect("an instant"))),
            ..Default::default()
        };
        A(0, Admission::PatientAdmitted(admitted))
    }

    fn judged(&self, hour: i64, needed: bool) -> Told {
        let assessed_at = Some(wire::timestamp(self.at(hour)));
        let needs = NeedsAssessment { social_services: needed, assessed_at, ..Default::default() };
        A(hour, Admission::NeedsAssessed(NeedsAssessed { needs_assessment: Some(needs) }))
    }

    fn notice(hour: i64, recipients: &[&str]) -> Told {
        let recipients = recipients.iter().map(|unit| (*unit).to_owned()).collect();
        A(hour, Admission::AdmissionNoticeSent(AdmissionNoticeSent { recipients, expected_discharge: None }))
    }

    fn home(&self, hour: i64) -> Told {
        let discharged_at = Some(wire::timestamp(self.at(hour)));
        let destination = Destination::Home.into();
        let left = PatientDischarged { discharged_at, destination };
        A(hour, Admission::PatientDischarged(left))
    }

    fn removed(&self, hour: i64, unit: &str) -> Told {
        let (unit, removed_at) = (unit.to_owned(), Some(wire::timestamp(self.at(hour))));
        P(hour, Planning::RecipientRemoved(RecipientRemoved { unit, removed_at, ..Default::default() }))
    }

    fn added(&self, hour: i64, unit: &str) -> Told {
        let (unit, notified_at) = (unit.to_owned(), Some(wire::timestamp(self.at(hour))));
        P(hour, Planning::RecipientAdded(RecipientAdded { unit, notified_at, ..Default::default() }))
    }

    fn forwarded(&self, hour: i64, [from, to]: [&str; 2], since: i64) -> Told {
        let forwarded = RecipientForwarded {
            from_unit: from.to_owned(),
            to_unit: to.to_owned(),
            municipality: "1480".to_owned(),
            forwarded_at: Some(wire::timestamp(self.at(hour))),
            notified_at: Some(wire::timestamp(self.at(since))),
            ..Default::default()
        };
        P(hour, Planning::RecipientForwarded(forwarded))
    }
}

/// What an event changes, as the follower takes it.
async fn change<F: Follow>(cx: &Context, follow: &F, event: &F::Event) -> hemgang_db::Change {
    let projected = follow.project(cx, event).await.expect("projected");
    projected.and(follow.react(cx, event).await.expect("reacted"))
}

/// What is left, the same in whatever order the feeds are read.
async fn left(suite: &Suite, told: &[Told]) -> Left {
    let of_admission = |told: &&Told| matches!(told, A(..));
    let (admission, planning): (Vec<_>, Vec<_>) = told.iter().partition(of_admission);
    let cloned = |told: Vec<&Told>| told.into_iter().cloned().collect::<Vec<_>>();
    let mut found: Option<Left> = None;
    for order in interleaved(&cloned(admission), &cloned(planning)) {
        let story = Story::new(suite);
        for told in &order {
            story.hear(told).await;
        }
        let left = story.left().await;
        assert_eq!(*found.get_or_insert_with(|| left.clone()), left);
    }
    found.expect("an order")
}

async fn the_order_of_reading_the_feeds_does_not_matter(suite: &Suite) {
    let t = Story::new(suite);
    let begun = || vec![Story::admitted(), t.judged(1, true), Story::notice(2, &[WRONG])];
    let open = |met_at: Option<i64>, units: &[&str]| {
        let units = units.iter().map(|unit| (*unit).to_owned()).collect();
        (SignalState::Open, met_at.map(|hour| t.at(hour)), units)
    };
    let rows: [Row; 8] = [
        ("in time, to the right one", begun(), None, vec![]),
        (
            "misdirected: owed as if nobody had been told",
            [begun(), vec![t.removed(5, WRONG)]].concat(),
            Some(25),
            vec![],
        ),
        (
            "the right one is added in time",
            [begun(), vec![t.removed(5, WRONG), t.added(20, RIGHT)]].concat(),
            None,
            vec![],
        ),
        (
            "the right one is added late",
            [begun(), vec![t.removed(5, WRONG), t.added(30, RIGHT)]].concat(),
            None,
            vec![open(Some(30), &[RIGHT])],
        ),
        (
            "told again late, found out later still, and handed on",
            [
                begun(),
                vec![
                    Story::notice(30, &[RIGHT, WRONG]),
                    t.removed(40, WRONG),
                    t.forwarded(41, [RIGHT, HEALTH_CARE], 30),
                ],
            ]
            .concat(),
            None,
            vec![open(Some(30), &[HEALTH_CARE])],
        ),
        ("handed on in time", [begun(), vec![t.forwarded(30, [WRONG, RIGHT], 2)]].concat(), None, vec![]),
        (
            "nobody is needed, judged after the notice that went astray",
            [begun(), vec![t.judged(6, false), t.removed(5, WRONG)]].concat(),
            None,
            vec![],
        ),
        ("home before it ran out", [begun(), vec![t.home(20), t.removed(26, WRONG)]].concat(), None, vec![]),
    ];
    for (name, told, due, signals) in rows {
        let (_, _, deadline, found) = left(suite, &told).await;
        assert_eq!((deadline, found), (due.map(|hour| t.at(hour)), signals), "{name}");
    }
}

async fn who_left_sees_no_signal_of_the_stay_and_who_holds_a_notice_each(suite: &Suite) {
    let story = Story::new(suite);
    let corrected = |hour, to| {
        let admitted_at = Some(wire::timestamp(story.at(to)));
        A(
            hour,
            Admission::AdmissionTimeCorrected(AdmissionTimeCorrected { admitted_at, ..Default::default() }),
        )
    };
    // The signal lapses, another is raised, and the first holds again.
    let order = [
        Story::admitted(),
        story.judged(1, true),
        Story::notice(30, &[RIGHT, WRONG]),
        corrected(32, 4),
        corrected(33, 0),
        story.removed(40, WRONG),
    ];
    for told in &order {
        story.hear(told).await;
    }
    let (.., seen) = story.left().await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().all(|(_, _, units)| *units == [RIGHT]), "{seen:?}");
}
