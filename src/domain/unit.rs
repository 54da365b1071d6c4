//! Units of the ministry: a tree, each unit with the one above it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::text::{Line, is_harmful, nfc};

/// The most characters of a unit's code.
const CODE_MAX: usize = 32;

/// The short code of a unit: `VP`, `TCDL-TTTT`. Capital letters, digits, `-`, `_` and `.`; never a comma or a space, so
/// that codes can be listed where names cannot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitCode(String);

/// What is wrong with a code.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("not a unit code: 1 to 32 letters, digits, '-', '_' or '.'")]
pub struct CodeFault;

impl UnitCode {
    /// Reads a code; small letters become capitals.
    ///
    /// # Errors
    /// [`CodeFault`] for anything else than letters, digits and the three signs.
    pub fn parse(raw: &str) -> Result<Self, CodeFault> {
        if is_plain(raw) {
            return Ok(Self(raw.to_owned()));
        }
        let code = nfc(raw.trim()).to_uppercase();
        let length = code.chars().count();
        let plain = code.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) && !code.chars().any(is_harmful);
        let starts = code.chars().next().is_some_and(char::is_alphanumeric);
        if plain && starts && length <= CODE_MAX { Ok(Self(code)) } else { Err(CodeFault) }
    }

    /// The code's letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a code is surely as [`UnitCode::parse`] would leave it: that of nearly every unit, read a thousand times an hour.
fn is_plain(raw: &str) -> bool {
    let sign = |b: u8| matches!(b, b'-' | b'_' | b'.');
    let letter = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    raw.len() <= CODE_MAX && raw.bytes().next().is_some_and(letter) && raw.bytes().all(|b| letter(b) || sign(b))
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for UnitCode {
    type Error = CodeFault;
    fn try_from(raw: String) -> Result<Self, CodeFault> {
        if is_plain(&raw) { Ok(Self(raw)) } else { Self::parse(&raw) }
    }
}

impl From<UnitCode> for String {
    fn from(code: UnitCode) -> Self {
        code.0
    }
}

/// What sort of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the kinds; their Vietnamese names are in `i18n`")]
pub enum UnitKind {
    Leadership,
    Office,
    Inspectorate,
    Department,
    Agency,
    GeneralDepartment,
    Division,
    Centre,
    Institute,
    Museum,
    Library,
    Theatre,
    Press,
    Education,
    Health,
    Other,
}

impl UnitKind {
    /// All kinds, in the order in which tables name them.
    pub const ALL: [Self; 16] = [
        Self::Leadership,
        Self::Office,
        Self::Inspectorate,
        Self::Department,
        Self::Agency,
        Self::GeneralDepartment,
        Self::Division,
        Self::Centre,
        Self::Institute,
        Self::Museum,
        Self::Library,
        Self::Theatre,
        Self::Press,
        Self::Education,
        Self::Health,
        Self::Other,
    ];

    /// The word that stands in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Leadership => "leadership",
            Self::Office => "office",
            Self::Inspectorate => "inspectorate",
            Self::Department => "department",
            Self::Agency => "agency",
            Self::GeneralDepartment => "general-department",
            Self::Division => "division",
            Self::Centre => "centre",
            Self::Institute => "institute",
            Self::Museum => "museum",
            Self::Library => "library",
            Self::Theatre => "theatre",
            Self::Press => "press",
            Self::Education => "education",
            Self::Health => "health",
            Self::Other => "other",
        }
    }

    /// The kind a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word.trim().to_lowercase())
    }
}

/// A unit (đơn vị).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its code, unique and for ever.
    pub code: UnitCode,
    /// Its name as documents write it.
    pub name: Line,
    /// The unit above it.
    pub parent: Option<UnitCode>,
    /// What sort of unit it is; unknown until somebody says.
    pub kind: Option<UnitKind>,
    /// The domain to suggest for its mailboxes. A suggestion: the policy decides.
    pub mail_domain: Option<Line>,
    /// Its place in lists: the order of the table that brought it in.
    pub order: u32,
}

