//! Rows that are refused: kept with every reason, mended, imported again. And what stops an import.

use super::*;

#[test]
fn refused_rows_are_kept_with_every_reason_and_leave_when_they_are_mended() {
    let site = Site::start();
    let person = persons();
    let good = [row("1", &person[0], 12, 12), row("2", &person[1], 28, 30), row("3", &person[2], 8, 9)];
    // Two faults that the file shows, and one that only the services know.
    let torn =
        row("4", &person[3], 12, 12).replace("unplanned", "sudden").replace("2024-03-12 15:00", "12/3");
    let alone = row("5", &person[4], 12, 12).replace("social_services", "municipal_health_care");
    site.write("history.csv", &format!("{HEADING}{}{torn}{alone}{}", good[..2].concat(), good[2]));
    let dry = site.outcomes(&["history.csv", "--dry-run"]);
    assert_eq!(dry, (Some(0), of([("accepted", 4), ("refused", 1)])));
    let answer = site.import(&["history.csv"]);
    assert_eq!((answer.code, counts(&answer.json())), (Some(1), of([("accepted", 3), ("refused", 2)])));
    let json = answer.json();
    let reasons: Vec<_> = json["reasons"].as_array().expect("reasons").iter().collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert_eq!(json["kept"]["rows"].as_u64(), Some(2));

    let kept = site.read("history.refused.csv");
    let lines: Vec<_> = kept.lines().collect();
    assert_eq!(lines[0], format!("refused_because,{}", HEADING.trim_end()));
    assert!(lines[1].ends_with(torn.trim_end()) && lines[2].ends_with(alone.trim_end()), "{kept}");
    let reason = lines[1].strip_suffix(torn.trim_end()).expect("a reason");
    assert!(reason.contains("admission_type:") && reason.contains("discharged_at:"), "{reason}");
    assert!(lines[2].contains("OUTPATIENT_RECIPIENT_MISSING"), "{kept}");
    let mode = fs::metadata(site.path("history.refused.csv")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // What is said of a row repeats nothing of it.
    let said = [answer.stdout.as_str(), &answer.stderr, reason].concat();
    assert!(["Hemligsson", "19400702", "sudden", "12/3"].iter().all(|word| !said.contains(word)), "{said}");

    // Again, it is kept once.
    let again = site.outcomes(&["history.csv"]);
    assert_eq!(again, (Some(1), of([("repeated", 3), ("refused", 2)])));
    assert_eq!(site.read("history.refused.csv"), kept);

    // One is mended, then the other; what the services had taken of it before is not told again.
    let mended = kept.replace("sudden", "unplanned").replace("12/3", "2024-03-12 15:00");
    site.write("history.refused.csv", &mended);
    assert_eq!(site.outcomes(&["history.refused.csv"]), (Some(1), of([("accepted", 1), ("refused", 1)])));
    let kept = site.read("history.refused.csv");
    assert_eq!(kept.lines().count(), 2, "{kept}");
    let told = format!("{SOCIAL} SE2321000131-E000000002001");
    site.write("history.refused.csv", &kept.replace(SOCIAL, &told));
    assert_eq!(site.outcomes(&["history.refused.csv"]), (Some(0), of([("accepted", 1)])));
    assert!(!site.path("history.refused.csv").exists());
    assert_eq!(site.figure("notified_admissions", "2024-03").0, 5);
    assert_eq!(site.figure("same_day", "2024-03"), (3, 5));
}

#[test]
fn a_row_of_another_shape_is_refused_and_kept_as_it_came() {
    let site = Site::start();
    let person = persons();
    let short = "OLD,9,\"a, b\"\n";
    site.write("history.csv", &format!("{HEADING}{short}{}", row("1", &person[0], 12, 12)));
    assert_eq!(site.outcomes(&["history.csv"]), (Some(1), of([("accepted", 1), ("refused", 1)])));
    assert!(site.read("history.refused.csv").ends_with(&format!(",{short}")));
    // Other columns do not go into the same file.
    site.write("other.csv", &format!("{},ready_by\n", HEADING.trim_end()));
    let answer = site.import(&["other.csv"]);
    assert!(answer.code == Some(1) && answer.stderr.contains("no column of this name"), "{answer:?}");
    let fewer = HEADING.replace("name,", "");
    site.write("fewer.csv", &format!("{fewer}OLD\n"));
    let answer = site.import(&["fewer.csv", "--kept", "history.refused.csv"]);
    assert!(answer.code == Some(1) && answer.stderr.contains("other columns"), "{answer:?}");
}

#[test]
fn a_row_of_a_hospital_without_a_token_is_refused_and_the_rest_goes_on() {
    let site = Site::start();
    let person = persons();
    let elsewhere = row("2", &person[1], 28, 30).replace(HOSPITAL, "SE2321000131-E000000001001");
    let rows = [row("1", &person[0], 12, 12), elsewhere.clone(), row("3", &person[2], 8, 9)];
    site.write("history.csv", &format!("{HEADING}{}", rows.concat()));
    let answer = site.import(&["history.csv"]);
    assert_eq!((answer.code, counts(&answer.json())), (Some(1), of([("accepted", 2), ("refused", 1)])));
    let kept = site.read("history.refused.csv");
    let said = "hospital: no token was given for it; name one more with --token,";
    assert_eq!(kept.lines().nth(1), Some(format!("{said}{}", elsewhere.trim_end()).as_str()));
}

#[test]
fn what_is_told_of_one_person_or_one_case_is_told_in_the_order_of_its_rows() {
    let site = Site::start();
    let person = persons();
    let first = row("1", &person[0], 12, 12);
    // The case again, otherwise; the same again; the person again.
    let otherwise = row("1", &person[0], 12, 13);
    let mut rows = vec![first.clone(), otherwise.clone(), first, row("2", &person[0], 28, 30)];
    // More than are told at once, of which every third is refused.
    rows.extend((3..30).map(|case| {
        let whole = row(&case.to_string(), &person[case % 4 + 1], 12, 12);
        if case % 3 == 0 { whole.replace("social_services", "municipal_health_care") } else { whole }
    }));
    site.write("history.csv", &format!("{HEADING}{}", rows.concat()));
    let expected = of([("accepted", 2 + 18), ("repeated", 1), ("refused", 1 + 9)]);
    assert_eq!(site.outcomes(&["history.csv"]), (Some(1), expected));
    let kept = site.read("history.refused.csv");
    let mut refused = kept.lines().skip(1).zip(rows.iter().enumerate().filter(|(place, _)| match place {
        0..4 => *place == 1,
        _ => (place - 1) % 3 == 0,
    }));
    assert_eq!(kept.lines().count(), 11);
    assert!(
        refused.all(|(line, (_, row))| line.ends_with(row.trim_end())),
        "in the order of the file: {kept}"
    );
}

#[test]
fn what_says_nothing_of_a_row_stops_the_import() {
    let mut site = Site::start();
    let person = persons();
    let elsewhere = row("2", &person[1], 28, 30).replace(HOSPITAL, "SE2321000131-E000000001001");
    site.write("first.csv", &format!("{HEADING}{}", row("1", &person[0], 12, 12)));
    assert_eq!(site.outcomes(&["first.csv"]), (Some(0), of([("accepted", 1)])));
    site.write("history.csv", &format!("{HEADING}{}{elsewhere}", row("1", &person[0], 12, 12)));

    // A token of another role, or of another hospital's ward, is told apart from a faulty row. What came before it in
    // the file has its outcome.
    site.server.token("gateway", "SE2321000131-E000000001001");
    let answer = site.import(&["history.csv", "--token", "gateway.token"]);
    assert!(answer.code == Some(1) && answer.stderr.contains("role ehr"), "{answer:?}");
    assert!(answer.stderr.contains("stopped at line 3, after 1 rows"), "{answer:?}");
    assert_eq!(counts(&answer.json()), of([("repeated", 1)]));
    fs::copy(site.server.token("ehr", "SE2321000131-E000000001001"), site.path("other.token"))
        .expect("a token");
    site.token = site.server.token("ehr", HOSPITAL);
    let answer = site.import(&["history.csv", "--token", "other.token"]);
    assert_eq!((answer.code, counts(&answer.json())), (Some(1), of([("repeated", 1), ("refused", 1)])));
    assert!(answer.stdout.contains("ward: is not of the hospital"), "{answer:?}");

    let kept = site.read("history.refused.csv");
    site.server.stop();
    let answer = site.import(&["history.refused.csv", "--token", "other.token"]);
    assert_eq!((answer.code, answer.json()["complete"].as_bool()), (Some(1), Some(false)));
    assert_eq!(site.read("history.refused.csv"), kept, "nothing is lost on the way");
    assert!(!site.path("history.refused.partial").exists());
    let answer = hemgang(site.folder(), &["import", "episodes", "history.csv"], b"");
    assert_eq!(answer.code, Some(2), "without a dry run a token is required");
}
