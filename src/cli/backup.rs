//! `backup`, `restore` and `vacuum`: copies of everything, and the store's files written anew.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sha2::{Digest as _, Sha256};

use crate::cli::context::{Context, unexpected};
use crate::cli::json;
use crate::cli::output::Outcome;
use crate::cli::setup::printed;
use crate::client::{self, Client, Engine};
use crate::domain::audit::Digest;
use crate::domain::time::WallTime;
use crate::i18n::fault::fault;
use crate::i18n::{backup as texts, setup};
use crate::report::Report;
use crate::wire::reply::{Answer, BackupView};
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
    if args.file.symlink_metadata().is_ok() {
        return Err(texts::exists(view.lang, &args.file));
    }
    let format = match args.format {
        Form::Store => BackupFormat::Store,
        Form::Jsonl => BackupFormat::Jsonl,
    };
    let made = context.work(async |client| fetch(client, context, &args.file, format).await).await??;
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
    Ok(Outcome::line(texts::made(view.lang, &printed(&args.file), made.entries, &size(made.bytes), sequence, hash)))
}

async fn fetch(client: &Client, context: &Context, path: &Path, format: BackupFormat) -> Result<BackupView, Report> {
    let lang = context.view.lang;
    let refused = |why| fault(lang, &why);
    let unwritable = |why: io::Error| setup::unwritable(lang, path, &why.to_string());
    let made = match client.call(Request::Backup(format)).await.map_err(refused)? {
        Answer::Backup(made) => made,
        _ => return Err(unexpected(lang)),
    };
    let mut part = Part::create(path).map_err(unwritable)?;
    let (mut sum, mut offset) = (Sha256::new(), 0);
    loop {
        let piece = match client.call(Request::BackupPiece { ticket: made.ticket, offset }).await.map_err(refused)? {
            Answer::Document(piece) => piece,
            _ => return Err(unexpected(lang)),
        };
        if piece.is_empty() {
            break;
        }
        offset += piece.len() as u64;
        sum.update(&piece);
        part.file.write_all(&piece).map_err(unwritable)?;
    }
    if offset != made.bytes || Digest::of_hash(&sum).as_str() != made.sha256 {
        return Err(texts::not_as_made(lang, path));
    }
    part.finish(path).map_err(unwritable)?;
    Ok(made)
}

/// A file that is not whole yet, beside its place; gone when it does not get there.
struct Part {
    file: File,
    path: PathBuf,
    done: bool,
}

impl Part {
    fn create(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        name.push(".part");
        let path = path.with_file_name(name);
        // Everything is in it: nobody else may read it.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        Ok(Self { file, path, done: false })
    }

    fn finish(mut self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        if path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(&self.path, path)?;
        self.done = true;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.done {
            // What failed before is the thing to tell.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Takes a backup back. Not asked of a host: where it goes there is none yet.
///
/// # Errors
/// Why it was not taken back.
pub async fn restore(args: &RestoreArgs, context: &Context) -> Result<Outcome, Report> {
    let (view, target) = (&context.view, &context.target);
    let restored = client::restore(target, args.file.clone(), args.engine.into(), args.dry_run).await;
    let restored = restored.map_err(|why| fault(view.lang, &why))?;
    if view.json {
        return json::document(&restored);
    }
    let at = WallTime::at(restored.at).naive().format("%H:%M:%S %d/%m/%Y").to_string();
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
        Answer::Vacuumed(done) => Ok(Outcome::line(texts::vacuumed(view.lang, &size(done.before), &size(done.after), done.entries))),
        _ => Err(unexpected(view.lang)),
    }
}

/// A number of bytes for a person.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, as long as there is a larger one.
    let (mut tenths, mut unit) = (bytes * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{},{} {}", tenths / 10, tenths % 10, UNITS.get(unit).unwrap_or(&"TiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_largest_unit_that_fits() {
        let told = [0, 1023, 1024, 1536, 1024 * 1024 - 1, 1 << 20, 5 << 30, 3 << 40, u64::MAX / 10].map(size);
        let expected = ["0 B", "1023 B", "1,0 KiB", "1,5 KiB", "1023,9 KiB", "1,0 MiB", "5,0 GiB", "3,0 TiB", "1677721,5 TiB"];
        assert_eq!(told, expected);
    }
}
