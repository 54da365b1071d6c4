//! Lists to choose from: units, and actions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::width;
use crate::i18n::screen::{self as texts, Nothing};
use crate::tui::layer::form;
use crate::tui::layer::menu::{Kind, Menu};
use crate::tui::layer::picker::Picker;
use crate::tui::pane::units::Units;
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::layout::{boxed, inside};
use crate::tui::view::list;
use crate::tui::view::look::{Look, put};
use crate::tui::view::{below, meeting};
use crate::tui::widget::LineField;

/// The rows of a list to choose from: below the field that it is filtered by.
pub(super) fn rows(body: Rect) -> Rect {
    below(inside(boxed(body, u16::MAX)), 1)
}

/// Draws the choice of units. Those that no invitation would reach say so, before they are chosen.
pub(super) fn picker(picker: &Picker, units: &Units, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    const COLUMNS: [Column; 3] =
        [Column { least: 1, most: 1, drop: 0 }, Column { least: 12, most: 16, drop: 0 }, Column { least: 20, most: 90, drop: 0 }];
    let mut title = form::label(look.lang, picker.target).to_owned();
    if picker.several {
        title = format!("{title} · {}", texts::units(look.lang, picker.marked.len()));
    }
    let caret = field(&title, &picker.field, look, body, buf);
    let area = rows(body);
    if picker.hits.is_empty() {
        nothing(look, area, buf);
    }
    let [mark, code, name] = widths(&COLUMNS, area.width.saturating_sub(list::MARGIN));
    let rows = (picker.cursor.top..picker.hits.len()).filter_map(|row| picker.hit(row)).map(|(unit, called, marked)| {
        let (called, name, note) = if units.lacks_mailbox(unit) { lacking(called, name, look) } else { (called.to_owned(), name, None) };
        let sign = if marked { "*" } else { " " };
        let texts = [(sign.to_owned(), Role::Marker), (unit.to_string(), Role::Code), (called, Role::Text)];
        let mut spans = meeting::in_columns(&texts, &[mark, code, name], look);
        spans.extend(note);
        list::Row { spans, handle: 5, news: false }
    });
    list::draw(look, picker.cursor, rows, area, buf);
    caret
}

/// The name of a unit that lacks a mailbox, its columns, and what tells that behind them. Where there is no room for both it
/// stands before the name: it must not be cut off.
fn lacking(name: &str, columns: Option<u16>, look: &Look<'_>) -> (String, Option<u16>, Option<Span<'static>>) {
    const LEAST: u16 = 12;
    let note = texts::no_mailbox(look.lang);
    let needed = u16::try_from(width(note) + 1).unwrap_or(u16::MAX);
    let room = columns.and_then(|columns| columns.checked_sub(needed)).filter(|room| *room >= LEAST);
    match room {
        Some(_) => (name.to_owned(), room, Some(look.text(&format!(" {note}"), Role::Warning))),
        None => (format!("{note} · {name}"), columns, None),
    }
}

/// Draws help or the palette.
pub(super) fn menu(menu: &Menu, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    const COLUMNS: [Column; 3] =
        [Column { least: 9, most: 14, drop: 0 }, Column { least: 20, most: 60, drop: 0 }, Column { least: 12, most: 26, drop: 1 }];
    let title = match menu.kind {
        Kind::Help => look.lang.pick("Phím", "Keys"),
        Kind::Palette => look.lang.pick("Lệnh", "Commands"),
    };
    let caret = field(title, &menu.field, look, body, buf);
    let area = rows(body);
    if menu.hits.is_empty() {
        nothing(look, area, buf);
    }
    let columns = widths(&COLUMNS, area.width.saturating_sub(list::MARGIN));
    let rows = menu.hits.iter().skip(menu.cursor.top).map(|hit| {
        let role = if hit.in_scope { Role::Text } else { Role::Muted };
        let keys = hit.keys.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
        let scope = hit.action.scope().title(look.lang);
        let texts = [(keys, Role::HintKey), (hit.title.to_owned(), role), (scope.to_owned(), Role::Muted)];
        list::Row { spans: meeting::in_columns(&texts, &columns, look), handle: 3, news: false }
    });
    list::draw(look, menu.cursor, rows, area, buf);
    caret
}

/// The frame with the field that a list is filtered by.
fn field(title: &str, field: &LineField, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let area = boxed(body, u16::MAX);
    look.frame(title, area, buf);
    let line = Rect { height: 1, ..inside(area) };
    let placeholder = look.lang.pick("gõ để lọc, có dấu hay không đều được", "type to filter, with or without marks");
    field.render(line, buf, look.style(Role::FieldFocused), &Span::styled(placeholder, look.style(Role::Placeholder)));
    field.caret(line)
}

fn nothing(look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    let text = texts::nothing_here(look.lang, Nothing::Match, None);
    put(&Line::from(look.text(&text, Role::Muted)), area, buf);
}
