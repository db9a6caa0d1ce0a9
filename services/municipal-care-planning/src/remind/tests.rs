//! Reminders without a network: what goes out, what is tried again and when, and what is given up.

use std::{collections::BTreeMap, sync::Mutex};

use hemgang_core::directory::{Contact, ContactOf, UnitFunction};
use hemgang_rpc::{EscalationChain, EscalationStep, Escalations, Own, Security};
use hemgang_testing::{On, Suite};

use super::*;
use crate::tests::{HEALTH, SOCIAL, notified};

/// A mail server of few words: what it says of each address, and what it took.
#[derive(Default)]
struct Server {
    says: Mutex<BTreeMap<String, Fault>>,
    took: Mutex<Vec<(String, String, String)>>,
}

impl Server {
    fn say(&self, address: &str, fault: Option<Fault>) {
        let mut says = self.says.lock().expect("a lock");
        match fault {
            Some(fault) => says.insert(address.to_owned(), fault),
            None => says.remove(address),
        };
    }

    /// Addresses, in their order.
    fn took(&self) -> Vec<String> {
        let mut took: Vec<_> =
            self.took.lock().expect("a lock").iter().map(|(address, _, _)| address.clone()).collect();
        took.sort();
        took
    }
}

#[async_trait::async_trait]
impl Post for Server {
    async fn send(&self, reminder: &Reminder, text: String) -> Result<(), Fault> {
        let fault = self.says.lock().expect("a lock").get(&reminder.address).cloned();
        let id = reminder.message_id("region.example");
        self.took.lock().expect("a lock").push((reminder.address.clone(), id, text));
        fault.map_or(Ok(()), Err)
    }
}

fn settings() -> Reminders {
    Reminders {
        host: "localhost".to_owned(),
        port: None,
        security: Security::None,
        ca_file: None,
        username: None,
        password_file: None,
        from: "hemgang@region.example".to_owned(),
        link: "https://hemgang.region.example".to_owned(),
        retry_seconds: 60,
    }
}

const SERVICES: &[hemgang_runtime::Service] =
    &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE];

/// Two units whose notices are overdue, with somebody on duty at three addresses. At rest: nothing goes out by itself.
async fn overdue(on: On) -> (Suite, Context) {
    let step = EscalationStep { function: "duty".to_owned(), office_minutes: None, minutes: Some(1) };
    let valid_from = "2026-01-01".parse().expect("a day");
    let chain = EscalationChain { valid_from, party: None, steps: vec![step] };
    let own = |own| Own {
        escalations: Escalations::new(vec![chain]).expect("a policy"),
        reminders: Some(settings()),
        ..own
    };
    let suite = Suite::at_rest_with(on, SERVICES, own).await;
    let cx = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning").clone();
    let mut directory = (*cx.directory.now()).clone();
    for (unit, addresses) in [
        (SOCIAL, vec!["jour@kommun.example"]),
        (HEALTH, vec!["ssk@kommun.example", "0701740605@sms.example"]),
    ] {
        let addresses = addresses.iter().map(|text| text.parse().expect("an address")).collect();
        let of = ContactOf { unit: unit.parse().expect("an id"), function: UnitFunction::Duty };
        directory.record_contacts(of, vec![Contact { addresses, valid_from }]);
    }
    cx.directory.replace(directory);
    notified(&suite, &[SOCIAL, HEALTH]).await;
    for _ in 0..3 {
        suite.pass(SignedDuration::from_hours(10)).await;
    }
    (suite, cx)
}

/// A look, as the task makes one.
async fn look(cx: &Context, server: &Server) {
    let due = store::reminder::list_due(&cx.db, cx.clock.now()).await.expect("rows");
    deliver(cx, &settings(), server, due).await;
    forget(cx).await.expect("forgotten");
}

async fn waiting(cx: &Context) -> Vec<Reminder> {
    cx.db.list("select * from reminder order by address", hemgang_db::params![]).await.expect("rows")
}

