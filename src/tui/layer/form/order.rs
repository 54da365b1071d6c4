//! From a meeting to the texts of the form, and from the texts to what is asked of the host.

use crate::domain::meeting::{Entry, MeetingId, MeetingState};
use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::tui::layer::form::{FieldName, Form, Meaning, Reading, urgency_word};
use crate::wire::reply::MeetingView;
use crate::wire::request::{EntryChanges, OptionalField, ReplaceOrder, Replacing, Request};

/// Why a form cannot be handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaved {
    /// This field is wrong or missing; it has the focus now.
    Field(FieldName),
    /// Nothing differs from what is stored.
    Unchanged,
}

/// A time as the form writes it out.
pub(super) fn dated(time: WallTime) -> String {
    time.naive().format("%d/%m/%Y %H:%M").to_string()
}

/// What stands in a field for a meeting.
#[must_use]
pub fn text_of(name: FieldName, meeting: &MeetingView) -> String {
    let codes = |codes: &[UnitCode]| codes.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", ");
    match name {
        FieldName::Title => meeting.title.to_string(),
        FieldName::Start => dated(meeting.start),
        FieldName::End => meeting.end.map(dated).unwrap_or_default(),
        FieldName::Place => meeting.place.to_string(),
        FieldName::Chair => meeting.chair.to_string(),
        FieldName::Unit => meeting.unit.to_string(),
        FieldName::Invited => codes(&meeting.invited),
        FieldName::PreparedBy => codes(&meeting.prepared_by),
        FieldName::Online => meeting.online.as_ref().map(ToString::to_string).unwrap_or_default(),
        FieldName::Urgency => urgency_word(meeting.urgency).to_owned(),
        FieldName::Content => meeting.content.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

/// Another invitation in the place of the one that was issued, but for the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    /// The meeting.
    pub id: MeetingId,
    /// In which way.
    pub way: Replacing,
    changes: EntryChanges,
    invited: Option<Vec<UnitCode>>,
    expected: u64,
}

impl Replacement {
    /// The order, with the reason.
    #[must_use]
    pub fn because(self, reason: Prose) -> ReplaceOrder {
        let Self { id, way, changes, invited, expected } = self;
        ReplaceOrder { id, way, changes, invited, without: Vec::new(), reason, override_reason: None, expected: Some(expected) }
    }
}

impl Form {
    /// What the form says that the invitation be replaced with.
    ///
    /// # Errors
    /// As [`Form::request`].
    pub fn replacement(&mut self, by: Reading<'_>) -> Result<Replacement, Unsaved> {
        let entry = self.taken(by)?;
        let (Some(meeting), Some(way)) = (&self.editing, self.way) else { return Err(Unsaved::Unchanged) };
        let mut changes = changes(meeting, &entry);
        if way == Replacing::Reschedule && meeting.state == MeetingState::Issued && changes == EntryChanges::default() {
            return Err(Unsaved::Unchanged);
        }
        // The end is the one that stands in the form, whatever the start was; and who lets a postponed meeting be held on its old
        // day says so.
        changes.start = Some(entry.start);
        changes.end = entry.end;
        let invited = (entry.invited != meeting.invited).then(|| entry.invited.clone());
        Ok(Replacement { id: meeting.id.clone(), way, changes, invited, expected: meeting.revision })
    }

    /// The request that saves the form; `submit` hands a new meeting over to the office at once.
    ///
    /// # Errors
    /// [`Unsaved`]; the first wrong field gets the focus, and all of them show from now on what is wrong.
    pub fn request(&mut self, submit: bool, by: Reading<'_>) -> Result<Request, Unsaved> {
        let entry = self.taken(by)?;
        let Some(meeting) = &self.editing else { return Ok(Request::MeetingAdd { entry: Box::new(entry), submit }) };
        let changes = changes(meeting, &entry);
        if changes == EntryChanges::default() {
            return Err(Unsaved::Unchanged);
        }
        Ok(Request::MeetingEdit { id: meeting.id.clone(), changes: Box::new(changes), expected: Some(self.revision) })
    }

