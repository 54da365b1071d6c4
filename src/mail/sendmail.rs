//! Mail to a program that takes one message at a time, as `sendmail` has done since 1983: Postfix's, Exim's, msmtp.
//!
//! It is called as `PROGRAM -i -f FROM -- TO`, never through a shell, with the message on its standard input. Lines end in LF
//! there, as such programs expect; `-i` keeps a lone dot from being the end. What it says on its standard error is kept.
//!
//! Nobody but the program knows what became of the message, and all it tells is a number (`sysexits.h`). What that means for
//! the message and for the relay is in [`verdict`](super::verdict); here it is only run.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::driver::body;
use super::driver::{BodyFault, Envelope};
use super::secret;

/// How long the program may take for one message: what a conversation over SMTP may take
/// ([`Limits::message`](super::driver::Limits::message)).
const LIMIT: Duration = Duration::from_mins(15);
/// How long its last words are waited for when it has ended: a process that it left behind may hold the pipe for ever.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The most bytes of its words that are kept. The rest is read and forgotten, so that it can go on.
const WORDS_MAX: usize = 4 * 1024;
/// The most characters of its words that are told.
const TOLD_MAX: usize = 1_000;

/// A program that takes mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sendmail {
    program: PathBuf,
    limit: Duration,
}

/// Why the program cannot be used at all.
#[derive(Debug, Error)]
pub enum SendmailError {
    /// It is not there, or nobody may look.
    #[error("the program {} cannot be used: {source}", .path.display())]
    Io {
        /// The program.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder, a device, or a file that is not executable.
    #[error("the program {} cannot be used: it is no executable file", .0.display())]
    NotExecutable(PathBuf),
}

/// What became of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It ended by itself with this code.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It took too long, and was ended.
    Late,
    /// The system does not tell how it ended.
    Unknown,
    /// It ended well without having read the whole message.
    Deaf,
    /// It could not be started.
    NotStarted,
    /// It was not asked: the message or an address in it is not given to any program.
    NotAsked,
}

/// A message that was not taken, as far as anybody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// How the program ended.
    pub exit: Exit,
    /// Its words, or ours; in one line, at most 1,000 characters.
    pub words: String,
}

impl Refusal {
    fn ours(exit: Exit, words: &impl ToString) -> Self {
        Self { exit, words: words.to_string() }
    }
}

impl From<BodyFault> for Refusal {
    fn from(fault: BodyFault) -> Self {
        Self::ours(Exit::NotAsked, &fault)
    }
}

impl Sendmail {
    /// The program at `path`.
    ///
    /// # Errors
    /// [`SendmailError`] when there is no executable file.
    pub fn at(path: &Path) -> Result<Self, SendmailError> {
        let found = std::fs::metadata(path).map_err(|source| SendmailError::Io { path: path.to_owned(), source })?;
        if !found.is_file() || found.permissions().mode() & 0o111 == 0 {
            return Err(SendmailError::NotExecutable(path.to_owned()));
        }
        Ok(Self { program: path.to_owned(), limit: LIMIT })
    }

    /// The same program with another limit for one message.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Gives it one message. When this is cancelled the program is ended; what became of the message nobody knows then.
    ///
    /// # Errors
    /// [`Refusal`]: anything but an exit code of 0 after the whole message was read.
    pub async fn hand_over(&self, envelope: &Envelope, message: &[u8]) -> Result<(), Refusal> {
        let mut text = Vec::new();
        body::local(message, &mut text)?;
        // No address of ours looks like an option, `--` or not: not every program knows `--`, nor what belongs to `-f`.
        if let Some(address) = [envelope.from(), envelope.to()].into_iter().find(|address| address.starts_with('-')) {
            return Err(Refusal::ours(Exit::NotAsked, &format!("{address:?} could pass for an option of the program")));
        }
        let mut running = self.start(envelope).map_err(|error| Refusal::ours(Exit::NotStarted, &error))?;
        let mut heard = Vec::new();
        let (stdin, stderr) = (running.0.stdin.take(), running.0.stderr.take());
        let ended = {
            let mut listening = std::pin::pin!(listen(stderr, &mut heard));
            let mut working = std::pin::pin!(timeout(self.limit, work(&mut running.0, stdin, &text)));
            let (ended, silent) = tokio::select! {
                ended = &mut working => (ended, false),
                () = &mut listening => (working.await, true),
            };
            if !silent {
                // Not there in time: then without the rest of them.
                let _ = timeout(LAST_WORDS, listening).await;
            }
            ended
        };
        let exit = match ended {
            Err(_) => Exit::Late,
            Ok(Err(error)) => return Err(Refusal::ours(Exit::Unknown, &error)),
            Ok(Ok((status, poured))) => match (exit(status), poured) {
                (Exit::Code(0), true) => return Ok(()),
                (Exit::Code(0), false) => Exit::Deaf,
                (exit, _) => exit,
            },
        };
        drop(running);
        let refusal = Refusal { exit, words: one_line(&heard) };
        tracing::debug!(program = %self.program.display(), ?refusal, "message not taken");
        Err(refusal)
    }

    fn start(&self, envelope: &Envelope) -> io::Result<Running> {
        let mut command = Command::new(&self.program);
        command.args(["-i", "-f", envelope.from(), "--", envelope.to()]);
        // In words that can be looked up, and without what concerns us alone.
        command.env("LC_ALL", "C");
        for name in [secret::RELAY.variable, secret::MAILBOX.variable, "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // In a group of its own: Ctrl-C at our terminal is not meant for it, and what it starts can be ended with it.
        command.process_group(0).kill_on_drop(true).spawn().map(Running)
    }
}

/// A running program, which does not outlive us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has no number any more once it has ended: nobody else's group is meant.
        if let Some(group) = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            // What is gone already needs no end.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Hands over the message and waits for the end; says whether all of it was read, as far as the pipe tells.
async fn work(child: &mut Child, stdin: Option<ChildStdin>, text: &[u8]) -> io::Result<(ExitStatus, bool)> {
    let poured = match stdin {
        // Whoever ends without reading breaks the pipe: how it ended says more than that.
        Some(mut stdin) => stdin.write_all(text).await.is_ok() && stdin.shutdown().await.is_ok(),
        None => false,
    };
    Ok((child.wait().await?, poured))
}

/// Reads to the end, keeping the beginning.
async fn listen(stream: Option<impl AsyncRead + Unpin>, heard: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut part = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut part).await {
        let room = WORDS_MAX.saturating_sub(heard.len());
        heard.extend(part.iter().take(count.min(room)));
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Unknown,
    }
}

/// Words of a program in one line that can be shown.
fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim().chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect::<String>())
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" / ").chars().take(TOLD_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_one_line() {
        assert_eq!(one_line(b"a\r\n\n  b\x1b[2J \xff\n"), "a / b\u{fffd}[2J \u{fffd}");
        assert_eq!(one_line("ữ".repeat(2_000).as_bytes()).chars().count(), TOLD_MAX);
        assert_eq!(one_line(b""), "");
    }

    #[test]
    fn only_an_executable_file_is_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program");
        assert!(matches!(Sendmail::at(&file), Err(SendmailError::Io { .. })));
        std::fs::write(&file, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(Sendmail::at(&file), Err(SendmailError::NotExecutable(_))));
        assert!(matches!(Sendmail::at(folder.path()), Err(SendmailError::NotExecutable(_))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(Sendmail::at(&file).is_ok());
    }
}
