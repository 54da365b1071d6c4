//! The registry of units and mailboxes: tables in, records out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::fault::{Fault, Why, Wrong};
use crate::domain::mailbox::{Mailbox, MailboxKind, MailboxRow, MailboxState, MissingCell};
use crate::domain::policy::Policy;
use crate::domain::registry::Imported;
use crate::domain::unit::{Unit, UnitCode, UnitRow, circles};
use crate::usecase::desk::Desk;
use crate::usecase::job::{self, ImportRow, Job, JobKind};
use crate::usecase::keys;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Record, Stored};

/// How many units of a circle are named.
const NAMED_MAX: usize = 10;
/// The most rows one table may have.
pub const ROWS_MAX: usize = 200_000;

/// Takes a table of units: all rows or none. With `check_only` nothing is written and what is wrong is in the outcome.
///
/// # Errors
/// [`Fault::Wrong`] with every wrong row.
pub fn import_units(desk: &mut Desk, actor: &str, source: &str, rows: &[UnitRow], check_only: bool) -> Result<Imported, Fault> {
    let known: HashMap<UnitCode, Stored<Unit>> =
        table::all::<Unit>(desk.store())?.into_iter().map(|unit| (unit.value.code.clone(), unit)).collect();
    let mut order = known.values().map(|unit| unit.value.order).max().unwrap_or(0);
    let mut wrong = duplicates(rows.iter().map(|row| (row.line, row.code.as_str())), "code");
    let mut parents: BTreeMap<UnitCode, Option<UnitCode>> =
        known.values().map(|unit| (unit.value.code.clone(), unit.value.parent.clone())).collect();
    let mut plan = Vec::new();
    let mut unchanged = 0;
    for row in rows {
        let old = known.get(&row.code);
        order += 1;
        let Some(new) = row.apply(old.map(|old| &old.value), order) else {
            wrong.push(Wrong::at(row.line, "name", "", Why::Required));
            parents.insert(row.code.clone(), row.parent.clone());
            continue;
        };
        parents.insert(new.code.clone(), new.parent.clone());
        if old.is_some_and(|old| old.value == new) {
            unchanged += 1;
        } else {
            plan.push(ImportRow { base: old.map_or(0, |old| old.rev), new });
        }
    }
    wrong.extend(wrong_parents(rows, &parents));
    import(desk, actor, source, (JobKind::Units, "unit.import"), Checked { rows: rows.len(), unchanged, plan, wrong }, check_only)
}

fn wrong_parents(rows: &[UnitRow], parents: &BTreeMap<UnitCode, Option<UnitCode>>) -> Vec<Wrong> {
    let circle = circles(parents);
    let mut wrong = Vec::new();
    for row in rows {
        let Some(parent) = parents.get(&row.code).and_then(Option::as_ref) else { continue };
        if !parents.contains_key(parent) {
            wrong.push(Wrong::at(row.line, "parent", parent.as_str(), Why::UnknownUnit));
        } else if circle.contains(&row.code) {
            wrong.push(Wrong::at(
                row.line,
                "parent",
                parent.as_str(),
                Why::Circle { units: circle.iter().take(NAMED_MAX).cloned().collect() },
            ));
        }
    }
    wrong
}

/// Takes a table of mailboxes: all rows or none. With `check_only` nothing is written and what is wrong is in the outcome.
///
/// # Errors
/// [`Fault::Wrong`] with every wrong row.
pub fn import_mailboxes(desk: &mut Desk, actor: &str, source: &str, rows: &[MailboxRow], check_only: bool) -> Result<Imported, Fault> {
    let units = Tree::load(desk.store())?;
    let known: HashMap<String, Stored<Mailbox>> =
        table::all::<Mailbox>(desk.store())?.into_iter().map(|mailbox| (mailbox.value.id(), mailbox)).collect();
    let mut after: BTreeMap<String, Mailbox> = known.iter().map(|(address, mailbox)| (address.clone(), mailbox.value.clone())).collect();
    let mut wrong = duplicates(rows.iter().map(|row| (row.line, row.address.as_str())), "address");
    let mut plan = Vec::new();
    let mut unchanged = 0;
    for row in rows {
        let old = known.get(row.address.as_str());
        match row.apply(old.map(|old| &old.value)) {
            Err(missing) => {
                let field = match missing {
                    MissingCell::Kind => "kind",
                    MissingCell::Unit => "unit",
                };
                wrong.push(Wrong::at(row.line, field, "", Why::Required));
            }
            Ok(new) => {
                wrong.extend(wrong_mailbox(row.line, old.map(|old| &old.value), &new, &units, &desk.rules().policy));
                after.insert(new.id(), new.clone());
                if old.is_some_and(|old| old.value == new) {
                    unchanged += 1;
                } else {
                    plan.push(ImportRow { base: old.map_or(0, |old| old.rev), new });
                }
            }
        }
    }
    wrong.extend(wrong_primaries(rows, &plan, &after));
    import(desk, actor, source, (JobKind::Mailboxes, "mailbox.import"), Checked { rows: rows.len(), unchanged, plan, wrong }, check_only)
}

fn wrong_mailbox(line: u32, old: Option<&Mailbox>, new: &Mailbox, units: &Tree, policy: &Policy) -> Option<Wrong> {
    let Some(upwards) = units.line(&new.unit) else {
        return Some(Wrong::at(line, "unit", new.unit.as_str(), Why::UnknownUnit));
    };
    if new.state == MailboxState::Revoked {
        return None;
    }
    if old.is_some_and(|old| old.state == MailboxState::Revoked) {
        return Some(Wrong::at(line, "state", new.state.word(), Why::Revoked { state: new.state }));
    }
    if policy.allows(&new.address, &upwards) {
        return None;
    }
    let allowed = policy.domains_of(&upwards).into_iter().map(str::to_owned).collect();
    Some(Wrong::at(line, "address", new.address.as_str(), Why::Domain { unit: new.unit.clone(), allowed }))
}

