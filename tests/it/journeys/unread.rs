//! A notice that nobody reads over a weekend: by the municipality's own hours and addresses, which its administrator says in the
//! directory, functions are reminded; the ward hears of it, moves the patient, and what it heard goes along.

use hemgang_proto::{
    admission as adm,
    directory::{
        FunctionContact, OfficeHours, Opening, SetFunctionContactRequest, SetOfficeHoursRequest,
        UnitFunction, directory_service_client::DirectoryServiceClient,
    },
    planning as pla,
};
use hemgang_rpc::{Addressee, EscalationChain, EscalationStep, Escalations, Own, Reminders, Security, wire};
use hemgang_testing::{On, Suite};

use super::steps::{
    Caller, OTHER_WARD, SAHLGRENSKA, SOCIAL, WARD,
    adt::{a01, tell},
    kinds, until,
};

/// Göteborg's chain, and a mail server that is away: what counts here is who is to be reminded.
fn policy(own: Own) -> Own {
    let step = |function: &str, minutes| EscalationStep {
        function: function.to_owned(),
        office_minutes: Some(minutes),
        minutes: None,
    };
    let chain = EscalationChain {
        valid_from: "2026-01-01".parse().expect("a day"),
        party: Some(Addressee::Municipality),
        steps: vec![step("duty", 0), step("manager", 120), step("mas", 0)],
    };
    let reminders = Reminders {
        host: "localhost".to_owned(),
        port: Some(1),
        security: Security::None,
        ca_file: None,
        username: None,
        password_file: None,
        from: "hemgang@region.example".to_owned(),
        link: "https://hemgang.region.example".to_owned(),
        retry_seconds: 60,
    };
    let escalations = Escalations::new(vec![chain]).expect("a policy");
    Own { escalations, reminders: Some(reminders), ..own }
}

/// What Göteborg says of itself: open on Saturdays, too, and who is reached where.
async fn settle(suite: &Suite) {
    let administrator = Caller { role: "directory-admin", ..SOCIAL };
    let mut directory = DirectoryServiceClient::new(administrator.peer(suite));
    let opening = |weekday| Opening { weekday, opens: "08:00".to_owned(), closes: "16:00".to_owned() };
    let week = (1..=6).map(opening).collect();
    let hours = OfficeHours { municipality: "1480".to_owned(), week, ..Default::default() };
    directory
        .set_office_hours(SetOfficeHoursRequest { hours: Some(hours), ..Default::default() })
        .await
        .expect("set");
    let reception = "SE0000001480-E0001";
    let contacts = [
        (SOCIAL.unit, UnitFunction::Duty, vec!["jour@kommun.example", "0701740605@sms.example"]),
        (reception, UnitFunction::Mas, vec!["mas@kommun.example"]),
    ];
    for (unit, function, addresses) in contacts {
        let contact = FunctionContact {
            unit: unit.to_owned(),
            function: function.into(),
            addresses: addresses.into_iter().map(str::to_owned).collect(),
            valid_from: None,
        };
        let request = SetFunctionContactRequest { contact: Some(contact), ..Default::default() };
        directory.set_function_contact(request).await.expect("set");
    }
}

async fn inbox(suite: &Suite, whose: Caller, overdue_only: bool) -> Vec<pla::Notice> {
    let request = pla::ListInboxRequest { overdue_only, ..Default::default() };
    whose.planning(suite).list_inbox(request).await.expect("an inbox").into_inner().notices
}

/// Who was reminded, and at how many addresses.
fn reminded(notice: &pla::Notice) -> Vec<(UnitFunction, i32)> {
    notice.escalations.iter().map(|step| (step.function(), step.addresses)).collect()
}

async fn a_notice_that_nobody_reads_is_forgotten_by_nobody(on: On) {
    let suite = &Suite::start_with(on, crate::services::SERVICES, policy).await;
    settle(suite).await;
    // Friday 15:00 in Stockholm: the eight hours end on Saturday at 15:00.
    until(suite, "2026-09-18T13:00:00Z").await;
    tell(suite, &[a01("V1", "20260918120000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    until(suite, "2026-09-19T13:00:00Z").await;
    assert!(inbox(suite, SOCIAL, true).await.is_empty() && inbox(suite, WARD, false).await.is_empty());

    // Saturday 15:02, and 15:04: the ward, and whoever is on duty.
    until(suite, "2026-09-19T13:02:00Z").await;
    assert_eq!(kinds(&inbox(suite, WARD, false).await), [pla::NoticeKind::ReceiptMissing]);
    until(suite, "2026-09-19T13:04:00Z").await;
    assert_eq!(reminded(&inbox(suite, SOCIAL, true).await[0]), [(UnitFunction::Duty, 2)]);
    // Two hours later it is Monday, 09:04: nobody has said where the manager is reached, and MAS is had for all.
    until(suite, "2026-09-21T07:04:00Z").await;
    assert_eq!(reminded(&inbox(suite, SOCIAL, true).await[0]).len(), 1);
    until(suite, "2026-09-21T07:06:00Z").await;
    until(suite, "2026-09-21T07:08:00Z").await;
    let all = [(UnitFunction::Duty, 2), (UnitFunction::Manager, 0), (UnitFunction::Mas, 1)];
    let unread = inbox(suite, SOCIAL, true).await.remove(0);
    assert_eq!(reminded(&unread), all);

    // The patient moves, and what the ward has not read goes along.
    let moved = adm::TransferPatientRequest {
        admission_id: id.clone(),
        ward: OTHER_WARD.unit.to_owned(),
        transferred_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    WARD.admissions(suite).transfer_patient(moved).await.expect("moved");
    suite.drain().await;
    assert!(inbox(suite, WARD, false).await.is_empty());
    let there = inbox(suite, OTHER_WARD, false).await;
    assert_eq!(kinds(&there), [pla::NoticeKind::ReceiptMissing]);
    for (whose, notice) in [(OTHER_WARD, &there[0]), (SOCIAL, &unread)] {
        let request =
            pla::AcknowledgeNoticeRequest { notice_id: notice.notice_id.clone(), ..Default::default() };
        whose.planning(suite).acknowledge_notice(request).await.expect("acknowledged");
    }
    until(suite, "2026-09-21T07:30:00Z").await;
    assert!(inbox(suite, SOCIAL, true).await.is_empty() && inbox(suite, OTHER_WARD, true).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_nobody_reads_is_forgotten_by_nobody_on_sqlite() {
    a_notice_that_nobody_reads_is_forgotten_by_nobody(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_nobody_reads_is_forgotten_by_nobody_on_postgres() {
    a_notice_that_nobody_reads_is_forgotten_by_nobody(On::Postgres).await;
}
