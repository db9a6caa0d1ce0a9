//! Who was told, on both databases: whichever of the two feeds is read first, the rows are the same.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, CommitError};
use hemgang_feed::{FeedEvent, Follow, recipients::Course};
use hemgang_proto::{
    admission::{
        AdmissionEvent, AdmissionNoticeSent, NeedsAssessed, NeedsAssessment, PatientAdmitted,
        PatientDischarged, admission_event::Event as Admission,
    },
    common::{Destination, EventHeader},
    planning::{
        PlanningEvent, RecipientAdded, RecipientForwarded, RecipientRemoved,
        planning_event::Event as Planning,
    },
};
use hemgang_rpc::{Context, wire};
use hemgang_testing::{Suite, each_backend, interleaved};
use jiff::{Timestamp, ToSpan as _};

use crate::{
    domain::stay::{Party, Stay},
    follow, store,
};

each_backend!(
    the_order_of_reading_the_feeds_does_not_matter,
    a_notice_and_a_removal_at_one_moment_do_not_miss_each_other,
    a_stay_of_which_all_recipients_left_is_as_one_without_a_notice
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
const WRONG: &str = "SE0000001490-E0002";
const RIGHT: &str = "SE0000001480-E0002";
const HEALTH_CARE: &str = "SE0000001480-E0003";
const OUTPATIENT: &str = "SE2321000131-E000000002001";

/// An event of either feed.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has few of them")]
enum Told {
    Admission(i64, Admission),
    Planning(i64, Planning),
}

/// Hand-made events of one admission, hours after it.
struct Story<'a> {
    suite: &'a Suite,
    cx: &'a Context,
    id: AdmissionId,
}

impl<'a> Story<'a> {
    fn new(suite: &'a Suite) -> Self {
        let cx = suite.process.contexts().find(|cx| cx.name == "readiness").expect("readiness");
        Self { suite, cx, id: AdmissionId::fresh(suite.clock.now()) }
    }

    fn header(&self, hour: i64) -> EventHeader {
        let at = Some(wire::timestamp(self.at(hour)));
        EventHeader {
            admission_id: self.id.to_string(),
            occurred_at: at,
            recorded_at: at,
            ..Default::default()
        }
    }

    fn at(&self, hour: i64) -> Timestamp {
        self.suite.clock.now() + hour.hours()
    }

    async fn hear(&self, told: &Told) {
        self.cx.db.commit(self.change(told).await).await.expect("applied");
    }

    async fn change(&self, told: &Told) -> Change {
        let change = match told.clone() {
            Told::Admission(hour, what) => {
                let event = AdmissionEvent::of(what).with_header(self.header(hour));
                follow::Admission.project(self.cx, &event).await
            }
            Told::Planning(hour, what) => {
                let event = PlanningEvent::of(what).with_header(self.header(hour));
                follow::planning::Planning.project(self.cx, &event).await
            }
        };
        change.expect("projected")
    }

    /// Every row that is projected, but for whose it is.
    async fn rows(&self) -> (Stay, Vec<Party>, Course) {
        let none: AdmissionId = "00000000-0000-7000-8000-000000000000".parse().expect("an id");
        let db = &self.cx.db;
        let stay = store::stay::get(db, self.id).await.expect("read").expect("a stay");
        let mut parties = store::stay::parties(db, self.id).await.expect("read");
        let mut course = Course::read(db, self.id).await.expect("read");
        let judged = course.judged.iter_mut().map(|one| &mut one.admission_id);
        let sent = course.sent.iter_mut().map(|one| &mut one.admission_id);
        let changes = course.changes.iter_mut().map(|one| &mut one.admission_id);
        judged.chain(sent).chain(changes).for_each(|id| *id = none);
        for party in &mut parties {
            party.admission_id = none;
        }
        (Stay { admission_id: none, ..stay }, parties, course)
    }

    fn admitted() -> Told {
        let admitted = PatientAdmitted {
            hospital: HOSPITAL.to_owned(),
            ward: WARD.to_owned(),
            residence_municipality: "1480".to_owned(),
            ..Default::default()
        };
        Told::Admission(0, Admission::PatientAdmitted(admitted))
    }

    fn judged(&self, hour: i64, needed: bool) -> Told {
        let assessed_at = Some(wire::timestamp(self.at(hour)));
        let needs = NeedsAssessment { social_services: needed, assessed_at, ..Default::default() };
        Told::Admission(hour, Admission::NeedsAssessed(NeedsAssessed { needs_assessment: Some(needs) }))
    }

    fn home(hour: i64) -> Told {
        let left = PatientDischarged { destination: Destination::Home.into(), ..Default::default() };
        Told::Admission(hour, Admission::PatientDischarged(left))
    }

    fn notice(hour: i64, recipients: &[&str]) -> Told {
        let recipients = recipients.iter().map(|unit| (*unit).to_owned()).collect();
        let sent = AdmissionNoticeSent { recipients, expected_discharge: None };
        Told::Admission(hour, Admission::AdmissionNoticeSent(sent))
    }