    /// What is entered, with every field left; the first wrong one gets the focus.
    fn taken(&mut self, by: Reading<'_>) -> Result<Entry, Unsaved> {
        for field in &mut self.fields {
            field.leave();
        }
        self.read(by);
        self.settle_times(by);
        if let Some(at) = self.fields.iter().position(|field| field.meaning.is_err()) {
            self.focus = at;
            return Err(Unsaved::Field(self.focused()));
        }
        self.entry().ok_or_else(|| Unsaved::Field(self.focused()))
    }

    /// What is entered, when every field is right.
    fn entry(&self) -> Option<Entry> {
        let meaning = |name| self.field(name).and_then(|field| field.meaning.as_ref().ok());
        let line = |name| match meaning(name) {
            Some(Meaning::Line(line)) => Some(line.clone()),
            _ => None,
        };
        let time = |name| match meaning(name) {
            Some(Meaning::Time(time)) => Some(*time),
            _ => None,
        };
        let units = |name| match meaning(name) {
            Some(Meaning::Units(codes)) => codes.clone(),
            _ => Vec::new(),
        };
        Some(Entry {
            title: line(FieldName::Title)?,
            start: time(FieldName::Start)?,
            end: time(FieldName::End),
            place: line(FieldName::Place)?,
            online: line(FieldName::Online),
            chair: line(FieldName::Chair)?,
            unit: units(FieldName::Unit).into_iter().next()?,
            invited: units(FieldName::Invited),
            prepared_by: units(FieldName::PreparedBy),
            content: match meaning(FieldName::Content) {
                Some(Meaning::Prose(prose)) => Some(prose.clone()),
                _ => None,
            },
            urgency: match meaning(FieldName::Urgency) {
                Some(Meaning::Urgency(urgency)) => *urgency,
                _ => crate::domain::meeting::Urgency::default(),
            },
            mode: crate::domain::meeting::InvitationMode::default(),
        })
    }

    /// Whether what is saved can be handed over to the office in the same step.
    #[must_use]
    pub fn can_submit(&self) -> bool {
        self.way.is_none() && self.editing.as_ref().is_none_or(|meeting| meeting.state == MeetingState::Draft)
    }
}

/// The fields of `entry` that differ from those of the meeting.
fn changes(meeting: &MeetingView, entry: &Entry) -> EntryChanges {
    fn differing<T: Clone + PartialEq>(before: &T, after: &T) -> Option<T> {
        (before != after).then(|| after.clone())
    }
    let mut cleared = Vec::new();
    let mut given = |field, gone: bool| {
        if gone {
            cleared.push(field);
        }
    };
    given(OptionalField::End, meeting.end.is_some() && entry.end.is_none());
    given(OptionalField::Online, meeting.online.is_some() && entry.online.is_none());
    given(OptionalField::Content, meeting.content.is_some() && entry.content.is_none());
    let optional = |before: &Option<Line>, after: &Option<Line>| after.clone().filter(|after| before.as_ref() != Some(after));
    let content: Option<Prose> = entry.content.clone().filter(|after| meeting.content.as_ref() != Some(after));
    EntryChanges {
        title: differing(&meeting.title, &entry.title),
        start: differing(&meeting.start, &entry.start),
        end: entry.end.filter(|end| meeting.end != Some(*end)),
        place: differing(&meeting.place, &entry.place),
        online: optional(&meeting.online, &entry.online),
        chair: differing(&meeting.chair, &entry.chair),
        unit: differing(&meeting.unit, &entry.unit),
        invite: entry.invited.iter().filter(|code| !meeting.invited.contains(code)).cloned().collect(),
        uninvite: meeting.invited.iter().filter(|code| !entry.invited.contains(code)).cloned().collect(),
        prepared_by: differing(&meeting.prepared_by, &entry.prepared_by),
        content,
        urgency: differing(&meeting.urgency, &entry.urgency),
        cleared,
    }
}
