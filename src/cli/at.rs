//! `--at`: what stood at some time instead of what stands now.

use chrono::{DateTime, Utc};
use clap::ArgMatches;

use crate::cli::args::Global;
use crate::cli::context::{Context, View};
use crate::cli::input::Fields;
use crate::cli::locale::joined;
use crate::cli::output::Outcome;
use crate::i18n::usage::{self, Usage};
use crate::i18n::{Lang, history as texts};
use crate::report::{Exit, Report};
use crate::wire::request::{Reading, Request};

/// The flag.
const FLAG: &str = "--at";
/// The commands that read what was.
const WORKS: [&str; 12] = [
    "unit list",
    "unit show",
    "unit export",
    "mailbox list",
    "mailbox show",
    "mailbox export",
    "meeting list",
    "meeting show",
    "week",
    "outbox list",
    "outbox show",
    "search",
];

/// The path of the command that a command line names: `meeting show`; empty without one.
#[must_use]
pub fn path(matches: &ArgMatches) -> String {
    let (mut at, mut path) = (matches, String::new());
    while let Some((name, below)) = at.subcommand() {
        path = joined(&path, name);
        at = below;
    }
    path
}

/// Refuses the flag where it would mean nothing, before anything is done.
///
/// # Errors
/// It stands with a command that writes, or that speaks of now only.
pub fn check(global: &Global, path: &str, lang: Lang) -> Result<(), Report> {
    if global.at.is_none() || WORKS.contains(&path) {
        return Ok(());
    }
    let works = WORKS.map(str::to_owned).to_vec();
    Err(usage::report(lang, &Usage::OnlyNow { command: path.to_owned(), works }, "lichhop"))
}

/// The instant that the flag names. Whether it has come is for the host's clock to say.
///
/// # Errors
/// It is no time.
pub fn moment(global: &Global, view: &View) -> Result<Option<DateTime<Utc>>, Report> {
    let Some(raw) = &global.at else { return Ok(None) };
    let mut fields = Fields::new(view.now);
    let at = fields.moment(FLAG, raw);
    fields.finish(view.lang, at).map(Some)
}

/// The request that asks for what stood at an instant; `None` when it is none that the past answers.
#[must_use]
pub fn then(request: Request, at: Option<DateTime<Utc>>) -> Option<Request> {
    match at {
        None => Some(request),
        Some(at) => Some(Request::AsOf { at, reading: Box::new(Reading::of(request)?) }),
    }
}

/// What a command did, with a word that it is about what stood then.
///
/// # Errors
/// Those of the command.
pub fn said(done: Result<Outcome, Report>, context: &Context) -> Result<Outcome, Report> {
    let Some(at) = context.at else { return done };
    let note = texts::stood(context.view.lang, at);
    match done {
        Ok(outcome) => Ok(outcome.note(note)),
        // What is not there was perhaps not there yet. A time that is refused itself shows nothing.
        Err(report) if report.exit == Exit::Input && !report.what.starts_with(FLAG) => {
            Err(Report { what: format!("{}\n{note}", report.what), ..report })
        }
        Err(report) => Err(report),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn the_commands_that_are_named_are_there() {
        for path in WORKS {
            let (mut at, tree) = (None, Cli::command());
            for name in path.split(' ') {
                at = at.unwrap_or(&tree).find_subcommand(name);
                assert!(at.is_some(), "{path}");
            }
        }
    }

    #[test]
    fn what_writes_is_not_asked_of_the_past() {
        let at = Some(DateTime::UNIX_EPOCH);
        assert_eq!(then(Request::flush(), None), Some(Request::flush()));
        assert_eq!(then(Request::flush(), at), None);
        assert!(matches!(then(Request::UnitList, at), Some(Request::AsOf { .. })));
    }
}
