//! Who asks, with what he may do and see.

use std::collections::HashSet;

use crate::domain::access::{self, Ability, Sight};
use crate::domain::account::{Account, Role};
use crate::domain::fault::{Fault, Permission};
use crate::domain::mailbox::{Mailbox, MailboxKind};
use crate::domain::meeting::Meeting;
use crate::domain::office::Rules;
use crate::domain::unit::UnitCode;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::registry;
use crate::usecase::table;

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The Unix user.
    pub user: String,
    /// The role of the account.
    pub role: Role,
    /// Of a registrar: its units and all below them.
    units: HashSet<UnitCode>,
}

impl Caller {
    /// Somebody of this role, who works for these units and nothing below them.
    #[must_use]
    pub fn new(user: &str, role: Role, units: impl IntoIterator<Item = UnitCode>) -> Self {
        Self { user: user.to_owned(), role, units: units.into_iter().collect() }
    }

    /// The account of a Unix user; without one, what the rules give to the unknown.
    ///
    /// # Errors
    /// [`Permission::NoAccount`], [`Fault::Store`].
    pub fn of(store: &dyn Store, rules: &Rules, user: &str) -> Result<Self, Fault> {
        let account = table::find::<Account>(store, user)?.map(|account| account.value);
        let role = match &account {
            Some(account) => (!account.revoked).then_some(account.role),
            None => rules.unknown,
        };
        let Some(role) = role else {
            return Err(Fault::NotPermitted {
                permission: Permission::NoAccount { user: user.to_owned(), who_may: who(store, Ability::KeepAccounts)? },
            });
        };
        let own = account.map(|account| account.units).unwrap_or_default();
        let units = if role == Role::Registrar { below(store, own)? } else { HashSet::new() };
        Ok(Self { user: user.to_owned(), role, units })
    }

    /// Refuses what the role may not do.
    ///
    /// # Errors
    /// [`Permission::Role`] naming who may, [`Fault::Store`].
    pub fn may(&self, store: &dyn Store, ability: Ability) -> Result<(), Fault> {
        if ability.roles().contains(&self.role) { Ok(()) } else { Err(self.refused(store, ability)?) }
    }

    /// Refuses what the role may not do for a unit: a registrar works for its own.
    ///
    /// # Errors
    /// As [`Caller::may`].
    pub fn may_for(&self, store: &dyn Store, ability: Ability, unit: &UnitCode) -> Result<(), Fault> {
        self.may(store, ability)?;
        if self.role == Role::Registrar && !self.units.contains(unit) {
            let permission = Permission::OtherUnit { unit: unit.clone(), who_may: who(store, Ability::Decide)? };
            return Err(Fault::NotPermitted { permission });
        }
        Ok(())
    }

    /// That the role may not do this.
    ///
    /// # Errors
    /// The store's.
    pub fn refused(&self, store: &dyn Store, ability: Ability) -> Result<Fault, StoreError> {
        Ok(Fault::NotPermitted { permission: Permission::Role { role: self.role, ability, who_may: who(store, ability)? } })
    }

    /// How much this account sees of a meeting: [`Sight::Nothing`], [`Sight::Told`] or [`Sight::Everything`].
    #[must_use]
    pub fn sees(&self, meeting: &Meeting) -> Sight {
        match access::meetings(self.role) {
            Sight::OwnUnits if self.units.contains(&meeting.entry.unit) => Sight::Everything,
            Sight::OwnUnits | Sight::Told if access::is_told(meeting) => Sight::Told,
            Sight::Everything => Sight::Everything,
            _ => Sight::Nothing,
        }
    }

    /// Whether the meeting is there for this account.
    #[must_use]
    pub fn knows(&self, meeting: &Meeting) -> bool {
        self.sees(meeting) != Sight::Nothing
    }

    /// What this account sees of a mailbox; `None`: it is not there for it.
    #[must_use]
    pub fn mailbox(&self, mailbox: Mailbox) -> Option<Mailbox> {
        match access::mailboxes(self.role) {
            Sight::Everything => Some(mailbox),
            Sight::Told if mailbox.kind == MailboxKind::Personal => None,
            Sight::Told | Sight::Addresses => Some(Mailbox { owner: None, custodian: None, quota_mb: None, ..mailbox }),
            Sight::Nothing | Sight::OwnUnits => None,
        }
    }
}

/// The accounts that may do something.
///
/// # Errors
/// The store's.
pub fn who(store: &dyn Store, ability: Ability) -> Result<Vec<String>, StoreError> {
    let accounts = table::all::<Account>(store)?.into_iter().map(|account| account.value);
    Ok(accounts.filter(|account| !account.revoked && ability.roles().contains(&account.role)).map(|account| account.user).collect())
}

/// Units and all below them; no other is read.
fn below(store: &dyn Store, own: Vec<UnitCode>) -> Result<HashSet<UnitCode>, StoreError> {
    let (mut found, mut waiting) = (HashSet::new(), own);
    while let Some(code) = waiting.pop() {
        if found.insert(code.clone()) {
            waiting.extend(registry::units_below(store, &code)?);
        }
    }
    Ok(found)
}
