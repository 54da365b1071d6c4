//! Drawing the list of meetings.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::domain::time::WallTime;
use crate::i18n::screen::{self as texts, Nothing};
use crate::i18n::word;
use crate::tui::keymap::{Action, Scope};
use crate::tui::pane::meetings::Meetings;
use crate::tui::pane::units::Units;
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, meeting_sign, put};
use crate::tui::view::{detail, list, meeting};
use crate::tui::watch::Watch;
use crate::wire::reply::MeetingView;

/// Day and time, signs, title, unit, state, id. In a narrow window the id goes first, then the unit, then the state, which
/// the sign tells as well.
const COLUMNS: [Column; 6] = [
    Column { least: 11, most: 16, drop: 0 },
    Column { least: 2, most: 2, drop: 0 },
    Column { least: 18, most: 200, drop: 0 },
    Column { least: 12, most: 12, drop: 1 },
    Column { least: 8, most: 12, drop: 2 },
    Column { least: 12, most: 12, drop: 3 },
];

/// Draws the list; gives the place of the selection.
pub fn draw(
    meetings: &Meetings,
    units: &Units,
    watch: &Watch,
    look: &Look<'_>,
    detail_top: usize,
    areas: &Areas,
    buf: &mut Buffer,
) -> Option<(u16, u16)> {
    put(&heading(meetings, look), areas.heading, buf);
    if meetings.loaded && meetings.list.is_empty() {
        let (what, action) =
            if meetings.filtered() { (Nothing::Found, Action::MeetingsClear) } else { (Nothing::Meetings, Action::MeetingNew) };
        let key = look.keymap.key_for(action, &[Scope::Meetings, Scope::App]);
        put(&Line::from(look.text(&format!("  {}", texts::nothing_here(look.lang, what, key.as_deref())), Role::Muted)), areas.list, buf);
    }
    if let Some(area) = areas.detail
        && let Some(meeting) = meetings.selected()
    {
        detail::draw(look, &meeting::fields(look, meeting, units, area.height, told(areas.list.width)), detail_top, area, buf);
    }
    let columns = widths(&COLUMNS, areas.list.width.saturating_sub(list::MARGIN));
    let rows = meetings.list.iter().skip(meetings.cursor.top);
    let rows =
        rows.map(|meeting| list::Row { spans: cells(meeting, &columns, look), handle: meeting::HANDLE, news: watch.marks(&meeting.id) });
    list::draw(look, meetings.cursor, rows, areas.list, buf)
}

/// What a row tells in a list of this width.
#[must_use]
pub fn told(list: u16) -> meeting::Told {
    let [_, _, title, .., id] = widths(&COLUMNS, list.saturating_sub(list::MARGIN));
    meeting::Told { title: title.unwrap_or(0), chair: 0, hours: false, id: id.is_some() }
}

fn heading(meetings: &Meetings, look: &Look<'_>) -> Line<'static> {
    let mut spans = vec![look.text(look.lang.pick("Cuộc họp", "Meetings"), Role::Title)];
    let mut filter = |text: String| {
        spans.push(Span::raw("  "));
        spans.push(look.text(&text, Role::Match));
    };
    if let Some(state) = meetings.state {
        filter(word::meeting_state(look.lang, state).to_owned());
    }
    if let Some(unit) = &meetings.unit {
        filter(unit.to_string());
    }
    if !meetings.search.trim().is_empty() {
        filter(format!("“{}”", meetings.search.trim()));
    }
    Line::from(spans)
}

fn cells(meeting: &MeetingView, columns: &[Option<u16>; 6], look: &Look<'_>) -> Vec<Span<'static>> {
    let (sign, role) = meeting_sign(meeting.state);
    let conflict = if meeting.conflicts.is_empty() { " " } else { "!" };
    let day = meeting.start.day();
    let form = if columns.first().copied().flatten().is_some_and(|width| width >= 16) { "%d/%m/%Y %H:%M" } else { "%d/%m %H:%M" };
    let when = if day == WallTime::at(look.now).day() { Role::Today } else { Role::Number };
    let texts = [
        (meeting.start.naive().format(form).to_string(), when),
        (format!("{sign}{conflict}"), if conflict == "!" { Role::Conflict } else { role }),
        (meeting.title.to_string(), if meeting::is_off(meeting.state) { Role::Muted } else { Role::Text }),
        (word::meeting_state(look.lang, meeting.state).to_owned(), role),
        (meeting.unit.to_string(), Role::Code),
        (meeting.id.to_string(), Role::Code),
    ];
    meeting::in_columns(&texts, columns, look)
}
