//! `hemgang import episodes`: history is told at its own times, once, and what is refused is kept to be mended.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use hemgang_proto::{
    deviation::{ListSignalsRequest, deviation_service_client::DeviationServiceClient},
    planning::{ListInboxRequest, planning_service_client::PlanningServiceClient},
};
use serde_json::Value;

use crate::command::{Answer, Server, hemgang};

mod refused;

const HOSPITAL: &str = "SE2321000131-E000000001005";
const WARD: &str = "SE2321000131-E000000001118";
const SOCIAL: &str = "SE0000001488-E0002";
const PHYSICIAN: &str = "SE2321000131-P000000000002";

const HEADING: &str = "source,case_id,hospital,ward,person_oid,person_value,name,birth_date,sex,admission_type,\
    residence_municipality,admitted_at,needs,needs_assessed_at,needs_assessed_by,notice_sent_at,notice_recipients,\
    ready_assessed_at,ready_assessed_by,ready_notified_at,discharge_notice_sent_at,discharge_agreed_at,discharged_at,\
    destination\n";

/// An episode of March 2024: notified, ready on `ready`, home on `home`, both days of the month.
fn row(case_id: &str, person: &str, ready: u8, home: u8) -> String {
    format!(
        "OLD,{case_id},{HOSPITAL},{WARD},1.2.752.129.2.1.3.1,{person},Provar Hemligsson,1940-07-02,male,unplanned,\
         1488,2024-03-05 08:00,social_services,2024-03-05T09:00+01:00,{PHYSICIAN},2024-03-05 15:00,{SOCIAL},\
         2024-03-{ready:02} 10:00,{PHYSICIAN},2024-03-{ready:02} 11:00,2024-03-{ready:02} 12:00,\
         2024-03-{home:02} 14:00,2024-03-{home:02} 15:00,home_with_care\n"
    )
}

/// Invented persons; serials from 980 on are nobody's.
fn persons() -> Vec<String> {
    let digits = ["19400702980", "19400702981", "19400702982", "19400702983", "19400702984"];
    digits.iter().map(|nine| format!("{nine}{}", check_digit(&nine[2..]))).collect()
}

