//! `account`: who may do what.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Grid, Outcome};
use crate::client;
use crate::domain::account::Role;
use crate::i18n::label::{Column, column};
use crate::i18n::{listed, notice, word};
use crate::report::Report;
use crate::wire::reply::Answer;
use crate::wire::request::{Account, Request};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// List all accounts
    List,
    /// Give a Unix user a role, instead of the one it had
    Grant {
        /// The Unix user
        user: String,
        /// What it may do
        #[arg(long, value_name = "ROLE", value_parser = PossibleValuesParser::new(Role::ALL.map(Role::word)))]
        role: String,
        /// A unit for which a registrar works, with its subordinates
        #[arg(long, value_name = "CODE", value_delimiter = ',')]
        unit: Vec<String>,
    },
    /// Take a Unix user's account away
    Revoke {
        /// The Unix user
        user: String,
    },
}

/// Runs a command of the group.
///
/// # Errors
/// What the host refused, or why it could not be asked.
pub async fn run(command: &AccountCommand, context: &Context) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    let request = match command {
        AccountCommand::List => Request::AccountList,
        AccountCommand::Grant { user, role, unit } => {
            let mut fields = Fields::new(context.view.now);
            let units = fields.codes("--unit", unit);
            // The parser has taken no other word.
            let role = Role::ALL.into_iter().find(|known| known.word() == role);
            let account = role.map(|role| Account { user: user.clone(), role, units, revoked: false });
            Request::AccountGrant(fields.finish(lang, account)?)
        }
        AccountCommand::Revoke { user } => Request::AccountRevoke(user.clone()),
    };
    match context.ask(request).await? {
        Answer::Accounts(accounts) if context.view.json => json::document(&accounts),
        Answer::Accounts(accounts) => Ok(list(&accounts, &context.view)),
        Answer::Account(account) => {
            let unknown = !account.revoked && !client::is_known_user(&account.user);
            let warning = unknown.then(|| notice::unknown_user(lang, &account.user));
            let outcome = if context.view.json { json::document(&account)? } else { list(&[account], &context.view) };
            Ok(outcome.notes(warning))
        }
        _ => Err(unexpected(lang)),
    }
}

fn list(accounts: &[Account], view: &View) -> Outcome {
    let lang = view.lang;
    let mut grid = Grid::new([Column::User, Column::Role, Column::Unit].map(|name| column(lang, name)));
    for account in accounts {
        let role = if account.revoked { word::revoked(lang) } else { word::role(lang, account.role) };
        grid.row([account.user.clone(), role.to_owned(), listed(&account.units)]);
    }
    Outcome::text(grid.print(&view.style))
}
