//! Three states of a field: what it was, what it is by now, and what was typed. What of them belongs together, by itself.

use std::collections::BTreeSet;

use crate::domain::unit::UnitCode;
use crate::tui::layer::form::FieldName;

/// A field in its three states, as texts of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The field.
    pub name: FieldName,
    /// What the form was opened with; `None` where that is not known any more.
    pub base: Option<String>,
    /// What the meeting says now.
    pub theirs: String,
    /// What was typed.
    pub mine: String,
}

/// Who changed a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nobody.
    Untouched,
    /// Whoever types here alone.
    Mine,
    /// Others alone.
    Theirs,
    /// Both, to the same.
    Alike,
    /// Both, each to something else: somebody has to choose.
    Conflict,
}

impl Sides {
    /// Who changed the field. Where it is not known what it was, whatever differs has to be chosen.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let same = |a: &str, b: &str| same(self.name, a, b);
        let Some(base) = &self.base else {
            return if same(&self.theirs, &self.mine) { Kind::Untouched } else { Kind::Conflict };
        };
        match (same(base, &self.mine), same(base, &self.theirs)) {
            (true, true) => Kind::Untouched,
            (false, true) => Kind::Mine,
            (true, false) => Kind::Theirs,
            (false, false) if same(&self.theirs, &self.mine) => Kind::Alike,
            (false, false) => Kind::Conflict,
        }
    }

    /// What both did to a list of units together: theirs, without what was taken out here and with what was added here.
    /// With `additions_only` nothing is taken out. `None` for other fields.
    #[must_use]
    pub fn both(&self, additions_only: bool) -> Option<String> {
        if !self.name.takes_several_units() {
            return None;
        }
        let (base, mine) = (codes(self.base.as_deref().unwrap_or_default()), codes(&self.mine));
        let mut together = codes(&self.theirs);
        if !additions_only {
            together.retain(|code| !base.contains(code) || mine.contains(code));
        }
        for code in mine.into_iter().filter(|code| !base.contains(code)) {
            if !together.contains(&code) {
                together.push(code);
            }
        }
        Some(joined(&together))
    }
}

/// Whether two texts of a field say the same. The order of units says nothing.
#[must_use]
pub fn same(name: FieldName, a: &str, b: &str) -> bool {
    if name.takes_several_units() {
        let set = |text| codes(text).into_iter().collect::<BTreeSet<_>>();
        return set(a) == set(b);
    }
    a.trim() == b.trim()
}

/// The units of a text of the form.
#[must_use]
pub fn codes(text: &str) -> Vec<UnitCode> {
    text.split([',', ';', ' ', '\n', '\t']).filter_map(|word| UnitCode::parse(word).ok()).collect()
}

/// Units as a text of the form.
#[must_use]
pub fn joined(codes: &[UnitCode]) -> String {
    codes.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", ")
}