/// A row of the table of units, checked by itself but not yet against the registry. `None`: the cell was empty, not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// Line of the table, from 1; the header is line 1.
    pub line: u32,
    /// The unit's code.
    pub code: UnitCode,
    /// Its name; mandatory for a unit the registry does not have yet.
    pub name: Option<Line>,
    /// The unit above.
    pub parent: Option<UnitCode>,
    /// What sort of unit.
    pub kind: Option<UnitKind>,
    /// Suggested domain.
    pub mail_domain: Option<Line>,
}

impl UnitRow {
    /// The unit as it stands after this row: an empty cell keeps what is known. `None` when a new unit has no name.
    #[must_use]
    pub fn apply(&self, known: Option<&Unit>, order: u32) -> Option<Unit> {
        Some(Unit {
            code: self.code.clone(),
            name: self.name.clone().or_else(|| known.map(|unit| unit.name.clone()))?,
            parent: self.parent.clone().or_else(|| known.and_then(|unit| unit.parent.clone())),
            kind: self.kind.or_else(|| known.and_then(|unit| unit.kind)),
            mail_domain: self.mail_domain.clone().or_else(|| known.and_then(|unit| unit.mail_domain.clone())),
            order: known.map_or(order, |unit| unit.order),
        })
    }
}

/// The units that lie on a circle of parents, each once; empty when the parents form a tree.
///
/// `parents` holds every unit with the one above it.
#[must_use]
pub fn circles(parents: &BTreeMap<UnitCode, Option<UnitCode>>) -> BTreeSet<UnitCode> {
    let mut safe: BTreeSet<&UnitCode> = BTreeSet::new();
    let mut on_circle = BTreeSet::new();
    for start in parents.keys() {
        let mut path: Vec<&UnitCode> = Vec::new();
        let mut at = Some(start);
        while let Some(code) = at {
            if safe.contains(code) || on_circle.contains(code) {
                break;
            }
            if let Some(begin) = path.iter().position(|seen| *seen == code) {
                on_circle.extend(path.iter().skip(begin).map(|code| (*code).clone()));
                break;
            }
            path.push(code);
            at = parents.get(code).and_then(Option::as_ref);
        }
        safe.extend(path.into_iter().filter(|code| !on_circle.contains(*code)));
    }
    on_circle
}