/// By the rule of modulus 10.
fn check_digit(nine: &str) -> u32 {
    let digits = nine.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

/// A server with a token for the hospital.
pub struct Site {
    server: Server,
    token: PathBuf,
}

impl Site {
    fn start() -> Self {
        let server = Server::start();
        let token = server.token("ehr", HOSPITAL);
        Self { server, token }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.server.folder.path().join(name)
    }

    fn folder(&self) -> &Path {
        self.server.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn import(&self, arguments: &[&str]) -> Answer {
        let token = self.token.to_str().expect("a path");
        let mut all = vec!["import", "episodes", "--output", "json", "--target", &self.server.url];
        all.extend(["--token", token]);
        all.extend(arguments);
        hemgang(self.folder(), &all, b"")
    }

    /// Exit code and the outcomes that there are.
    fn outcomes(&self, arguments: &[&str]) -> (Option<i32>, BTreeMap<String, u64>) {
        let answer = self.import(arguments);
        (answer.code, counts(&answer.json()))
    }

    /// A figure of a month, as numerator and denominator.
    fn figure(&self, id: &str, month: &str) -> (i64, i64) {
        let token = self.server.token("quality", HOSPITAL);
        let token = token.to_str().expect("a path");
        let period = ["--from", month, "--to", month, "--output", "json"];
        let mut all = vec!["report", "indicator", id, "--target", &self.server.url, "--token", token];
        all.extend(period);
        let total = hemgang(self.folder(), &all, b"").json()["total"].clone();
        let number = |name: &str| total[name].as_i64().unwrap_or_default();
        (number("numerator"), number("denominator"))
    }

    fn peer(&self, role: &str, unit: &str) -> hemgang_rpc::Peer {
        let token = hemgang_runtime::token_file(self.server.token(role, unit));
        hemgang_runtime::remote(&self.server.url, token).expect("a peer")
    }
}

fn counts(json: &Value) -> BTreeMap<String, u64> {
    let outcomes = json["outcomes"].as_object().expect("outcomes");
    let outcomes = outcomes.iter().map(|(name, count)| (name.clone(), count.as_u64().expect("a number")));
    outcomes.filter(|(_, count)| *count > 0).collect()
}

fn of<const N: usize>(outcomes: [(&str, u64); N]) -> BTreeMap<String, u64> {
    outcomes.map(|(name, count)| (name.to_owned(), count)).into()
}

#[tokio::test]
async fn history_is_counted_in_its_own_months_and_asks_nothing_of_anybody() {
    let site = Site::start();
    let person = persons();
    // Home on the day of readiness, four days later, and one who was never notified.
    let silent = row("3", &person[2], 8, 9).replace(
        &format!("social_services,2024-03-05T09:00+01:00,{PHYSICIAN},2024-03-05 15:00,{SOCIAL}"),
        ",,,,",
    );
    let silent = silent.replace(",2024-03-08 12:00,2024-03-09 14:00,", ",,,");
    let rows = [row("1", &person[0], 12, 12), row("2", &person[1], 28, 30), silent];
    site.write("history.csv", &format!("{HEADING}{}", rows.concat()));
    assert_eq!(site.outcomes(&["history.csv", "--dry-run"]), (Some(0), of([("accepted", 3)])));
    assert_eq!(site.outcomes(&["history.csv"]), (Some(0), of([("accepted", 3)])));
    assert!(!site.path("history.refused.csv").exists());

    assert_eq!(site.figure("same_day", "2024-03"), (1, 2));
    assert_eq!(site.figure("ready_days", "2024-03"), (2, 2));
    assert_eq!(site.figure("stay_days", "2024-03"), (7 + 25, 2));
    assert_eq!(site.figure("notified_admissions", "2024-03").0, 2);
    assert_eq!(site.figure("notice_within_24h", "2024-03"), (2, 2));
    assert_eq!(site.figure("missing_messages", "2024-03"), (0, 2));
    assert_eq!(site.figure("late_ready_notice", "2024-03"), (0, 2));

    let mut planning = PlanningServiceClient::new(site.peer("municipality", SOCIAL));
    let mut inbox = async |unacknowledged_only| {
        let request = ListInboxRequest { unacknowledged_only, ..Default::default() };
        planning.list_inbox(request).await.expect("listed").into_inner().notices.len()
    };
    assert_eq!((inbox(true).await, inbox(false).await), (0, 8));
    let mut deviation = DeviationServiceClient::new(site.peer("hospital", HOSPITAL));
    let signals = deviation.list_signals(ListSignalsRequest::default()).await.expect("listed");
    assert!(signals.into_inner().signals.is_empty());
}

#[test]
fn a_file_imported_twice_has_one_effect() {
    let site = Site::start();
    let person = persons();
    let rows = [row("1", &person[0], 12, 12), row("2", &person[1], 28, 30)];
    site.write("history.csv", &format!("{HEADING}{}", rows.concat()));
    assert_eq!(site.outcomes(&["history.csv"]), (Some(0), of([("accepted", 2)])));
    // As a Swedish spreadsheet saves it, with one row more.
    let more = rows.concat() + &row("3", &person[2], 8, 9);
    site.write("again.csv", &format!("\u{feff}{HEADING}{more}").replace(',', ";"));
    assert_eq!(site.outcomes(&["again.csv"]), (Some(0), of([("repeated", 2), ("accepted", 1)])));
    assert_eq!(site.figure("notified_admissions", "2024-03").0, 3);
    // Another content of a case that was imported is no repeat.
    site.write("changed.csv", &format!("{HEADING}{}", row("1", &person[0], 12, 13)));
    let answer = site.import(&["changed.csv"]);
    assert_eq!((answer.code, counts(&answer.json())), (Some(1), of([("refused", 1)])));
    assert!(answer.stdout.contains("REQUEST_ID_REUSED"), "{answer:?}");
}
