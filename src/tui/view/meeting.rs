//! A meeting, as lists and details show it.

use ratatui::text::Span;

use crate::card;
use crate::domain::meeting::MeetingState;
use crate::domain::text::width;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;
use crate::i18n::label::{Column as Label, column as label};
use crate::i18n::{Lang, listed, screen as texts, word};
use crate::tui::pane::units::Units;
use crate::tui::theme::Role;
use crate::tui::view::columns::GAP;
use crate::tui::view::detail::Field;
use crate::tui::view::look::{Look, fit, meeting_sign};
use crate::wire::reply::MeetingView;

/// How many cells of a meeting's row are marked when it is selected, counted among those that are shown with their gaps.
pub const HANDLE: usize = 3;
/// Below this height every field of the details gets as few rows as it can, and who registered the meeting, what it is about and
/// who prepares it are left to the whole view.
const TIGHT: u16 = 12;

/// Whether a meeting is not to be held.
#[must_use]
pub fn is_off(state: MeetingState) -> bool {
    matches!(state, MeetingState::Cancelled | MeetingState::Rejected | MeetingState::Postponed)
}

/// Texts as cells of the columns that are shown.
#[must_use]
pub fn in_columns<const N: usize>(texts: &[(String, Role); N], columns: &[Option<u16>; N], look: &Look<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::with_capacity(2 * N);
    for ((text, role), columns) in texts.iter().zip(columns) {
        let Some(columns) = columns else { continue };
        if !spans.is_empty() {
            spans.push(Span::raw(" ".repeat(usize::from(GAP))));
        }
        spans.push(Span::styled(fit(text, *columns), look.style(*role)));
    }
    spans
}

/// What the row of a list tells already, so that a few rows of details need not say it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The columns of the title.
    pub title: u16,
    /// The columns of the chair; 0: it is not told.
    pub chair: u16,
    /// Whether it tells from when to when.
    pub hours: bool,
    /// Whether it tells the id.
    pub id: bool,
}

/// What the details say about a meeting. In a few rows they begin with its state, and its title, which the list nearly always
/// tells, is the last that has a row of its own: where it is told, that row is empty.
#[must_use]
pub fn fields(look: &Look<'_>, meeting: &MeetingView, units: &Units, height: u16, told: Told) -> Vec<Field> {
    let lang = look.lang;
    let tight = height < TIGHT;
    let (_, role) = meeting_sign(meeting.state);
    let mut state = word::meeting_state(lang, meeting.state).to_owned();
    if let Some(number) = &meeting.number {
        state = format!("{state} · {number}");
    }
    let mut fields = Vec::new();
    if tight {
        let state = if told.id { state } else { format!("{state} · {}", meeting.id) };
        fields.push(Field::line(label(lang, Label::State), state, role));
    } else {
        fields.push(Field::line("", meeting.title.to_string(), Role::Title).rows(3));
        fields.push(Field::line(label(lang, Label::State), state, role));
        fields.push(Field::line(label(lang, Label::Id), meeting.id.to_string(), Role::Code));
    }
    if !(tight && told.hours) {
        fields.push(Field::line(time_label(lang), texts::time(lang, meeting.start, meeting.end), Role::Number));
    }
    fields.push(Field::line(label(lang, Label::Place), meeting.place.to_string(), Role::Text).rows(if tight { 1 } else { 2 }));
    let chair = Field::line(label(lang, Label::Chair), meeting.chair.to_string(), Role::Text);
    let invited = Field::line(invited_label(lang), invited(lang, meeting), Role::Code).rows(if tight { 1 } else { 3 });
    if tight {
        let title = Field::line("", meeting.title.to_string(), Role::Title);
        fields.extend([unless_told(chair, told.chair), invited, unless_told(title, told.title)]);
    } else {
        fields.extend([chair, invited]);
    }
    if !meeting.conflicts.is_empty() {
        let conflicts: Vec<String> = meeting.conflicts.iter().map(|conflict| card::conflict(lang, conflict)).collect();
        fields.push(Field::line("", conflicts.join("\n"), Role::Conflict).rows(0));
    }
    if let Some((label, reason)) = why_here(lang, meeting) {
        fields.push(Field::line(label, reason, Role::Warning).rows(0));
    }
    let online = (Label::Online, meeting.online.as_ref().map(ToString::to_string));
    let without = (Label::Without, Some(listed(&meeting.without)).filter(|codes| !codes.is_empty()));
    let more = if tight {
        vec![online, without]
    } else {
        fields.push(Field::line(lang.pick("Đăng ký", "By"), named(&meeting.unit, units), Role::Text).rows(2));
        let prepared_by = (Label::PreparedBy, Some(listed(&meeting.prepared_by)).filter(|codes| !codes.is_empty()));
        vec![online, prepared_by, without, (Label::Content, meeting.content.as_ref().map(ToString::to_string))]
    };
    for (name, value) in more {
        if let Some(value) = value {
            fields.push(Field::line(label(lang, name), value, Role::Text).rows(0));
        }
    }
    fields
}

/// A field, without anything in it when the list shows it whole in so many columns. Its row stays, whatever the next meeting's is.
fn unless_told(field: Field, columns: u16) -> Field {
    if width(&field.value) <= usize::from(columns) { Field::line("", String::new(), field.role) } else { field }
}

fn time_label(lang: Lang) -> &'static str {
    lang.pick("Thời gian", "Time")
}

fn invited_label(lang: Lang) -> &'static str {
    lang.pick("Mời", "Invited")
}

/// Why the meeting was given back, rejected or cancelled, if that is the last that happened to it.
fn why_here(lang: Lang, meeting: &MeetingView) -> Option<(&'static str, String)> {
    let last = meeting.history.last()?;
    let told = matches!(last.action, Action::Return | Action::Reject | Action::Cancel);
    last.reason.as_ref().filter(|_| told).map(|reason| (label(lang, Label::Reason), reason.to_string()))
}

/// How many units are invited, and which: all but those that were left out on record.
fn invited(lang: Lang, meeting: &MeetingView) -> String {
    if meeting.invited.is_empty() {
        return "–".to_owned();
    }
    let reached: Vec<&UnitCode> = meeting.invited.iter().filter(|code| !meeting.without.contains(code)).collect();
    format!("{}: {}", texts::units(lang, reached.len()), listed(reached))
}

/// A unit by code and name.
#[must_use]
pub fn named(code: &UnitCode, units: &Units) -> String {
    units.get(code).map_or_else(|| code.to_string(), |unit| format!("{code} · {}", unit.name))
}
