//! `hemgang audit who-read`: who read or changed one person's data.

use std::{
    fs,
    io::{Read as _, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_core::person::PERSONNUMMER;
use hemgang_proto::{
    access::{Access, WhoReadRequest, access_log_service_client::AccessLogServiceClient},
    common::PersonId,
};
use hemgang_rpc::wire;

use crate::{
    output,
    target::{Target, told},
};

/// Arguments of `hemgang audit who-read`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// File with the person's number, or `-`: on the command line everybody on the machine could read it.
    #[arg(long, value_name = "FILE")]
    person: PathBuf,
    /// OID of the number's issuer.
    #[arg(long, value_name = "OID", default_value = PERSONNUMMER)]
    oid: String,
    /// Form of the rows.
    #[arg(long, value_enum, default_value_t)]
    output: output::Output,
    #[command(flatten)]
    target: Target,
}

const HELP: &str =
    "Asks the running service, with a token of the role auditor; that it was asked is in the log, too.

Exit code: 0 also when nobody has, 1 when the service refuses or is away, 2 for usage.

Examples:
  hemgang audit who-read --person number.txt --token auditor.token
  hemgang audit who-read --person - --token auditor.token --output csv < number.txt";

/// Runs the command.
pub async fn run(args: &Args) -> Result<()> {
    let person_id = Some(PersonId { oid: args.oid.clone(), value: number(&args.person)? });
    let mut client = AccessLogServiceClient::new(args.target.peer()?);
    let (mut rows, mut page_token) = (Vec::new(), String::new());
    loop {
        let request =
            WhoReadRequest { person_id: person_id.clone(), page_size: 500, page_token, ..Default::default() };
        let page = client.who_read(request).await.map_err(|status| told(&status))?.into_inner();
        rows.extend(page.accesses.iter().map(row));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    output::rows(args.output, &["at", "caller", "for", "unit", "roles", "purpose", "what"], &rows, 7)
}

fn number(file: &Path) -> Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        stdin().read_to_string(&mut text).context("standard input cannot be read")?;
    } else {
        text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    }
    Ok(text.trim().to_owned())
}

fn row(access: &Access) -> Vec<String> {
    let Some(entry) = &access.entry else { return Vec::new() };
    let at = entry.at.as_ref().and_then(wire::instant).map(output::instant).unwrap_or_default();
    let rpc = entry.rpc.rsplit('/').next().unwrap_or_default();
    let texts = [&entry.caller, &entry.on_behalf_of, &entry.unit, &entry.roles.join(" "), &entry.purpose];
    [at].into_iter().chain(texts.into_iter().cloned()).chain([rpc.to_owned()]).collect()
}
