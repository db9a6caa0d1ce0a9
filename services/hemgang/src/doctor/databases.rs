//! Each service's database: whether it is there, whether it can be read, and what its schema is.

use std::path::Path;

use anyhow::Result;
use hemgang_db::{Inspection, Inspector, OpenError, Schema, is_in_use};
use hemgang_runtime::Config;

use super::{Findings, feeds, good, reminders};
use crate::{output, suite};

/// A service's database, and what was found in it.
pub struct Seen {
    pub name: &'static str,
    pub inspector: Inspector,
    pub found: Inspection,
}

/// Whether a server runs on the databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Runs,
    Rests,
    /// PostgreSQL does not tell whose connections are a server's.
    Unknown,
}

/// Looks at the databases, then at the feeds in them.
pub async fn check(findings: &mut Findings, config: &Config) -> Result<()> {
    let url = config.database.url.as_str();
    let server = match url.strip_prefix("sqlite://").map(Path::new) {
        Some(folder) => match check_folder(findings, folder)? {
            Some(server) => server,
            None => return Ok(()),
        },
        None => Server::Unknown,
    };
    let mut seen = Vec::new();
    for service in suite::SERVICES {
        let (name, check) = (service.name, format!("database of {}", service.name));
        let inspector = Inspector::new(url, name)?;
        match inspector.look(service.migrations).await {
            Ok(found) => {
                check_schema(findings, &check, found.schema)?;
                seen.push(Seen { name, inspector, found });
            }
            // One server has them all: the others would fare no better.
            Err(error @ OpenError::Connect(_)) => return unreadable(findings, "database", error),
            Err(error) => unreadable(findings, &check, error)?,
        }
    }
    if let Some(planning) =
        seen.iter().find(|seen| seen.name == hemgang_municipal_care_planning::SERVICE.name)
    {
        reminders::check(findings, planning).await?;
    }
    feeds::check_clock(findings, &seen)?;
    feeds::check_followers(findings, &seen, config, server).await
}

/// None when there is nothing to look into.
fn check_folder(findings: &mut Findings, folder: &Path) -> Result<Option<Server>> {
    let shown = folder.display();
    let mut there = folder.ancestors().map(|at| if at.as_os_str().is_empty() { Path::new(".") } else { at });
    // A file without a name, gone at once. Of a folder that is yet to be made, the one that it will be made in.
    if there.find(|at| at.exists()).is_none_or(|at| tempfile::tempfile_in(at).is_err()) {
        findings.fault(
            "database",
            &format!("the data folder {shown} is not writable"),
            "correct database.url, or let the server's user write there",
        )?;
        return Ok(None);
    }
    if !folder.exists() {
        good("database", &format!("{shown} is made at the first start"))?;
        return Ok(None);
    }
    let (server, said) = if is_in_use(folder) {
        (Server::Runs, "a server runs on it")
    } else {
        (Server::Rests, "no server runs on it")
    };
    good("database", &format!("{shown}; {said}"))?;
    Ok(Some(server))
}

fn unreadable(findings: &mut Findings, check: &str, error: OpenError) -> Result<()> {
    let mend = match &error {
        OpenError::Connect(_) => "start the database, or correct database.url",
        OpenError::File(..) => "let this user read it, or restore the whole folder from one copy",
        OpenError::Counter => "restore the database",
        _ => "let the user of database.url read it, or restore the database",
    };
    findings.fault(check, &output::causes(&error.into()), mend)
}

fn check_schema(findings: &mut Findings, check: &str, schema: Schema) -> Result<()> {
    match schema {
        Schema::Absent => good(check, "made at the first start"),
        Schema::Behind(steps) => good(check, &format!("{steps} steps behind; the next start takes them")),
        Schema::Current => good(check, "up to date"),
        Schema::Newer(version) => {
            let found = format!("has step {version}, which this program does not know");
            findings.fault(check, &found, "run the program that made it, or a newer one")
        }
        Schema::Other(version) => {
            let found = format!("its step {version} is not this program's");
            findings.fault(check, &found, "run the program that made it")
        }
    }
}
