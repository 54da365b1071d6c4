//! The line of the panes at the top, and the line of what there is to say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget as _};

use crate::domain::text::{visible, width};
use crate::domain::time::WallTime;
use crate::i18n::away;
use crate::print::layout::{cut, wrap};
use crate::tui::keymap::{Action, Scope};
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::notices::{Notice, Weight};
use crate::tui::pane::Pane;
use crate::tui::theme::Role;
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, put};

/// Draws the names of the panes with their keys and, to the right, the office and the day.
pub(super) fn tabs(model: &Model, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    buf.set_style(area, look.style(Role::Tab));
    let mut spans = Vec::new();
    for pane in Pane::ALL {
        let action = match pane {
            Pane::Week => Action::PaneWeek,
            Pane::Meetings => Action::PaneMeetings,
            Pane::Units => Action::PaneUnits,
            Pane::Outbox => Action::PaneOutbox,
        };
        let key = look.keymap.key_for(action, &[Scope::App]).unwrap_or_default();
        // In a narrow window only the pane on the screen has its name.
        let named = area.width >= 60 || pane == model.pane;
        let name = if named { format!(" {key} {} ", pane.title(look.lang)) } else { format!(" {key} ") };
        let role = if pane == model.pane { Role::TabActive } else { Role::Tab };
        spans.push(look.text(&name, role));
        if pane == Pane::Outbox {
            spans.extend(mail(model, look));
        }
    }
    let used: usize = spans.iter().map(Span::width).sum();
    put(&Line::from(spans), area, buf);
    corner(model, look, area, used, buf);
}

/// How many messages wait, and whether some need somebody.
fn mail(model: &Model, look: &Look<'_>) -> Vec<Span<'static>> {
    let Some(status) = &model.outbox.status else { return Vec::new() };
    let counts = &status.counts;
    let waiting = counts.queued + counts.sending + counts.deferred;
    let troubled = counts.failed + counts.held;
    let mut spans = Vec::new();
    if waiting > 0 {
        spans.push(look.text(&format!("{waiting} "), Role::MailQueued));
    }
    if troubled > 0 || status.pause.is_some() {
        let count = if troubled > 0 { troubled.to_string() } else { String::new() };
        spans.push(look.text(&format!("!{count} "), Role::Error));
    }
    spans
}

/// The office and the day, as much of it as there is room for. That the clock stands is told in any case; while the host is
/// away that stands there and nothing else, also beside a layer.
fn corner(model: &Model, look: &Look<'_>, area: Rect, used: usize, buf: &mut Buffer) {
    let now = WallTime::at(model.now).naive();
    let (office, day) = (&model.setting.office, now.format("%d/%m/%Y"));
    let texts = if model.away.is_some() {
        away::mark(look.lang).map(str::to_owned).to_vec()
    } else if model.setting.frozen {
        let rehearsal = look.lang.pick("DIỄN TẬP", "REHEARSAL");
        let hour = now.format("%H:%M");
        vec![format!("{rehearsal} {hour} · {office} · {day}"), format!("{rehearsal} {hour} {}", now.format("%d/%m")), rehearsal.to_owned()]
    } else {
        vec![format!("{office} · {day}"), now.format("%d/%m").to_string()]
    };
    let role = if model.setting.frozen || model.away.is_some() { Role::Warning } else { Role::Status };
    let fits = |text: &String| used + width(text) + 1 < usize::from(area.width);
    let Some(text) = texts.into_iter().find(fits) else { return };
    let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX).saturating_add(1);
    let area = Rect { x: area.right() - columns, width: columns, ..area };
    put(&Line::from(look.text(&text, role)), area, buf);
}

/// Draws what was said since the last action.
pub(super) fn message(lines: &[Line<'_>], look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    Clear.render(area, buf);
    buf.set_style(area, look.style(Role::Text));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        put(line, Rect { y, height: 1, ..area }, buf);
    }
}

