//! Drawing the outbox.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::card;
use crate::i18n::label::{Column as Label, column as label};
use crate::i18n::screen::{self as texts, Nothing, capital};
use crate::i18n::{outbox as words, word};
use crate::tui::keymap::{Action, Scope};
use crate::tui::pane::outbox::Outbox;
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::detail::Field;
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, mail_role, put};
use crate::tui::view::{detail, list, meeting};
use crate::wire::reply::{ItemView, Next, NextStep};

/// State, unit, kind, attempts, next try, the relay's words, meeting. In a narrow window the meeting goes first, then the kind,
/// the relay's words (which the details tell), the attempts.
const COLUMNS: [Column; 7] = [
    Column { least: 10, most: 14, drop: 0 },
    Column { least: 10, most: 14, drop: 0 },
    Column { least: 9, most: 12, drop: 3 },
    Column { least: 2, most: 3, drop: 1 },
    Column { least: 12, most: 14, drop: 0 },
    Column { least: 16, most: 100, drop: 2 },
    Column { least: 12, most: 12, drop: 4 },
];

/// Draws the outbox; gives the place of the selection.
pub fn draw(outbox: &Outbox, look: &Look<'_>, detail_top: usize, areas: &Areas, buf: &mut Buffer) -> Option<(u16, u16)> {
    put(&heading(outbox, look), areas.heading, buf);
    if outbox.loaded && outbox.rows.is_empty() {
        let what = if outbox.items.is_empty() { Nothing::Outbox } else { Nothing::Found };
        let key = look.keymap.key_for(Action::OutboxClear, &[Scope::Outbox]);
        put(&Line::from(look.text(&format!("  {}", texts::nothing_here(look.lang, what, key.as_deref())), Role::Muted)), areas.list, buf);
    }
    if let (Some(area), Some(item)) = (areas.detail, outbox.selected()) {
        detail::draw(look, &fields(item, outbox, look), detail_top, area, buf);
    }
    let columns = widths(&COLUMNS, areas.list.width.saturating_sub(list::MARGIN));
    let rows = outbox.rows.iter().skip(outbox.cursor.top).filter_map(|n| outbox.items.get(*n));
    let rows = rows.map(|item| list::Row { spans: cells(item, &columns, look), handle: 3 });
    list::draw(look, outbox.cursor, rows, areas.list, buf)
}

