//! Lists to choose from: units, and actions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::i18n::screen::{self as texts, Nothing};
use crate::tui::layer::form;
use crate::tui::layer::menu::{Kind, Menu};
use crate::tui::layer::picker::Picker;
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

/// Draws the choice of units.
pub(super) fn picker(picker: &Picker, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    const COLUMNS: [Column; 3] =
        [Column { least: 1, most: 1, drop: 0 }, Column { least: 12, most: 16, drop: 0 }, Column { least: 10, most: 90, drop: 0 }];
    let mut title = form::label(look.lang, picker.target).to_owned();
    if picker.several {
        title = format!("{title} · {}", texts::units(look.lang, picker.marked.len()));
    }
    let caret = field(&title, &picker.field, look, body, buf);
    let area = rows(body);
    if picker.hits.is_empty() {
        nothing(look, area, buf);
    }
    let columns = widths(&COLUMNS, area.width.saturating_sub(list::MARGIN));
    let rows = (picker.cursor.top..picker.hits.len()).filter_map(|row| picker.hit(row)).map(|(code, name, marked)| {
        let mark = if marked { "*" } else { " " };
        let texts = [(mark.to_owned(), Role::Marker), (code.to_string(), Role::Code), (name.to_owned(), Role::Text)];
        list::Row { spans: meeting::in_columns(&texts, &columns, look), handle: 5 }
    });
    list::draw(look, picker.cursor, rows, area, buf);
    caret
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
        list::Row { spans: meeting::in_columns(&texts, &columns, look), handle: 3 }
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
