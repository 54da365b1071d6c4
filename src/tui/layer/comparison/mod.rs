//! What was typed into a form beside what others have made of the meeting meanwhile, field by field, to be chosen from.
//!
//! What one side alone has changed is chosen by itself. What both have changed, each to something else, is nobody's until
//! somebody chooses: no text of anybody wins or is lost in silence.

pub mod merge;

use crate::domain::draft::DraftField;
use crate::domain::meeting::{MeetingId, MeetingState};
use crate::domain::workflow;
use crate::tui::layer::form::{self, FieldName};
use crate::wire::reply::MeetingView;

pub use merge::{Kind, Sides};

/// Whose text of a field is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What was typed.
    Mine,
    /// Of a list of units, what both have added and taken out.
    Both,
    /// What the meeting says now.
    Theirs,
}

/// A field that somebody has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Its three states.
    pub sides: Sides,
    /// Who changed it.
    pub kind: Kind,
    /// What both did to it together, where that is something else than either of them.
    pub both: Option<String>,
    /// Whether what was typed cannot be saved, because of the state that the meeting is in by now.
    pub locked: bool,
    /// What is taken; `None`: nobody has chosen.
    pub chosen: Option<Side>,
}

/// The comparison.
#[derive(Debug)]
pub struct Comparison {
    /// The meeting as it is now.
    pub theirs: Box<MeetingView>,
    /// The state in which the form was opened.
    pub before: MeetingState,
    /// Whether it is to be handed over to the office when it is saved.
    pub submit: bool,
    /// The fields that somebody has changed: first those that somebody has to choose.
    pub fields: Vec<Compared>,
    /// The selected field.
    pub at: usize,
    /// Lines scrolled out at the top.
    pub top: usize,
}

impl Compared {
    /// A field as it is offered in a state of the meeting; `None` when nobody has changed it.
    #[must_use]
    pub fn of(sides: Sides, state: MeetingState) -> Option<Self> {
        let kind = sides.kind();
        if kind == Kind::Untouched {
            return None;
        }
        let only_adds = form::only_adds(state, sides.name);
        let taken_out = || {
            let mine = merge::codes(&sides.mine);
            merge::codes(&sides.theirs).iter().any(|code| !mine.contains(code))
        };
        let locked = matches!(kind, Kind::Mine | Kind::Conflict) && (form::locked(state, sides.name) || only_adds && taken_out());
        let differs = |both: &String| ![&sides.mine, &sides.theirs].into_iter().any(|side| merge::same(sides.name, side, both));
        let mergeable = !form::locked(state, sides.name) && (kind == Kind::Conflict || locked);
        let both = sides.both(only_adds).filter(|both| mergeable && differs(both));
        let chosen = match kind {
            _ if locked && both.is_none() => Some(Side::Theirs),
            Kind::Conflict => None,
            Kind::Mine if locked => Some(Side::Both),
            Kind::Mine => Some(Side::Mine),
            Kind::Theirs | Kind::Alike | Kind::Untouched => Some(Side::Theirs),
        };
        Some(Self { sides, kind, both, locked, chosen })
    }

    /// Whether a side can be taken.
    #[must_use]
    pub fn offers(&self, side: Side) -> bool {
        match side {
            Side::Mine => !self.locked,
            Side::Both => self.both.is_some(),
            Side::Theirs => true,
        }
    }

    /// Whether something was typed into it here.
    #[must_use]
    pub fn typed(&self) -> bool {
        self.kind != Kind::Theirs
    }

    /// The text of a side.
    #[must_use]
    pub fn text(&self, side: Side) -> &str {
        match side {
            Side::Mine => &self.sides.mine,
            Side::Both => self.both.as_deref().unwrap_or(&self.sides.theirs),
            Side::Theirs => &self.sides.theirs,
        }
    }
}

impl Comparison {
    /// Compares the fields of a form with the meeting as it is now.
    #[must_use]
    pub fn new(fields: impl Iterator<Item = Sides>, theirs: MeetingView, before: MeetingState, submit: bool) -> Self {
        let mut fields: Vec<Compared> = fields.filter_map(|sides| Compared::of(sides, theirs.state)).collect();
        fields.sort_by_key(|field| field.chosen.is_some());
        Self { theirs: Box::new(theirs), before, submit, fields, at: 0, top: 0 }
    }

    /// The meeting.
    #[must_use]
    pub fn id(&self) -> &MeetingId {
        &self.theirs.id
    }

    /// The selected field.
    #[must_use]
    pub fn selected(&self) -> Option<&Compared> {
        self.fields.get(self.at)
    }

    /// Moves the selection by so many fields.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.fields.len().saturating_sub(1));
    }

    /// Takes a side of the selected field; `false` when it is not offered.
    pub fn take(&mut self, side: Side) -> bool {
        match self.fields.get_mut(self.at) {
            Some(field) if field.offers(side) => {
                field.chosen = Some(side);
                true
            }
            _ => false,
        }
    }

    /// Takes the next side of the selected field that is offered.
    pub fn take_next(&mut self) {
        const ORDER: [Side; 3] = [Side::Mine, Side::Both, Side::Theirs];
        let Some(field) = self.fields.get_mut(self.at) else { return };
        let from = field.chosen.and_then(|chosen| ORDER.iter().position(|side| *side == chosen)).map_or(0, |at| at + 1);
        let mut next = ORDER.into_iter().cycle().skip(from).take(ORDER.len());
        field.chosen = next.find(|side| field.offers(*side)).or(field.chosen);
    }

    /// Takes one side of everything that it has changed; what the other alone has changed stays as it is chosen.
    pub fn take_all(&mut self, side: Side) {
        for field in &mut self.fields {
            let changed = match side {
                Side::Mine => field.kind != Kind::Theirs,
                Side::Theirs => field.kind != Kind::Mine,
                Side::Both => true,
            };
            if changed && field.offers(side) {
                field.chosen = Some(side);
            }
        }
    }

    /// How many fields somebody has to choose yet.
    #[must_use]
    pub fn open(&self) -> usize {
        self.fields.iter().filter(|field| field.chosen.is_none()).count()
    }

    /// Selects the first field that somebody has to choose yet.
    pub fn go_to_open(&mut self) {
        self.at = self.fields.iter().position(|field| field.chosen.is_none()).unwrap_or(self.at);
    }

    /// Whether nothing of what was typed can be saved: the meeting's state allows none of it.
    #[must_use]
    pub fn saves_nothing(&self) -> bool {
        let savable = |field: &Compared| field.typed() && (!field.locked || field.both.is_some());
        !workflow::editable(self.theirs.state) || self.fields.iter().any(|field| field.locked) && !self.fields.iter().any(savable)
    }

    /// The text that is taken of a field, once it is chosen; what nobody has changed is theirs. `None` where nobody has chosen.
    #[must_use]
    pub fn text(&self, name: FieldName) -> Option<String> {
        match self.fields.iter().find(|field| field.sides.name == name) {
            Some(field) => field.chosen.map(|side| field.text(side).to_owned()),
            None => Some(form::text_of(name, &self.theirs)),
        }
    }

    /// What was typed and cannot be saved, to be kept all the same.
    #[must_use]
    pub fn left(&self) -> Vec<DraftField> {
        let left = self.fields.iter().filter(|field| field.locked && field.chosen == Some(Side::Theirs));
        left.map(|field| DraftField { field: field.sides.name.word().to_owned(), text: field.sides.mine.clone() }).collect()
    }
}

#[cfg(test)]
mod tests;
