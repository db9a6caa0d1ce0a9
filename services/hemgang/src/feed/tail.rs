//! `hemgang feed tail`: the headers of a feed's events, as the caller may see them. What they say of whom stays there.

use anyhow::Result;
use clap::{Args as ClapArgs, ValueEnum};
use futures::StreamExt as _;
use hemgang_feed::Source;
use hemgang_proto::{
    admission::AdmissionEvent, common::EventHeader, deviation::DeviationEvent, directory::DirectoryEvent,
    planning::PlanningEvent, readiness::ReadinessEvent,
};
use hemgang_rpc::{Peer, wire};

use crate::{
    output,
    serve::stopped,
    suite,
    target::{Target, told},
};

/// Arguments of `hemgang feed tail`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// The service whose feed is read.
    #[arg(value_name = "SERVICE", value_parser = suite::names_with_feeds())]
    service: String,
    /// Cursor to begin after; the beginning of the feed when absent.
    // It is base64 for URLs, which may begin with a hyphen.
    #[arg(
        long,
        value_name = "CURSOR",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    from: String,
    /// Go on with what comes, until stopped.
    #[arg(long)]
    follow: bool,
    /// Form of the events.
    #[arg(long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    target: Target,
}

const HELP: &str =
    "Prints when, what, of which admission, by which unit, and the cursor after it. At the end the cursor
to go on from is told on standard error.

Exit code: 0 at the feed's head, 1 when the feed refuses or is away, 2 for usage.

Examples:
  hemgang feed tail admission --token hospital.token
  hemgang feed tail planning --token social.token --follow --output json";

/// How events are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people: a line each.
    #[default]
    Table,
    /// For programs: an object a line.
    Json,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    match args.service.as_str() {
        "admission" => tail::<AdmissionEvent>(args).await,
        "readiness" => tail::<ReadinessEvent>(args).await,
        "planning" => tail::<PlanningEvent>(args).await,
        "directory" => tail::<DirectoryEvent>(args).await,
        _ => tail::<DeviationEvent>(args).await,
    }
}

async fn tail<E: Source>(args: Args) -> Result<()> {
    let (peer, mut cursor) = (args.target.peer()?, args.from.clone());
    let read = async {
        to_head::<E>(&peer, args.output, &mut cursor).await?;
        if !args.follow {
            return anyhow::Ok(());
        }
        loop {
            let from = cursor.clone();
            let bell = E::bell(peer.clone(), &from).await;
            let mut bell = bell.map_err(|status| told(&status))?;
            while bell.next().await.is_some() {
                to_head::<E>(&peer, args.output, &mut cursor).await?;
            }
        }
    };
    tokio::select! {
        biased;
        () = stopped() => {}
        read = read => read?,
    }
    if !cursor.is_empty() {
        output::note(&format!("go on with --from {cursor}"));
    }
    Ok(())
}

/// Prints what there is after the cursor, which goes along.
async fn to_head<E: Source>(peer: &Peer, form: Form, cursor: &mut String) -> Result<()> {
    loop {
        let page = E::read(peer.clone(), cursor, 500).await.map_err(|status| told(&status))?;
        for header in page.events.iter().filter_map(E::header) {
            output::line(&line(header, form)?)?;
        }
        *cursor = page.bookmark.cursor;
        if page.at_head {
            return Ok(());
        }
    }
}

fn line(header: &EventHeader, form: Form) -> Result<String> {
    if form == Form::Json {
        return Ok(serde_json::to_string(header)?);
    }
    let recorded_at = header.recorded_at.as_ref().and_then(wire::instant).map(output::instant);
    let EventHeader { kind, admission_id, actor_unit, cursor, .. } = header;
    Ok(format!("{}  {kind:<24}  {admission_id}  {actor_unit}  {cursor}", recorded_at.unwrap_or_default()))
}
