//! `hemgang import contacts`: where functions at units are reached, from a file, into a running directory service.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::directory::UnitFunction;
use hemgang_feed::directory::wire::function;
use hemgang_proto::directory::{
    FunctionContact, SetFunctionContactRequest, directory_service_client::DirectoryServiceClient,
};
use hemgang_rpc::wire;
use serde::Deserialize;

use super::verdict;
use crate::{
    output,
    target::{Target, told},
};

/// Arguments of `hemgang import contacts`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// CSV of addresses.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only read the file, and say what is wrong with its rows.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: Target,
}

const HELP: &str = "Columns: unit (HSA-id), function (duty, manager, mas, mar, chief), addresses (e-mail addresses, separated by spaces; none
says that nobody is written to), valid_from (a day as 2026-09-14, today or later; today when empty). UTF-8.

Each row holds from its day on, in the place of what was said for that day. Rows of a file can be handed in again. A
function that is had for several units, as MAS, stands once at the municipality's reception. The token is one of
directory-admin, who sets those of the own organisation.

Exit code: 0 when every row was taken over, 1 when one was refused, 2 for usage.

Examples:
  hemgang import contacts contacts.csv --dry-run --token admin.token
  hemgang import contacts contacts.csv --token admin.token";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    unit: String,
    function: String,
    addresses: String,
    #[serde(default)]
    valid_from: String,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let text =
        fs::read_to_string(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut rows = Vec::new();
    let mut faults = 0;
    for (line, row) in (2..).zip(reader.deserialize::<Row>()) {
        match row.map_err(anyhow::Error::from).and_then(|row| contact(&row)) {
            Ok(contact) => rows.push((line, contact)),
            Err(fault) => {
                faults += 1;
                output::line(&format!("{}:{line}: {}", args.file.display(), output::causes(&fault)))?;
            }
        }
    }
    if faults > 0 {
        bail!("{faults} rows cannot be read; nothing was imported");
    }
    if args.dry_run {
        return output::line(&format!("contacts: {} rows can be read", rows.len()));
    }
    let mut directory = DirectoryServiceClient::new(args.target.peer()?);
    let (mut set, mut refused) = (0, 0);
    for (line, contact) in rows {
        let request = SetFunctionContactRequest { contact: Some(contact), ..Default::default() };
        match directory.set_function_contact(request).await {
            Ok(_) => set += 1,
            Err(status) => {
                refused += 1;
                output::line(&format!("{}:{line}: {}", args.file.display(), told(&status)))?;
            }
        }
    }
    output::line(&format!("contacts: {set} set, {refused} refused"))?;
    verdict(refused, "rows", false)
}

fn contact(row: &Row) -> Result<FunctionContact> {
    let of: UnitFunction = row.function.parse().with_context(|| format!("function {}", row.function))?;
    let day = row.valid_from.as_str();
    let valid_from = if day.is_empty() {
        None
    } else {
        Some(wire::date(day.parse().with_context(|| format!("valid_from {day} is no day as 2026-09-14"))?))
    };
    Ok(FunctionContact {
        unit: row.unit.clone(),
        function: function(of).into(),
        addresses: row.addresses.split_whitespace().map(str::to_owned).collect(),
        valid_from,
    })
}
