//! The line of the panes at the top, and the line of what there is to say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::width;
use crate::domain::time::WallTime;
use crate::print::layout::cut;
use crate::tui::keymap::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
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

/// Draws the gravest of what was said since the last action.
pub(super) fn message(model: &Model, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    let Some((notice, more)) = model.notices.fresh() else { return };
    let (sign, role) = match notice.weight {
        Weight::Done => ("✓", Role::Success),
        Weight::Info => ("·", Role::Info),
        Weight::Warning => ("!", Role::Warning),
        Weight::Error => ("×", Role::Error),
    };
    let text = notice.text.lines().collect::<Vec<_>>().join(" ");
    let key = look.keymap.key_for(Action::Notices, &[Scope::App]).unwrap_or_default();
    let text = format!("{sign} {text}");
    let long = width(&text) > usize::from(area.width);
    // Whatever does not fit here stands whole in the list of notices.
    let tail =
        if more > 0 || long { format!(" ({key}{})", if more > 0 { format!(" +{more}") } else { String::new() }) } else { String::new() };
    let room = usize::from(area.width).saturating_sub(width(&tail));
    put(&Line::from(look.text(&format!("{}{tail}", cut(&text, room)), role)), area, buf);
}
