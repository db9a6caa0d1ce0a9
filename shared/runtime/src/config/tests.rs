//! What refuses to start and how it is named, and what is printed.

use super::*;

fn read(toml: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hemgang.toml");
    std::fs::write(&file, toml).expect("a file");
    Config::read(Some(&file))
}

#[test]
fn a_wrong_key_refuses_to_start_and_is_named() {
    let refusals = [
        ("[listen]\ngprc = \"127.0.0.1:1\"", ": listen.gprc is no key; there are grpc ("),
        ("[listn]", ": listn is no key; there are listen, database,"),
        ("[peers.url]\nadmision = \"http://h\"", ": peers.url.admision is no key; there are admission,"),
        ("[listen]\ngrpc = \"here\"", ": listen.grpc invalid socket address"),
        ("[database]\nurl = 5", ": database.url must be a string"),
        ("[listen", "hemgang.toml: "),
        ("[database]\nurl = \"mysql://x\"", "database.url"),
        ("[auth]\nissuer = \"https://issuer.example\"", "auth.jwks_file"),
        ("[listen]\ngrpc = \"0.0.0.0:50051\"", "auth.issuer"),
        ("[retention]\npersons_days = 0", "retention.persons_days"),
        ("[reminders]\nhost = \"m\"\nfrom = \"a@b.example\"\nlink = \"hemgang\"", "reminders.link"),
    ];
    for (toml, key) in refusals {
        let refusal = read(toml).expect_err("a refusal").to_string();
        assert!(refusal.contains(key), "{refusal} does not name {key}");
    }
    assert!(read("").is_ok());
}

#[test]
fn no_secret_is_printed_and_the_rest_is_as_it_was_read() {
    let config = read(
        "[database]\nurl = \"postgres://u:hemligt@h/db\"\n\
         [peers.url]\nadmission = \"http://u:hemligt@h:1\"\nreadiness = \"http://h:2\"\n\
         [telemetry]\notlp_endpoint = \"http://collector:4317/?key=hemligt\"\n",
    )
    .expect("a configuration");
    let printed = config.printed().expect("TOML");
    for shown in ["u:***@h/db", "u:***@h:1", "http://h:2", "collector:4317/?key=***"] {
        assert!(printed.contains(shown), "{printed} does not show {shown}");
    }
    assert!(!printed.contains("hemligt") && !format!("{config:?}").contains("hemligt"), "{printed}");
    assert_eq!(read(&printed).expect("a configuration").printed().expect("TOML"), printed);
}
