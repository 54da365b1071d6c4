//! `mailbox`: the registry of official mailboxes.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::output::{Grid, Outcome, key_values};
use crate::cli::{json, table};
use crate::domain::mailbox::Mailbox;
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, word};
use crate::report::Report;
use crate::wire::reply::Answer;
use crate::wire::request::Request;

/// What can be done with mailboxes.
#[derive(Debug, Subcommand)]
pub enum MailboxCommand {
    /// Import a table of mailboxes (CSV or .xlsx): all rows or none
    Import {
        /// The table: address,kind,unit,owner,custodian,state,quota_mb,primary
        file: PathBuf,
    },
    /// Print all mailboxes as CSV that can be imported again
    Export,
    /// List all mailboxes
    List,
    /// Show a mailbox
    Show {
        /// The mailbox's address
        address: String,
    },
}

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(command: &MailboxCommand, context: &Context) -> Result<Outcome, Report> {
    match command {
        MailboxCommand::Import { file } => table::import_mailboxes(file, context).await,
        MailboxCommand::Export => match context.ask(Request::MailboxList).await? {
            Answer::Mailboxes(mailboxes) if context.view.json => json::document(&mailboxes),
            Answer::Mailboxes(mailboxes) => export(&mailboxes, context.view.lang),
            _ => Err(unexpected(context.view.lang)),
        },
        MailboxCommand::List => match context.ask(Request::MailboxList).await? {
            Answer::Mailboxes(mailboxes) if context.view.json => json::document(&mailboxes),
            Answer::Mailboxes(mailboxes) => Ok(list(&mailboxes, &context.view)),
            _ => Err(unexpected(context.view.lang)),
        },
        MailboxCommand::Show { address } => {
            let mut fields = Fields::new(context.view.now);
            let address = fields.address("address", address);
            let address = fields.finish(context.view.lang, address)?;
            match context.ask(Request::MailboxShow(address)).await? {
                Answer::Mailbox(mailbox) if context.view.json => json::document(&mailbox),
                Answer::Mailbox(mailbox) => Ok(show(&mailbox, &context.view)),
                _ => Err(unexpected(context.view.lang)),
            }
        }
    }
}

/// The mailboxes as a table that can be imported again: an unknown value is an empty cell.
fn export(mailboxes: &[Mailbox], lang: Lang) -> Result<Outcome, Report> {
    let rows = mailboxes.iter().map(|mailbox| {
        [
            mailbox.address.to_string(),
            mailbox.kind.word().to_owned(),
            mailbox.unit.to_string(),
            mailbox.owner.as_ref().map_or_else(String::new, ToString::to_string),
            mailbox.custodian.as_ref().map_or_else(String::new, ToString::to_string),
            mailbox.state.word().to_owned(),
            mailbox.quota_mb.map_or_else(String::new, |quota| quota.to_string()),
            mailbox.primary.to_string(),
        ]
    });
    table::csv(lang, ["address", "kind", "unit", "owner", "custodian", "state", "quota_mb", "primary"], rows)
}

fn list(mailboxes: &[Mailbox], view: &View) -> Outcome {
    let lang = view.lang;
    let columns = [Column::Address, Column::Kind, Column::Unit, Column::State, Column::Custodian];
    let mut grid = Grid::new(columns.map(|name| column(lang, name)));
    for mailbox in mailboxes {
        let keeper = mailbox.custodian.as_ref().or(mailbox.owner.as_ref());
        grid.row([
            mailbox.address.to_string(),
            word::mailbox_kind(lang, mailbox.kind).to_owned(),
            mailbox.unit.to_string(),
            word::mailbox_state(lang, mailbox.state).to_owned(),
            keeper.map_or_else(String::new, ToString::to_string),
        ]);
    }
    Outcome::text(grid.shrink(4).print(&view.style))
}

fn show(mailbox: &Mailbox, view: &View) -> Outcome {
    let lang = view.lang;
    let label = |name| column(lang, name).to_owned();
    let mut pairs = vec![
        (label(Column::Address), mailbox.address.to_string()),
        (label(Column::Kind), word::mailbox_kind(lang, mailbox.kind).to_owned()),
        (label(Column::Unit), mailbox.unit.to_string()),
    ];
    pairs.extend(mailbox.owner.as_ref().map(|owner| (label(Column::Owner), owner.to_string())));
    pairs.extend(mailbox.custodian.as_ref().map(|custodian| (label(Column::Custodian), custodian.to_string())));
    pairs.push((label(Column::State), word::mailbox_state(lang, mailbox.state).to_owned()));
    pairs.extend(mailbox.quota_mb.map(|quota| (label(Column::Quota), format!("{quota} MB"))));
    pairs.push((label(Column::Primary), word::yes(lang, mailbox.primary).to_owned()));
    Outcome::text(key_values(&pairs, &view.style))
}