fn heading(outbox: &Outbox, look: &Look<'_>) -> Line<'static> {
    let lang = look.lang;
    let mut spans = vec![
        look.text(lang.pick("Hộp thư đi", "Outbox"), Role::Title),
        look.text(&format!("  {}", texts::messages(lang, outbox.rows.len())), Role::Muted),
    ];
    if let Some(state) = outbox.state {
        spans.push(Span::raw("  "));
        spans.push(look.text(word::item_state(lang, state), Role::Match));
    }
    if let Some(meeting) = &outbox.meeting {
        spans.push(Span::raw("  "));
        spans.push(look.text(meeting, Role::Match));
    }
    let Some(status) = &outbox.status else { return Line::from(spans) };
    if let Some(broken) = &status.broken {
        let report = crate::i18n::fault::fault(lang, broken);
        spans.push(look.text(&format!("  ! {}", report.what.lines().next().unwrap_or_default()), Role::Error));
    } else if let Some(pause) = &status.pause {
        let next = pause.next_probe.map(|at| format!(" {} ·", texts::next_probe(lang, at, look.now))).unwrap_or_default();
        spans.push(look.text(&format!("  ! {} ·{next} {}", status.relay, pause.trouble.failure().text), Role::Error));
    } else if status.running {
        spans.push(look.text(&format!("  {}", lang.pick("đang gửi…", "sending…")), Role::MailSending));
    }
    Line::from(spans)
}

fn cells(item: &ItemView, columns: &[Option<u16>; 7], look: &Look<'_>) -> Vec<Span<'static>> {
    let role = mail_role(item.state);
    let when = match (item.next_attempt, item.sent_at) {
        (Some(next), _) => texts::relative(look.lang, next, look.now),
        (None, Some(sent)) => short(sent),
        (None, None) => String::new(),
    };
    let trouble = card::trouble(look.lang, item).unwrap_or_else(|| item.to.to_string());
    let texts = [
        (word::item_state(look.lang, item.state).to_owned(), role),
        (item.unit.to_string(), Role::Code),
        (word::item_kind(look.lang, &item.kind), Role::Text),
        (item.attempts.to_string(), Role::Number),
        (when, Role::Number),
        (trouble, if item.last_error.is_some() { Role::Warning } else { Role::Muted }),
        (item.meeting.to_string(), Role::Code),
    ];
    meeting::in_columns(&texts, columns, look)
}

/// What happens next, by the keys where the command line would tell its commands.
fn next_step(next: &Next, look: &Look<'_>) -> String {
    match &next.next {
        NextStep::Due => texts::due(look.lang, look.keymap.key_for(Action::OutboxFlush, &[Scope::App]).as_deref()),
        NextStep::Behind { earlier } => texts::behind(look.lang, earlier),
        _ => card::item_next(look.lang, next),
    }
}

/// An instant as a list shows it: day and hour in Vietnam.
fn short(at: chrono::DateTime<chrono::Utc>) -> String {
    crate::domain::time::WallTime::at(at).naive().format("%d/%m %H:%M").to_string()
}

/// What the details say about a message.
#[must_use]
pub fn fields(item: &ItemView, outbox: &Outbox, look: &Look<'_>) -> Vec<Field> {
    let lang = look.lang;
    let state = word::item_state(lang, item.state).to_owned();
    let mut fields = vec![
        Field::line("", item.subject.to_string(), Role::Title).rows(2),
        Field::line(label(lang, Label::State), format!("{state} · {}", item.id), mail_role(item.state)),
        Field::line(label(lang, Label::To), item.to.to_string(), Role::Text).rows(0),
    ];
    let kept = outbox.status.as_ref().is_some_and(|status| status.kept && status.pause.is_none());
    let paused = outbox.status.as_ref().and_then(|status| status.pause.as_ref()).filter(|_| item.state.is_waiting());
    if let Some(pause) = paused {
        let mut text = card::relay(lang, &pause.trouble);
        if let Some(at) = pause.next_probe {
            text = format!("{text} {} ({}).", capital(&texts::next_probe(lang, at, look.now)), words::instant(at));
        }
        fields.push(Field::line("", text, Role::Error).rows(0));
    }
    let next = match outbox.why_selected() {
        Some(_) if paused.is_some() => String::new(),
        // Nobody has to type anything: what is due goes out by itself while the application is open.
        Some(next) if kept && next.next == NextStep::Due => texts::due_now(lang),
        Some(next) => next_step(next, look),
        None => String::new(),
    };
    if !next.is_empty() {
        fields.push(Field::line("", next, Role::Text).rows(0));
    }
    if let Some(trouble) = card::trouble(lang, item) {
        fields.push(Field::line(label(lang, Label::LastError), trouble, Role::Warning).rows(0));
    }
    let attempts = match item.next_attempt {
        Some(next) => format!("{} · {} ({})", item.attempts, words::instant(next), texts::relative(lang, next, look.now)),
        None => item.attempts.to_string(),
    };
    fields.push(Field::line(label(lang, Label::Attempts), attempts, Role::Number));
    fields.push(Field::line(label(lang, Label::QueuedAt), words::instant(item.queued_at), Role::Text).rows(0));
    if let Some(sent) = item.sent_at {
        fields.push(Field::line(label(lang, Label::SentAt), words::instant(sent), Role::Text).rows(0));
    }
    fields.push(Field::line(label(lang, Label::Meeting), item.meeting.to_string(), Role::Code));
    fields.push(Field::line(label(lang, Label::MessageId), item.message_id.clone(), Role::Muted).rows(0));
    fields
}
