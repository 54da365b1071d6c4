//! Drawing the week.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::domain::time::{Session, WallTime};
use crate::i18n::screen::{self as texts, Nothing};
use crate::tui::keymap::{Action, Scope};
use crate::tui::pane::units::Units;
use crate::tui::pane::week::{Row, Week};
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, meeting_sign, put};
use crate::tui::view::{detail, list, meeting};
use crate::tui::watch::Watch;
use crate::wire::reply::MeetingView;

/// The columns of a start, and of a start with an end.
const ALONE: u16 = 5;
const WITH_END: u16 = 11;

/// Part of the day, time, signs, title, chair, place. In a narrow window the place goes first, then the chair: the details
/// tell them. Chairs begin alike (“Thứ trưởng phụ trách …”): cut, they tell nobody apart, so that the room is the title's.
const COLUMNS: [Column; 6] = [
    Column { least: 5, most: 5, drop: 0 },
    Column { least: ALONE, most: WITH_END, drop: 0 },
    Column { least: 2, most: 2, drop: 0 },
    Column { least: 80, most: 120, drop: 0 },
    Column { least: 30, most: 36, drop: 1 },
    Column { least: 28, most: 60, drop: 2 },
];

/// Draws the week; gives the place of the selection.
pub fn draw(
    week: &Week,
    units: &Units,
    watch: &Watch,
    look: &Look<'_>,
    detail_top: usize,
    areas: &Areas,
    buf: &mut Buffer,
) -> Option<(u16, u16)> {
    put(&heading(week, look), areas.heading, buf);
    if let Some(area) = areas.detail
        && let Some(meeting) = week.selected()
    {
        detail::draw(look, &meeting::fields(look, meeting, units, area.height, told(areas.list.width)), detail_top, area, buf);
    }
    if week.shown.is_some() && week.meetings.is_empty() && areas.list.height > 8 {
        let key = look.keymap.key_for(Action::MeetingNew, &[Scope::App]);
        let note = texts::nothing_here(look.lang, Nothing::Week, key.as_deref());
        let below = ratatui::layout::Rect { x: areas.list.x + list::MARGIN, y: areas.list.y + 8, ..areas.list };
        put(&Line::from(look.text(&note, Role::Muted)), below.intersection(areas.list), buf);
    }
    let columns = columns(areas.list.width.saturating_sub(list::MARGIN));
    let rows = week.shown_rows().map(|row| match row {
        Row::Day { day, empty } => list::Row { spans: day_heading(day, empty, look), handle: 0, news: false },
        Row::Meeting { index, day, session } => {
            let meeting = week.meetings.get(index);
            let spans = meeting.map(|meeting| cells(meeting, day, session, &columns, look));
            let news = meeting.is_some_and(|meeting| watch.marks(&meeting.id));
            list::Row { spans: spans.unwrap_or_default(), handle: meeting::HANDLE, news }
        }
    });
    list::draw(look, week.cursor, rows, areas.list, buf)
}

/// The widths of the columns: what is too little for the end of a meeting is left to its title.
fn columns(total: u16) -> [Option<u16>; 6] {
    let mut shown = widths(&COLUMNS, total);
    if let [_, Some(time), _, Some(title), ..] = &mut shown
        && *time < WITH_END
    {
        *title += *time - ALONE;
        *time = ALONE;
    }
    shown
}

/// What a row tells in a list of this width.
#[must_use]
pub fn told(list: u16) -> meeting::Told {
    let [_, time, _, title, chair, _] = columns(list.saturating_sub(list::MARGIN));
    meeting::Told { title: title.unwrap_or(0), chair: chair.unwrap_or(0), hours: time == Some(WITH_END), id: false }
}

fn heading(week: &Week, look: &Look<'_>) -> Line<'static> {
    let shown = week.shown.unwrap_or(week.week);
    let mut spans = vec![look.text(&texts::week(look.lang, shown), Role::Title)];
    if week.shown.is_some() {
        spans.push(look.text(&format!("  {}", texts::meetings(look.lang, week.meetings.len())), Role::Muted));
        let conflicts = week.meetings.iter().filter(|meeting| !meeting.conflicts.is_empty()).count();
        if conflicts > 0 {
            spans.push(look.text(&format!("  ! {}", texts::conflicts(look.lang, conflicts)), Role::Conflict));
        }
    }
    Line::from(spans)
}

fn day_heading(day: chrono::NaiveDate, empty: bool, look: &Look<'_>) -> Vec<Span<'static>> {
    let today = WallTime::at(look.now).day() == day;
    let role = if today { Role::Today } else { Role::Heading };
    let mut spans = vec![look.text(&texts::day(look.lang, day), role)];
    if today {
        spans.push(look.text(&format!(" · {}", look.lang.pick("hôm nay", "today")), Role::Today));
    }
    if empty {
        spans.push(look.text("  –", Role::Muted));
    }
    spans
}

fn cells(
    meeting: &MeetingView,
    day: chrono::NaiveDate,
    session: Option<Session>,
    columns: &[Option<u16>; 6],
    look: &Look<'_>,
) -> Vec<Span<'static>> {
    let (sign, role) = meeting_sign(meeting.state);
    let conflict = if meeting.conflicts.is_empty() { " " } else { "!" };
    let title_role = if meeting::is_off(meeting.state) { Role::Muted } else { Role::Text };
    let texts = [
        (session.map(|session| texts::session(look.lang, session).to_owned()).unwrap_or_default(), Role::Muted),
        (hours(meeting, day, columns.get(1).copied().flatten().unwrap_or(0)), Role::Number),
        (format!("{sign}{conflict}"), if conflict == "!" { Role::Conflict } else { role }),
        (meeting.title.to_string(), title_role),
        (meeting.chair.to_string(), Role::Muted),
        (meeting.place.to_string(), Role::Muted),
    ];
    meeting::in_columns(&texts, columns, look)
}

/// From when to when; on the later days of a meeting of several days, that it goes on.
fn hours(meeting: &MeetingView, day: chrono::NaiveDate, columns: u16) -> String {
    if meeting.start.day() != day {
        return "…".to_owned();
    }
    let start = meeting.start.naive().format("%H:%M").to_string();
    match meeting.end.filter(|end| columns >= WITH_END && end.day() == day) {
        Some(end) => format!("{start}–{}", end.naive().format("%H:%M")),
        None => start,
    }
}
