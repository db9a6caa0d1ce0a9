//! A full disk: nothing is acknowledged that is not there, and work goes on when there is room.

use std::{
    cell::Cell,
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
    time::Duration,
};

use tokio::{task::spawn_blocking, time::sleep};

use super::{
    compare::compare,
    desk::Desk,
    installation::{Installation, SERVICES},
    ledger::Ledger,
    load::{self, BEFORE},
};

/// The start of a command with a small disk of its own at `$1`: root mounts it, others do in a namespace where they
/// are root.
fn on_a_small_disk(folder: &Path) -> Vec<String> {
    let mounts = |flags: &str| {
        let probe = format!("unshare {flags} sh -c 'mount -t tmpfs tmpfs /tmp'");
        Command::new("sh").args(["-c", &probe]).status().is_ok_and(|status| status.success())
    };
    let flags = ["-m", "-Urm"].into_iter().find(|flags| mounts(flags));
    let flags = flags
        .expect("neither root's mounts nor user namespaces are permitted: the disk cannot be made small");
    let script = "mount -t tmpfs -o size=32m tmpfs \"$1\" && shift && exec \"$@\"";
    let folder = folder.display().to_string();
    ["unshare", flags, "sh", "-c", script, "sh", &folder].map(str::to_owned).to_vec()
}

/// Writes until there is no room.
fn fill(path: &Path) {
    let mut ballast = File::create(path).expect("a file");
    for size in [1 << 16, 1 << 10, 1] {
        while ballast.write_all(&vec![0; size]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_what_was_acknowledged_is_there() {
    let mut installation = Installation::empty();
    let data = installation.folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    let before = on_a_small_disk(&data);
    installation.add("full", &SERVICES, &format!("sqlite://{}", data.display()), &before);
    installation.start().await;
    let ballast = installation.servers[0].path(&data.join("ballast"));
    let (desk, ledger, checked) = (Desk::new(&installation), Ledger::default(), Cell::new(0));
    load::during(&desk, &ledger, async {
        for _ in 0..2 {
            desk.acknowledged(BEFORE).await;
            let full = ballast.clone();
            spawn_blocking(move || fill(&full)).await.expect("full");
            let before = desk.tried_again.borrow().clone();
            // What has its place in the file already may still be written; then nothing is.
            let is_told =
                || desk.tried_again.borrow().get("STORE_UNAVAILABLE") > before.get("STORE_UNAVAILABLE");
            while !is_told() {
                sleep(Duration::from_millis(10)).await;
            }
            fs::remove_file(&ballast).expect("room");
            desk.acknowledged(BEFORE).await;
        }
    })
    .await;
    let reasons = desk.tried_again.borrow().clone();
    assert!(
        reasons.keys().all(|reason| ["STORE_UNAVAILABLE", "FEED_BEHIND", "ACCESS_LOG_UNAVAILABLE"]
            .contains(&reason.as_str())),
        "{reasons:?}"
    );
    compare(&desk, &ledger, &checked).await;
}
