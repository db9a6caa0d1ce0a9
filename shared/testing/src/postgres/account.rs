//! The account that PostgreSQL runs as: it refuses root, and CI is root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Command;

use super::{run, succeed};

/// Who runs the server: ourselves, or for root, whom PostgreSQL refuses, an account without privileges.
pub(super) struct Account {
    other: Option<(&'static str, u32, u32)>,
}

impl Account {
    /// The account for a server whose files lie in `folder`, which becomes the account's own.
    pub(super) fn for_server(folder: &Path) -> Result<Self, String> {
        // Whoever owns the folder just made is who we are; the standard library has no other way to ask.
        let we = fs::metadata(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        if we.uid() != 0 {
            return Ok(Self { other: None });
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let Some((name, uid, gid)) = ["postgres", "nobody"].iter().find_map(|name| ids(&accounts, name))
        else {
            return Err(
                "PostgreSQL does not run as root, and there is no account postgres or nobody".to_owned()
            );
        };
        chown(folder, Some(uid), Some(gid)).map_err(|error| format!("chown to {name}: {error}"))?;
        Ok(Self { other: Some((name, uid, gid)) })
    }

    /// Makes the cluster's files in `folder`.
    pub(super) fn initdb(&self, programs: &Path, folder: &Path) -> Result<(), String> {
        // Locale C, so that text sorts bytewise and the same on every machine.
        const SCRIPT: &str =
            r#"exec "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C -N"#;
        succeed(self.shell(SCRIPT, folder).env("BIN", programs).env("DIR", folder))
    }

    /// A shell that runs `script` as this account, by whichever of the usual programs there is.
    pub(super) fn shell(&self, script: &str, folder: &Path) -> Command {
        let mut command = match self.other {
            None => Command::new("sh"),
            Some((name, uid, gid)) => switch(name, uid, gid),
        };
        // Not where we are: a folder of root's would be unreadable to it.
        command.args(["-c", script]).current_dir(folder);
        command
    }
}

/// The start of a command as another account, up to the shell's own arguments.
fn switch(name: &str, uid: u32, gid: u32) -> Command {
    let works =
        |program: &str| run(Command::new(program).arg("--version")).is_ok_and(|said| said.status.success());
    let mut command;
    if works("setpriv") {
        command = Command::new("setpriv");
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
        command.args(["--", "sh"]);
    } else if works("runuser") {
        command = Command::new("runuser");
        command.args(["-u", name, "--", "sh"]);
    } else {
        command = Command::new("su");
        command.args([name, "-s", "/bin/sh"]);
    }
    command
}

/// The account's name, user and group number, as `/etc/passwd` has them.
fn ids(accounts: &str, name: &'static str) -> Option<(&'static str, u32, u32)> {
    let mut fields = accounts
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| if fields.next() == Some(name) { Some(fields.skip(1)) } else { None })?;
    Some((name, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_are_read_by_the_whole_name() {
        let accounts =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8::/:\npostgres:x:101:104:a,b:/var:/bin/sh\n";
        assert_eq!(ids(accounts, "postgres"), Some(("postgres", 101, 104)));
        assert_eq!(ids(accounts, "nobody"), None);
    }
}
