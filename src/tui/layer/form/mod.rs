//! The form in which a meeting is registered or edited.
//!
//! Every field is a text as somebody types it; what it means stands beside it at once. What is typed is kept as a draft
//! until the form is saved or the draft is thrown away on purpose.

pub mod field;
mod input;
mod kept;
mod order;
mod times;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::draft::{DraftField, FormKey};
use crate::domain::meeting::{Event, MeetingId, MeetingState};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::{self, Action};
use crate::i18n::screen::EndMoved;
use crate::tui::layer::Typed;
use crate::tui::pane::units::Units;
use crate::tui::widget::{LineField, TextField};
use crate::wire::reply::MeetingView;
use crate::wire::request::Replacing;

use input::{Field, Input};

pub use field::{FieldName, Meaning, Reading, URGENCIES, Wrong, urgency, urgency_word};
pub use order::{Replacement, Unsaved, text_of};
pub use view::{draw, label};

/// The form.
#[derive(Debug)]
pub struct Form {
    /// The meeting that is edited; `None` for a new one.
    pub editing: Option<Box<MeetingView>>,
    /// In which way its invitation is replaced, if it is not edited.
    pub way: Option<Replacing>,
    /// The name under which it is kept while it is typed.
    pub draft: FormKey,
    /// When what stands in it was kept, if it was brought back from there.
    pub kept: Option<DateTime<Utc>>,
    /// Whether the answer to a save is awaited.
    pub saving: bool,
    /// Rows scrolled out at the top.
    pub top: usize,
    fields: Vec<Field>,
    focus: usize,
    /// The day that an hour alone means.
    day: Option<chrono::NaiveDate>,
    /// The texts with which it was opened: what differs from them was typed.
    initial: Vec<String>,
    /// The revision of the meeting that those texts are of. What is saved is a change of that one, and no other.
    revision: u64,
    /// Fields of which it is not known any more what that revision said.
    unknown: BTreeSet<FieldName>,
    /// What was typed and cannot be saved in the state that the meeting is in: kept, and nowhere shown.
    left: Vec<DraftField>,
    /// That somebody else has changed the meeting since.
    pub newer: Option<Newer>,
    /// The end as it was typed last, and the start by which it was meant.
    measured: times::Measured,
    /// How the end was moved by what was typed as the start, to be said once.
    moved: Option<EndMoved>,
    /// The marks with which the choice of units for a field was closed, and what stood in the field then.
    marks: BTreeMap<FieldName, (String, Vec<UnitCode>)>,
}

/// That a meeting was changed while it stood in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// Its revision now.
    pub revision: u64,
    /// What happened to it last, as far as whoever asks may know.
    pub last: Option<Event>,
}

/// The name of the draft of a new meeting's form.
const NEW: &str = "meeting.new";
/// How the name of the draft of another one begins; its id follows.
const EDIT: &str = "meeting.edit/";

/// The name of the draft of a form: of a new meeting, or of this one.
#[must_use]
pub fn draft_name(id: Option<&MeetingId>) -> Option<FormKey> {
    FormKey::parse(&id.map_or_else(|| NEW.to_owned(), |id| format!("{EDIT}{id}")))
}

/// The name of the draft of the form in which a meeting's invitation is replaced.
#[must_use]
pub fn replacing_name(id: &MeetingId, way: Replacing) -> Option<FormKey> {
    let way = match way {
        Replacing::Reschedule => "meeting.reschedule",
        Replacing::Replace => "meeting.replace",
    };
    FormKey::parse(&format!("{way}/{id}"))
}

/// The meeting that a draft is of, if it is not of a new one. `None` for what is no draft of this form.
#[must_use]
pub fn draft_of(draft: &FormKey) -> Option<Option<MeetingId>> {
    match draft.as_str().strip_prefix(EDIT) {
        Some(id) => MeetingId::parse(id).map(Some),
        None => (draft.as_str() == NEW).then_some(None),
    }
}

/// Whether a field cannot be changed in a state of the meeting.
#[must_use]
pub fn locked(state: MeetingState, name: FieldName) -> bool {
    let can = |action| workflow::next(state, action).is_some();
    !(can(Action::Edit) || can(Action::Change) || name == FieldName::Invited && can(Action::Invite))
}

