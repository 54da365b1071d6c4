//! `account`: who may do what.

use clap::{Subcommand, ValueEnum};

use crate::cli::context::{Context, View, unexpected};
use crate::cli::input::Fields;
use crate::cli::json;
use crate::cli::output::{Grid, Outcome};
use crate::domain::account::Role;
use crate::i18n::label::{Column, column};
use crate::i18n::{listed, word};
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
        #[arg(long, value_name = "ROLE", value_enum)]
        role: RoleWord,
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

/// The words of the roles.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "the words of the command line; clap would print their documentation")]
pub enum RoleWord {
    Viewer,
    Registrar,
    Approver,
    Clerk,
    Operator,
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Registrar => Self::Registrar,
            RoleWord::Approver => Self::Approver,
            RoleWord::Clerk => Self::Clerk,
            RoleWord::Operator => Self::Operator,
            RoleWord::Admin => Self::Admin,
        }
    }
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
            let account = Account { user: user.clone(), role: (*role).into(), units, revoked: false };
            Request::AccountGrant(fields.finish(lang, Some(account))?)
        }
        AccountCommand::Revoke { user } => Request::AccountRevoke(user.clone()),
    };
    match context.ask(request).await? {
        Answer::Accounts(accounts) if context.view.json => json::document(&accounts),
        Answer::Accounts(accounts) => Ok(list(&accounts, &context.view)),
        Answer::Account(account) if context.view.json => json::document(&account),
        Answer::Account(account) => Ok(list(&[account], &context.view)),
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
