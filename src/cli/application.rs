//! The terminal application, which opens when no command is given.

use std::sync::Arc;

use crate::cli::args::Global;
use crate::cli::context::Context;
use crate::cli::env::Env;
use crate::cli::output::Outcome;
use crate::cli::{screen, setup};
use crate::client;
use crate::i18n::{Lang, setup as texts};
use crate::report::{Exit, Report};
use crate::tui::model::Setting;

/// Whether there is a terminal to draw on.
#[must_use]
pub fn has_terminal(env: &Env) -> bool {
    env.columns.is_some()
}

/// Opens the application on the store of the configuration.
///
/// # Errors
/// What keeps it from being opened: the configuration, the keymap, the theme, the store, the terminal.
pub async fn run(global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    open(&setup::context(global, env, lang)?, global, env, None).await
}

/// Opens the application, which says `greeting` first.
///
/// # Errors
/// As [`run`].
pub async fn open(context: &Context, global: &Global, env: &Env, greeting: Option<String>) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    let setting = Setting { greeting, ..setting(context, global, env)? };
    let client = client::open(&context.target).await.map_err(|why| context.not_opened(&why))?;
    let exit = crate::tui::run::run(client, setting).await?;
    let ended = Outcome::bytes(Vec::new()).exit(exit);
    Ok(match exit {
        Exit::Interrupted | Exit::Terminated => ended.note(texts::ended(lang, exit).to_string().trim_end().to_owned()),
        _ => ended,
    })
}

fn setting(context: &Context, global: &Global, env: &Env) -> Result<Setting, Report> {
    let (config, lang) = (&context.target.config, context.view.lang);
    Ok(Setting {
        lang,
        keymap: Arc::new(screen::keymap(config, env, lang)?),
        themes: screen::themes(config, global.color, env, lang)?.into_iter().map(Arc::new).collect(),
        office: config.rules.office.symbol.to_string(),
        frozen: context.target.frozen.is_some(),
        greeting: None,
    })
}
