//! `unit`: the registry of units.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json::{self, UnitDocument};
use crate::cli::output::{Grid, Outcome, key_values};
use crate::cli::table;
use crate::domain::unit::{Unit, UnitKind};
use crate::i18n::label::{Column, column};
use crate::i18n::{self, Lang, rule, word};
use crate::report::Report;
use crate::wire::reply::{Answer, UnitView};
use crate::wire::request::Request;

/// What can be done with units.
#[derive(Debug, Subcommand)]
pub enum UnitCommand {
    /// Import a table of units (CSV or .xlsx): all rows or none
    Import {
        /// The table: code,name,parent,kind,mail_domain
        file: PathBuf,
    },
    /// Print all units as CSV that can be imported again
    Export,
    /// List all units
    List,
    /// Show a unit with its mailboxes and subordinate units
    Show {
        /// The unit's code
        code: String,
    },
}

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(command: &UnitCommand, context: &Context) -> Result<Outcome, Report> {
    match command {
        UnitCommand::Import { file } => table::import_units(file, context).await,
        UnitCommand::Export => match context.ask(Request::UnitList).await? {
            Answer::Units(units) if context.view.json => json::document(&units),
            Answer::Units(units) => export(&units, context.view.lang),
            _ => Err(unexpected(context.view.lang)),
        },
        UnitCommand::List => match context.ask(Request::UnitList).await? {
            Answer::Units(units) if context.view.json => json::document(&units),
            Answer::Units(units) => Ok(list(&units, &context.view)),
            _ => Err(unexpected(context.view.lang)),
        },
        UnitCommand::Show { code } => {
            let mut fields = Fields::new(context.view.now);
            let code = fields.code("code", code);
            let code = fields.finish(context.view.lang, code)?;
            match context.ask(Request::UnitShow(code)).await? {
                Answer::Unit(view) if context.view.json => json::document(&UnitDocument::of(&view)),
                Answer::Unit(view) => Ok(show(&view, &context.view)),
                _ => Err(unexpected(context.view.lang)),
            }
        }
    }
}

/// The units as a table that can be imported again: an unknown value is an empty cell.
fn export(units: &[Unit], lang: Lang) -> Result<Outcome, Report> {
    let rows = units.iter().map(|unit| {
        [
            unit.code.to_string(),
            unit.name.to_string(),
            unit.parent.as_ref().map_or_else(String::new, ToString::to_string),
            unit.kind.map_or("", UnitKind::word).to_owned(),
            unit.mail_domain.as_ref().map_or_else(String::new, ToString::to_string),
        ]
    });
    table::csv(lang, ["code", "name", "parent", "kind", "mail_domain"], rows)
}

fn list(units: &[Unit], view: &View) -> Outcome {
    let lang = view.lang;
    let mut grid = Grid::new([Column::Code, Column::Name, Column::Parent, Column::Kind].map(|name| column(lang, name)));
    for unit in units {
        grid.row([
            unit.code.to_string(),
            unit.name.to_string(),
            unit.parent.as_ref().map_or_else(String::new, ToString::to_string),
            unit.kind.map_or("", |kind| word::unit_kind(lang, kind)).to_owned(),
        ]);
    }
    Outcome::text(grid.shrink(1).print(&view.style))
}

fn show(shown: &UnitView, view: &View) -> Outcome {
    let lang = view.lang;
    let unit = &shown.unit;
    let label = |name| column(lang, name).to_owned();
    let mut pairs = vec![(label(Column::Code), unit.code.to_string()), (label(Column::Name), unit.name.to_string())];
    pairs.extend(unit.parent.as_ref().map(|parent| (label(Column::Parent), parent.to_string())));
    pairs.extend(unit.kind.map(|kind| (label(Column::Kind), word::unit_kind(lang, kind).to_owned())));
    pairs.extend(unit.mail_domain.as_ref().map(|domain| (label(Column::MailDomain), domain.to_string())));
    if !shown.subordinates.is_empty() {
        pairs.push((label(Column::Subordinates), i18n::listed(&shown.subordinates)));
    }
    for mailbox in &shown.mailboxes {
        let state = word::mailbox_state(lang, mailbox.state);
        pairs.push((label(Column::Mailbox), format!("{} ({}, {state})", mailbox.address, word::mailbox_kind(lang, mailbox.kind))));
    }
    let invited = shown
        .unreachable
        .as_ref()
        .map_or_else(|| word::yes(lang, true).to_owned(), |why| format!("{}: {}", word::yes(lang, false), rule::unreachable(lang, why)));
    pairs.push((label(Column::CanBeInvited), invited));
    Outcome::text(key_values(&pairs, &view.style))
}
