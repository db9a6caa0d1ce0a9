//! What is told afterwards: papers of the reserve routine, and history of another system.

use hemgang_proto::{
    admission as adm,
    common::{Cut, Destination, EntryReason, PersonId},
    planning::{self as pla, CaseState, NoticeKind},
};
use hemgang_rpc::{Entry, wire};
use hemgang_testing::{Suite, at, each_backend};
use jiff::Timestamp;

use super::steps::{
    COUNTY, Caller, NOW, SAHLGRENSKA, SOCIAL, WARD,
    adt::{a01, a03, marta, tell},
    entered,
    figures::cell,
    until,
};

each_backend!(
    papers_of_the_reserve_routine_are_delivered_with_their_own_times_and_open_no_signal,
    an_import_is_history_that_opens_no_signal_and_asks_nobody_for_a_receipt
    on crate::services::SERVICES
);

/// A hospital's own system.
const EHR: Caller = Caller { role: "ehr", ..SAHLGRENSKA };

#[expect(clippy::unnecessary_wraps, reason = "as steps take it")]
fn stated(reason: EntryReason, instant: &str) -> Option<Entry> {
    Some(Entry { reason, stated_at: at(instant) })
}

type Told = (NoticeKind, Option<Timestamp>, Option<Timestamp>, EntryReason);

/// Kind, when it was sent and delivered, and how it was told.
fn told(notice: &pla::Notice) -> Told {
    let instant = |at: &Option<_>| at.as_ref().and_then(wire::instant);
    (notice.kind(), instant(&notice.sent_at), instant(&notice.delivered_at), notice.entry_reason())
}

async fn papers_of_the_reserve_routine_are_delivered_with_their_own_times_and_open_no_signal(suite: &Suite) {
    let on_paper = |instant| stated(EntryReason::DowntimeRoutine, instant);
    // Nothing could be told since Monday. On Wednesday the hospital's system sends what it has, then the ward enters
    // its papers; the notice was handed over 27 hours after the judgement.
    until(suite, "2026-09-16T07:00:00Z").await;
    let other = marta(a01("V2", "20260916080000"));
    tell(suite, &[a01("V1", "20260914070000"), a03("V1", "20260916073000"), other]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.assess(suite, &id, &[SOCIAL], on_paper("2026-09-14T07:00:00Z")).await;
    WARD.notify(suite, &id, &[SOCIAL], on_paper("2026-09-15T10:00:00Z")).await;
    let judged = Some(at("2026-09-15T11:30:00Z"));
    let ready = WARD.confirm_judged(suite, &id, judged, on_paper("2026-09-15T12:00:00Z")).await;
    assert!(!ready.expect("confirmed").late_registration);
    // And one that is judged with the system at hand again.
    let here = SAHLGRENSKA.admission_of(suite, "V2").await.admission_id;
    WARD.assess(suite, &here, &[SOCIAL], NOW).await;

    let entered_at = Some(suite.clock.now());
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.state(), CaseState::Discharged);
    let sent = |instant| Some(at(instant));
    let expected = [
        (NoticeKind::Admission, sent("2026-09-15T10:00:00Z"), entered_at, EntryReason::DowntimeRoutine),
        (NoticeKind::Readiness, sent("2026-09-15T12:00:00Z"), entered_at, EntryReason::DowntimeRoutine),
    ];
    assert_eq!(case.notices.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(SOCIAL.inbox(suite).await.len(), 2);

    until(suite, "2026-09-17T08:00:00Z").await;
    for reader in [WARD, COUNTY] {
        let signals = reader.signals(suite).await;
        assert_eq!(signals.iter().map(|it| it.admission_id.as_str()).collect::<Vec<_>>(), [here.as_str()]);
    }
    assert!(SOCIAL.signals(suite).await.is_empty());
    tell(suite, &[marta(a03("V2", "20260917093000"))]).await;
    // The paper's duty is out of the figure; the other one's is in it and was not met.
    assert_eq!(COUNTY.total(suite, "notice_within_24h").await, (0, 1));
    // Everything else counts it by its own times.
    assert_eq!(COUNTY.cells(suite, "notified_admissions", Cut::Weekday).await, [cell("2", 1, 0)]);
    assert_eq!(COUNTY.cells(suite, "ready_cases", Cut::Weekday).await, [cell("2", 1, 0)]);
    assert_eq!(COUNTY.cells(suite, "ready_days", Cut::Weekday).await, [cell("3", 1, 1)]);
    assert_eq!(COUNTY.total(suite, "late_ready_notice").await, (0, 1));
}

/// The stay in the system that was used before.
async fn admitted_before(suite: &Suite, entry: Option<Entry>, at: &str) -> String {
    let admitted_at = hemgang_testing::at(at);
    let request = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ward: WARD.unit.to_owned(),
        admitted_at: Some(wire::timestamp(admitted_at)),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        retrospective_entry: entered(entry),
        ..Default::default()
    };
    let answer = EHR.admissions(suite).admit_patient(request).await.expect("admitted");
    answer.into_inner().admission.expect("an admission").admission_id
}

async fn an_import_is_history_that_opens_no_signal_and_asks_nobody_for_a_receipt(suite: &Suite) {
    let before = |instant| stated(EntryReason::Import, instant);
    let id = admitted_before(suite, before("2026-08-03T07:00:00Z"), "2026-08-03T06:00:00Z").await;
    EHR.assess(suite, &id, &[SOCIAL], before("2026-08-03T08:00:00Z")).await;
    EHR.notify(suite, &id, &[SOCIAL], before("2026-08-06T08:00:00Z")).await;
    let judged = Some(at("2026-08-10T08:00:00Z"));
    EHR.confirm_judged(suite, &id, judged, before("2026-08-10T09:00:00Z")).await.expect("confirmed");
    let request = adm::DischargePatientRequest {
        admission_id: id.clone(),
        discharged_at: Some(wire::timestamp(at("2026-08-11T10:00:00Z"))),
        destination: Destination::Home.into(),
        retrospective_entry: entered(before("2026-08-11T11:00:00Z")),
        ..Default::default()
    };
    EHR.admissions(suite).discharge_patient(request).await.expect("discharged");
    until(suite, "2026-09-15T08:00:00Z").await;

    for reader in [WARD, COUNTY, SOCIAL] {
        assert!(reader.signals(suite).await.is_empty(), "{reader:?}");
    }
    assert!(SOCIAL.inbox(suite).await.is_empty());
    let listed = SOCIAL.planning(suite).list_inbox(pla::ListInboxRequest::default()).await;
    let history = listed.expect("an inbox").into_inner().notices;
    let expected = [
        (NoticeKind::Departure, "2026-08-11T11:00:00Z"),
        (NoticeKind::Readiness, "2026-08-10T09:00:00Z"),
        (NoticeKind::Admission, "2026-08-06T08:00:00Z"),
    ];
    let expected = expected.map(|(kind, sent)| (kind, Some(at(sent)), Some(at(sent)), EntryReason::Import));
    assert_eq!(history.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(SOCIAL.case(suite, &id).await.expect("a case").state(), CaseState::Discharged);

    // It counts in its own month, a late notice too.
    for (indicator, numerator, denominator) in
        [("notified_admissions", 1, 0), ("notice_within_24h", 0, 1), ("same_day", 0, 1), ("ready_days", 1, 1)]
    {
        let cells = COUNTY.cells(suite, indicator, Cut::Month).await;
        assert_eq!(cells, [cell("2026-08", numerator, denominator)], "{indicator}");
    }
}
