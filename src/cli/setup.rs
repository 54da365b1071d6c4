//! What a run needs before it can ask anything: language, clock, configuration, state directory. And the commands about
//! them: `init` and `config`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::cli::args::{ColorWhen, Global};
use crate::cli::context::{Context, View, internal};
use crate::cli::env::Env;
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Outcome, Style};
use crate::cli::problem;
use crate::client::{self, Target};
use crate::config::{self, Config};
use crate::i18n::fault::fault;
use crate::i18n::{Lang, setup as texts};
use crate::report::Report;

/// What `init` makes.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The first administrator's Unix user; without, you
    #[arg(long, value_name = "USER")]
    pub admin: Option<String>,
    /// Name of the issuing organ, for the new configuration file
    #[arg(long, value_name = "NAME", requires = "symbol")]
    pub office: Option<String>,
    /// Symbol of the issuing organ in document numbers, for the new configuration file
    #[arg(long, value_name = "SYMBOL", requires = "office")]
    pub symbol: Option<String>,
}

/// What can be done with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Print the configuration in force
    Show,
    /// Check the configuration file and name everything that is wrong
    Check,
    /// Print the path of the configuration file
    Path,
}

/// The language asked for before the command line is parsed: `--lang` wherever it stands, else `LICHHOP_LANG`.
///
/// # Errors
/// The variable names no language. (A wrong flag is the parser's to refuse.)
pub fn language(args: &[std::ffi::OsString], env: &Env) -> Result<Lang, Report> {
    let mut words = args.iter().skip(1).map(|arg| arg.to_string_lossy()).take_while(|arg| arg != "--");
    while let Some(arg) = words.next() {
        let value = if arg == "--lang" { words.next() } else { arg.strip_prefix("--lang=").map(|value| value.to_owned().into()) };
        if let Some(value) = value {
            return Ok(Lang::from_word(&value).unwrap_or_default());
        }
    }
    match env.text(Lang::default(), "LICHHOP_LANG")? {
        None => Ok(Lang::default()),
        Some(word) => Lang::from_word(word).ok_or_else(|| texts::variable(Lang::default(), "LICHHOP_LANG", word, "vi, en")),
    }
}

/// Colour and width: colour on a terminal, unless `NO_COLOR` is set or the terminal cannot do it.
#[must_use]
pub fn style(color: Option<ColorWhen>, env: &Env) -> Style {
    Style { color: colored(color, env, env.columns.is_some()), width: env.columns }
}

/// Whether a stream gets colour.
#[must_use]
pub fn colored(when: Option<ColorWhen>, env: &Env, is_terminal: bool) -> bool {
    match when.unwrap_or_default() {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto => is_terminal && env.var("NO_COLOR").is_none() && env.var("TERM").is_none_or(|terminal| terminal != "dumb"),
    }
}

/// The instant at which the clock stands, if `LICHHOP_NOW` makes it stand.
///
/// # Errors
/// The variable holds no RFC 3339 time.
pub fn frozen(env: &Env, lang: Lang) -> Result<Option<DateTime<Utc>>, Report> {
    const NAME: &str = "LICHHOP_NOW";
    let Some(raw) = env.text(lang, NAME)? else { return Ok(None) };
    match DateTime::parse_from_rfc3339(raw.trim()) {
        Ok(instant) => Ok(Some(instant.with_timezone(&Utc))),
        Err(_) => Err(texts::variable(lang, NAME, raw, texts::an_instant(lang))),
    }
}

/// How to speak to the user.
///
/// # Errors
/// `LICHHOP_NOW` holds no time.
pub fn view(global: &Global, env: &Env, lang: Lang) -> Result<View, Report> {
    let now = frozen(env, lang)?.unwrap_or_else(now);
    Ok(View { lang, json: global.json, style: style(global.color, env), now })
}

#[allow(clippy::disallowed_methods, reason = "the host's clock decides; this instant only gives the day to a bare hour that was typed")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// What the commands have at hand that ask the host.
///
/// # Errors
/// The configuration is wrong, or no state directory can be found.
pub fn context(global: &Global, env: &Env, lang: Lang) -> Result<Context, Report> {
    let view = view(global, env, lang)?;
    let config = load(configuration_file(global, env).as_deref(), lang)?;
    Ok(Context::new(view, target(global, env, lang, config)?))
}

