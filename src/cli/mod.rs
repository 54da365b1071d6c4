//! The command line: one file for each group of commands.
//!
//! A command turns its flags into one request, asks the host, and turns the answer into an [`Outcome`]:
//! what goes to stdout, what is said besides, how the run ends. [`run_with`] writes it.

pub mod account;
pub mod application;
pub mod args;
pub mod at;
pub mod audit;
pub mod backup;
pub mod completions;
pub mod context;
pub mod demo;
pub mod env;
pub mod flush;
pub mod history;
pub mod input;
pub mod json;
pub mod keys;
pub mod locale;
pub mod mailbox;
pub mod meeting;
pub mod outbox;
pub mod output;
pub mod problem;
pub mod receive;
pub mod report;
pub mod screen;
pub mod search;
pub mod serve;
pub mod setup;
pub mod status;
pub mod table;
pub mod unit;
pub mod usage;
pub mod week;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use futures_util::FutureExt as _;
use tracing_subscriber::EnvFilter;

use crate::i18n::{Lang, setup as texts};
use crate::report::{Exit, Report};
use args::{AuditCommand, Cli, Command, Global};
use audit::Which;
use context::Context;
use env::Env;
use output::Outcome;

/// Runs the command line of this process.
pub async fn run(args: Vec<OsString>, env: Env) -> ExitCode {
    run_with(args, &env, &mut std::io::stdout(), &mut std::io::stderr()).await.into()
}

/// Runs a command line: results to `out`, everything else to `err`.
///
/// A mail server that hands over a message hears nothing but that it is kept, or that it is to try again: see [`receive::is_pipe`].
pub async fn run_with(args: Vec<OsString>, env: &Env, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    if receive::is_pipe(&args) {
        let whole = AssertUnwindSafe(run_any(args, env, out, err)).catch_unwind();
        let ended = tokio::time::timeout(receive::PATIENCE, whole).await;
        return if matches!(ended, Ok(Ok(Exit::Done))) { Exit::Done } else { Exit::Again };
    }
    run_any(args, env, out, err).await
}

async fn run_any(args: Vec<OsString>, env: &Env, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let pipe = receive::is_pipe(&args);
    let lang = match setup::language(&args, env) {
        Ok(lang) => lang,
        Err(report) => return refuse(&report, err),
    };
    match outcome(args, env, lang).await {
        Ok(outcome) => {
            let written = write(&outcome.out, out);
            for note in &outcome.notes {
                // Without stderr there is nowhere left to say that stderr is gone.
                let _ = writeln!(err, "{note}");
            }
            match written {
                Ok(()) => outcome.exit,
                // The message is kept, whoever hears of it.
                Err(_) if pipe => outcome.exit,
                Err(why) => refuse(&texts::no_stdout(lang, &why.to_string()), err),
            }
        }
        Err(report) => refuse(&report, err),
    }
}

/// Writes a result. A reader that has seen enough (`lichhop … | head`) is no failure.
fn write(result: &[u8], out: &mut dyn Write) -> std::io::Result<()> {
    match out.write_all(result).and_then(|()| out.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

fn refuse(report: &Report, err: &mut dyn Write) -> Exit {
    let _ = write!(err, "{report}");
    let _ = err.flush();
    report.exit
}

async fn outcome(args: Vec<OsString>, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    let mut tree = locale::tree(lang);
    let parsed = tree.try_get_matches_from_mut(&args).and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, at::path(&matches))));
    let (cli, path) = match parsed {
        Ok(parsed) => parsed,
        Err(stopped) => return not_parsed(lang, &stopped, &tree, &args, env),
    };
    at::check(&cli.global, &path, lang)?;
    let Some(command) = cli.command else {
        if application::has_terminal(env) && !cli.global.json {
            if !env.err_is_terminal {
                log(&cli.global, env, lang)?;
            }
            return application::run(&cli.global, env, lang).await;
        }
        return Ok(without_command(&mut tree, setup::style(cli.global.color, env).color));
    };
    log(&cli.global, env, lang)?;
    dispatch(command, &cli.global, env, lang).await
}

async fn dispatch(command: Command, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    match command {
        Command::Completions(args) => Ok(completions::run(&args, locale::tree(lang))),
        Command::Keys(args) => keys::run(&args, global, env, lang),
        Command::Config(command) => setup::config(command, global, env, lang),
        Command::Init(args) => setup::init(&args, global, env, lang).await,
        Command::Demo(args) => demo::run(&args, global, env, lang).await,
        command => {
            let context = setup::context(global, env, lang)?;
            let done = at::said(ask(&command, &context).await, &context);
            match context.ended() {
                None => done,
                // What was done and recorded is still said.
                Some(exit) => done.map(|outcome| outcome.note(texts::ended(lang, exit).to_string().trim_end().to_owned()).exit(exit)),
            }
        }
    }
}

