//! What a command has at hand: how to speak, and whom to ask.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::at;
use crate::cli::input::in_flags;
use crate::cli::output::Style;
use crate::client::{self, Client, Target};
use crate::domain::fault::Fault;
use crate::i18n::fault::fault;
use crate::i18n::mended::mended;
use crate::i18n::{Lang, setup as texts};
use crate::report::{Exit, Report};
use crate::wire::reply::{Answer, Reply};
use crate::wire::request::Request;

/// How long the release of the store is waited for after a second signal.
const IMPATIENT: Duration = Duration::from_secs(2);

/// How to speak to the user.
#[derive(Debug, Clone)]
pub struct View {
    /// The language.
    pub lang: Lang,
    /// Whether results are printed as JSON.
    pub json: bool,
    /// Colour and width of tables.
    pub style: Style,
    /// The present instant: gives the day to a bare hour and the week to `this`.
    pub now: DateTime<Utc>,
}

/// What a command has at hand.
#[derive(Debug)]
pub struct Context {
    /// How to speak to the user.
    pub view: View,
    /// Whom to ask.
    pub target: Target,
    /// What stood then is read; `None`: what stands now.
    pub at: Option<DateTime<Utc>>,
    ended: OnceLock<Exit>,
}

impl Context {
    /// What a command has at hand to speak like this and to ask there.
    #[must_use]
    pub fn new(view: View, target: Target) -> Self {
        Self { view, target, at: None, ended: OnceLock::new() }
    }

    /// Makes one request of the host and waits for the answer.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn ask(&self, request: Request) -> Result<Answer, Report> {
        self.reply(request).await?.map_err(|why| fault(self.view.lang, &in_flags(why)))
    }

    /// As [`Context::ask`], for commands that say more about a fault than its own report does.
    ///
    /// A signal asks the host to come to an end: what runs records what it knows and answers, and the run ends as
    /// [`Context::ended`] says. A second signal does not wait for that.
    ///
    /// # Errors
    /// The host could not be asked.
    pub async fn reply(&self, request: Request) -> Result<Reply, Report> {
        let request = at::then(request, self.at).ok_or_else(|| unexpected(self.view.lang))?;
        self.work(async |client| client.call(request).await).await
    }

    /// Does what takes several requests over one connection. Signals are treated as by [`Context::reply`].
    ///
    /// # Errors
    /// The host could not be asked.
    pub async fn work<T>(&self, work: impl AsyncFnOnce(&Client) -> T) -> Result<T, Report> {
        let lang = self.view.lang;
        let mut signals = Signals::new(lang)?;
        let opened = tokio::select! {
            opened = client::open(&self.target) => opened,
            exit = signals.next() => return Err(texts::ended(lang, exit)),
        };
        let client = opened.map_err(|why| self.not_opened(&why))?;
        for repair in client.repairs() {
            let _ = writeln!(std::io::stderr(), "{}", mended(lang, &repair));
        }
        // What another process does, it does to its end.
        let reply = self.heed(&mut signals, work(&client), || client.stop()).await;
        let patience = if reply.is_ok() { Duration::MAX } else { IMPATIENT };
        tokio::select! {
            () = client.close() => {}
            exit = signals.next() => drop(self.ended.set(exit)),
            () = tokio::time::sleep(patience) => {}
        }
        reply.map_err(|exit| texts::ended(lang, exit))
    }

    /// Does what a signal may ask to end. `stop` passes that on and says whether the end is worth waiting for; a second signal
    /// waits for nothing.
    ///
    /// # Errors
    /// How the run ends that did not wait.
    pub(super) async fn heed<T>(&self, signals: &mut Signals, work: impl Future<Output = T>, stop: impl Fn() -> bool) -> Result<T, Exit> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                exit = signals.next() => match self.ended.set(exit) {
                    Ok(()) if !stop() => return Err(exit),
                    Ok(()) => {
                        // At once, because what is being recorded may take its time.
                        let _ = writeln!(std::io::stderr(), "{}", texts::ending(self.view.lang));
                    }
                    Err(_) => return Err(exit),
                },
            }
        }
    }

    /// Why the store was not opened.
    #[must_use]
    pub fn not_opened(&self, why: &Fault) -> Report {
        let lang = self.view.lang;
        // Nobody is sent to make what cannot be made there.
        let obstacle = match why {
            Fault::NotInitialised { .. } => unusable(&self.target.state, lang),
            // In the place of what the system says of it.
            Fault::Store { .. } => {
                in_the_way(&self.target.state).map(|file| texts::not_a_folder(lang, Exit::Store, &self.target.state, file))
            }
            _ => None,
        };
        obstacle.unwrap_or_else(|| fault(lang, why))
    }

    /// How the run ends, when a signal asked it to.
    #[must_use]
    pub fn ended(&self) -> Option<Exit> {
        self.ended.get().copied()
    }
}

/// The host answered something else than what was asked.
#[must_use]
pub fn unexpected(lang: Lang) -> Report {
    texts::unexpected(lang)
}

/// The signals that ask a run to end.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None where a lost line is to be survived (nohup(1)).
    hang_up: Option<Signal>,
}

impl Signals {
    pub(super) fn new(lang: Lang) -> Result<Self, Report> {
        let listen = |kind| signal(kind).map_err(|why| internal(lang, &why.to_string()));
        // Before anything listens to it.
        let survives = std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hang_up(&status));
        let hang_up = if survives { None } else { Some(listen(SignalKind::hangup())?) };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())?, hang_up })
    }

    pub(super) async fn next(&mut self) -> Exit {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
            _ = hang_up => Exit::HungUp,
        }
    }
}

/// Whether a process whose status (proc(5)) this is ignores SIGHUP, the first of the signals.
fn ignores_hang_up(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// What keeps a path from being a state directory: a file in its place or above it, or permissions. `None` where there is
/// nothing yet.
#[must_use]
pub fn unusable(state: &Path, lang: Lang) -> Option<Report> {
    if let Some(file) = in_the_way(state) {
        return Some(texts::not_a_folder(lang, Exit::Configuration, state, file));
    }
    match std::fs::read_dir(state) {
        Err(why) if why.kind() != ErrorKind::NotFound => Some(texts::no_folder(lang, state, &why.to_string())),
        _ => None,
    }
}

/// What lies in the place of a state directory, or of a folder above it, and is none.
fn in_the_way(state: &Path) -> Option<&Path> {
    state
        .ancestors()
        .find(|path| path.symlink_metadata().is_ok())
        .filter(|found| std::fs::metadata(found).is_ok_and(|found| !found.is_dir()))
}

/// An error in the program, in words that come from below.
#[must_use]
pub fn internal(lang: Lang, detail: &str) -> Report {
    fault(lang, &Fault::Internal { detail: detail.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_line_is_survived_where_that_was_asked_for() {
        assert!(ignores_hang_up("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"));
        for status in ["", "SigIgn:\t0000000000001000\n", "SigIgn:\n", "SigCgt:\t1\n"] {
            assert!(!ignores_hang_up(status), "{status}");
        }
    }
}
