//! The line of the panes at the top, and the line of what there is to say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::width;
use crate::domain::time::WallTime;
use crate::print::layout::cut;
use crate::tui::keymap::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::notices::{Notice, Weight};
use crate::tui::pane::Pane;
use crate::tui::theme::Role;
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

/// The office and the day, as much of it as there is room for. That the clock stands is told in any case.
fn corner(model: &Model, look: &Look<'_>, area: Rect, used: usize, buf: &mut Buffer) {
    let now = WallTime::at(model.now).naive();
    let (office, day) = (&model.setting.office, now.format("%d/%m/%Y"));
    let texts = if model.setting.frozen {
        let rehearsal = look.lang.pick("DIỄN TẬP", "REHEARSAL");
        let hour = now.format("%H:%M");
        vec![format!("{rehearsal} {hour} · {office} · {day}"), format!("{rehearsal} {hour} {}", now.format("%d/%m")), rehearsal.to_owned()]
    } else {
        vec![format!("{office} · {day}"), now.format("%d/%m").to_string()]
    };
    let role = if model.setting.frozen { Role::Warning } else { Role::Status };
    let fits = |text: &String| used + width(text) + 1 < usize::from(area.width);
    let Some(text) = texts.into_iter().find(fits) else { return };
    let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX).saturating_add(1);
    let area = Rect { x: area.right() - columns, width: columns, ..area };
    put(&Line::from(look.text(&text, role)), area, buf);
}

/// Draws what was said since the last action, as much of it as there is room for; the rest stands in the list of notices. A
/// word about the last key stands behind it, where there is room left, and before what is only worth knowing.
pub(super) fn message(model: &Model, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    let fresh = model.notices.fresh();
    let columns = |notice: &&Notice| width(&said(notice).0) + 2;
    let long = fresh.iter().map(columns).sum::<usize>() > usize::from(area.width) + 2;
    let key = look.keymap.key_for(Action::Notices, &[Scope::App]).unwrap_or_default();
    let tail = if long { format!("  {key} {}", look.lang.pick("xem hết", "all of it")) } else { String::new() };
    let mut room = usize::from(area.width).saturating_sub(width(&tail));
    let mut spans = Vec::new();
    let passing = model.notices.passing();
    let minor = fresh.first().is_some_and(|first| first.weight == Weight::Info);
    let before = passing.filter(|_| long && minor);
    for notice in before.into_iter().chain(fresh).chain(passing.filter(|_| !long)) {
        // A few letters of a sentence tell nothing.
        if room < SENSIBLE && !spans.is_empty() {
            break;
        }
        let (text, role) = said(notice);
        let text = cut(&text, room);
        room = room.saturating_sub(width(&text) + 2);
        spans.push(look.text(&text, role));
        spans.push(Span::raw("  "));
    }
    spans.pop();
    spans.push(look.text(&tail, Role::HintKey));
    put(&Line::from(spans), area, buf);
}

/// Below this many columns a sentence is not begun.
const SENSIBLE: usize = 16;

/// A notice on one line, with its sign.
fn said(notice: &Notice) -> (String, Role) {
    let (sign, role) = match notice.weight {
        Weight::Done => ("✓", Role::Success),
        Weight::Info => ("·", Role::Info),
        Weight::Warning => ("!", Role::Warning),
        Weight::Error => ("×", Role::Error),
    };
    (format!("{sign} {}", notice.text.lines().map(str::trim).collect::<Vec<_>>().join(" ")), role)
}
