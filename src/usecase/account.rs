//! Accounts: granted, changed and revoked.

use crate::domain::account::{Account, Role, is_user};
use crate::domain::fault::{Fault, Rule, Why, Wrong};
use crate::domain::unit::{Unit, UnitCode};
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// All accounts, by user.
///
/// # Errors
/// The store's.
pub fn list(store: &dyn Store) -> Result<Vec<Account>, StoreError> {
    Ok(table::all::<Account>(store)?.into_iter().map(|account| account.value).collect())
}

/// Gives a Unix user a role, instead of the one it had. A registrar works for units, the others for none.
///
/// # Errors
/// [`Fault::Wrong`] with every wrong field; [`Rule::LastAdmin`].
pub fn grant(desk: &mut Desk, actor: &str, account: Account) -> Result<Account, Fault> {
    check(desk.store(), &account)?;
    let old: Option<Stored<Account>> = table::find(desk.store(), &account.user)?;
    if old.as_ref().is_some_and(|old| old.value == account) {
        return Ok(account);
    }
    if account.role != Role::Admin {
        keep_an_admin(desk.store(), &account.user)?;
    }
    let mut change = desk.change(actor, "account.grant", account.user.clone());
    change.put(old.as_ref(), &account)?;
    desk.commit(change)?;
    Ok(account)
}

/// Takes a Unix user's account away; what it did stays.
///
/// # Errors
/// [`Why::UnknownAccount`], [`Rule::LastAdmin`].
pub fn revoke(desk: &mut Desk, actor: &str, user: &str) -> Result<Account, Fault> {
    let old: Option<Stored<Account>> = table::find(desk.store(), user)?;
    let old = old.filter(|old| !old.value.revoked).ok_or_else(|| Fault::wrong("user", user, Why::UnknownAccount))?;
    keep_an_admin(desk.store(), user)?;
    let account = Account { revoked: true, ..old.value.clone() };
    let mut change = desk.change(actor, "account.revoke", user);
    change.put(Some(&old), &account)?;
    desk.commit(change)?;
    Ok(account)
}

/// Nobody else could ever grant anything again.
fn keep_an_admin(store: &dyn Store, leaves: &str) -> Result<(), Fault> {
    let accounts = list(store)?;
    let admins: Vec<&Account> = accounts.iter().filter(|account| account.role == Role::Admin && !account.revoked).collect();
    match admins.as_slice() {
        [last] if last.user == leaves => Err(Fault::refused(Rule::LastAdmin { user: leaves.to_owned() })),
        _ => Ok(()),
    }
}

fn check(store: &dyn Store, account: &Account) -> Result<(), Fault> {
    let mut wrong = Vec::new();
    let user = &account.user;
    if !is_user(user) {
        wrong.push(Wrong::new("user", user, Why::User));
    }
    for unit in &account.units {
        if table::find::<Unit>(store, unit.as_str())?.is_none() {
            wrong.push(Wrong::new("unit", unit.as_str(), Why::UnknownUnit));
        }
    }
    let units: Vec<&str> = account.units.iter().map(UnitCode::as_str).collect();
    match (account.role, account.units.is_empty()) {
        (Role::Registrar, true) => wrong.push(Wrong::new("unit", "", Why::Required)),
        (Role::Registrar, false) | (_, true) => {}
        (_, false) => wrong.push(Wrong::new("unit", &units.join(","), Why::OnlyRegistrars)),
    }
    if wrong.is_empty() { Ok(()) } else { Err(Fault::Wrong { wrong }) }
}
