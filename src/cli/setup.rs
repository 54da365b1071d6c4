//! What a run needs before it can ask anything: language, clock, configuration, state directory. And the commands about
//! them: `init` and `config`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::cli::args::{ColorWhen, Global};
use crate::cli::at;
use crate::cli::context::{Context, View, internal, unusable};
use crate::cli::env::Env;
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Outcome, Style};
use crate::cli::problem;
use crate::cli::screen;
use crate::client::{self, Target};
use crate::config::{self, Config, HostMode};
use crate::domain::account::is_user;
use crate::domain::text::visible;
use crate::domain::time::WallTime;
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
/// The variable holds no RFC 3339 time, or one in a year in which no meeting can be.
pub fn frozen(env: &Env, lang: Lang) -> Result<Option<DateTime<Utc>>, Report> {
    const NAME: &str = "LICHHOP_NOW";
    let Some(raw) = env.text(lang, NAME)? else { return Ok(None) };
    match DateTime::parse_from_rfc3339(raw.trim()).map(|instant| instant.with_timezone(&Utc)) {
        // What is recorded at an instant must be a time that can be read again.
        Ok(instant) if WallTime::parse(raw, instant).is_ok() => Ok(Some(instant)),
        _ => Err(texts::variable(lang, NAME, raw, texts::an_instant(lang))),
    }
}

/// Refuses a store elsewhere: the only one there is lies in the state directory. What was given is not repeated; a
/// password may stand in it.
///
/// # Errors
/// `--store` or `LICHHOP_STORE` names one.
pub fn own_store(global: &Global, env: &Env, lang: Lang) -> Result<(), Report> {
    if global.store.as_ref().is_some_and(|store| !store.is_empty()) {
        return Err(texts::store_by_flag(lang));
    }
    if env.var("LICHHOP_STORE").is_some() {
        return Err(texts::store_by_variable(lang));
    }
    Ok(())
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
    let mut view = view(global, env, lang)?;
    let at = at::moment(global, &view)?;
    // What is said of a week or an hour is said of that time.
    view.now = at.unwrap_or(view.now);
    own_store(global, env, lang)?;
    let config = load(configuration_file(global, env).as_deref(), lang)?;
    let mut context = Context::new(view, target(global, env, lang, config)?);
    context.at = at;
    Ok(context)
}

fn target(global: &Global, env: &Env, lang: Lang, config: Config) -> Result<Target, Report> {
    let state = state(global, env, lang)?;
    let socket = socket(global, env, &state, config.host);
    Ok(Target { state, config: Arc::new(config), frozen: frozen(env, lang)?, socket })
}

fn socket(global: &Global, env: &Env, state: &Path, mode: HostMode) -> Option<PathBuf> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    let chosen = global.data.is_some() || env.var("LICHHOP_DATA").is_some();
    config::locate_socket(global.socket.as_deref(), &variable, state, chosen, mode, &|path| path.exists())
}

fn state(global: &Global, env: &Env, lang: Lang) -> Result<PathBuf, Report> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    config::locate_state(global.data.as_deref(), &variable).ok_or_else(|| texts::no_state(lang))
}

fn configuration_file(global: &Global, env: &Env) -> Option<PathBuf> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    config::locate(global.config.as_deref(), &variable, &|path| path.exists())
}

/// Where `init` writes a configuration when none is found, and where `config path` says that one would be looked for.
fn users_file(env: &Env, lang: Lang) -> Result<PathBuf, Report> {
    let variable = |name: &str| env.var(name).map(ToOwned::to_owned);
    config::users_file(&variable).ok_or_else(|| texts::no_configuration(lang))
}

/// The configuration in force.
///
/// # Errors
/// Everything that is wrong with it.
pub fn configuration(global: &Global, env: &Env, lang: Lang) -> Result<Config, Report> {
    load(configuration_file(global, env).as_deref(), lang)
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
            own_store(global, env, lang)?;
            let shown = config::show(&load(file.as_deref(), lang)?);
            if global.json { as_json(&shown, lang) } else { Ok(Outcome::text(shown)) }
        }
        ConfigCommand::Check => {
            own_store(global, env, lang)?;
            screen::check(&load(file.as_deref(), lang)?, env, lang)?;
            if global.json {
                return json::document(&serde_json::json!({ "file": file.as_deref().map(printed), "valid": true }));
            }
            Ok(Outcome::line(texts::sound(lang, file.as_deref())))
        }
        ConfigCommand::Path => {
            let file = match file {
                Some(file) => file,
                None => users_file(env, lang)?,
            };
            if global.json {
                return json::document(&serde_json::json!({ "path": printed(&file), "exists": file.exists() }));
            }
            Ok(Outcome::line(printed(&file)))
        }
    }
}

/// A path as text, harmless to a terminal, whatever its bytes are.
#[must_use]
pub fn printed(path: &Path) -> String {
    visible(&path.to_string_lossy())
}

/// The configuration in force as JSON: the same tables and keys.
fn as_json(shown: &str, lang: Lang) -> Result<Outcome, Report> {
    let tables: toml::Table = toml::from_str(shown).map_err(|why| internal(lang, &why.to_string()))?;
    json::document(&tables)
}

/// Runs `init`: the state directory with its first administrator, then the configuration where none is found.
///
/// # Errors
/// A name or symbol is wrong, the state directory cannot be made, or the configuration cannot be written.
pub async fn init(args: &InitArgs, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    own_store(global, env, lang)?;
    let admin = args.admin.as_deref();
    if let Some(wrong) = admin.filter(|user| !is_user(user)) {
        return Err(texts::not_a_user(lang, "--admin", wrong));
    }
    let sample = sample(args, lang)?;
    let state = state(global, env, lang)?;
    let found = configuration_file(global, env);
    let is_there = found.as_ref().is_some_and(|file| file.exists());
    let file = match found {
        Some(file) => file,
        None => users_file(env, lang)?,
    };
    let config = if is_there { config::load(Some(&file)) } else { config::check(&file, &sample) };
    let config = Arc::new(config.map_err(|wrong| problem::report(lang, &wrong))?);
    let socket = socket(global, env, &state, config.host);
    let target = Target { state, config, frozen: frozen(env, lang)?, socket };
    if let Some(report) = unusable(&target.state, lang) {
        return Err(report);
    }
    let done = client::init(&target, admin).await.map_err(|why| fault(lang, &why))?;
    let written = !is_there && write_configuration(&file, &sample, lang).map_err(|report| report.kept(texts::state_kept(lang)))?;
    let ignored = (!written && args.office.is_some()).then(|| texts::office_ignored(lang));
    let ignored =
        ignored.into_iter().chain(admin.is_some_and(|asked| done.admin.as_deref() != Some(asked)).then(|| texts::admin_ignored(lang)));
    if global.json {
        let done = serde_json::json!({
            "state": printed(&target.state),
            "created": done.created,
            "admin": done.admin,
            "config": printed(&file),
            "config_written": written,
        });
        return Ok(json::document(&done)?.notes(ignored));
    }
    let state = texts::initialised(lang, &target.state, done.admin.as_deref(), done.created);
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

/// Writes a new configuration; `false` when somebody else wrote one meanwhile, which then must be right.
fn write_configuration(file: &Path, text: &str, lang: Lang) -> Result<bool, Report> {
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    match folder.and_then(|()| client::write_new(file, text)) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == ErrorKind::AlreadyExists && file.exists() => load(Some(file), lang).map(|_| false),
        Err(why) => Err(texts::unwritable(lang, file, &why.to_string())),
    }
}