/// Units as a tree reads: each directly behind the unit above it and what belongs to those before it, siblings in the order in
/// which they are given. A unit whose parent is not among them stands like one without.
#[must_use]
pub fn in_tree(units: Vec<Unit>) -> Vec<Unit> {
    let known: BTreeSet<UnitCode> = units.iter().map(|unit| unit.code.clone()).collect();
    let mut below: BTreeMap<Option<UnitCode>, Vec<Unit>> = BTreeMap::new();
    for unit in units.into_iter().rev() {
        below.entry(unit.parent.clone().filter(|parent| known.contains(parent))).or_default().push(unit);
    }
    let mut tree = Vec::with_capacity(known.len());
    let mut next = below.remove(&None).unwrap_or_default();
    while let Some(unit) = next.pop() {
        next.extend(below.remove(&Some(unit.code.clone())).unwrap_or_default());
        tree.push(unit);
    }
    // Nobody takes in a circle of parents; if there were one, its units would not be lost.
    tree.extend(below.into_values().flatten());
    tree
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(raw: &str) -> UnitCode {
        UnitCode::parse(raw).unwrap()
    }

    #[test]
    fn codes() {
        assert_eq!(code(" vp-cttdt ").as_str(), "VP-CTTDT");
        assert_eq!(code("CĐA").as_str(), "CĐA");
        for plain in ["VP", "TCDL-TTTT", "1A.B_2"] {
            assert_eq!(UnitCode::try_from(plain.to_owned()), UnitCode::parse(&plain.to_lowercase()));
        }
        for wrong in ["", "A B", "A,B", "-A", "a\u{1b}", "A/B", &"A".repeat(33)] {
            assert_eq!(UnitCode::parse(wrong), Err(CodeFault), "{wrong:?}");
        }
    }

    #[test]
    fn a_circle_is_named_without_what_hangs_on_it() {
        let tree = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(child, parent)| (code(child), UnitCode::parse(parent).ok())).collect::<BTreeMap<_, _>>()
        };
        assert!(circles(&tree(&[("A", ""), ("B", "A"), ("C", "B")])).is_empty());
        assert_eq!(circles(&tree(&[("A", "C"), ("B", "A"), ("C", "B"), ("D", "A")])), BTreeSet::from([code("A"), code("B"), code("C")]));
        assert_eq!(circles(&tree(&[("A", "A"), ("B", "A")])), BTreeSet::from([code("A")]));
    }

    fn unit(raw: &str, parent: &str) -> Unit {
        let (code, parent) = (code(raw), UnitCode::parse(parent).ok());
        Unit { code, name: Line::parse(raw).unwrap(), parent, kind: None, mail_domain: None, order: 0 }
    }

    fn codes_of(units: &[Unit]) -> Vec<&str> {
        units.iter().map(|unit| unit.code.as_str()).collect()
    }

    #[test]
    fn a_tree_has_what_is_below_a_unit_right_behind_it() {
        let pairs =
            [("BO", ""), ("TD", "BO"), ("TD-1", "TD"), ("DH", "BO"), ("DH-1", "DH"), ("TD-2", "TD"), ("X", "GONE"), ("TD-11", "TD-1")];
        let tree = in_tree(pairs.map(|(code, parent)| unit(code, parent)).to_vec());
        assert_eq!(codes_of(&tree), ["BO", "TD", "TD-1", "TD-11", "TD-2", "DH", "DH-1", "X"]);
        let circle = in_tree([("A", "B"), ("B", "A"), ("C", "C"), ("D", "")].map(|(code, parent)| unit(code, parent)).to_vec());
        assert_eq!((circle.len(), circle[0].code.as_str()), (4, "D"), "nothing is lost");
    }

    proptest! {
        /// Whatever order a table has, each unit stands within what is below its parent.
        #[test]
        fn no_unit_stands_below_another_than_its_parent(
            parents in proptest::collection::vec(any::<prop::sample::Index>(), 1..40),
            seeds in proptest::collection::vec(any::<u32>(), 41),
        ) {
            let mut units = vec![unit("U0", "")];
            units.extend(parents.iter().enumerate().map(|(n, parent)| unit(&format!("U{}", n + 1), &format!("U{}", parent.index(n + 1)))));
            let mut units: Vec<(u32, Unit)> = seeds.into_iter().zip(units).collect();
            units.sort_by_key(|(seed, _)| *seed);
            let count = units.len();
            let tree = in_tree(units.into_iter().map(|(_, unit)| unit).collect());
            prop_assert_eq!(tree.len(), count);
            // The line of units above the last one read.
            let mut line: Vec<&UnitCode> = Vec::new();
            for unit in &tree {
                while line.last().copied() != unit.parent.as_ref() {
                    prop_assert!(line.pop().is_some(), "{}", unit.code);
                }
                line.push(&unit.code);
            }
        }

        /// Units whose parents all come earlier form a tree; one edge back closes a circle.
        #[test]
        fn circles_are_found_where_they_are(parents in proptest::collection::vec(any::<prop::sample::Index>(), 2..60), closed in any::<bool>()) {
            let name = |n: usize| code(&format!("U{n}"));
            let mut tree: BTreeMap<UnitCode, Option<UnitCode>> = BTreeMap::from([(name(0), None)]);
            for (n, parent) in parents.iter().enumerate() {
                tree.insert(name(n + 1), Some(name(parent.index(n + 1))));
            }
            prop_assert!(circles(&tree).is_empty());
            if closed {
                tree.insert(name(0), Some(name(parents.len())));
                let found = circles(&tree);
                prop_assert!(found.contains(&name(0)) && found.contains(&name(parents.len())));
            }
        }
    }
}