/// Whether units can be added to a field in a state of the meeting, and none taken out.
#[must_use]
pub fn only_adds(state: MeetingState, name: FieldName) -> bool {
    name == FieldName::Invited && !locked(state, name) && locked(state, FieldName::Title)
}

impl Form {
    /// An empty form, or one with what stands in a meeting.
    #[must_use]
    pub fn new(draft: FormKey, editing: Option<MeetingView>, by: Reading<'_>) -> Self {
        let fields = FieldName::ALL.map(|name| {
            let input = match name {
                FieldName::Content => Input::Text(TextField::new()),
                FieldName::Urgency => Input::Choice("normal"),
                // A ministry invites hundreds of units.
                name if name.takes_several_units() => Input::Line(LineField::with_limit(crate::domain::meeting::INVITED_BYTES_MAX)),
                _ => Input::Line(LineField::new()),
            };
            let mut field = Field { name, input, visited: false, meaning: Ok(Meaning::Nothing) };
            if let Some(meeting) = &editing {
                field.set(&order::text_of(name, meeting));
            }
            field
        });
        let mut form = Self {
            revision: editing.as_ref().map_or(0, |meeting| meeting.revision),
            editing: editing.map(Box::new),
            way: None,
            draft,
            kept: None,
            saving: false,
            top: 0,
            fields: fields.into(),
            focus: 0,
            day: None,
            initial: Vec::new(),
            unknown: BTreeSet::new(),
            left: Vec::new(),
            newer: None,
            measured: times::Measured::default(),
            moved: None,
            marks: BTreeMap::new(),
        };
        form.initial = form.fields.iter().map(Field::text).collect();
        form.read(by);
        form
    }

    /// The form for another invitation in the place of the one that was issued, with what stands in the meeting.
    #[must_use]
    pub fn replacing(draft: FormKey, meeting: MeetingView, way: Replacing, by: Reading<'_>) -> Self {
        let mut form = Self::new(draft, Some(meeting), by);
        form.way = Some(way);
        form.read(by);
        form
    }

    /// Takes an hour alone as one of this day, for whoever opened the form on it.
    pub fn begin_on(&mut self, day: chrono::NaiveDate) {
        self.day = Some(day);
    }

    /// The focused field.
    #[must_use]
    pub fn focused(&self) -> FieldName {
        self.fields.get(self.focus).map_or(FieldName::Title, |field| field.name)
    }

    /// Whether the meeting is issued: further units can be invited, and nothing of what the others were told is edited.
    #[must_use]
    pub fn only_invites(&self) -> bool {
        self.way.is_none() && self.can(Action::Invite) && self.locks(FieldName::Title)
    }

