//! A meeting, as lists and details show it.

use ratatui::text::Span;

use crate::card;
use crate::domain::meeting::MeetingState;
use crate::domain::unit::UnitCode;
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
/// Below this height every field of the details gets as few rows as it can.
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
    for ((text, role), width) in texts.iter().zip(columns) {
        let Some(width) = width else { continue };
        if !spans.is_empty() {
            spans.push(Span::raw(" ".repeat(usize::from(GAP))));
        }
        spans.push(Span::styled(fit(text, *width), look.style(*role)));
    }
    spans
}

/// What the details say about a meeting.
#[must_use]
pub fn fields(look: &Look<'_>, meeting: &MeetingView, units: &Units, height: u16) -> Vec<Field> {
    let lang = look.lang;
    let tight = height < TIGHT;
    let (_, role) = meeting_sign(meeting.state);
    let mut state = word::meeting_state(lang, meeting.state).to_owned();
    if let Some(number) = &meeting.number {
        state = format!("{state} · {number}");
    }
    let mut fields = vec![Field::line("", meeting.title.to_string(), Role::Title).rows(if tight { 1 } else { 3 })];
    if tight {
        fields.push(Field::line(label(lang, Label::State), format!("{state} · {}", meeting.id), role));
    } else {
        fields.push(Field::line(label(lang, Label::State), state, role));
        fields.push(Field::line(label(lang, Label::Id), meeting.id.to_string(), Role::Code));
    }
    fields.extend([
        Field::line(time_label(lang), texts::time(lang, meeting.start, meeting.end), Role::Number),
        Field::line(label(lang, Label::Place), meeting.place.to_string(), Role::Text).rows(if tight { 1 } else { 2 }),
        Field::line(label(lang, Label::Chair), meeting.chair.to_string(), Role::Text),
        Field::line(invited_label(lang), invited(lang, meeting), Role::Code).rows(if tight { 1 } else { 3 }),
    ]);
    if !meeting.conflicts.is_empty() {
        let conflicts: Vec<String> = meeting.conflicts.iter().map(|conflict| card::conflict(lang, conflict)).collect();
        fields.push(Field::line("", conflicts.join("\n"), Role::Conflict).rows(0));
    }
    fields.push(Field::line(label(lang, Label::Unit), named(&meeting.unit, units), Role::Text).rows(if tight { 1 } else { 2 }));
    let more = [
        (Label::Online, meeting.online.as_ref().map(ToString::to_string)),
        (Label::PreparedBy, Some(listed(&meeting.prepared_by)).filter(|codes| !codes.is_empty())),
        (Label::Without, Some(listed(&meeting.without)).filter(|codes| !codes.is_empty())),
        (Label::Content, meeting.content.as_ref().map(ToString::to_string)),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            fields.push(Field::line(label(lang, name), value, Role::Text).rows(0));
        }
    }
    fields
}

fn time_label(lang: Lang) -> &'static str {
    lang.pick("Thời gian", "Time")
}

fn invited_label(lang: Lang) -> &'static str {
    lang.pick("Mời", "Invited")
}

/// How many units are invited, and which.
fn invited(lang: Lang, meeting: &MeetingView) -> String {
    if meeting.invited.is_empty() {
        return "–".to_owned();
    }
    format!("{}: {}", texts::units(lang, meeting.invited.len()), listed(&meeting.invited))
}

/// A unit by code and name.
#[must_use]
pub fn named(code: &UnitCode, units: &Units) -> String {
    units.get(code).map_or_else(|| code.to_string(), |unit| format!("{code} · {}", unit.name))
}
