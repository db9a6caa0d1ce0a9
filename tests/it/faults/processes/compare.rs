//! Holds what was acknowledged against every feed and every state: nothing lost, nothing double, no gaps.

use std::{cell::Cell, collections::BTreeMap, time::Duration};

use hemgang_feed::{FeedEvent, Source};
use hemgang_proto::{
    admission::{
        self as adm, AdmissionEvent, AdmissionState, admission_service_client::AdmissionServiceClient,
    },
    deviation::{self as dev, DeviationEvent, deviation_service_client::DeviationServiceClient},
    planning::{
        self as pla, CaseState, PlanningEvent, planning_event::Event,
        planning_service_client::PlanningServiceClient,
    },
    readiness::{
        self as rea, JudgementKind, ReadinessEvent, readiness_service_client::ReadinessServiceClient,
    },
};
use tokio::time::{Instant, sleep};

use super::{
    accesses,
    course::sorted,
    desk::{CLINIC, Desk, HOSPITAL, SERVICE, SOCIAL},
    ledger::{Ledger, Stay},
};

/// Every followed feed is read to its head before the answer is made.
const AFTER: &str = "admission:told, readiness:told";

/// How long deadlines get to fire that ran out hours ago.
const FIRES: Duration = Duration::from_secs(20);

/// How long a follower that was cut off gets to come back by itself: whoever reads one stay does not wake it.
const FOLLOWS: Duration = Duration::from_secs(20);

/// How many events of a kind a stay has.
type Counts = BTreeMap<(String, String), usize>;

/// Compares everything; the states of stays from `checked` on, which then stands at the end.
pub async fn compare(desk: &Desk, ledger: &Ledger, checked: &Cell<usize>) {
    let stays = ledger.stays();
    assert!(stays.len() > checked.get(), "clients did nothing: {:?}", desk.tried_again.borrow());
    feeds(desk, &stays).await;
    signals(desk, &stays).await;
    lists(desk, &stays).await;
    for stay in &stays[checked.get()..] {
        admission(desk, stay).await;
        readiness(desk, stay).await;
        case(desk, stay).await;
    }
    accesses::compare(desk).await;
    checked.set(stays.len());
}

/// A whole feed as our services read it; its numbers have no gap.
pub async fn read<E: Source>(desk: &Desk) -> Vec<E> {
    let (mut events, mut cursor) = (Vec::<E>::new(), String::new());
    loop {
        let page = desk.again(async || E::read(desk.peer(SERVICE, E::FEED), &cursor, 500).await).await;
        cursor.clone_from(&page.bookmark.cursor);
        events.extend(page.events);
        if page.at_head {
            break;
        }
    }
    let place = |event: &E| event.header().and_then(|header| header.cursor.split_once('.').map(own));
    let places: Vec<_> = events.iter().map(|event| place(event).expect("a plain cursor")).collect();
    for (number, (epoch, seq)) in places.iter().enumerate() {
        assert_eq!((epoch, seq), (&places[0].0, &(number + 1).to_string()), "a gap in {}", E::FEED);
    }
    events
}

fn own((epoch, seq): (&str, &str)) -> (String, String) {
    (epoch.to_owned(), seq.to_owned())
}

fn counted<E: FeedEvent>(events: &[E]) -> Counts {
    let mut counts = Counts::new();
    for header in events.iter().filter_map(FeedEvent::header) {
        *counts.entry((header.admission_id.clone(), header.kind.clone())).or_default() += 1;
    }
    counts
}

/// What the acknowledged commands have told in a feed.
fn expected(feed: &str, stays: &[Stay]) -> Counts {
    let mut counts = Counts::new();
    for stay in stays {
        for ((_, kind), count) in stay.told.iter().filter(|((of, _), _)| *of == feed) {
            counts.insert((stay.id.clone(), (*kind).to_owned()), *count);
        }
    }
    counts
}

/// The same without what tells a ward that it gains or loses sight of a stay: where somebody has judged or planned by
/// then is for the followers' order to say, but each move tells it once at most.
fn without_sight(mut counts: Counts) -> Counts {
    counts.retain(|(id, kind), count| {
        let is_sight = kind.ends_with("Shared") || kind.ends_with("Unshared");
        assert!(!is_sight || *count == 1, "{kind} of {id}: {count}");
        !is_sight
    });
    counts
}

async fn feeds(desk: &Desk, stays: &[Stay]) {
    assert_eq!(counted(&read::<AdmissionEvent>(desk).await), expected("admission", stays));
    assert_eq!(without_sight(counted(&read::<ReadinessEvent>(desk).await)), expected("readiness", stays));
    // Whoever asks after the feeds is answered when they have been followed.
    inbox(desk).await;
    let events: Vec<PlanningEvent> = read(desk).await;
    let (mut owed, mut delivered) = (Counts::new(), Counts::new());
    for event in &events {
        if let Some(Event::NoticeDelivered(notice)) = &event.event {
            let id = event.header.as_ref().expect("a header").admission_id.clone();
            let what = format!("{:?} to {}", notice.kind(), notice.recipient);
            *delivered.entry((id, what)).or_default() += 1;
        }
    }
    for stay in stays {
        for (party, kind) in
            stay.parties.iter().flat_map(|party| stay.notices.iter().map(move |it| (party, it)))
        {
            *owed.entry((stay.id.clone(), format!("{kind:?} to {party}"))).or_default() += 1;
        }
    }
    assert_eq!(delivered, owed);
    let mut others = without_sight(counted(&events));
    others.retain(|(_, kind), _| kind != "NoticeDelivered");
    assert_eq!(others, expected("planning", stays));
}

