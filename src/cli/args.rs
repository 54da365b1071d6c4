//! The command line as clap sees it: global flags and the tree of commands. Each group's own flags stand in its file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::account::AccountCommand;
use crate::cli::audit::AuditListArgs;
use crate::cli::backup::{BackupArgs, RestoreArgs};
use crate::cli::completions::CompletionsArgs;
use crate::cli::demo::DemoArgs;
use crate::cli::flush::FlushArgs;
use crate::cli::history::HistoryArgs;
use crate::cli::keys::KeysArgs;
use crate::cli::mailbox::MailboxCommand;
use crate::cli::meeting::MeetingCommand;
use crate::cli::outbox::OutboxCommand;
use crate::cli::receive::ReceiveArgs;
use crate::cli::report::ReportCommand;
use crate::cli::search::SearchArgs;
use crate::cli::setup::{ConfigCommand, InitArgs};
use crate::cli::status::StatusArgs;
use crate::cli::unit::UnitCommand;
use crate::cli::week::WeekArgs;
use crate::i18n::Lang;

/// Register meetings, send electronic invitations, keep the weekly schedule
#[derive(Debug, Parser)]
#[command(name = "lichhop", version, disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
#[command(max_term_width = 100)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// The command.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of every command, before or behind it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The state directory (LICHHOP_DATA)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A store elsewhere (LICHHOP_STORE); there is none yet, so it must not be set
    #[arg(long, global = true, value_name = "URL")]
    pub store: Option<OsString>,
    /// The configuration file (LICHHOP_CONFIG)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The host's socket (LICHHOP_SOCKET)
    #[arg(long, global = true, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Language of messages (LICHHOP_LANG); documents and mails are always Vietnamese
    #[arg(long, global = true, value_name = "LANG", value_parser = PossibleValuesParser::new(Lang::ALL.map(Lang::word)))]
    pub lang: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Read registry, meetings, weeks and outbox as they stood then: 2026-11-20 10:00, RFC 3339, or a day (its end)
    #[arg(long, global = true, value_name = "TIME")]
    pub at: Option<String>,
    /// When to use colour (NO_COLOR)
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<ColorWhen>,
    /// Log more to stderr; twice for everything (LICHHOP_LOG)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Log errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print help
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line; clap would print their documentation")]
pub enum ColorWhen {
    #[default]
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the state directory, the first administrator and a configuration file
    Init(InitArgs),
    /// Try everything on a sample ministry in a folder of its own, its mail delivered to a Maildir beside it
    Demo(DemoArgs),
    /// Show or check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Units of the ministry
    #[command(subcommand)]
    Unit(UnitCommand),
    /// Official mailboxes
    #[command(subcommand)]
    Mailbox(MailboxCommand),
    /// Meetings: register, approve, issue, replace, postpone, cancel
    #[command(subcommand)]
    Meeting(MeetingCommand),
    /// The schedule of a week
    Week(WeekArgs),
    /// Messages on their way
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Send what is due, once or from now on
    Flush(FlushArgs),
    /// Take what comes back: answers, bounces and forms from a mail server's pipe, a Maildir or the mailbox; see what waits
    Receive(ReceiveArgs),
    /// Host the store for everybody on this machine, and send what is due
    Serve,
    /// How the host, its store and the outbox stand; for a monitoring system too
    Status(StatusArgs),
    /// Reports: what became of the messages of some days
    #[command(subcommand)]
    Report(ReportCommand),
    /// Find meetings, units and mailboxes by words
    Search(SearchArgs),
    /// Accounts: who may do what
    #[command(subcommand)]
    Account(AccountCommand),
    /// The audit chain
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Check every record, index and number series
    Check,
    /// Copy everything there is into a file, while everybody goes on working
    Backup(BackupArgs),
    /// Take a backup back into a state directory that has nothing yet
    Restore(RestoreArgs),
    /// Write the store's files anew, without what is no longer in them
    Vacuum,
    /// Every version of a record: when, who, and what changed
    History(HistoryArgs),
    /// The keys of the terminal application and what they do
    Keys(KeysArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// What can be done with the audit chain.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what was done, the latest last
    List(AuditListArgs),
    /// Walk the audit chain and name what does not hold
    Verify,
}
