//! `keys`: what the keys of the terminal application do.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use crate::cli::args::Global;
use crate::cli::env::Env;
use crate::cli::output::{Grid, Outcome, Style};
use crate::cli::{json, screen, setup};
use crate::i18n::Lang;
use crate::report::Report;
use crate::tui::keymap::{Row, chart};

/// Of which keymap.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// A keymap of the program or of your own; without, that of the configuration
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
}

/// What keys do: the fields of the reference, in its order.
#[derive(Debug, Serialize)]
struct RowDocument<'a> {
    action: &'static str,
    scope: &'static str,
    keys: &'a [String],
    title: &'static str,
}

/// Runs the command.
///
/// # Errors
/// The configuration is wrong, or there is no such keymap, or it is wrong.
pub fn run(args: &KeysArgs, global: &Global, env: &Env, lang: Lang) -> Result<Outcome, Report> {
    let config = setup::configuration(global, env, lang)?;
    let keymap = match &args.keymap {
        Some(name) => screen::keymap_named("--keymap", name, &config, env, lang)?,
        None => screen::keymap(&config, env, lang)?,
    };
    let rows = chart(&keymap);
    if global.json {
        json::document(&documents(&rows, lang))
    } else {
        Ok(Outcome::text(table(&rows, lang, &setup::style(global.color, env))))
    }
}

fn documents(rows: &[Row], lang: Lang) -> Vec<RowDocument<'_>> {
    let rows = rows.iter();
    rows.map(|Row { scope, action, keys }| RowDocument { action: action.name(), scope: scope.name(), keys, title: action.title(lang) })
        .collect()
}

/// The keys for people: on a terminal scope by scope, in a pipe one line an action with its scope.
fn table(rows: &[Row], lang: Lang, style: &Style) -> String {
    let by_scope = style.width.is_some();
    let mut grid = Grid::new([""; 4]).shrink(2);
    for row in rows {
        let scope = if by_scope { "" } else { row.scope.name() };
        let keys = if row.keys.is_empty() { "–".to_owned() } else { row.keys.join(", ") };
        grid.row([scope.to_owned(), keys, row.action.title(lang).to_owned(), row.action.name().to_owned()]);
    }
    let (_, lines) = grid.lines(style);
    let (mut text, mut last) = (String::new(), None);
    for (row, line) in rows.iter().zip(lines) {
        if by_scope && last.replace(row.scope) != Some(row.scope) {
            let gap = if text.is_empty() { "" } else { "\n" };
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{gap}{}", style.bold(row.scope.title(lang)));
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}
