//! Drawing the layers.

mod choice;
pub(super) mod comparison;
mod question;
mod reading;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::layer::{Layer, form, search::Search};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::view::layout::{Areas, inside, page};
use crate::tui::view::look::{Look, put};

/// Draws a layer, a search into `line`; gives the place of the caret or of what is selected.
pub(super) fn draw(layer: &Layer, model: &Model, look: &Look<'_>, areas: &Areas, line: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    match layer {
        Layer::Form(form) => form::draw(form, &model.units, look, areas.body, buf),
        Layer::Picker(picker) => choice::picker(picker, &model.units, look, areas.body, buf),
        Layer::Menu(menu) => choice::menu(menu, look, areas.body, buf),
        Layer::Prompt(prompt) => question::prompt(prompt, look, areas.body, buf),
        Layer::Comparison(compared) => Some(comparison::draw(compared, look, areas.body, buf)),
        Layer::Confirm(confirm) => question::confirm(confirm, look, areas.body, buf),
        Layer::Preview(preview) => reading::preview(preview, look, areas.body, buf),
        Layer::Sheet(sheet) => Some(reading::sheet(sheet, model, look, areas.body, buf)),
        Layer::Search(search) => typed_search(search, look, line, buf),
    }
}

/// The part of a layer that scrolls.
pub(super) fn scrolled(layer: &Layer, body: Rect) -> Rect {
    match layer {
        Layer::Picker(_) | Layer::Menu(_) => choice::rows(body),
        Layer::Preview(_) => reading::preview_text(body),
        Layer::Sheet(_) => inside(page(body)),
        Layer::Comparison(_) => comparison::text(body),
        Layer::Form(_) => inside(body),
        Layer::Prompt(_) | Layer::Confirm(_) | Layer::Search(_) => Rect::ZERO,
    }
}

/// How far a layer can be scrolled down.
pub(super) fn scroll_end(layer: &Layer, model: &Model, body: Rect) -> usize {
    let area = scrolled(layer, body);
    let lines = match layer {
        Layer::Preview(preview) => reading::preview_height(preview, model, area.width),
        Layer::Sheet(sheet) => reading::sheet_height(sheet, model, area.width),
        _ => return 0,
    };
    lines.saturating_sub(usize::from(area.height))
}

/// A search is typed into the line of messages.
fn typed_search(search: &Search, look: &Look<'_>, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let label = look.lang.pick("Tìm: ", "Search: ");
    let columns = u16::try_from(crate::domain::text::width(label)).unwrap_or(0);
    put(&Line::from(Span::styled(label, look.style(Role::FieldLabel))), area, buf);
    let area = Rect { x: area.x + columns, width: area.width.saturating_sub(columns), ..area };
    search.field.render(area, buf, look.style(Role::FieldFocused), &Span::raw(""));
    search.field.caret(area)
}
