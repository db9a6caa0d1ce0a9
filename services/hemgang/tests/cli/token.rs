//! `hemgang token`: a token that some server trusts, or none.

use crate::command::{Server, hemgang};

const WARD: [&str; 5] = ["token", "--role", "ward", "--unit", "SE2321000131-E000000001101"];

#[test]
fn a_data_folder_that_no_server_has_used_gives_no_token() {
    let server = Server::start();
    let of = |data: &str| hemgang(server.folder.path(), &[&WARD[..], &["--data", data]].concat(), b"");
    assert_eq!(of("data").code, Some(0));
    let refused = of("dota");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.stderr.contains("name the data folder of the server"), "{refused:?}");
    assert!(!server.folder.path().join("dota").exists());
}

#[test]
fn before_the_first_start_the_key_is_made_where_the_server_will_look_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = hemgang(folder.path(), &WARD, b"");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stderr.contains("hemgang-data/development-issuer.pem is made"), "{first:?}");
    let second = hemgang(folder.path(), &WARD, b"");
    assert_eq!((second.code, second.stderr.as_str()), (Some(0), ""), "{second:?}");
}
