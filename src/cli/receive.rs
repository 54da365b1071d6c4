//! `receive`: what comes back, and what waits of it.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::context::{Context, View, internal, unexpected};
use crate::cli::json::{self, ReceivedDocument};
use crate::cli::output::{Grid, Outcome, key_values};
use crate::client;
use crate::domain::fault::{Fault, Why};
use crate::domain::incoming::{HEAD_KEPT, MESSAGE_MAX, ReceivedId, What};
use crate::i18n::fault::fault;
use crate::i18n::label::{Column, column};
use crate::i18n::outbox::instant;
use crate::i18n::{incoming as texts, notice, setup};
use crate::report::Report;
use crate::wire::reply::{Answer, PollReport, Received};
use crate::wire::request::{Delivery, Request, Source};

/// The longest that a message from a pipe takes. Mail servers wait longer (Postfix: 1000 s).
pub(super) const PATIENCE: Duration = Duration::from_mins(5);
/// Behind so many bytes a message is read no further: nobody sends one like that.
const DRAIN_MAX: u64 = 1024 * 1024 * 1024;

/// Where mail comes from; without a flag one message from standard input, for a mail server's pipe.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_excessive_bools, reason = "the flags of the command line")]
pub struct ReceiveArgs {
    /// Take what is new in this Maildir
    #[arg(long, value_name = "DIR", group = "mode")]
    pub maildir: Option<PathBuf>,
    /// Look once into the mailbox of the configuration
    #[arg(long, group = "mode")]
    pub imap: bool,
    /// List the messages that wait to be looked at
    #[arg(long, group = "mode")]
    pub list: bool,
    /// With --list: every message that came
    #[arg(long, requires = "list")]
    pub all: bool,
    /// Show a message, and what was made of it
    #[arg(long, value_name = "ID", group = "mode")]
    pub show: Option<String>,
    /// With --show: print the message as it came
    #[arg(long, requires = "show")]
    pub raw: bool,
    /// Put a message away that was looked at
    #[arg(long, value_name = "ID", group = "mode")]
    pub discard: Option<String>,
}

/// Global flags that take a value.
const WITH_VALUE: [&str; 7] = ["--data", "--store", "--config", "--socket", "--lang", "--at", "--color"];
/// What makes `receive` something else than the end of a pipe.
const MODES: [&str; 8] = ["--maildir", "--imap", "--list", "--show", "--discard", "--help", "-h", "-V"];

/// Whether a command line takes a message from a mail server's pipe. Such a run ends with 0 when the message is kept on disk, and
/// with 75 whatever else happens, a mistyped flag included: with any other code the server would tell the sender that his message
/// cannot be delivered.
#[must_use]
pub fn is_pipe(args: &[OsString]) -> bool {
    let mut words = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    let mut command = None;
    while let Some(word) = words.next() {
        if MODES.iter().any(|mode| word == *mode || word.starts_with(&format!("{mode}="))) || word == "--version" {
            return false;
        }
        if WITH_VALUE.contains(&word.as_ref()) {
            words.next();
        } else if !word.starts_with('-') && command.is_none() {
            command = Some(word.into_owned());
        }
    }
    command.as_deref() == Some("receive")
}

/// Runs the command.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(args: &ReceiveArgs, context: &Context) -> Result<Outcome, Report> {
    let view = &context.view;
    if let Some(root) = &args.maildir {
        let looked = context.work(async |client| client::maildir(client, root).await).await?;
        return polled(&looked.map_err(|why| fault(view.lang, &why))?, view);
    }
    if args.imap {
        return match context.ask(Request::ReceivePoll(Source::Imap)).await? {
            Answer::Polled(report) => polled(&report, view),
            _ => Err(unexpected(view.lang)),
        };
    }
    let request = match (args.list, &args.show, &args.discard) {
        (true, ..) => Request::ReceivedList { all: args.all },
        (_, Some(id), _) if args.raw => Request::ReceivedBytes(parsed(id, view)?),
        (_, Some(id), _) => Request::ReceivedShow(parsed(id, view)?),
        (_, _, Some(id)) => Request::ReceivedDiscard(parsed(id, view)?),
        _ => Request::Receive(Box::new(from_pipe(view).await?)),
    };
    let discards = args.discard.is_some();
    match context.ask(request).await? {
        Answer::Document(bytes) => Ok(Outcome::bytes(bytes)),
        Answer::ReceivedList(list) if view.json => {
            json::document(&list.iter().map(|one| ReceivedDocument::of(view.lang, one)).collect::<Vec<_>>())
        }
        Answer::ReceivedList(all) => Ok(list(&all, view)),
        Answer::Received(one) if view.json => json::document(&ReceivedDocument::of(view.lang, &one)),
        Answer::Received(one) if discards => Ok(Outcome::line(texts::discarded(view.lang, &one))),
        Answer::Received(one) => Ok(show(&one, view)),
        Answer::Taken(taken) if view.json => json::document(&ReceivedDocument::of(view.lang, &taken.received)),
        Answer::Taken(taken) => Ok(Outcome::line(texts::taken(view.lang, &taken.received, taken.repeated))),
        _ => Err(unexpected(view.lang)),
    }
}

