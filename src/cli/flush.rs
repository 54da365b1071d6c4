//! `flush`: send what is due, once.

use clap::Args;

use crate::card;
use crate::cli::context::{Context, View, unexpected};
use crate::cli::json::{self, FlushDocument};
use crate::cli::output::Outcome;
use crate::i18n::outbox as texts;
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, FlushReport, RelayTrouble};
use crate::wire::request::Request;

/// How to flush.
#[derive(Debug, Args)]
pub struct FlushArgs {
    /// Try everything that is due once, then end (the default)
    #[arg(long)]
    pub once: bool,
}

/// Runs the command.
///
/// # Errors
/// Why the host could not be asked.
pub async fn run(_args: &FlushArgs, context: &Context) -> Result<Outcome, Report> {
    outcome(&context.ask(Request::Flush).await?, &context.view)
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
