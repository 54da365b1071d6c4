//! `status`: how the host, its store and the outbox stand.

mod metrics;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::card;
use crate::cli::context::{Context, View, unexpected};
use crate::cli::json::{self as documents, FlushDocument};
use crate::cli::output::{Outcome, key_values};
use crate::client;
use crate::domain::outbox::ItemState;
use crate::i18n::fault::fault;
use crate::i18n::outbox::flushed;
use crate::i18n::status::{self as texts, Told, label};
use crate::i18n::{setup, shown};
use crate::report::Report;
use crate::wire::reply::{Answer, LastRun, RelayPause, RelayTrouble, Status};
use crate::wire::request::Request;

/// How to tell it.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Write measurements to this file, for Prometheus's textfile collector; - is standard output
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Why the host could not be asked; the file cannot be written.
pub async fn run(args: &StatusArgs, context: &Context) -> Result<Outcome, Report> {
    let answer = context.ask(Request::Status).await?;
    let outcome = outcome(args, &answer, &context.view)?;
    if let (Some(file), Answer::Status(status)) = (&args.metrics, &answer)
        && file != Path::new("-")
    {
        client::write_over(file, &metrics::text(status)).map_err(|why| setup::unwritable(context.view.lang, file, &why.to_string()))?;
    }
    Ok(outcome)
}

/// What the command prints about the answer: what goes to a file is not printed too, unless `--json` asks for it.
///
/// # Errors
/// The answer is of another kind.
pub fn outcome(args: &StatusArgs, answer: &Answer, view: &View) -> Result<Outcome, Report> {
    let Answer::Status(status) = answer else { return Err(unexpected(view.lang)) };
    match &args.metrics {
        Some(file) if file == Path::new("-") => Ok(Outcome::text(metrics::text(status))),
        _ if view.json => documents::document(&document(status, view)),
        Some(_) => Ok(Outcome::bytes(Vec::new())),
        None => Ok(Outcome::text(key_values(&lines(status, view), &view.style))),
    }
}

/// Each state with how many messages are in it.
fn counts(status: &Status) -> [(ItemState, u64); 7] {
    let mut counts = status.outbox.counts;
    ItemState::ALL.map(|state| (state, *counts.of(state)))
}

fn lines(status: &Status, view: &View) -> Vec<(String, String)> {
    let (lang, outbox, host) = (view.lang, &status.outbox, &status.host);
    let here = host.pid == std::process::id();
    let ago = |instant| texts::at(lang, instant, status.at);
    let mut lines = vec![
        (Told::Host, texts::host(lang, (&host.version, &host.user, host.pid), host.since, here)),
        (Told::Store, texts::store(lang, status.schema, status.revision)),
        (Told::Outbox, texts::counts(lang, counts(status))),
    ];
    lines.extend(outbox.oldest.map(|oldest| (Told::Oldest, ago(oldest))));
    lines.extend(outbox.next_due.map(|due| (Told::NextDue, ago(due))));
    if status.whole {
        lines.push((Told::Relay, shown(&outbox.relay)));
        lines.extend(outbox.pause.as_ref().map(|pause| (Told::Relay, paused(pause, view))));
    }
    lines.push((Told::Sending, texts::sending(lang, outbox.kept, outbox.running)));
    lines.extend(outbox.last.as_ref().map(|LastRun { at, report }| {
        let told = flushed(lang, &report.tally, report.remaining, report.maybe_repeated);
        (Told::LastRun, format!("{}: {told}", ago(*at)))
    }));
    lines.extend(outbox.broken.as_ref().map(|why| (Told::Broken, fault(lang, why).what)));
    lines.extend(status.received.map(|waiting| (Told::Received, texts::received(lang, waiting))));
    lines.extend(status.meetings.map(|waiting| (Told::Meetings, texts::meetings(lang, waiting.submitted, waiting.approved))));
    lines.into_iter().map(|(told, text)| (label(lang, told).to_owned(), text)).collect()
}

fn paused(pause: &RelayPause, view: &View) -> String {
    texts::paused(view.lang, &card::relay(view.lang, &pause.trouble), pause.since, pause.next_probe)
}

/// The document; what the account does not see is null.
fn document(status: &Status, view: &View) -> Value {
    let (lang, outbox) = (view.lang, &status.outbox);
    let pause = outbox.pause.as_ref().map(|pause| {
        let kind = match pause.trouble {
            RelayTrouble::Unreachable { .. } => "unreachable",
            RelayTrouble::Paused { .. } => "paused",
            RelayTrouble::Credentials { .. } => "credentials",
            RelayTrouble::Configuration { .. } => "configuration",
        };
        json!({
            "trouble": kind, "failure": pause.trouble.failure(), "text": card::relay(lang, &pause.trouble), "since": pause.since,
            "runs": pause.runs, "next_probe": pause.next_probe,
        })
    });
    let last = outbox.last.as_ref().map(|last| json!({"at": last.at, "report": FlushDocument::of(&last.report)}));
    json!({
        "at": status.at,
        "host": {
            "version": status.host.version, "user": status.host.user, "pid": status.host.pid, "since": status.host.since,
            "this_process": status.host.pid == std::process::id(),
        },
        "store": {"schema": status.schema, "revision": status.revision},
        "outbox": {
            "counts": outbox.counts, "oldest": outbox.oldest, "next_due": outbox.next_due,
            "relay": status.whole.then_some(&outbox.relay), "pause": pause, "kept": outbox.kept, "running": outbox.running,
            "last": last, "broken": outbox.broken.as_ref().map(|why| fault(lang, why).what),
        },
        "received": status.received.map(|waiting| json!({"waiting": waiting})),
        "meetings": status.meetings.map(|waiting| json!({"submitted": waiting.submitted, "approved": waiting.approved})),
    })
}
