//! `hemgang import hl7`: every piece has an outcome, what has no effect is kept, and a replay gives it one.

mod outcome;
mod replay;
mod samples;
mod stop;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::command::{Answer, Server, hemgang};

/// A hospital and one of its wards.
pub const HOSPITAL: &str = "SE2321000131-E000000001005";
const WARD: &str = "SE2321000131-E000000001118";

/// A mapping that lacks the ward `9`; `nowhere` is a ward that the directory does not know.
pub const SITE: &str = r#"
[[sender]]
application = "EHR"
facility = "NORTH"
hospital = "SE2321000131-E000000001005"
[sender.wards]
"1" = "SE2321000131-E000000001118"
"nowhere" = "SE2321000131-E000000009999"
[sender.authorities]
LOCAL = "1.2.752.129.2.1.2.1"
"#;

/// A message of ours about nobody.
pub fn adt(event: &str, id: &str, ward: &str, visit: &str, at: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|NORTH|||{at}||ADT^{event}|{id}|P|2.5\rEVN|{event}|{at}\r\
         PID|1||77{visit}^^^LOCAL^PI||Hemligsson^Provar||19400702|F\rPV1|1|I|{ward}||||||||||||||||{visit}\r"
    )
}

/// A server with the mapping, and the messages to import.
pub struct Site {
    pub server: Server,
    token: PathBuf,
}

impl Site {
    pub fn start() -> Self {
        let server = Server::start();
        let token = server.token("gateway", HOSPITAL);
        fs::write(server.folder.path().join("site.toml"), SITE).expect("a mapping");
        Self { server, token }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.server.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("a file");
    }

    /// Imports with more arguments.
    pub fn import(&self, arguments: &[&str], stdin: &[u8]) -> Answer {
        let token = self.token.to_str().expect("a path");
        let mut all = vec!["import", "hl7", "--site", "site.toml", "--output", "json"];
        all.extend(["--target", &self.server.url, "--token", token]);
        all.extend(arguments);
        hemgang(self.server.folder.path(), &all, stdin)
    }

    /// Imports to the end: the pieces by outcome, those that there are. Only what is refused fails.
    pub fn outcomes(&self, arguments: &[&str]) -> BTreeMap<String, u64> {
        let answer = self.import(arguments, b"");
        let counts = counts(&answer.json());
        let refused = counts.contains_key("refused") && !arguments.contains(&"--dry-run");
        assert_eq!(
            (answer.code, &answer.json()["complete"]),
            (Some(refused.into()), &true.into()),
            "{answer:?}"
        );
        counts
    }

    /// The names of what is kept, the mark left out.
    pub fn kept(&self) -> Vec<String> {
        names(&self.path("hemgang-kept"))
    }
}

/// The outcomes that there are; every total is held against the rows.
pub fn counts(json: &Value) -> BTreeMap<String, u64> {
    let outcomes = json["outcomes"].as_object().expect("outcomes");
    let outcomes = outcomes.iter().map(|(name, count)| (name.clone(), count.as_u64().expect("a number")));
    let mut outcomes: BTreeMap<_, _> = outcomes.collect();
    let mut of_rows = BTreeMap::new();
    for row in json["rows"].as_array().expect("rows") {
        let name = row["outcome"].as_str().expect("an outcome").to_owned();
        *of_rows.entry(name).or_insert(0) += row["pieces"].as_u64().expect("a number");
    }
    assert_eq!(outcomes.values().sum::<u64>(), json["pieces"].as_u64().expect("a number"));
    outcomes.retain(|_, count| *count > 0);
    assert_eq!(outcomes, of_rows);
    outcomes
}

pub fn of<const N: usize>(outcomes: [(&str, u64); N]) -> BTreeMap<String, u64> {
    outcomes.map(|(name, count)| (name.to_owned(), count)).into()
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let mut names: Vec<_> = names.filter(|name| name != ".hemgang-kept").collect();
    names.sort();
    names
}
