//! Drawing what is known. Nothing is changed here but, in [`settle`], what depends on the size of the screen.

pub mod columns;
pub mod detail;
mod hints;
mod layer;
pub mod layout;
pub mod list;
pub mod look;
pub mod meeting;
mod status;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use crate::i18n::screen as texts;
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::pane::{Pane, meetings, outbox, units, week};
use crate::tui::theme::Role;
pub use layer::comparison::Place;
use layout::{Areas, areas};
use look::Look;

/// Draws the application and puts the terminal's own cursor where the keys go: into the field that is typed into, or before
/// the selected row.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let look = look(model);
    let buf = frame.buffer_mut();
    buf.set_style(area, look.style(Role::Text));
    let Some(areas) = areas((area.width, area.height)) else {
        Paragraph::new(texts::too_small(look.lang)).wrap(Wrap { trim: true }).render(area, buf);
        return;
    };
    let caret = everything(model, &look, &areas, buf);
    if let Some((x, y)) = caret.filter(|(x, y)| area.contains(Position { x: *x, y: *y })) {
        frame.set_cursor_position(Position { x, y });
    }
}

fn look(model: &Model) -> Look<'_> {
    Look { theme: &model.theme, lang: model.lang(), now: model.now, keymap: &model.setting.keymap, focused: model.layers.is_empty() }
}

fn everything(model: &Model, look: &Look<'_>, areas: &Areas, buf: &mut Buffer) -> Option<(u16, u16)> {
    status::tabs(model, look, areas.tabs, buf);
    border(look, areas, buf);
    let mut caret = match model.pane {
        Pane::Week => week::draw(&model.week, &model.units, &model.watch, look, model.detail_top, areas, buf),
        Pane::Meetings => meetings::draw(&model.meetings, &model.units, &model.watch, look, model.detail_top, areas, buf),
        Pane::Units => units::draw(&model.units, look, model.detail_top, areas, buf),
        Pane::Outbox => outbox::draw(&model.outbox, look, model.detail_top, areas, buf),
    };
    let said = status::said(model, look, areas);
    let (line, areas) = (areas.message, &layered(model, areas, said.len()));
    hints::draw(model, look, areas.hints, buf);
    let above = model.layers.len().saturating_sub(1);
    for (n, layer) in model.layers.iter().enumerate() {
        // A question stands in the place of the reason that led to it.
        if matches!((layer, model.layers.get(n + 1)), (Layer::Prompt(_), Some(Layer::Confirm(_)))) {
            continue;
        }
        let look = Look { focused: n == above, ..*look };
        caret = layer::draw(layer, model, &look, areas, line, buf);
    }
    status::message(&said, look, areas.message, buf);
    caret
}

/// The parts of the screen with room for so many rows of a message below the layers.
fn layered(model: &Model, areas: &Areas, said: usize) -> Areas {
    let rows = u16::try_from(said).unwrap_or(u16::MAX);
    match model.layers.last() {
        None => *areas,
        // Its text is typed where the message stands otherwise, and the list that it lies on gives way to nothing.
        Some(Layer::Search(_)) => areas.above_message(rows),
        Some(_) => areas.with_message(rows),
    }
}

/// The parts of the screen for the layers, as they are drawn.
fn layer_areas(model: &Model) -> Option<Areas> {
    let areas = areas(model.size)?;
    Some(layered(model, &areas, status::said(model, &look(model), &areas).len()))
}

/// The line between the list and the details.
fn border(look: &Look<'_>, areas: &Areas, buf: &mut Buffer) {
    let Some(area) = areas.border else { return };
    let sign = if area.width == 1 { "│" } else { "─" };
    for position in area.positions() {
        if let Some(cell) = buf.cell_mut(position) {
            cell.set_symbol(sign).set_style(look.style(Role::Border));
        }
    }
}

/// The rows of the list in the pane on the screen.
#[must_use]
pub fn list_height(model: &Model) -> usize {
    areas(model.size).map_or(1, |areas| usize::from(areas.list.height))
}

/// The rows of the layer on top that scroll.
#[must_use]
pub fn layer_height(model: &Model) -> usize {
    let Some(areas) = layer_areas(model) else { return 1 };
    model.layers.last().map_or(1, |layer| usize::from(layer::scrolled(layer, areas.body).height))
}

/// Where the selected field of the comparison on top stands.
#[must_use]
pub fn compared(model: &Model) -> Option<Place> {
    let areas = layer_areas(model)?;
    match model.layers.last() {
        Some(Layer::Comparison(compared)) => Some(layer::comparison::place(compared, model.lang(), model.now, areas.body)),
        _ => None,
    }
}

/// Keeps what is selected on the screen, and what scrolls within its text.
pub fn settle(model: &mut Model) {
    let Some(areas) = areas(model.size) else { return };
    let height = usize::from(areas.list.height);
    match model.pane {
        Pane::Week => model.week.settle(height),
        Pane::Meetings => {
            let len = model.meetings.list.len();
            model.meetings.cursor.settle(len, height);
        }
        Pane::Units => {
            let len = model.units.rows.len();
            model.units.cursor.settle(len, height);
        }
        Pane::Outbox => {
            let len = model.outbox.rows.len();
            model.outbox.cursor.settle(len, height);
        }
    }
    if model.detail_top > 0 {
        // Who scrolls on at the end need not scroll all that back.
        model.detail_top = model.detail_top.min(detail_end(model, &areas));
    }
    let Some(areas) = layer_areas(model) else { return };
    let (lang, now) = (model.lang(), model.now);
    let ends: Vec<usize> = model.layers.iter().map(|layer| layer::scroll_end(layer, model, areas.body)).collect();
    for (layer, end) in model.layers.iter_mut().zip(ends) {
        let height = usize::from(layer::scrolled(layer, areas.body).height);
        match layer {
            Layer::Menu(menu) => menu.cursor.settle(menu.hits.len(), height),
            Layer::Picker(picker) => picker.cursor.settle(picker.hits.len(), height),
            Layer::Preview(preview) => preview.top = preview.top.min(end),
            Layer::Sheet(sheet) => sheet.top = sheet.top.min(end),
            Layer::Form(form) => form.settle(layout::inside(areas.body)),
            Layer::Comparison(compared) => layer::comparison::settle(compared, lang, now, areas.body),
            Layer::Prompt(_) | Layer::Confirm(_) | Layer::Search(_) => {}
        }
    }
}

/// How far the details can be scrolled down.
fn detail_end(model: &Model, areas: &Areas) -> usize {
    let Some(area) = areas.detail else { return 0 };
    let look = look(model);
    let fields = match model.pane {
        Pane::Week | Pane::Meetings => {
            let told = if model.pane == Pane::Week { week::told } else { meetings::told };
            let fields = |selected| meeting::fields(&look, selected, &model.units, area.height, told(areas.list.width));
            model.selected_meeting().map(fields)
        }
        Pane::Units => model.units.selected().map(|unit| units::fields(unit, &model.units, &look)),
        Pane::Outbox => model.outbox.selected().map(|item| outbox::fields(item, &model.outbox, &look)),
    };
    let lines = fields.map_or(0, |fields| detail::lines(&look, &fields, area.width).len());
    lines.saturating_sub(usize::from(area.height))
}

/// The part of an area that lies `rows` below its top.
fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