    /// Whether the focused field cannot be changed in the state that the meeting is in.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locks(self.focused())
    }

    fn locks(&self, name: FieldName) -> bool {
        match self.way {
            None => self.editing.as_ref().is_some_and(|meeting| locked(meeting.state, name)),
            Some(Replacing::Reschedule) => !matches!(name, FieldName::Start | FieldName::End | FieldName::Place),
            Some(Replacing::Replace) => false,
        }
    }

    fn can(&self, action: Action) -> bool {
        self.editing.as_ref().is_some_and(|meeting| workflow::next(meeting.state, action).is_some())
    }

    /// The focused field, to type into; none while the form is being saved, and where nothing can be changed.
    pub fn typed(&mut self) -> Option<Typed<'_>> {
        if self.saving || self.is_locked() {
            return None;
        }
        match self.fields.get_mut(self.focus).map(|field| &mut field.input) {
            Some(Input::Line(field)) => Some(Typed::Line(field)),
            Some(Input::Text(field)) => Some(Typed::Text(field)),
            Some(Input::Choice(_)) | None => None,
        }
    }

    /// Goes to the field `by` places on, around the end.
    pub fn step(&mut self, by: isize, reading: Reading<'_>) {
        let count = self.fields.len().max(1);
        let next = self.focus.cast_signed().saturating_add(by).rem_euclid(count.cast_signed());
        self.leave(reading);
        self.focus = next.cast_unsigned();
    }

    /// Goes to a field.
    pub fn go(&mut self, name: FieldName, by: Reading<'_>) {
        self.leave(by);
        self.focus = self.fields.iter().position(|field| field.name == name).unwrap_or(self.focus);
    }

    fn leave(&mut self, by: Reading<'_>) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.leave();
        }
        self.read(by);
        self.settle_times(by);
    }

    /// Steps the focused choice.
    pub fn choose(&mut self, by: isize) {
        if let Some(Field { input: Input::Choice(word), .. }) = self.fields.get_mut(self.focus) {
            let at = URGENCIES.iter().position(|(_, known)| known == word).unwrap_or(0);
            let next = at.cast_signed().saturating_add(by).rem_euclid(URGENCIES.len().cast_signed());
            *word = URGENCIES.get(next.cast_unsigned()).map_or("normal", |(_, word)| word);
        }
    }

    /// Whether the focused field is stepped through instead of typed into.
    #[must_use]
    pub fn on_choice(&self) -> bool {
        !self.saving && !self.is_locked() && matches!(self.fields.get(self.focus), Some(Field { input: Input::Choice(_), .. }))
    }

    /// Whether the focused field has several lines, so that Enter belongs to it.
    #[must_use]
    pub fn on_text(&self) -> bool {
        !self.is_locked() && matches!(self.fields.get(self.focus), Some(Field { input: Input::Text(_), .. }))
    }

    fn set(&mut self, name: FieldName, text: &str, by: Reading<'_>) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.set(text);
        }
        self.read(by);
    }

    fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn text(&self, name: FieldName) -> String {
        self.field(name).map(Field::text).unwrap_or_default()
    }

    /// Puts chosen units into a field.
    pub fn set_units(&mut self, name: FieldName, codes: &[UnitCode], by: Reading<'_>) {
        let text = codes.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", ");
        self.set(name, &text, by);
        self.marks.remove(&name);
    }

    /// Keeps the marks of a choice that was closed, or forgets them.
    pub fn keep_marks(&mut self, name: FieldName, marks: Option<Vec<UnitCode>>) {
        let text = self.text(name);
        self.marks.remove(&name);
        self.marks.extend(marks.map(|marks| (name, (text, marks))));
    }

    /// The marks that were kept for a field. What was typed into it since is newer.
    #[must_use]
    pub fn kept_marks(&self, name: FieldName) -> Option<Vec<UnitCode>> {
        self.marks.get(&name).filter(|(text, _)| *text == self.text(name)).map(|(_, marks)| marks.clone())
    }

    /// The units that stand in a field and are known.
    #[must_use]
    pub fn units_in(&self, name: FieldName, registry: &Units) -> Vec<UnitCode> {
        let text = self.text(name);
        let codes = text.split([',', ';', ' ']).filter_map(|word| UnitCode::parse(word).ok());
        codes.filter(|code| registry.get(code).is_some()).collect()
    }

    /// Reads all fields anew, after one has changed.
    pub fn read(&mut self, by: Reading<'_>) {
        let mut start: Option<WallTime> = None;
        for field in &mut self.fields {
            field.meaning = field::read(field.name, &field.text(), Reading { start, day: self.day, ..by });
            if field.name == FieldName::Start {
                start = field.start();
            }
        }
        self.check_locked();
        self.measure();
    }

    /// What stands otherwise where the meeting's state allows no change is wrong: it was typed before the meeting was issued, or a
    /// unit that was invited was taken out.
    fn check_locked(&mut self) {
        let locked: Vec<bool> = self.fields.iter().map(|field| self.locks(field.name)).collect();
        let told: &[UnitCode] = match &self.editing {
            Some(meeting) if self.only_invites() => &meeting.invited,
            _ => &[],
        };
        for ((field, initial), locked) in self.fields.iter_mut().zip(&self.initial).zip(locked) {
            let stands = |code: &UnitCode| matches!(&field.meaning, Ok(Meaning::Units(codes)) if codes.contains(code));
            let missing = told.iter().find(|code| field.name == FieldName::Invited && field.meaning.is_ok() && !stands(code));
            if locked && field.text() != *initial {
                field.meaning = Err(Wrong::Locked);
            } else if let Some(code) = missing {
                field.meaning = Err(Wrong::Uninvited(code.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
