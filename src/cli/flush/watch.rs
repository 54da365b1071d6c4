//! Sending what becomes due, until somebody asks for the end.

use std::io::Write as _;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::card;
use crate::cli::context::{Context, Signals, unexpected};
use crate::cli::input::in_flags;
use crate::cli::json::{self, FlushDocument};
use crate::cli::output::Outcome;
use crate::client::{self, Client};
use crate::i18n::fault::fault;
use crate::i18n::{outbox as texts, setup};
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, FlushReport, OutboxStatus, Reply};
use crate::wire::request::Request;

/// Ending takes no longer: what is on the lines has four seconds, and the store a little.
const PATIENCE: Duration = Duration::from_secs(6);
/// What is due in another process that does not send by itself is looked for so often at least.
const LOOK: Duration = Duration::from_secs(30);

/// Sends what becomes due until a signal comes or the time is over, and tells of each run as it ends. Where another process
/// sends by itself, this one only tells.
///
/// # Errors
/// The clock stands; what keeps the store from being opened or the outbox from being seen.
pub(super) async fn watch(deadline: Option<Duration>, context: &Context) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    if context.target.frozen.is_some() {
        return Err(texts::no_watch(lang));
    }
    let mut signals = Signals::new(lang)?;
    let client = tokio::select! {
        opened = client::open(&context.target) => opened.map_err(|why| context.not_opened(&why))?,
        exit = signals.next() => return Err(setup::ended(lang, exit)),
    };
    // Nobody is kept out of the store meanwhile.
    client.serve();
    client.keep_flushing();
    let until = async {
        match deadline {
            Some(time) => tokio::time::sleep(time).await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        exit = signals.next() => Ok(exit),
        () = until => Ok(Exit::Done),
        () = client.failed() => Err(setup::stopped(lang)),
        ended = follow(&client, context) => Err(ended),
    };
    tokio::select! {
        () = client.close() => {}
        // Who asks twice does not wait.
        _ = signals.next() => {}
        () = tokio::time::sleep(PATIENCE) => {}
    }
    let exit = ended?;
    let outcome = Outcome::bytes(Vec::new()).exit(exit);
    Ok(if exit == Exit::Done { outcome } else { outcome.note(setup::ended(lang, exit).to_string().trim_end().to_owned()) })
}

/// Tells of each run that ends; asks for one where what is due is not sent by itself. Returns what made it impossible.
async fn follow(client: &Client, context: &Context) -> Report {
    let refused = |why| fault(context.view.lang, &in_flags(why));
    // Before the first look, so that nothing that ends after it is missed.
    let (mut changes, mut told) = (client.changes(), None::<DateTime<Utc>>);
    let mut first = true;
    loop {
        let status = match status(client.call(Request::OutboxStatus).await, context) {
            Ok(status) => status,
            Err(report) => return report,
        };
        if let Some(last) = &status.last
            && told.is_none_or(|told| told < last.at)
        {
            told = Some(last.at);
            // What ended before somebody began to watch is no news.
            if !first && let Err(report) = tell(&last.report, context) {
                return report;
            }
        }
        first = false;
        let due = status.next_due.is_some_and(|due| due <= client.now());
        if due && !status.kept && !status.running && status.pause.is_none() {
            if let Err(why) = client.call(Request::flush()).await {
                return refused(why);
            }
            continue;
        }
        tokio::select! {
            change = changes.next() => if change.is_none() { return setup::stopped(context.view.lang) },
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn status(reply: Reply, context: &Context) -> Result<OutboxStatus, Report> {
    match reply {
        Ok(Answer::OutboxStatus(status)) => Ok(*status),
        Ok(_) => Err(unexpected(context.view.lang)),
        Err(why) => Err(fault(context.view.lang, &in_flags(why))),
    }
}

/// Tells of a run: a line, at once. Of one that did nothing and met no trouble there is nothing to tell.
fn tell(report: &FlushReport, context: &Context) -> Result<(), Report> {
    let (lang, mut out) = (context.view.lang, std::io::stdout());
    if report.tally == crate::domain::outbox::Tally::default() && report.relay.is_none() {
        return Ok(());
    }
    let line = if context.view.json {
        json::line(&FlushDocument::of(report))?
    } else {
        texts::flushed(lang, &report.tally, report.remaining, report.maybe_repeated).into_bytes()
    };
    let written = out.write_all(&[line.as_slice(), b"\n"].concat()).and_then(|()| out.flush());
    written.map_err(|why| setup::no_stdout(lang, &why.to_string()))?;
    if let Some(relay) = &report.relay {
        let _ = writeln!(std::io::stderr(), "{}", card::relay(lang, relay));
    }
    Ok(())
}