fn parsed(id: &str, view: &View) -> Result<ReceivedId, Report> {
    ReceivedId::parse(id).ok_or_else(|| fault(view.lang, &Fault::wrong("id", id, Why::UnknownReceived)))
}

/// The message on standard input. One that is too long is read to its end all the same, so that whoever writes it can: only its
/// beginning is kept.
async fn from_pipe(view: &View) -> Result<Delivery, Report> {
    let lang = view.lang;
    let read = tokio::task::spawn_blocking(|| {
        let mut input = io::stdin().lock();
        let mut bytes = Vec::new();
        input.by_ref().take(MESSAGE_MAX as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() <= MESSAGE_MAX {
            return Ok((bytes, None));
        }
        let rest = io::copy(&mut input.take(DRAIN_MAX), &mut io::sink())?;
        let size = bytes.len() as u64 + rest;
        bytes.truncate(HEAD_KEPT);
        Ok::<_, io::Error>((bytes, Some(size)))
    });
    let read = read.await.map_err(|error| internal(lang, &error.to_string()))?;
    let (bytes, cut_from) = read.map_err(|error| setup::unreadable(lang, std::path::Path::new("-"), &error.to_string()))?;
    Ok(Delivery { source: Source::Pipe, bytes, cut_from })
}

fn polled(report: &PollReport, view: &View) -> Result<Outcome, Report> {
    let lang = view.lang;
    let outcome =
        if view.json { json::document(report)? } else { Outcome::line(texts::polled(lang, report.taken, report.repeated, report.waiting)) };
    let skipped = (report.skipped > 0).then(|| texts::skipped(lang, report.skipped));
    Ok(outcome.notes(skipped).notes(report.more.then(|| texts::more(lang))))
}

fn list(all: &[Received], view: &View) -> Outcome {
    let lang = view.lang;
    let columns = [Column::Id, Column::ReceivedAt, Column::From, Column::Trust, Column::Kind, Column::Outcome, Column::Subject];
    let mut grid = Grid::new(columns.map(|name| column(lang, name))).shrink(6);
    for one in all {
        let message = &one.message;
        grid.row([
            one.id.to_string(),
            instant(one.at),
            message.from.as_ref().map_or_else(String::new, ToString::to_string),
            texts::trust(lang, message.trust).to_owned(),
            texts::what(lang, one).to_owned(),
            texts::outcome(lang, &one.outcome),
            message.subject.as_ref().map_or_else(String::new, ToString::to_string),
        ]);
    }
    let outcome = Outcome::text(grid.print(&view.style));
    if all.is_empty() { outcome.note(notice::empty(lang)) } else { outcome }
}

fn show(one: &Received, view: &View) -> Outcome {
    let lang = view.lang;
    let label = |name| column(lang, name).to_owned();
    let message = &one.message;
    let mut pairs = vec![
        (label(Column::Id), one.id.to_string()),
        (label(Column::ReceivedAt), format!("{}, {}", instant(one.at), texts::source(lang, one.source))),
        (label(Column::Kind), texts::what(lang, one).to_owned()),
        (label(Column::Outcome), texts::outcome(lang, &one.outcome)),
    ];
    pairs.extend(message.from.as_ref().map(|from| (label(Column::From), from.to_string())));
    pairs.push((label(Column::Trust), texts::trust(lang, message.trust).to_owned()));
    pairs.extend(message.subject.as_ref().map(|subject| (label(Column::Subject), subject.to_string())));
    pairs.extend(message.message_id.as_ref().map(|id| (label(Column::MessageId), id.clone())));
    pairs.extend(message.date.map(|at| (label(Column::Time), instant(at))));
    let words = match &message.what {
        What::Calendar(answer) => answer.comment.as_ref(),
        What::Letter(letter) => letter.words.as_ref(),
        What::Report(_) | What::Unread(_) => None,
    };
    pairs.extend(words.map(|words| (label(Column::Words), words.to_string())));
    pairs.extend(one.discarded.as_ref().map(|by| (label(Column::User), format!("{} {}", by.by, instant(by.at)))));
    Outcome::text(key_values(&pairs, &view.style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_pipe_is_known_by_its_words() {
        let is = |line: &str| is_pipe(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for pipe in ["lichhop receive", "lichhop --data /x receive --json", "lichhop --data receive receive", "lichhop receive --bogus x"] {
            assert!(is(pipe), "{pipe}");
        }
        for other in [
            "lichhop",
            "lichhop receive --list",
            "lichhop receive --maildir=/x",
            "lichhop receive --help",
            "lichhop search receive",
            "lichhop --data receive week",
        ] {
            assert!(!is(other), "{other}");
        }
    }
}