async fn each_address_is_reminded_by_itself(on: On) {
    let (suite, cx) = overdue(on).await;
    let server = Server::default();
    server.say("0701740605@sms.example", Some(Fault::Never("550 no such user".to_owned())));
    server.say("ssk@kommun.example", Some(Fault::Later("451 try again later".to_owned())));
    look(&cx, &server).await;
    assert_eq!(server.took(), ["0701740605@sms.example", "jour@kommun.example", "ssk@kommun.example"]);
    let kept = waiting(&cx).await;
    let states: Vec<_> =
        kept.iter().map(|one| (one.address.as_str(), one.tries, one.given_up_at.is_some())).collect();
    assert_eq!(states, [("0701740605@sms.example", 1, true), ("ssk@kommun.example", 1, false)]);
    assert_eq!(kept[0].fault.as_deref(), Some("550 no such user"));

    // What is tried again waits, twice as long each time, and is the same mail.
    look(&cx, &server).await;
    assert_eq!(server.took().len(), 3, "nothing is due");
    suite.pass(SignedDuration::from_secs(61)).await;
    look(&cx, &server).await;
    suite.pass(SignedDuration::from_secs(61)).await;
    look(&cx, &server).await;
    assert_eq!(server.took().len(), 4, "two minutes this time");
    server.say("ssk@kommun.example", None);
    suite.pass(SignedDuration::from_secs(61)).await;
    look(&cx, &server).await;
    let mut ids: Vec<_> = server
        .took
        .lock()
        .expect("a lock")
        .iter()
        .filter(|(address, _, _)| address.starts_with("ssk"))
        .map(|(_, id, _)| id.clone())
        .collect();
    assert_eq!(ids.len(), 3);
    ids.dedup();
    assert_eq!(ids.len(), 1, "one mail, however often it is sent");
    assert_eq!(waiting(&cx).await.len(), 1);

    // Nobody tries what was given up, and it is forgotten after a month.
    suite.pass(SignedDuration::from_hours(24 * 29)).await;
    look(&cx, &server).await;
    assert_eq!((server.took().len(), waiting(&cx).await.len()), (5, 1));
    suite.pass(SignedDuration::from_hours(48)).await;
    look(&cx, &server).await;
    assert!(waiting(&cx).await.is_empty());
}

async fn two_processes_deliver_once_and_whoever_was_stopped_is_made_good(on: On) {
    let (suite, cx) = overdue(on).await;
    let server = Server::default();
    let now = cx.clock.now();
    let due = store::reminder::list_due(&cx.db, now).await.expect("rows");
    // Both have looked before either tries.
    let settings = settings();
    tokio::join!(deliver(&cx, &settings, &server, due.clone()), deliver(&cx, &settings, &server, due));
    assert_eq!(server.took().len(), 3);
    assert!(waiting(&cx).await.is_empty());

    // A process is stopped after its try was written down: another tries when its wait is over.
    let notice = store::notice::get(&cx.db, unread(&cx).await).await.expect("read").expect("a notice");
    let address = "jour@kommun.example".parse().expect("an address");
    let reminder = Reminder::new(&notice, UnitFunction::Manager, &address, now);
    let tried = reminder.clone().tried(SignedDuration::from_mins(1), now);
    let written = Change::new().insert(&reminder);
    cx.db.commit(written).await.expect("written");
    cx.db.commit(Change::new().replace(&tried)).await.expect("tried");
    look(&cx, &server).await;
    assert_eq!(server.took().len(), 3);
    suite.pass(SignedDuration::from_secs(61)).await;
    look(&cx, &server).await;
    assert_eq!(server.took().len(), 4);
}

/// A notice that nobody has taken note of.
async fn unread(cx: &Context) -> crate::domain::notice::NoticeId {
    let sql = "select * from notice where acknowledged_at is null and acknowledge_by is not null";
    let notices: Vec<crate::domain::notice::Notice> =
        cx.db.list(sql, hemgang_db::params![]).await.expect("rows");
    notices.first().expect("a notice").notice_id
}

async fn what_somebody_has_read_reminds_nobody_and_no_text_names_anybody(on: On) {
    let (suite, cx) = overdue(on).await;
    let mut client = hemgang_proto::planning::planning_service_client::PlanningServiceClient::new(
        crate::tests::peer(&suite, SOCIAL),
    );
    let request = hemgang_proto::planning::ListInboxRequest { overdue_only: true, ..Default::default() };
    let notice = client.list_inbox(request).await.expect("listed").into_inner().notices.remove(0);
    let request = hemgang_proto::planning::AcknowledgeNoticeRequest {
        notice_id: notice.notice_id.clone(),
        ..Default::default()
    };
    client.acknowledge_notice(request).await.expect("acknowledged");
    let server = Server::default();
    look(&cx, &server).await;
    assert_eq!(server.took(), ["0701740605@sms.example", "ssk@kommun.example"]);
    assert!(waiting(&cx).await.is_empty());
    for (_, _, text) in server.took.lock().expect("a lock").iter() {
        assert!(text.starts_with("Du har ett oläst meddelande i Hemgång. Enhet: "), "{text}");
        assert!(
            text.contains("Oläst sedan 2026-09-14 08:00") && text.contains("https://hemgang.region.example")
        );
        assert!(text.chars().count() <= 160, "a text message");
        let patients = ["Tolvan", "Exempel", "1212", "Storgatan", &notice.case_id, &notice.admission_id];
        for word in patients {
            assert!(!text.contains(word), "{text} says {word}");
        }
    }
}

