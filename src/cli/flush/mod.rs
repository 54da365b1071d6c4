//! `flush`: send what is due, once or from now on.

mod progress;
mod watch;

use std::io::Write as _;
use std::time::Duration;

use clap::Args;

use crate::card;
use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::in_flags;
use crate::cli::json::{self, FlushDocument};
use crate::cli::outbox;
use crate::cli::output::Outcome;
use crate::client::Client;
use crate::config;
use crate::i18n::fault::fault;
use crate::i18n::outbox as texts;
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, FlushReport, RelayTrouble};
use crate::wire::request::{FlushOrder, Request};

/// How to flush.
#[derive(Debug, Args)]
pub struct FlushArgs {
    /// Try everything that is due once, then end (the default)
    #[arg(long)]
    pub once: bool,
    /// Go on sending what becomes due, until a signal comes
    #[arg(long, conflicts_with_all = ["once", "limit", "dry_run"])]
    pub watch: bool,
    /// Try at most so many messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Begin nothing more after this time, such as 90s or 5m
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub deadline: Option<Duration>,
    /// Only list what would be sent now
    #[arg(long, conflicts_with = "deadline")]
    pub dry_run: bool,
}

fn time(raw: &str) -> Result<Duration, String> {
    config::duration(raw).filter(|time| !time.is_zero()).ok_or_else(|| "90s, 5m, 2h".to_owned())
}

/// Runs the command.
///
/// # Errors
/// Why the host could not be asked.
pub async fn run(args: &FlushArgs, context: &Context) -> Result<Outcome, Report> {
    if args.watch {
        return watch::watch(args.deadline, context).await;
    }
    if args.dry_run {
        let due = context.ask(Request::FlushPreview { limit: args.limit }).await?;
        return outbox::outcome(&due, &context.view);
    }
    let deadline_ms = args.deadline.map(|deadline| u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX));
    let flush = Request::Flush(FlushOrder { limit: args.limit, deadline_ms });
    let work = async |client: &Client| {
        tell_of_another(client, context).await;
        progress::beside(client, client.call(flush)).await
    };
    let reply = Box::pin(context.work(work)).await?;
    outcome(&reply.map_err(|why| fault(context.view.lang, &in_flags(why)))?, &context.view)
}

/// Says why nothing seems to happen, where another run is going on. Where that cannot be told the flush goes on all the same.
async fn tell_of_another(client: &Client, context: &Context) {
    if let Ok(Answer::OutboxStatus(status)) = client.call(Request::OutboxStatus).await
        && status.running
    {
        let _ = writeln!(std::io::stderr(), "{}", texts::another_run(context.view.lang));
    }
}

/// What the command prints about the answer, whatever the exit code.
///
/// # Errors
/// The answer is of another kind.
pub fn outcome(answer: &Answer, view: &View) -> Result<Outcome, Report> {
    let Answer::Flushed(report) = answer else { return Err(unexpected(view.lang)) };
    let outcome = if view.json {
        json::document(&FlushDocument::of(report))?
    } else {
        Outcome::line(texts::flushed(view.lang, &report.tally, report.remaining, report.maybe_repeated))
    };
    Ok(outcome.notes(report.relay.as_ref().map(|relay| card::relay(view.lang, relay))).exit(exit(report)))
}

/// How a flush ends: of several reasons the first in 78, 77, 69, 65, 75. (74 is a fault: there is no report then.)
#[must_use]
pub fn exit(report: &FlushReport) -> Exit {
    match &report.relay {
        Some(RelayTrouble::Configuration { .. }) => Exit::Configuration,
        Some(RelayTrouble::Credentials { .. }) => Exit::NotPermitted,
        Some(RelayTrouble::Unreachable { .. }) => Exit::Unavailable,
        Some(RelayTrouble::Paused { .. }) | None if report.tally.failed > 0 => Exit::Input,
        Some(RelayTrouble::Paused { .. }) => Exit::Again,
        None if report.tally.deferred > 0 || report.due > 0 => Exit::Again,
        None => Exit::Done,
    }
}
