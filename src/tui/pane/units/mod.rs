//! The units: a tree, each with its mailboxes.

mod view;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::mailbox::{Mailbox, MailboxKind, MailboxState};
use crate::domain::text::{Query, Searchable};
use crate::domain::unit::{Unit, UnitCode, in_tree};
use crate::tui::pane::Cursor;
use crate::wire::reply::UnitView;

pub use view::{draw, fields};

/// A line of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Which of the units.
    pub index: usize,
    /// How many stand above it.
    pub depth: usize,
    /// Whether there are units below it.
    pub parent: bool,
}

/// The units pane, which is also the registry by which other panes name units.
#[derive(Debug, Default)]
pub struct Units {
    /// The units as a tree: each right behind what stands above it.
    pub units: Vec<Unit>,
    /// Whether they have been loaded.
    pub loaded: bool,
    /// The mailboxes of each unit.
    pub mailboxes: BTreeMap<UnitCode, Vec<Mailbox>>,
    /// Whether they have been loaded.
    pub mailboxes_loaded: bool,
    /// What is drawn.
    pub rows: Vec<Row>,
    /// The selected row.
    pub cursor: Cursor,
    /// Units whose subordinates are not shown.
    pub folded: BTreeSet<UnitCode>,
    /// Only units whose code or name matches.
    pub search: String,
    /// What the host says about the selected unit.
    pub shown: Option<UnitView>,
    by_code: BTreeMap<UnitCode, usize>,
    asked: Option<UnitCode>,
}

impl Units {
    /// Takes the units in whatever order: what is set in stands below the unit it belongs to.
    pub fn load(&mut self, units: Vec<Unit>) {
        let units = in_tree(units);
        let selected = self.selected().map(|unit| unit.code.clone());
        self.by_code = units.iter().enumerate().map(|(n, unit)| (unit.code.clone(), n)).collect();
        self.units = units;
        self.loaded = true;
        self.asked = None;
        self.arrange(selected.as_ref());
    }

    /// Takes the mailboxes of all units.
    pub fn load_mailboxes(&mut self, mailboxes: Vec<Mailbox>) {
        self.asked = None;
        self.mailboxes_loaded = true;
        self.mailboxes.clear();
        for mailbox in mailboxes {
            self.mailboxes.entry(mailbox.unit.clone()).or_default().push(mailbox);
        }
    }

    /// The shared mailbox of a unit: an active one, else one of the others.
    #[must_use]
    pub fn mailbox(&self, code: &UnitCode) -> Option<&Mailbox> {
        let mailboxes = self.mailboxes.get(code).map(Vec::as_slice).unwrap_or_default();
        let mut shared = mailboxes.iter().filter(|mailbox| mailbox.kind == MailboxKind::Shared);
        shared.clone().find(|mailbox| mailbox.state == MailboxState::Active).or_else(|| shared.next())
    }

    /// Whether a unit has no mailbox that an invitation could go to. As long as nobody knows, it is not said.
    #[must_use]
    pub fn lacks_mailbox(&self, code: &UnitCode) -> bool {
        self.mailboxes_loaded && self.mailbox(code).is_none_or(|mailbox| mailbox.state != MailboxState::Active)
    }

    /// A unit by its code.
    #[must_use]
    pub fn get(&self, code: &UnitCode) -> Option<&Unit> {
        self.by_code.get(code).and_then(|n| self.units.get(*n))
    }

    /// The selected unit.
    #[must_use]
    pub fn selected(&self) -> Option<&Unit> {
        self.rows.get(self.cursor.at).and_then(|row| self.units.get(row.index))
    }

    /// Shows only units that match; nothing typed shows all.
    pub fn search(&mut self, text: &str) {
        let selected = self.selected().map(|unit| unit.code.clone());
        text.clone_into(&mut self.search);
        self.arrange(selected.as_ref());
    }

    /// Hides what is below the selected unit; where nothing is, goes to the unit above it.
    pub fn fold(&mut self) {
        let Some(row) = self.rows.get(self.cursor.at).copied() else { return };
        let Some(unit) = self.units.get(row.index) else { return };
        if row.parent && !self.folded.contains(&unit.code) {
            let code = unit.code.clone();
            self.folded.insert(code.clone());
            self.arrange(Some(&code));
        } else if let Some(above) = unit.parent.clone() {
            self.select(&above);
        }
    }

    /// Shows what is below the selected unit; where it is shown, goes to the first of it.
    pub fn unfold(&mut self) {
        let Some(unit) = self.selected() else { return };
        let code = unit.code.clone();
        if self.folded.remove(&code) {
            self.arrange(Some(&code));
        } else if self.rows.get(self.cursor.at).is_some_and(|row| row.parent) {
            self.cursor.step(1, self.rows.len());
        }
    }

    /// Folds the selected unit, or unfolds it.
    pub fn toggle(&mut self) {
        let folded = self.selected().is_some_and(|unit| self.folded.contains(&unit.code));
        if folded { self.unfold() } else { self.fold() }
    }

    /// The selected unit, when the host has not been asked about it yet.
    pub fn wanted(&mut self) -> Option<UnitCode> {
        let selected = self.selected()?.code.clone();
        let known = self.asked.as_ref() == Some(&selected);
        self.asked = Some(selected.clone());
        (!known).then_some(selected)
    }

