//! The terminal application, which opens when no command is given.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::args::Global;
use crate::cli::context::Context;
use crate::cli::env::Env;
use crate::cli::output::Outcome;
use crate::cli::{screen, setup};
use crate::client::{self, Client};
use crate::i18n::{Lang, setup as texts};
use crate::report::{Exit, Report};
use crate::tui::model::Setting;

/// After so long somebody is told what is waited for.
const PATIENCE: Duration = Duration::from_millis(700);

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
    let client = opened(context).await?;
    let exit = crate::tui::run::run(client, setting).await?;
    let ended = Outcome::bytes(Vec::new()).exit(exit);
    Ok(match exit {
        Exit::Interrupted | Exit::Terminated => ended.note(texts::ended(lang, exit).to_string().trim_end().to_owned()),
        _ => ended,
    })
}

/// Opens the store; whoever waits for another process to let go of it is told so.
async fn opened(context: &Context) -> Result<Client, Report> {
    let opening = client::open(&context.target);
    tokio::pin!(opening);
    let opened = tokio::select! {
        opened = &mut opening => opened,
        () = tokio::time::sleep(PATIENCE) => {
            let _ = writeln!(std::io::stderr(), "{}", texts::waiting_for_store(context.view.lang));
            opening.await
        }
    };
    opened.map_err(|why| context.not_opened(&why))
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