/// Units that would have several active shared mailboxes without exactly one primary, named at the last row concerned.
fn wrong_primaries(rows: &[MailboxRow], plan: &[ImportRow<Mailbox>], after: &BTreeMap<String, Mailbox>) -> Vec<Wrong> {
    let touched: BTreeSet<&UnitCode> = plan.iter().map(|row| &row.new.unit).collect();
    let mut active: BTreeMap<&UnitCode, Vec<&Mailbox>> = BTreeMap::new();
    for mailbox in after.values().filter(|mailbox| mailbox.kind == MailboxKind::Shared && mailbox.state == MailboxState::Active) {
        active.entry(&mailbox.unit).or_default().push(mailbox);
    }
    let mut wrong = Vec::new();
    for (unit, mailboxes) in active {
        let primaries = mailboxes.iter().filter(|mailbox| mailbox.primary).count();
        if mailboxes.len() < 2 || primaries == 1 || !touched.contains(unit) {
            continue;
        }
        let row = rows.iter().rfind(|row| after.get(row.address.as_str()).is_some_and(|mailbox| &mailbox.unit == unit));
        let addresses = mailboxes.iter().map(|mailbox| mailbox.address.clone()).collect();
        if let Some(row) = row {
            wrong.push(Wrong::at(row.line, "primary", row.address.as_str(), Why::Primary { unit: unit.clone(), addresses }));
        }
    }
    wrong
}

fn duplicates<'a>(ids: impl Iterator<Item = (u32, &'a str)>, field: &str) -> Vec<Wrong> {
    let mut first: HashMap<&str, u32> = HashMap::new();
    let mut wrong = Vec::new();
    for (line, id) in ids {
        match first.get(id) {
            Some(first) => wrong.push(Wrong::at(line, field, id, Why::Duplicate { first: *first })),
            None => {
                first.insert(id, line);
            }
        }
    }
    wrong
}

struct Checked<T> {
    rows: usize,
    unchanged: u64,
    plan: Vec<ImportRow<T>>,
    wrong: Vec<Wrong>,
}

fn import<T: Record>(
    desk: &mut Desk,
    actor: &str,
    source: &str,
    (kind, action): (JobKind, &'static str),
    mut checked: Checked<T>,
    check_only: bool,
) -> Result<Imported, Fault> {
    if checked.rows > ROWS_MAX {
        checked.wrong.push(Wrong::new("rows", &checked.rows.to_string(), Why::TooLarge { limit: ROWS_MAX as u64 }));
    }
    checked.wrong.sort_by_key(|wrong| wrong.line);
    if check_only {
        return Ok(Imported { rows: checked.rows as u64, wrong: checked.wrong, ..Imported::default() });
    }
    if !checked.wrong.is_empty() {
        return Err(Fault::Wrong { wrong: checked.wrong });
    }
    let counted = Imported { rows: checked.rows as u64, unchanged: checked.unchanged, ..Imported::default() };
    if checked.plan.is_empty() {
        return Ok(counted);
    }
    let staged = job::stage(desk, kind, actor, source, &checked.plan)?;
    let staged = Job { outcome: counted, ..staged };
    let mut change = desk.change(actor, action, format!("{source} ({})", staged.digest.as_str()));
    job::seal(&mut change, &staged)?;
    desk.commit(change)?;
    job::run(desk, staged.id)
}

/// The tree of units, for walking upwards.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    units: HashMap<UnitCode, Unit>,
}

impl Tree {
    /// Reads all units.
    ///
    /// # Errors
    /// The store's.
    pub fn load(store: &dyn Store) -> Result<Self, StoreError> {
        Ok(Self { units: table::all::<Unit>(store)?.into_iter().map(|unit| (unit.value.code.clone(), unit.value)).collect() })
    }

    /// One unit.
    #[must_use]
    pub fn get(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code)
    }

    /// The unit itself, then the units above it; `None` when there is no such unit.
    #[must_use]
    pub fn line(&self, code: &UnitCode) -> Option<Vec<UnitCode>> {
        let mut line = Vec::new();
        let mut at = Some(self.units.get(code)?);
        while let Some(unit) = at {
            if line.contains(&unit.code) {
                break;
            }
            line.push(unit.code.clone());
            at = unit.parent.as_ref().and_then(|parent| self.units.get(parent));
        }
        Some(line)
    }

    /// All units in the order of the tables that brought them in: exported, they make the same table. A tree is made of them
    /// where one is drawn ([`in_tree`](crate::domain::unit::in_tree)).
    #[must_use]
    pub fn in_order(&self) -> Vec<&Unit> {
        let mut units: Vec<&Unit> = self.units.values().collect();
        units.sort_by(|a, b| (a.order, &a.code).cmp(&(b.order, &b.code)));
        units
    }
}

/// The mailboxes of a unit, by address.
///
/// # Errors
/// The store's.
pub fn mailboxes_of(store: &dyn Store, unit: &UnitCode) -> Result<Vec<Mailbox>, StoreError> {
    Ok(table::indexed::<Mailbox>(store, &keys::mailboxes_of(unit.as_str()))?.into_iter().map(|mailbox| mailbox.value).collect())
}

/// The codes of the units directly below a unit.
///
/// # Errors
/// The store's.
pub fn units_below(store: &dyn Store, unit: &UnitCode) -> Result<Vec<UnitCode>, StoreError> {
    Ok(table::indexed::<Unit>(store, &keys::units_below(unit.as_str()))?.into_iter().map(|unit| unit.value.code).collect())
}
