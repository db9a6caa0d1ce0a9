//! `hemgang import directory`: units from a file, into a running directory service.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use hemgang_proto::directory::{
    ImportFault, ImportUnitsRequest, ImportUnitsResponse, directory_service_client::DirectoryServiceClient,
};

use crate::{
    output,
    target::{Target, told},
};

/// Arguments of `hemgang import directory`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// CSV of units: every row of each unit that it names.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// CSV of municipalities; they stay when absent.
    #[arg(long, value_name = "FILE")]
    municipalities: Option<PathBuf>,
    /// Say what would become of the file, and change nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: Target,
}

const HELP: &str = "Columns of units: hsa_id, name, kind (hospital, ward, outpatient, municipal-unit, municipal-reception), parent,
municipality, law (SoL, LSS, HSL), specialty (somatic, psychiatric), hospital_group, valid_from, valid_to. Columns of
municipalities: code, name, collaboration_area, area_is_verified (yes, no). UTF-8, days as 2026-09-14.

A unit that the file names is as it says, one that it does not name stays. What held before today may not read
otherwise: to change a unit, end its row and begin another. The token is one of directory-admin, who changes units of the
own organisation; rows that say what stands need no right, so that a file of everybody's can be handed in by each.

All of the file is taken over, or nothing: every fault is told with its line.

Exit code: 0 when it was taken over (--dry-run: when it could be), 1 when anything is wrong with it, 2 for usage.

Examples:
  hemgang import directory units.csv --dry-run --token admin.token
  hemgang import directory units.csv --municipalities municipalities.csv --token admin.token";

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let read = |path: &PathBuf| {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let request = ImportUnitsRequest {
        units_csv: read(&args.file)?,
        municipalities_csv: args.municipalities.as_ref().map(read).transpose()?.unwrap_or_default(),
        validate_only: true,
        ..Default::default()
    };
    // A refusal holds fifty faults at most, and whoever mends a file wants them all: it is looked at first.
    let looked_at = import(&args, request.clone()).await?;
    for fault in &looked_at.faults {
        output::line(&line(&args, fault))?;
    }
    if !looked_at.faults.is_empty() {
        bail!("{} faults; nothing was imported", looked_at.faults.len());
    }
    let answer = if args.dry_run {
        looked_at
    } else {
        import(&args, ImportUnitsRequest { validate_only: false, ..request }).await?
    };
    let ImportUnitsResponse { added, changed, unchanged, municipalities, .. } = answer;
    let would = if args.dry_run { "would be " } else { "" };
    output::line(&format!(
        "units: {added} {would}added, {changed} {would}changed, {unchanged} as they stood"
    ))?;
    output::line(&format!("municipalities: {municipalities} {would}changed"))
}

async fn import(args: &Args, request: ImportUnitsRequest) -> Result<ImportUnitsResponse> {
    let mut directory = DirectoryServiceClient::new(args.target.peer()?);
    let answer = directory.import_units(request).await.map_err(|status| told(&status))?;
    Ok(answer.into_inner())
}

/// A fault by the file that has it.
fn line(args: &Args, fault: &ImportFault) -> String {
    let is_municipality = fault.field == "municipalities_csv";
    let file = args.municipalities.as_ref().filter(|_| is_municipality).unwrap_or(&args.file);
    format!("{}:{}: {}", file.display(), fault.line, fault.description)
}
