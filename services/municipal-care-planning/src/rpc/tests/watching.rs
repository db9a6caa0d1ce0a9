//! A system that watches: it holds each case as it stands, whenever it was stopped and goes on.

use std::{collections::BTreeMap, time::Duration};

use hemgang_proto::planning::watch_cases_response::Item;
use tonic::Streaming;

use super::*;

each_backend!(
    it_begins_with_every_open_case_and_is_shown_each_as_it_becomes,
    whoever_goes_on_from_a_cursor_misses_nothing,
    a_case_that_is_seen_no_more_is_gone_and_what_others_have_is_never_shown,
    a_cursor_that_is_none_is_refused
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// What a system holds, and from where it goes on.
#[derive(Default)]
struct Board {
    cases: BTreeMap<String, pb::Case>,
    cursor: String,
}

async fn watch(suite: &Suite, unit: &str, cursor: &str) -> Streaming<pb::WatchCasesResponse> {
    let request = pb::WatchCasesRequest { cursor: cursor.to_owned() };
    client(suite, unit).watch_cases(request).await.expect("a stream").into_inner()
}

impl Board {
    /// Takes what comes until there is nothing more.
    async fn take(&mut self, stream: &mut Streaming<pb::WatchCasesResponse>) -> usize {
        let mut count = 0;
        loop {
            let came =
                tokio::time::timeout(Duration::from_secs(20), stream.message()).await.expect("in time");
            let pb::WatchCasesResponse { item, cursor } = came.expect("no end").expect("no end");
            if !cursor.is_empty() {
                self.cursor = cursor;
            }
            count += 1;
            match item.expect("something") {
                Item::Case(shown) => drop(self.cases.insert(shown.case_id.clone(), shown)),
                Item::GoneCaseId(id) => drop(self.cases.remove(&id).expect("a case that was shown")),
                Item::Bookmark(_) => return count - 1,
            }
        }
    }

    /// What is held is what `GetCase` says.
    async fn is_right(&self, suite: &Suite, unit: &str, ids: &[&String]) -> bool {
        let mut shown = Vec::new();
        for id in ids {
            shown.push(case(suite, unit, id).await);
        }
        shown.sort_by(|a, b| a.case_id.cmp(&b.case_id));
        self.cases.values().eq(&shown)
    }
}

async fn answer(suite: &Suite, unit: &str, admission_id: &str) {
    let request = pb::AnswerPlanningRequest {
        key: Some(pb::answer_planning_request::Key::AdmissionId(admission_id.to_owned())),
        law: pb::ServiceLaw::Sol.into(),
        ability: pb::Ability::Unknown.into(),
        missing: vec![pb::MissingItem::Staff.into()],
        decision: pb::ServiceDecision::NotApplied.into(),
        ..Default::default()
    };
    client(suite, unit).answer_planning(request).await.expect("answered");
}

async fn it_begins_with_every_open_case_and_is_shown_each_as_it_becomes(suite: &Suite) {
    let (first, second) = (notified(suite, &[SOCIAL]).await, notified(suite, &[SOCIAL, OUTPATIENT]).await);
    let gone = notified(suite, &[SOCIAL]).await;
    left(suite, &gone, Destination::Home).await;
    for unit in [SOCIAL, OUTPATIENT, WARD] {
        let mut board = Board::default();
        let mut stream = watch(suite, unit, "").await;
        let count = board.take(&mut stream).await;
        let ids: &[&String] = if unit == OUTPATIENT { &[&second] } else { &[&first, &second] };
        assert_eq!(count, ids.len(), "{unit}");
        assert!(board.is_right(suite, unit, ids).await, "{unit}");
        confirm(suite, &second).await;
        answer(suite, SOCIAL, &second).await;
        withdraw(suite, &second).await;
        while !board.is_right(suite, unit, ids).await {
            board.take(&mut stream).await;
        }
    }
}

async fn whoever_goes_on_from_a_cursor_misses_nothing(suite: &Suite) {
    let first = notified(suite, &[SOCIAL]).await;
    let mut board = Board::default();
    board.take(&mut watch(suite, SOCIAL, "").await).await;
    // Killed; meanwhile a case comes, one becomes something else three times, and one is over.
    let (second, third) = (notified(suite, &[SOCIAL]).await, notified(suite, &[SOCIAL]).await);
    confirm(suite, &first).await;
    answer(suite, SOCIAL, &first).await;
    withdraw(suite, &first).await;
    left(suite, &third, Destination::Deceased).await;
    let cursor = board.cursor.clone();
    let count = board.take(&mut watch(suite, SOCIAL, &cursor).await).await;
    assert_eq!(count, 3, "each once");
    assert!(board.is_right(suite, SOCIAL, &[&first, &second, &third]).await);
    // From where it stood before it is shown once more what it has, and from where it stands now nothing.
    assert_eq!(board.take(&mut watch(suite, SOCIAL, &cursor).await).await, 3);
    let cursor = board.cursor.clone();
    assert_eq!(board.take(&mut watch(suite, SOCIAL, &cursor).await).await, 0);
}

async fn a_case_that_is_seen_no_more_is_gone_and_what_others_have_is_never_shown(suite: &Suite) {
    let (own, shared) = (notified(suite, &[ELSEWHERE]).await, notified(suite, &[ELSEWHERE, SOCIAL]).await);
    notified(suite, &[SOCIAL]).await;
    let (mut board, mut stream) = (Board::default(), watch(suite, ELSEWHERE, "").await);
    assert_eq!(board.take(&mut stream).await, 2);
    let request = pb::RemoveRecipientRequest {
        key: Some(pb::remove_recipient_request::Key::AdmissionId(shared.clone())),
        unit: ELSEWHERE.to_owned(),
        ..Default::default()
    };
    client(suite, WARD).remove_recipient(request).await.expect("taken out");
    while board.cases.len() > 1 {
        board.take(&mut stream).await;
    }
    confirm(suite, &shared).await;
    confirm(suite, &own).await;
    while !board.is_right(suite, ELSEWHERE, &[&own]).await {
        board.take(&mut stream).await;
    }
}

async fn a_cursor_that_is_none_is_refused(suite: &Suite) {
    let request = pb::WatchCasesRequest { cursor: "nothing".to_owned() };
    let refusal = refused(client(suite, SOCIAL).watch_cases(request).await);
    assert_eq!((refusal.code, refusal.fields), (Code::InvalidArgument, vec!["cursor".to_owned()]));
}
