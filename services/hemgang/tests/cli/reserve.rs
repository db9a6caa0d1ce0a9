//! `hemgang reserve`: the forms and the list are printed, and what was noted on them is entered once, with its own times.

use std::{fs, os::unix::fs::PermissionsExt as _};

use hemgang_proto::planning::{ListCasesRequest, planning_service_client::PlanningServiceClient};

use crate::command::{Answer, Server, hemgang};

const WARD: &str = "SE2321000131-E000000001118";
const SOCIAL: &str = "SE0000001488-E0002";
const PHYSICIAN: &str = "SE2321000131-P000000000002";
const HEADING: &str =
    "form;kind;unit;person;at;admission;person_value;admission_type;needs;recipients;notice;destination\n";

/// A minute of today in Swedish time, some hours ago.
fn ago(hours: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Europe/Stockholm").expect("a zone");
    let at = hemgang_core::clock::Clock::system().now() - jiff::SignedDuration::from_hours(hours);
    at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M%:z").to_string()
}

fn papers() -> String {
    let rows = [
        format!("1;admission;{WARD};;{};;191212121212;unplanned;;;;", ago(30)),
        format!("2;admission_notice;{WARD};{PHYSICIAN};{};1;;;social_services;{SOCIAL};;", ago(29)),
        format!("3;readiness;{WARD};{PHYSICIAN};{};1;;;;;;", ago(8)),
        format!("4;discharge;{WARD};;{};1;;;;;;home", ago(4)),
        format!("5;discharge;{WARD};;{};77;;;;;;home", ago(4)),
        format!("6;discharge;{WARD};;{};0190163d-8694-739b-aea5-966c26f8ad90;;;;;;home", ago(4)),
        format!("7;discharge_notice;{WARD};;{};1;;;;;;home", ago(5)),
    ];
    format!("{HEADING}{}\n", rows.join("\n"))
}

fn register(server: &Server, file: &str) -> Answer {
    let (ward, social) = (server.token("ward", WARD), server.token("municipality", SOCIAL));
    let tokens = [ward.to_str().expect("a path"), social.to_str().expect("a path")];
    let target = ["--target", &server.url, "--token", tokens[0], "--token", tokens[1], "--output", "json"];
    hemgang(server.folder.path(), &[&["reserve", "register", file], &target[..]].concat(), b"")
}

/// Numerator, denominator and how many rest on papers, of the last days.
fn figure(server: &Server, id: &str) -> [i64; 3] {
    let token = server.token("quality", "SE2321000131-E000000001005");
    let day = |hours| ago(hours)[..10].to_owned();
    let (from, to) = (day(48), day(0));
    let token = token.to_str().expect("a path");
    let arguments = ["report", "indicator", id, "--from", &from, "--to", &to, "--output", "json"];
    let target = ["--target", &server.url, "--token", token];
    let total =
        hemgang(server.folder.path(), &[&arguments[..], &target].concat(), b"").json()["total"].clone();
    ["numerator", "denominator", "on_paper"].map(|name| total[name].as_i64().unwrap_or_default())
}

#[tokio::test]
async fn papers_are_entered_once_with_their_own_times_and_figures_say_so() {
    let server = Server::start();
    let folder = server.folder.path();
    fs::write(folder.join("papers.csv"), papers()).expect("written");
    let dry =
        hemgang(folder, &["reserve", "register", "papers.csv", "--dry-run", "--output", "json"], b"").json();
    assert_eq!((&dry["outcomes"]["accepted"], &dry["kept"]["rows"]), (&6.into(), &1.into()));

    let answer = register(&server, "papers.csv");
    let counts = answer.json();
    assert_eq!((answer.code, &counts["outcomes"]["accepted"]), (Some(1), &4.into()), "{answer:?}");
    assert_eq!(counts["outcomes"]["refused"], 3);
    assert_eq!(figure(&server, "same_day"), [1, 1, 1]);
    assert_eq!(figure(&server, "notified_admissions"), [1, 0, 1]);
    assert_eq!(figure(&server, "notice_within_24h"), [0, 0, 0], "papers are out");

    // The municipality had its notices by telephone: it says when it took note of the first.
    let receipt =
        format!("1;receipt;{SOCIAL};SE0000001488-P0007;{};{};;;;;admission;", ago(28), stay(&server).await);
    fs::write(folder.join("receipts.csv"), format!("{HEADING}{receipt}\n")).expect("written");
    assert_eq!(register(&server, "receipts.csv").json()["outcomes"]["accepted"], 1);
    assert_eq!(register(&server, "receipts.csv").json()["outcomes"]["repeated"], 1);

    let again = register(&server, "papers.csv").json();
    assert_eq!((&again["outcomes"]["accepted"], &again["outcomes"]["refused"]), (&4.into(), &3.into()));
    assert_eq!(figure(&server, "notified_admissions"), [1, 0, 1], "one effect");

    // The one whose agreed time was forgotten is mended, and finds the stay by the form that an earlier run entered.
    let kept = fs::read_to_string(folder.join("papers.refused.csv")).expect("kept");
    assert!(kept.contains("no admission form of the unit has this number"), "{kept}");
    assert!(kept.contains("(NOT_FOUND)") && kept.contains("agreed_at: is required"), "{kept}");
    let mended = format!("7;discharge_notice;{WARD};;{};1;;;;;;home;{}", ago(5), ago(4));
    let heading = HEADING.trim_end();
    fs::write(folder.join("mended.csv"), format!("{heading};agreed_at\n{mended}\n")).expect("written");
    assert_eq!(register(&server, "mended.csv").json()["outcomes"]["accepted"], 1);
}

/// The id of the one stay, as the list on paper names it.
async fn stay(server: &Server) -> String {
    let token = hemgang_runtime::token_file(server.token("municipality", SOCIAL));
    let peer = hemgang_runtime::remote(&server.url, token).expect("a peer");
    let mut planning = PlanningServiceClient::new(peer);
    let listed = planning.list_cases(ListCasesRequest::default()).await.expect("listed").into_inner();
    listed.cases[0].admission_id.clone()
}

#[test]
fn forms_and_the_list_are_printed_for_their_owner_alone() {
    let server = Server::start();
    let folder = server.folder.path();
    assert_eq!(hemgang(folder, &["reserve", "forms", "--out", "forms"], b"").code, Some(0));
    let forms = fs::read_dir(folder.join("forms")).expect("a folder");
    let forms: Vec<_> = forms.map(|file| file.expect("a file").path()).collect();
    assert_eq!(forms.len(), 14);
    assert!(forms.iter().all(|path| fs::read(path).expect("read").starts_with(b"%PDF-1.7")));

    fs::write(folder.join("papers.csv"), papers()).expect("written");
    register(&server, "papers.csv");
    let token = server.token("ward", WARD);
    let token = token.to_str().expect("a path");
    let arguments = ["reserve", "work-list", "--out", "list.pdf", "--target", &server.url, "--token", token];
    let answer = hemgang(folder, &arguments, b"");
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), "0 cases written to list.pdf\n"));
    let list = fs::metadata(folder.join("list.pdf")).expect("a list");
    assert_eq!(list.permissions().mode() & 0o777, 0o600);
}