fn target(global: &Global, env: &Env, lang: Lang, config: Config) -> Result<Target, Report> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    let state = config::locate_state(global.data.as_deref(), &variable).ok_or_else(|| texts::no_home(lang))?;
    Ok(Target { state, config: Arc::new(config), frozen: frozen(env, lang)? })
}

fn configuration_file(global: &Global, env: &Env) -> Option<PathBuf> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    config::locate(global.config.as_deref(), &variable, &|path| path.exists())
}

/// Where `init` writes a configuration when none is found, and where `config path` says that one would be looked for.
fn users_file(env: &Env, lang: Lang) -> Result<PathBuf, Report> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    config::users_file(&variable).ok_or_else(|| texts::no_home(lang))
}

fn load(file: Option<&Path>, lang: Lang) -> Result<Config, Report> {
    config::load(file).map_err(|wrong| problem::report(lang, &wrong))
}

/// Runs `config`.
///
/// # Errors
/// The configuration is wrong.
pub fn config(command: ConfigCommand, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    let file = configuration_file(global, env);
    match command {
        ConfigCommand::Show => {
            let shown = config::show(&load(file.as_deref(), lang)?);
            if global.json { as_json(&shown, lang) } else { Ok(Outcome::text(shown)) }
        }
        ConfigCommand::Check => {
            load(file.as_deref(), lang)?;
            Ok(Outcome::line(texts::sound(lang, file.as_deref())))
        }
        ConfigCommand::Path => {
            let file = match file {
                Some(file) => file,
                None => users_file(env, lang)?,
            };
            Ok(Outcome::line(crate::domain::text::visible(&file.display().to_string())))
        }
    }
}

/// The configuration in force as JSON: the same tables and keys.
fn as_json(shown: &str, lang: Lang) -> Result<Outcome, Report> {
    let tables: toml::Table = toml::from_str(shown).map_err(|why| internal(lang, &why.to_string()))?;
    json::document(&tables)
}

/// Runs `init`: the configuration where none is found, then the state directory with its first administrator.
///
/// # Errors
/// The name or symbol is wrong, a file cannot be written, or the state directory cannot be made.
pub async fn init(args: &InitArgs, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    let found = configuration_file(global, env).filter(|file| file.exists());
    let sample = sample(args, lang)?;
    let (file, written) = match found {
        Some(file) => (file, false),
        None => (new_configuration(global, env, lang, &sample)?, true),
    };
    let target = target(global, env, lang, load(Some(&file), lang)?)?;
    let done = client::init(&target, args.admin.as_deref()).await.map_err(|why| fault(lang, &why))?;
    let ignored = (!written && args.office.is_some()).then(|| texts::office_ignored(lang));
    if global.json {
        let done = serde_json::json!({
            "state": target.state,
            "created": done.created,
            "admin": done.admin,
            "config": file,
            "config_written": written,
        });
        return Ok(json::document(&done)?.notes(ignored));
    }
    let state = texts::initialised(lang, &target.state, &done.admin, done.created);
    Ok(Outcome::line(format!("{state}\n{}", texts::configured(lang, &file, written))).notes(ignored))
}

/// The text of a new configuration.
fn sample(args: &InitArgs, lang: Lang) -> Result<String, Report> {
    let office = config::defaults().rules.office;
    let mut fields = Fields::new(DateTime::UNIX_EPOCH);
    let name = args.office.as_deref().map_or(Some(office.name), |name| fields.line("--office", name));
    let name = fields.finish(lang, name)?;
    let symbol = match &args.symbol {
        None => office.symbol,
        Some(raw) => config::symbol(raw).map_err(|wrong| problem::flag(lang, "--symbol", &wrong))?,
    };
    Ok(config::sample(&name, &symbol))
}

/// Writes a new configuration where it was asked for, else where the user's own is looked for.
fn new_configuration(global: &Global, env: &Env, lang: Lang, text: &str) -> Result<PathBuf, Report> {
    let file = match configuration_file(global, env) {
        Some(asked) => asked,
        None => users_file(env, lang)?,
    };
    let written = match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder),
        None => Ok(()),
    };
    written.and_then(|()| write_new(&file, text)).map_err(|why| texts::unwritable(lang, &file, &why.to_string()))?;
    Ok(file)
}

/// Writes a file that must not be there yet.
fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