async fn what_was_handed_on_or_broken_off_reminds_nobody(on: On) {
    let (suite, cx) = overdue(on).await;
    let planning = |unit| {
        hemgang_proto::planning::planning_service_client::PlanningServiceClient::new(crate::tests::peer(
            &suite, unit,
        ))
    };
    let request = hemgang_proto::planning::ListInboxRequest { overdue_only: true, ..Default::default() };
    let notice = planning(SOCIAL).list_inbox(request).await.expect("listed").into_inner().notices.remove(0);
    let request = hemgang_proto::planning::ForwardNoticeRequest {
        notice_id: notice.notice_id,
        unit: crate::tests::RECEPTION.to_owned(),
        ..Default::default()
    };
    planning(SOCIAL).forward_notice(request).await.expect("handed on");
    let server = Server::default();
    server.say("ssk@kommun.example", Some(Fault::Later("451 try again later".to_owned())));
    look(&cx, &server).await;
    assert_eq!(server.took(), ["0701740605@sms.example", "ssk@kommun.example"], "not who has it no more");

    // Planning is broken off: what is late stays late, and nobody is reminded of it.
    let request = hemgang_proto::planning::InterruptCaseRequest {
        key: Some(hemgang_proto::planning::interrupt_case_request::Key::CaseId(notice.case_id)),
        reason: hemgang_proto::planning::InterruptionReason::NoNeeds.into(),
        ..Default::default()
    };
    planning(crate::tests::WARD).interrupt_case(request).await.expect("broken off");
    suite.pass(SignedDuration::from_secs(61)).await;
    look(&cx, &server).await;
    assert_eq!((server.took().len(), waiting(&cx).await.len()), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_handed_on_or_broken_off_reminds_nobody_on_either_database() {
    what_was_handed_on_or_broken_off_reminds_nobody(On::Sqlite).await;
    what_was_handed_on_or_broken_off_reminds_nobody(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_address_is_reminded_by_itself_on_either_database() {
    each_address_is_reminded_by_itself(On::Sqlite).await;
    each_address_is_reminded_by_itself(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_deliver_once_on_either_database() {
    two_processes_deliver_once_and_whoever_was_stopped_is_made_good(On::Sqlite).await;
    two_processes_deliver_once_and_whoever_was_stopped_is_made_good(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_has_read_reminds_nobody_on_either_database() {
    what_somebody_has_read_reminds_nobody_and_no_text_names_anybody(On::Sqlite).await;
    what_somebody_has_read_reminds_nobody_and_no_text_names_anybody(On::Postgres).await;
}

#[test]
fn what_is_wrong_with_the_settings_is_said_once() {
    let mut said = Said::default();
    assert!(!said.is_news(None), "nothing is wrong");
    assert!(said.is_news(Some("password cannot be read")));
    assert!(!said.is_news(Some("password cannot be read")));
    assert!(said.is_news(Some("ca.pem holds no certificate")));
    said.is_news(None);
    assert!(said.is_news(Some("password cannot be read")), "once more after it was mended");
}

/// A mail server on this machine: how it greets, and what it says of a receiver.
fn listening(greeting: &'static str, of_receiver: &'static str) -> u16 {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            stream.write_all(format!("{greeting}\r\n").as_bytes()).expect("greeted");
            let lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
            for line in lines.map_while(Result::ok) {
                let answer = if line.starts_with("RCPT") { of_receiver } else { "250 ok" };
                if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    port
}

#[tokio::test]
async fn a_server_that_takes_no_mail_is_asked_later_and_one_that_refuses_this_never() {
    for (greeting, of_receiver, is_later) in [
        ("554 no service", "250 ok", true),
        ("521 takes no mail", "250 ok", true),
        ("220 hello", "521 takes no mail", true),
        ("220 hello", "554 refused", false),
        ("220 hello", "550 no such user", false),
    ] {
        let host = "127.0.0.1".to_owned();
        let settings = Reminders { host, port: Some(listening(greeting, of_receiver)), ..settings() };
        let post = smtp::Smtp::open(&settings).expect("settings");
        let fault = post.send(&reminder(), "Oläst".to_owned()).await.expect_err("refused");
        assert_eq!(matches!(fault, Fault::Later(_)), is_later, "{greeting}, {of_receiver}: {fault:?}");
    }
}

fn reminder() -> Reminder {
    let now = hemgang_testing::at("2026-09-14T06:00:00Z");
    Reminder {
        reminder_id: crate::domain::reminder::ReminderId::fresh(now),
        version: 1,
        notice_id: crate::domain::notice::NoticeId::fresh(now),
        unit: SOCIAL.parse().expect("an id"),
        function: "duty".to_owned(),
        address: "jour@kommun.example".to_owned(),
        unread_since: now,
        written_at: now,
        tries: 0,
        next_try_at: now,
        fault: None,
        given_up_at: None,
    }
}

#[test]
fn what_cannot_be_delivered_is_tried_for_three_days() {
    let reminder = reminder();
    let (mut one, mut at) = (reminder.clone(), reminder.written_at);
    while one.given_up_at.is_none() {
        one = one.tried(SignedDuration::from_mins(1), at);
        let wait = one.next_try_at.duration_since(at);
        assert!((SignedDuration::from_mins(1)..=SignedDuration::from_hours(1)).contains(&wait), "{wait}");
        one = one.failed(Fault::Later("connection\r\nrefused".to_owned()), at);
        at = one.next_try_at;
    }
    assert_eq!(one.fault.as_deref(), Some("connection  refused"));
    assert!((72..80).contains(&one.tries), "{}", one.tries);
}