    fn removed(&self, hour: i64, unit: &str) -> Told {
        let (unit, removed_at) = (unit.to_owned(), Some(wire::timestamp(self.at(hour))));
        Told::Planning(
            hour,
            Planning::RecipientRemoved(RecipientRemoved { unit, removed_at, ..Default::default() }),
        )
    }

    fn added(&self, hour: i64, unit: &str, code: &str) -> Told {
        let added = RecipientAdded {
            unit: unit.to_owned(),
            municipality: code.to_owned(),
            notified_at: Some(wire::timestamp(self.at(hour))),
            ..Default::default()
        };
        Told::Planning(hour, Planning::RecipientAdded(added))
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
        Told::Planning(hour, Planning::RecipientForwarded(forwarded))
    }
}

async fn the_order_of_reading_the_feeds_does_not_matter(suite: &Suite) {
    let told = Story::new(suite);
    let admission = [
        Story::admitted(),
        told.judged(1, true),
        Story::notice(2, &[WRONG, HEALTH_CARE]),
        Story::notice(20, &[WRONG]),
        Story::home(90),
    ];
    let planning = [
        told.removed(10, WRONG),
        told.forwarded(12, [HEALTH_CARE, RIGHT], 2),
        told.added(30, OUTPATIENT, ""),
    ];
    let mut expected = None;
    for order in interleaved(&admission, &planning) {
        let story = Story::new(suite);
        for told in &order {
            story.hear(told).await;
        }
        let rows = story.rows().await;
        let found = expected.get_or_insert_with(|| rows.clone());
        assert_eq!(*found, rows);
    }
    let (stay, parties, _) = expected.expect("rows");
    let parties: Vec<_> =
        parties.iter().map(|party| (party.unit.as_str(), party.notified_at, party.is_open)).collect();
    // The one that was told again after it had left takes part.
    assert_eq!(
        parties,
        [(RIGHT, told.at(2), false), (WRONG, told.at(20), false), (OUTPATIENT, told.at(30), false)]
    );
    assert_eq!((stay.notified_at, stay.notice_in_time()), (Some(told.at(2)), Some(true)));
    assert_eq!(stay.participating_municipality, "1480".parse().ok());
}

async fn a_stay_of_which_all_recipients_left_is_as_one_without_a_notice(suite: &Suite) {
    let told = Story::new(suite);
    let admission = [
        Story::admitted(),
        told.judged(1, true),
        Story::notice(2, &[WRONG]),
        // Judged while nobody had been told rightly: it counts, as it does where no notice was sent.
        told.judged(11, false),
        told.judged(40, true),
    ];
    let planning = [told.removed(10, WRONG), told.added(50, RIGHT, "1480"), told.removed(60, RIGHT)];
    let in_time = async |admission: &[Told], planning: &[Told]| {
        let mut found = Vec::new();
        for order in interleaved(admission, planning) {
            let story = Story::new(suite);
            for told in order.iter().chain([&Story::home(90)]) {
                story.hear(told).await;
            }
            let (stay, parties, _) = story.rows().await;
            found.push((stay.notified_at, stay.needed_since, parties.len(), stay.notice_in_time()));
        }
        found.dedup();
        found
    };
    let (at, first) = (|hour| Some(told.at(hour)), &admission[..3]);
    assert_eq!(in_time(first, &[]).await, [(at(2), at(1), 1, Some(true))]);
    assert_eq!(in_time(first, &planning[..1]).await, [(None, at(1), 0, Some(false))]);
    assert_eq!(in_time(first, &planning[..2]).await, [(at(50), at(1), 1, Some(false))]);
    assert_eq!(in_time(first, &planning).await, [(None, at(1), 0, Some(false))]);
    // The unit held it then, so what was judged since moved nothing; it did not, so it does.
    assert_eq!(in_time(&admission, &[]).await, [(at(2), at(1), 1, Some(true))]);
    assert_eq!(in_time(&admission[..4], &planning[..1]).await, [(None, None, 0, None)]);
    assert_eq!(in_time(&admission, &planning[..2]).await, [(at(50), at(40), 1, Some(true))]);
}

async fn a_notice_and_a_removal_at_one_moment_do_not_miss_each_other(suite: &Suite) {
    let notice = Story::notice(2, &[WRONG]);
    for is_first in [true, false] {
        let story = Story::new(suite);
        story.hear(&Story::admitted()).await;
        let told = [notice.clone(), story.removed(10, WRONG)];
        let mut changes = [story.change(&told[0]).await, story.change(&told[1]).await];
        if !is_first {
            changes.reverse();
        }
        let [first, second] = changes;
        story.cx.db.commit(first).await.expect("applied");
        let lost = story.cx.db.commit(second).await;
        assert!(matches!(lost, Err(CommitError::Lost("stay"))), "{lost:?}");
        // Read again, it is applied on what stands.
        story.hear(&told[usize::from(is_first)]).await;
        let (stay, parties, _) = story.rows().await;
        assert_eq!((stay.notified_at, parties), (None, vec![]));
    }
}