/// The rows of what was said since the last action. Below the panes it has one line, and the rest stands in the list of notices;
/// below a layer, from which nobody wants to go away to read why something was not done, it has the rows that it needs.
pub(super) fn said(model: &Model, look: &Look<'_>, areas: &Areas) -> Vec<Line<'static>> {
    let (columns, most) = (usize::from(areas.message.width), usize::from(areas.message_most()));
    let fresh = model.notices.fresh();
    let all: Vec<&Notice> = fresh.iter().copied().chain(model.notices.passing()).collect();
    let room = columns.saturating_sub(SIGN).max(1);
    if all.is_empty() {
        return stale(model, look, room).into_iter().collect();
    }
    let fits = all.iter().map(|notice| width(&joined(notice)) + SIGN + GAP).sum::<usize>() <= columns + GAP;
    if model.layers.is_empty() || fits {
        return vec![one_line(model, look, columns)];
    }
    let broken = |notice: &Notice| notice.text.lines().flat_map(|line| wrap(&visible(line), room)).collect::<Vec<_>>();
    let filled = |notice: &Notice| wrap(&visible(&joined(notice)), room);
    let mut parts: Vec<Vec<String>> = all.iter().map(|notice| broken(notice)).collect();
    if parts.iter().map(Vec::len).sum::<usize>() > most {
        parts = all.iter().map(|notice| filled(notice)).collect();
    }
    let tail = (parts.iter().map(Vec::len).sum::<usize>() > most).then(|| whole(model, look));
    let rows = all.iter().zip(parts).flat_map(|(notice, texts)| {
        let (sign, role) = sign(notice.weight);
        texts.into_iter().enumerate().map(move |(n, text)| (if n == 0 { sign } else { " " }, text, role))
    });
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (n, (sign, text, role)) in rows.take(most).enumerate() {
        let tail = tail.as_deref().filter(|_| n + 1 == most);
        let text = match tail {
            Some(tail) => cut(&format!("{text}……"), room.saturating_sub(width(tail)).min(width(&text) + 1)),
            None => text,
        };
        let tail = tail.map(|tail| look.text(tail, Role::HintKey));
        lines.push([look.text(&format!("{sign} {text}"), role)].into_iter().chain(tail).collect());
    }
    lines
}

/// That what is on the screen may be old, where nothing else is to be said. A search is typed into that line.
fn stale(model: &Model, look: &Look<'_>, room: usize) -> Option<Line<'static>> {
    let since = model.away.filter(|_| !matches!(model.layers.last(), Some(Layer::Search(_))))?;
    let text = away::stale(look.lang, since).into_iter().find(|text| width(text) <= room)?;
    let (sign, role) = sign(Weight::Warning);
    Some(Line::from(look.text(&format!("{sign} {text}"), role)))
}

/// As much as there is room for in one line. A word about the last key stands behind the rest, where there is room left, and
/// before what is only worth knowing.
fn one_line(model: &Model, look: &Look<'_>, columns: usize) -> Line<'static> {
    let fresh = model.notices.fresh();
    let wide = |notice: &&Notice| width(&joined(notice)) + SIGN + GAP;
    let long = fresh.iter().map(wide).sum::<usize>() > columns + GAP;
    let tail = if long { whole(model, look) } else { String::new() };
    let mut room = columns.saturating_sub(width(&tail));
    let mut spans = Vec::new();
    let passing = model.notices.passing();
    let minor = fresh.first().is_some_and(|first| first.weight == Weight::Info);
    let before = passing.filter(|_| long && minor);
    for notice in before.into_iter().chain(fresh).chain(passing.filter(|_| !long)) {
        // A few letters of a sentence tell nothing.
        if room < SENSIBLE && !spans.is_empty() {
            break;
        }
        let (sign, role) = sign(notice.weight);
        let text = cut(&format!("{sign} {}", joined(notice)), room);
        room = room.saturating_sub(width(&text) + GAP);
        spans.push(look.text(&text, role));
        spans.push(Span::raw("  "));
    }
    spans.pop();
    spans.push(look.text(&tail, Role::HintKey));
    Line::from(spans)
}

/// With which key the rest is read: one that works where the keys go, and types nothing there.
fn whole(model: &Model, look: &Look<'_>) -> String {
    if model.reads_notices() {
        return String::new();
    }
    let key = look.keymap.key_for(Action::Notices, model.scopes());
    key.map_or_else(String::new, |key| format!("  {key} {}", look.lang.pick("xem hết", "all of it")))
}

/// Columns of a notice's sign with the blank behind it.
const SIGN: usize = 2;
/// Columns between two notices of a line.
const GAP: usize = 2;
/// Below this many columns a sentence is not begun.
const SENSIBLE: usize = 16;

/// The sign of what weighs so much, and how it looks.
fn sign(weight: Weight) -> (&'static str, Role) {
    match weight {
        Weight::Done => ("✓", Role::Success),
        Weight::Info => ("·", Role::Info),
        Weight::Warning => ("!", Role::Warning),
        Weight::Error => ("×", Role::Error),
    }
}

/// A notice on one line.
fn joined(notice: &Notice) -> String {
    notice.text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
