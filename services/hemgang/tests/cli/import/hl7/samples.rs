//! Messages that others wrote, read in a dry run: each file has an outcome and none is dropped.

use std::path::Path;

use super::*;

/// A mapping that knows every sender, ward and authority.
const ANY: &str = r#"
[[sender]]
application = "*"
facility = "*"
hospital = "SE2321000131-E000000001005"
[sender.wards]
"*" = "SE2321000131-E000000001118"
[sender.authorities]
"*" = "1.2.752.129.2.1.2.1"
"#;

#[test]
#[ignore = "reads messages that are not in this tree: HEMGANG_SAMPLES names their folder (tests/run does where it is there)"]
fn every_sample_has_an_outcome() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the samples are outside the tree, so the caller says where"
    )]
    let samples = std::env::var("HEMGANG_SAMPLES").expect("HEMGANG_SAMPLES names the folder");
    let samples = format!("{samples}/hl7v2");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("site.toml"), ANY).expect("a mapping");
    let dry = ["--dry-run", "--site", "site.toml", "--output", "json"];
    let import = |path: &str| {
        let answer = hemgang(folder.path(), &[&["import", "hl7", path], dry.as_slice()].concat(), b"");
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.json()
    };
    let all = import(&samples);
    counts(&all);
    let mut files = Vec::new();
    below(Path::new(&samples), &mut files);
    assert_eq!(all["files"].as_u64(), Some(files.len() as u64));
    let mut pieces = 0;
    for file in &files {
        let json = import(file);
        counts(&json);
        assert!(json["pieces"].as_u64() > Some(0), "{file}: nothing found");
        pieces += json["pieces"].as_u64().unwrap_or_default();
    }
    assert_eq!(all["pieces"].as_u64(), Some(pieces), "together they are as many as each alone");
    assert!(names(folder.path()).iter().all(|name| name == "site.toml"), "a dry run writes nothing");
}

fn below(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(&path, files);
        } else {
            files.push(path.to_str().expect("a name").to_owned());
        }
    }
}
