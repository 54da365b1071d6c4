//! `demo`: everything on a sample ministry in a folder of its own, its mail delivered to a Maildir beside it.
//!
//! The folder holds `config.toml`, `state` and `mail`. The configuration is written last: a folder without one is of a run
//! that was interrupted, and is made anew.

mod ministry;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cli::application;
use crate::cli::args::Global;
use crate::cli::context::{Context, unexpected};
use crate::cli::env::Env;
use crate::cli::output::Outcome;
use crate::cli::setup::{frozen, own_store, printed, view};
use crate::cli::{json, problem};
use crate::client::{self, Target};
use crate::config::{self, Config};
use crate::domain::fault::Fault;
use crate::i18n::fault::fault;
use crate::i18n::{Lang, demo as texts, setup};
use crate::report::Report;

/// How to show it.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Throw the sample ministry away and make it anew
    #[arg(long)]
    pub fresh: bool,
}

/// Runs the command.
///
/// # Errors
/// The folder cannot be made or holds something else, or another process works in it.
pub async fn run(args: &DemoArgs, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    own_store(global, env, lang)?;
    let (view, frozen) = (view(global, env, lang)?, frozen(env, lang)?);
    let place = Place::find(global, env, lang)?;
    let lock = place.lock(lang)?;
    let created = args.fresh || !place.is_complete();
    let text = if created { Some(Place::configuration(lang)?) } else { None };
    let config = match &text {
        Some(text) => config::check(&place.config(), text),
        None => config::load(Some(&place.config())),
    };
    let config: Config = config.map_err(|wrong| problem::report(lang, &wrong))?;
    let context = Context::new(view, Target { state: place.state(), config: Arc::new(config), frozen, socket: None });
    if let Some(text) = text {
        place.is_free(&context).await?;
        place.wipe(lang)?;
        ministry::make(&context).await?;
        place.complete(&text, lang)?;
    }
    drop(lock);
    let ignored = global.config.is_some().then(|| texts::config_ignored(lang));
    let opened = if application::has_terminal(env) && !context.view.json {
        let greeting = texts::greeting(lang, &place.mail());
        application::open(&context, global, env, Some(greeting)).await?
    } else {
        describe(&context, &place, created)?
    };
    Ok(opened.notes(ignored))
}

/// Where there is no terminal to open the application on: where the sample ministry lies, and what can be tried.
fn describe(context: &Context, place: &Place, created: bool) -> Result<Outcome, Report> {
    if context.view.json {
        return json::document(&serde_json::json!({
            "data": printed(&place.state()),
            "config": printed(&place.config()),
            "mail": printed(&place.mail()),
            "created": created,
        }));
    }
    let lang = context.view.lang;
    let tries = texts::tries(lang);
    let widest = tries.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    let mut lines = vec![texts::ready(lang, &place.root, created), texts::mail(lang, &place.mail()), String::new()];
    lines.push(texts::to_try(lang).to_owned());
    lines.push(format!("  export LICHHOP_DATA={} LICHHOP_CONFIG={}", quoted(&place.state()), quoted(&place.config())));
    lines.extend(tries.map(|(command, purpose)| format!("  {command:widest$}  # {purpose}")));
    Ok(Outcome::line(lines.join("\n")))
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let path = printed(path);
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// The folder of the sample ministry.
struct Place {
    root: PathBuf,
}

impl Place {
    fn find(global: &Global, env: &Env, lang: Lang) -> Result<Self, Report> {
        let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
        let root = config::locate_demo(global.data.as_deref(), &variable).ok_or_else(|| setup::no_state(lang))?;
        // What is printed must hold from wherever it is tried.
        let root = std::path::absolute(&root).map_err(|why| setup::no_folder(lang, &root, &why.to_string()))?;
        Ok(Self { root })
    }

    fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    fn mail(&self) -> PathBuf {
        self.root.join("mail")
    }

    /// Makes the folder and keeps other runs of this command out of it. The lock's file tells that the folder is ours.
    fn lock(&self, lang: Lang) -> Result<File, Report> {
        let failed = |why: std::io::Error| setup::no_folder(lang, &self.root, &why.to_string());
        DirBuilder::new().recursive(true).mode(0o700).create(&self.root).map_err(failed)?;
        let file = self.root.join("demo.lock");
        let strange = !file.exists() && fs::read_dir(&self.root).map_err(failed)?.next().is_some();
        // Between the two looks another run may have begun; then the file is there by now.
        if strange && !file.exists() {
            return Err(texts::not_ours(lang, &self.root));
        }
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(file).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(lock)
    }

    fn is_complete(&self) -> bool {
        self.config().exists()
    }

    /// The text of its configuration: the ministry's office, one person who does everything, and a Maildir.
    fn configuration(lang: Lang) -> Result<String, Report> {
        let office = config::defaults().rules.office;
        let mut text = config::sample(&office.name, &office.symbol);
        for (from, to) in [
            ("\nrehearsal = false\n", "\nrehearsal = true\n"),
            ("\napprove_own = false\n", "\napprove_own = true\n"),
            ("\nrelay = \"smtp://127.0.0.1:2525\"\n", "\nrelay = \"maildir:mail\"\n"),
        ] {
            if !text.contains(from) {
                return Err(unexpected(lang));
            }
            text = text.replacen(from, to, 1);
        }
        Ok(text)
    }

    /// Refuses to throw away what another process works in.
    async fn is_free(&self, context: &Context) -> Result<(), Report> {
        match client::open(&context.target).await {
            Ok(client) => client.close().await,
            Err(locked @ Fault::Locked { .. }) => return Err(fault(context.view.lang, &locked)),
            // What cannot be opened is no loss.
            Err(_) => {}
        }
        Ok(())
    }

    /// Takes away what an earlier run made, the sign of completeness first.
    fn wipe(&self, lang: Lang) -> Result<(), Report> {
        let gone = |done: std::io::Result<()>, path: &Path| match done {
            Err(why) if why.kind() != ErrorKind::NotFound => Err(setup::unwritable(lang, path, &why.to_string())),
            _ => Ok(()),
        };
        gone(fs::remove_file(self.config()), &self.config())?;
        for folder in [self.state(), self.mail()] {
            gone(fs::remove_dir_all(&folder), &folder)?;
        }
        Ok(())
    }

    /// Writes the configuration: from now on the sample ministry is whole.
    fn complete(&self, text: &str, lang: Lang) -> Result<(), Report> {
        let (part, whole) = (self.root.join("config.toml.part"), self.config());
        let written = File::create(&part).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.and_then(|()| fs::rename(&part, &whole)).map_err(|why| setup::unwritable(lang, &whole, &why.to_string()))
    }
}