    /// Selects a unit; where it is folded away, what stands above it.
    fn select(&mut self, code: &UnitCode) {
        let row = |code: &UnitCode| self.rows.iter().position(|row| self.units.get(row.index).is_some_and(|unit| unit.code == *code));
        let above = |code: &&UnitCode| self.get(code).and_then(|unit| unit.parent.as_ref());
        // In a search nothing stands above anything.
        let depth = if self.search.trim().is_empty() { self.units.len() } else { 1 };
        let found = std::iter::successors(Some(code), above).take(depth).find_map(row);
        self.cursor.move_to(found.unwrap_or(self.cursor.at).min(self.rows.len().saturating_sub(1)));
    }

    fn arrange(&mut self, selected: Option<&UnitCode>) {
        let parents: BTreeSet<&UnitCode> = self.units.iter().filter_map(|unit| unit.parent.as_ref()).collect();
        let mut depths: BTreeMap<&UnitCode, usize> = BTreeMap::new();
        let mut hidden: BTreeSet<&UnitCode> = BTreeSet::new();
        let mut rows = Vec::with_capacity(self.units.len());
        let searching = !self.search.trim().is_empty();
        let query = Query::new(&self.search);
        for (index, unit) in self.units.iter().enumerate() {
            let depth = unit.parent.as_ref().and_then(|above| depths.get(above)).map_or(0, |depth| depth + 1);
            depths.insert(&unit.code, depth);
            // While searching, what was found stands without its tree.
            if searching {
                if query.finds(&Searchable::new(&format!("{} {}", unit.code, unit.name))) {
                    rows.push(Row { index, depth: 0, parent: false });
                }
                continue;
            }
            if unit.parent.as_ref().is_some_and(|above| hidden.contains(above) || self.folded.contains(above)) {
                hidden.insert(&unit.code);
                continue;
            }
            rows.push(Row { index, depth, parent: parents.contains(&unit.code) });
        }
        self.rows = rows;
        match selected {
            Some(code) => self.select(code),
            None => self.cursor = Cursor::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mailbox::MailAddress;
    use crate::domain::text::Line;

    fn units() -> Units {
        let unit = |code: &str, name: &str, parent: Option<&str>| Unit {
            code: UnitCode::parse(code).unwrap(),
            name: Line::parse(name).unwrap(),
            parent: parent.map(|code| UnitCode::parse(code).unwrap()),
            kind: None,
            mail_domain: None,
            order: 0,
        };
        let mut units = Units::default();
        units.load(vec![
            unit("BO", "Bộ", None),
            unit("TCDL", "Tổng cục Du lịch", Some("BO")),
            unit("VP", "Văn phòng Bộ", Some("BO")),
            // The last of the table, below one that is not the last of the tree.
            unit("TCDL-VP", "Văn phòng Tổng cục", Some("TCDL")),
        ]);
        units
    }

    fn shown(units: &Units) -> Vec<(usize, &str)> {
        units.rows.iter().map(|row| (row.depth, units.units[row.index].code.as_str())).collect()
    }

    #[test]
    fn folding_hides_what_is_below_and_keeps_the_selection() {
        let mut units = units();
        assert_eq!(shown(&units), [(0, "BO"), (1, "TCDL"), (2, "TCDL-VP"), (1, "VP")]);
        units.cursor.at = 2;
        units.fold();
        assert_eq!(units.selected().unwrap().code.as_str(), "TCDL", "from a leaf to what is above it");
        units.fold();
        assert_eq!(shown(&units), [(0, "BO"), (1, "TCDL"), (1, "VP")]);
        units.unfold();
        units.unfold();
        assert_eq!(units.selected().unwrap().code.as_str(), "TCDL-VP");
    }

    #[test]
    fn a_unit_lacks_a_mailbox_without_an_active_shared_one() {
        let mut units = units();
        let vp = UnitCode::parse("VP").unwrap();
        assert!(!units.lacks_mailbox(&vp), "as long as nobody knows");
        let mailbox = |address: &str, kind, state| Mailbox {
            address: MailAddress::parse(address).unwrap(),
            kind,
            unit: vp.clone(),
            owner: None,
            custodian: None,
            state,
            quota_mb: None,
            primary: false,
        };
        let personal = mailbox("an@chinhphu.vn", MailboxKind::Personal, MailboxState::Active);
        let locked = mailbox("vp1@chinhphu.vn", MailboxKind::Shared, MailboxState::Suspended);
        let active = mailbox("vp2@chinhphu.vn", MailboxKind::Shared, MailboxState::Active);
        for (mailboxes, lacks) in [(vec![], true), (vec![personal, locked.clone()], true), (vec![locked, active], false)] {
            units.load_mailboxes(mailboxes);
            assert_eq!(units.lacks_mailbox(&vp), lacks, "{:?}", units.mailbox(&vp));
        }
    }

    #[test]
    fn units_are_found_with_and_without_marks() {
        let mut units = units();
        units.search("van phong");
        assert_eq!(shown(&units), [(0, "TCDL-VP"), (0, "VP")]);
        units.search("Du lịch");
        assert_eq!(shown(&units), [(0, "TCDL")]);
        units.search("");
        assert_eq!(units.selected().unwrap().code.as_str(), "TCDL", "the selection stays");
        units.fold();
        units.search("van phong");
        units.cursor.at = 0;
        units.search("");
        assert_eq!(units.selected().unwrap().code.as_str(), "TCDL", "what was found is folded away");
    }
}