async fn ask(command: &Command, context: &Context) -> Result<Outcome, Report> {
    match command {
        Command::Unit(command) => unit::run(command, context).await,
        Command::Mailbox(command) => mailbox::run(command, context).await,
        Command::Meeting(command) => meeting::run(command, context).await,
        Command::Week(args) => week::run(args, context).await,
        Command::Outbox(command) => outbox::run(command, context).await,
        Command::Flush(args) => Box::pin(flush::run(args, context)).await,
        Command::Receive(args) => receive::run(args, context).await,
        Command::Account(command) => account::run(command, context).await,
        Command::Report(command) => report::run(command, context).await,
        Command::Serve => serve::run(context).await,
        Command::Status(args) => status::run(args, context).await,
        Command::Search(args) => search::run(args, context).await,
        Command::Audit(AuditCommand::List(args)) => audit::list(args, context).await,
        Command::Audit(AuditCommand::Verify) => audit::run(Which::Audit, context).await,
        Command::Check => audit::run(Which::Store, context).await,
        Command::Backup(args) => backup::backup(args, context).await,
        Command::Restore(args) => backup::restore(args, context).await,
        Command::Vacuum => backup::vacuum(context).await,
        Command::History(args) => history::run(args, context).await,
        Command::Completions(_) | Command::Config(_) | Command::Demo(_) | Command::Init(_) | Command::Keys(_) => {
            Err(context::unexpected(context.view.lang))
        }
    }
}

/// A help page or the version that was asked for is a result; a help page in the place of a command that is missing is not.
fn not_parsed(lang: Lang, stopped: &clap::Error, tree: &clap::Command, args: &[OsString], env: &Env) -> Result<Outcome, Report> {
    use clap::error::ErrorKind;
    let page = |style: output::Style| {
        let page = stopped.render();
        if style.color { page.ansi().to_string() } else { page.to_string() }
    };
    match stopped.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Outcome::text(page(setup::style(None, env)))),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Ok(Outcome::bytes(Vec::new()).note(page(output::Style::default()).trim_end().to_owned()).exit(Exit::Usage))
        }
        _ => Err(usage::report(lang, stopped, tree, args)),
    }
}

/// The help page, until there is an application to open.
fn without_command(tree: &mut clap::Command, color: bool) -> Outcome {
    let page = tree.render_help();
    let page = if color { page.ansi().to_string() } else { page.to_string() };
    Outcome::bytes(Vec::new()).note(page.trim_end().to_owned()).exit(Exit::Usage)
}

/// Sends the log to stderr: warnings, or what `LICHHOP_LOG`, `-v` and `-q` ask for.
fn log(global: &Global, env: &Env, lang: Lang) -> Result<(), Report> {
    const NAME: &str = "LICHHOP_LOG";
    let asked = match (global.quiet, global.verbose) {
        (true, _) => Some("error"),
        (false, 0) => None,
        (false, 1) => Some("lichhop=info,warn"),
        (false, _) => Some("lichhop=trace,debug"),
    };
    let filter = match (asked, env.text(lang, NAME)?) {
        (Some(asked), _) => EnvFilter::new(asked),
        (None, Some(raw)) => EnvFilter::try_new(raw).map_err(|_| texts::variable(lang, NAME, raw, texts::a_filter(lang)))?,
        (None, None) => EnvFilter::new("warn"),
    };
    let color = setup::colored(global.color, env, env.err_is_terminal);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(color);
    // A log that cannot be written is no reason to panic over its own complaint.
    let log = log.log_internal_errors(false);
    // Tests run several command lines in one process: the first one's log stays.
    let _ = log.try_init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that fails in one way.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(self.0.into())
        }
    }

    #[tokio::test]
    async fn a_closed_pipe_is_quiet_and_a_full_disk_is_said() {
        for (kind, exit) in [(ErrorKind::BrokenPipe, Exit::Done), (ErrorKind::StorageFull, Exit::Output)] {
            let mut err = Vec::new();
            let args = ["lichhop", "--version"].map(OsString::from).to_vec();
            assert_eq!(run_with(args, &Env::default(), &mut Failing(kind), &mut err).await, exit);
            assert_eq!(err.is_empty(), exit == Exit::Done);
        }
    }
}
