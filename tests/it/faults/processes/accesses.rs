//! Holds the access log against the feeds: what carries who asked for it is copied, each once.

use std::collections::BTreeMap;

use hemgang_feed::Source;
use hemgang_proto::{
    access::{ListAccessRequest, access_log_service_client::AccessLogServiceClient},
    admission::AdmissionEvent,
    common::AccessEntry,
    planning::PlanningEvent,
    readiness::ReadinessEvent,
};

use super::{
    compare::read,
    desk::{AUDITOR, AUDITOR_OF_SOCIAL, Caller, Desk},
};

/// How often somebody was allowed to do something with an admission.
type Counts = BTreeMap<(String, String, Vec<String>), usize>;

/// Every change in the log is one of the feeds', and none is missing or double.
pub async fn compare(desk: &Desk) {
    let mut asked = Counts::new();
    of_feed::<AdmissionEvent>(desk, &mut asked).await;
    of_feed::<ReadinessEvent>(desk, &mut asked).await;
    of_feed::<PlanningEvent>(desk, &mut asked).await;
    let mut written = Counts::new();
    for auditor in [AUDITOR, AUDITOR_OF_SOCIAL] {
        let entries = listed(desk, auditor).await;
        entries.into_iter().filter(|entry| entry.changed).for_each(|entry| count(&mut written, entry));
    }
    let differs = |(what, count): &(_, usize), others: &Counts| others.get(what) != Some(count);
    let missing: Vec<_> = asked.clone().into_iter().filter(|it| differs(it, &written)).collect();
    let double: Vec<_> = written.into_iter().filter(|it| differs(it, &asked)).collect();
    assert_eq!((missing, double), (Vec::new(), Vec::new()), "in the feeds, and in the log");
}

async fn of_feed<E: Source>(desk: &Desk, counts: &mut Counts) {
    for event in read::<E>(desk).await {
        if let Some(entry) = event.header().and_then(|header| header.access.clone()) {
            count(counts, entry);
        }
    }
}

fn count(counts: &mut Counts, entry: AccessEntry) {
    *counts.entry((entry.unit, entry.rpc, entry.admission_ids)).or_default() += 1;
}

async fn listed(desk: &Desk, auditor: Caller) -> Vec<AccessEntry> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListAccessRequest { page_size: 500, page_token, ..Default::default() };
        let page = desk.read((auditor, "access"), "", request, async |peer, request| {
            AccessLogServiceClient::new(peer).list_access(request).await
        });
        let page = page.await;
        entries.extend(page.accesses.into_iter().filter_map(|access| access.entry));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return entries;
        }
    }
}
