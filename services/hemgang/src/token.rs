//! `hemgang token`: a signed development token. Refused where a real issuer is configured.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::{
    clock::Clock,
    day::local_day,
    place::{HsaId, MunicipalityCode},
};
use hemgang_rpc::Role;
use hemgang_runtime::Config;

use crate::{key, output, suite};

/// Arguments of `hemgang token`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Role, one of ehr, ward, hospital, outpatient, municipality, municipal-system, deviation-handler, quality, finance,
    /// directory-admin, auditor, records-manager, protected-persons, service, gateway. May be given several times.
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// HSA-id of the unit acted for.
    #[arg(long, value_name = "HSA-ID")]
    unit: HsaId,
    /// Code of the municipality that the caller belongs to; the one that runs the unit, or the region, when absent.
    #[arg(long, value_name = "CODE")]
    municipality: Option<MunicipalityCode>,
    /// HSA-id of the person or system.
    #[arg(long, value_name = "HSA-ID", default_value = "SE2321000131-P000000000001")]
    subject: HsaId,
    /// How many hours the token lives.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(i64).range(1..=8760))]
    hours: i64,
    /// The data folder of the server that the token is for, which has started there before. Without it the
    /// configuration's own place, where the key is made when there is none yet.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration of the server that the token is for.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  hemgang token --role ward --unit SE2321000131-E000000001101 > ward.token
  hemgang token --role municipality --unit SE0000001480-E0002 --data demo-data --hours 1
  hemgang token --role ward --role protected-persons --unit SE2321000131-E000000001101";

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    let mut config = Config::read(args.config.as_deref())?;
    if let Some(folder) = &args.data {
        config.database.url = format!("sqlite://{}", folder.display()).into();
    }
    let path =
        config.development_key().context("a real issuer is configured (auth.issuer); ask it for a token")?;
    let organisation = organisation(args, &config)?;
    let roles: Vec<_> = args.role.iter().map(|role| role.as_str()).collect();
    let (subject, unit) = (args.subject.as_str(), args.unit.as_str());
    let signer = if args.data.is_some() {
        key::read(&path)?
    } else {
        // The server of this configuration may start later, and finds the key there.
        if !path.exists() {
            output::note(&format!(
                "{} is made; the server that starts beside it trusts this token",
                path.display()
            ));
        }
        key::read_or_make(&path)?
    };
    output::line(&signer.token(&Clock::system(), args.hours, subject, unit, &organisation, &roles)?)
}

/// The organisation that runs the unit; a token that says another is not believed.
fn organisation(args: &Args, config: &Config) -> Result<String> {
    let directory = suite::directory(&config.directory)?;
    let today = local_day(Clock::system().now());
    let own = directory.municipality_running(&args.unit, today);
    match (&args.municipality, own) {
        (Some(said), Some(own)) if said != own => {
            bail!("{} is a unit of municipality {own}, not {said}", args.unit)
        }
        (Some(code), _) | (None, Some(code)) => Ok(code.to_string()),
        (None, None) => Ok("region".to_owned()),
    }
}