/// Each duty that ran out gave one signal, whoever saw it first: a deadline of any replica, or the late notice.
async fn signals(desk: &Desk, stays: &[Stay]) {
    let until = Instant::now() + FIRES;
    loop {
        let mut raised = counted(&read::<DeviationEvent>(desk).await);
        raised.retain(|(_, kind), _| kind == "SignalRaised");
        let owed = expected("deviation", stays);
        if raised == owed || Instant::now() > until {
            assert_eq!(raised, owed);
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    let mut ids = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = dev::ListSignalsRequest { page_size: 500, page_token, ..Default::default() };
        let page = desk.read((HOSPITAL, "deviation"), "admission:told", request, async |peer, request| {
            DeviationServiceClient::new(peer).list_signals(request).await
        });
        let page = page.await;
        ids.extend(page.signals.into_iter().map(|signal| signal.admission_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(set(ids), set(stays.iter().filter(|stay| stay.is_late).map(|stay| stay.id.clone()).collect()));
}

/// In order, and each once.
fn set(mut ids: Vec<String>) -> Vec<String> {
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "something is listed twice");
    ids
}

/// Every notice to the social services.
async fn inbox(desk: &Desk) -> Vec<pla::Notice> {
    let (mut notices, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pla::ListInboxRequest { page_size: 500, page_token, ..Default::default() };
        let page = desk.read((SOCIAL, "planning"), AFTER, request, async |peer, request| {
            PlanningServiceClient::new(peer).list_inbox(request).await
        });
        let page = page.await;
        notices.extend(page.notices);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return notices;
        }
    }
}

async fn lists(desk: &Desk, stays: &[Stay]) {
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let states = [AdmissionState::Admitted, AdmissionState::Discharged].map(Into::into).to_vec();
        let request = adm::ListAdmissionsRequest { page_size: 500, page_token, states };
        let page = desk.read((HOSPITAL, "admission"), "", request, async |peer, request| {
            AdmissionServiceClient::new(peer).list_admissions(request).await
        });
        let page = page.await;
        ids.extend(page.admissions.into_iter().map(|admission| admission.admission_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(set(ids), set(stays.iter().map(|stay| stay.id.clone()).collect()));
    let notices = inbox(desk).await;
    let taken = notices.iter().filter(|notice| notice.acknowledged_at.is_some());
    let taken = set(taken.map(|notice| notice.notice_id.clone()).collect());
    assert_eq!(taken, set(stays.iter().flat_map(|stay| stay.acknowledged.clone()).collect()));
    let all =
        stays.iter().filter(|stay| !stay.parties.is_empty()).map(|stay| stay.notices.len()).sum::<usize>();
    assert_eq!(set(notices.into_iter().map(|notice| notice.notice_id).collect()).len(), all);
}

async fn admission(desk: &Desk, stay: &Stay) {
    let number = adm::VisitNumber { authority: HOSPITAL.unit.to_owned(), value: stay.visit.clone() };
    let key = Some(adm::get_admission_request::Key::VisitNumber(number));
    let request = adm::GetAdmissionRequest { key, ..Default::default() };
    let read = desk.read((HOSPITAL, "admission"), "", request, async |peer, request| {
        AdmissionServiceClient::new(peer).get_admission(request).await
    });
    let found = read.await.admission.expect("an admission");
    let state = if stay.has_left { AdmissionState::Discharged } else { AdmissionState::Admitted };
    assert_eq!((&found.admission_id, found.state(), &found.ward), (&stay.id, state, &stay.ward));
    assert_eq!(found.needs_assessment.is_some(), stay.told.contains_key(&("admission", "NeedsAssessed")));
    let notified: Vec<_> = found.admission_notices.into_iter().flat_map(|notice| notice.recipients).collect();
    assert_eq!(notified, stay.parties);
}

/// What readiness keeps of admission's feed is what admission says, and each judgement is there once.
async fn readiness(desk: &Desk, stay: &Stay) {
    let until = Instant::now() + FOLLOWS;
    loop {
        let request = rea::GetReadinessRequest { admission_id: stay.id.clone() };
        let read = desk.read((HOSPITAL, "readiness"), "", request, async |peer, request| {
            ReadinessServiceClient::new(peer).get_readiness(request).await
        });
        let found = read.await.readiness.expect("a readiness");
        let kinds: Vec<JudgementKind> = found.judgements.iter().map(rea::Judgement::kind).collect();
        assert_eq!(kinds, stay.judgements, "{}", stay.id);
        let (kept, told) = ((&found.ward, found.discharged_at.is_some()), (&stay.ward, stay.has_left));
        if kept == told || Instant::now() > until {
            assert_eq!(kept, told, "{}", stay.id);
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// What planning keeps of both feeds is what they say; who was not notified has no case.
async fn case(desk: &Desk, stay: &Stay) {
    if stay.parties.is_empty() {
        return;
    }
    for party in [SOCIAL, CLINIC] {
        let key = Some(pla::get_case_request::Key::AdmissionId(stay.id.clone()));
        let request = pla::GetCaseRequest { key };
        let read = desk.read((party, "planning"), "", request, async |peer, request| {
            PlanningServiceClient::new(peer).get_case(request).await
        });
        let found = read.await.case.expect("a case");
        let mine = found.notices.iter().filter(|notice| notice.recipient == party.unit);
        let kinds: Vec<_> = mine.map(pla::Notice::kind).collect();
        assert_eq!(sorted(&kinds), sorted(&stay.notices), "{}", stay.id);
        let is_ready = stay.judgements.last() == Some(&JudgementKind::Confirmed);
        let state = match (stay.has_left, is_ready) {
            (true, _) => CaseState::Discharged,
            (false, true) => CaseState::Ready,
            (false, false) => CaseState::Planning,
        };
        assert_eq!((found.state(), &found.ward), (state, &stay.ward), "{}", stay.id);
    }
}
