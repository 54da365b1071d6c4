//! An error for a person: what happened, what was kept, what to do next; its kind gives the exit code.

use std::fmt;

use crate::domain::fault::{BackupFault, Fault, HostFault, MailboxFault};

/// How a run of the program ends, after `sysexits.h`. Scripts rely on the numbers: they speak of one run only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Done.
    Done,
    /// Wrong usage of the command line.
    Usage,
    /// The input is wrong, and nothing was written.
    Input,
    /// A file cannot be read.
    NoInput,
    /// The relay or the host cannot be reached.
    Unavailable,
    /// An error in the program.
    Internal,
    /// Output cannot be written.
    Output,
    /// The store failed, or a check found something.
    Store,
    /// Something will be tried again.
    Again,
    /// The state changed since it was read.
    Stale,
    /// This user, or these credentials, may not.
    NotPermitted,
    /// The configuration is wrong.
    Configuration,
    /// A rule of the office forbids it.
    Refused,
    /// The terminal was lost.
    HungUp,
    /// Ended by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Done,
        Self::Usage,
        Self::Input,
        Self::NoInput,
        Self::Unavailable,
        Self::Internal,
        Self::Output,
        Self::Store,
        Self::Again,
        Self::Stale,
        Self::NotPermitted,
        Self::Configuration,
        Self::Refused,
        Self::HungUp,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Usage => 64,
            Self::Input => 65,
            Self::NoInput => 66,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::Output => 73,
            Self::Store => 74,
            Self::Again => 75,
            Self::Stale => 76,
            Self::NotPermitted => 77,
            Self::Configuration => 78,
            Self::Refused => 79,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// How a run ends that met this fault.
    #[must_use]
    pub fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Wrong { .. } => Self::Input,
            Fault::Refused { .. } => Self::Refused,
            Fault::NotPermitted { .. } => Self::NotPermitted,
            Fault::Stale { .. } => Self::Stale,
            // Another process will let go of the store: the same command works then.
            Fault::Locked { .. } | Fault::Host { problem: HostFault::Serving { .. } | HostFault::Crowded | HostFault::Lost } => Self::Again,
            Fault::Host { .. } => Self::Unavailable,
            Fault::Store { .. } | Fault::Damaged { .. } | Fault::Full => Self::Store,
            Fault::Backup { problem } => match problem {
                BackupFault::Gone | BackupFault::NotAsMade { .. } => Self::Again,
                BackupFault::Unreadable { .. } => Self::NoInput,
                BackupFault::NotABackup { .. }
                | BackupFault::OtherFormat { .. }
                | BackupFault::Damaged { .. }
                | BackupFault::Unsound { .. } => Self::Input,
                // As whoever finds the disk full in the middle.
                BackupFault::NoRoom { store: true, .. } => Self::Store,
                BackupFault::NoRoom { store: false, .. }
                | BackupFault::NotEmpty { .. }
                | BackupFault::IsFolder { .. }
                | BackupFault::Exists { .. }
                | BackupFault::Unwritable { .. } => Self::Output,
                BackupFault::OtherUser { .. } => Self::NotPermitted,
                BackupFault::OtherStore { .. } => Self::Configuration,
            },
            Fault::Mailbox { problem } => match problem {
                MailboxFault::None { .. } | MailboxFault::Configuration { .. } => Self::Configuration,
                MailboxFault::Unreachable { .. } => Self::Unavailable,
                MailboxFault::Credentials { .. } => Self::NotPermitted,
                MailboxFault::Folder { .. } => Self::NoInput,
            },
            Fault::NotInitialised { .. } | Fault::Configuration { .. } => Self::Configuration,
            Fault::Internal { .. } => Self::Internal,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error for a person, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How the run ends.
    pub exit: Exit,
    /// What happened; may take several lines.
    pub what: String,
    /// What was kept, or that nothing was written; empty when there is nothing to say.
    pub kept: String,
    /// What to do next, one step a line; empty when there is nothing to do.
    pub next: String,
}

impl Report {
    /// A report of one sentence.
    #[must_use]
    pub fn new(exit: Exit, what: String) -> Self {
        Self { exit, what, kept: String::new(), next: String::new() }
    }

    /// The report with a word on what was kept.
    #[must_use]
    pub fn kept(self, kept: String) -> Self {
        Self { kept, ..self }
    }

    /// The report with a next step.
    #[must_use]
    pub fn next(self, next: String) -> Self {
        Self { next, ..self }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.what.lines().chain(self.kept.lines()) {
            writeln!(f, "{line}")?;
        }
        for step in self.next.lines() {
            writeln!(f, "→ {step}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_reference() {
        let codes: Vec<u8> = Exit::ALL.into_iter().map(Exit::code).collect();
        assert_eq!(codes, [0, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 79, 129, 130, 143]);
    }

    #[test]
    fn a_report_says_what_happened_what_was_kept_and_what_is_next() {
        let report = Report::new(Exit::Refused, "A\nB".into()).kept("C".into()).next("D\nE".into());
        assert_eq!(report.to_string(), "A\nB\nC\n→ D\n→ E\n");
    }
}
