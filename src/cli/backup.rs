//! `backup`, `restore` and `vacuum`: copies of everything, and the store's files written anew.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};

use crate::cli::context::{Context, Signals, unexpected};
use crate::cli::json;
use crate::cli::output::Outcome;
use crate::cli::setup::printed;
use crate::client::{self, Engine};
use crate::domain::time::WallTime;
use crate::i18n::backup::{self as texts, size};
use crate::i18n::fault::fault;
use crate::report::Report;
use crate::wire::reply::Answer;
use crate::wire::request::{BackupFormat, Request};

/// Where a backup goes, and in which form.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; it must not be there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The form: what `restore` takes back, or JSON lines for other tools
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "store")]
    pub format: Form,
}

/// The forms of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum Form {
    Store,
    Jsonl,
}

/// What is taken back.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only look whether it is whole and can be taken back
    #[arg(long)]
    pub dry_run: bool,
    /// The engine that shall keep the store
    #[arg(long, value_name = "ENGINE", value_enum, default_value = "sled")]
    pub engine: EngineWord,
}

/// The engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line")]
pub enum EngineWord {
    Sled,
    #[cfg(feature = "redb")]
    Redb,
}

impl From<EngineWord> for Engine {
    fn from(word: EngineWord) -> Self {
        match word {
            EngineWord::Sled => Self::Sled,
            #[cfg(feature = "redb")]
            EngineWord::Redb => Self::Redb,
        }
    }
}

/// Makes a backup: the host copies, this process writes the file with its own rights.
///
/// # Errors
/// What the host refused, or why it could not be asked; the file cannot be written.
pub async fn backup(args: &BackupArgs, context: &Context) -> Result<Outcome, Report> {
    let view = &context.view;
    let format = match args.format {
        Form::Store => BackupFormat::Store,
        Form::Jsonl => BackupFormat::Jsonl,
    };
    if args.file.as_os_str() == "-" {
        return Err(texts::not_to_stdout(view.lang, &client::proposed(view.now, format)));
    }
    let made = context.work(async |client| client::backup(client, &args.file, format).await).await;
    let made = made.and_then(|made| made.map_err(|why| fault(view.lang, &why)));
    let made = made.map_err(|report| match context.ended() {
        Some(exit) => texts::not_made(view.lang, exit, &printed(&args.file)),
        None => report,
    })?;
    if view.json {
        return json::document(&serde_json::json!({
            "file": printed(&args.file),
            "at": made.at,
            "bytes": made.bytes,
            "sha256": made.sha256,
            "revision": made.revision,
            "entries": made.entries,
            "chain": made.chain,
        }));
    }
    let (sequence, hash) = (made.chain.sequence, made.chain.hash.as_str());
    Ok(Outcome::line(texts::made(view.lang, &printed(&args.file), made.entries, &size(view.lang, made.bytes), sequence, hash)))
}

/// Takes a backup back. Not asked of a host: where it goes there is none yet.
///
/// # Errors
/// Why it was not taken back.
pub async fn restore(args: &RestoreArgs, context: &Context) -> Result<Outcome, Report> {
    let (view, target) = (&context.view, &context.target);
    let mut signals = Signals::new(view.lang)?;
    let stop = Arc::new(AtomicBool::new(false));
    let work = client::restore_until(target, args.file.clone(), args.engine.into(), args.dry_run, stop.clone());
    let done = context.heed(&mut signals, work, || {
        stop.store(true, Ordering::SeqCst);
        true
    });
    let restored = match (done.await, context.ended()) {
        (Ok(Ok(restored)), _) => restored,
        (Ok(Err(why)), None) => return Err(context.not_opened(&why)),
        (Ok(Err(_)), Some(exit)) | (Err(exit), _) => {
            return Err(texts::not_taken_back(view.lang, exit, &printed(&args.file), &target.state));
        }
    };
    if view.json {
        return json::document(&restored);
    }
    let at = WallTime::zoned(restored.at).format("%H:%M:%S %d/%m/%Y").to_string();
    let outcome = Outcome::line(texts::restored(view.lang, &target.state, &at, restored.entries, restored.only_looked));
    Ok(outcome.note(texts::since(view.lang, &at, restored.waiting)))
}

/// Writes the store's files anew.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn vacuum(context: &Context) -> Result<Outcome, Report> {
    let view = &context.view;
    match context.ask(Request::Vacuum).await? {
        Answer::Vacuumed(done) if view.json => json::document(&done),
        Answer::Vacuumed(done) => {
            Ok(Outcome::line(texts::vacuumed(view.lang, &size(view.lang, done.before), &size(view.lang, done.after), done.entries)))
        }
        _ => Err(unexpected(view.lang)),
    }
}
