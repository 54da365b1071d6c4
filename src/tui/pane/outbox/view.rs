//! Drawing the outbox.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::card;
use crate::domain::text::visible;
use crate::i18n::label::{Column as Label, column as label};
use crate::i18n::screen::{self as texts, Nothing};
use crate::i18n::{Lang, outbox as words, relay, status, word};
use crate::print::layout::cut;
use crate::tui::keymap::{Action, Scope};
use crate::tui::pane::outbox::Outbox;
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::detail::Field;
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, mail_role, put};
use crate::tui::view::{detail, list, meeting};
use crate::wire::reply::{ItemView, Next, NextStep};

/// State, unit, kind, attempts, hour, the relay's words, meeting. In a narrow window the meeting goes first, then the relay's
/// words (which the details tell), then the attempts. The kind is told in any: an invitation and its cancellation go to the same
/// units.
fn columns(lang: Lang, total: u16) -> [Option<u16>; 7] {
    let (state, kind) = match lang {
        Lang::Vi => (10, 4),
        Lang::En => (8, 6),
    };
    let columns = [
        Column { least: state, most: 14, drop: 0 },
        Column { least: 10, most: 12, drop: 0 },
        Column { least: kind, most: kind, drop: 0 },
        Column { least: 2, most: 3, drop: 1 },
        Column { least: 11, most: 12, drop: 0 },
        Column { least: 16, most: 100, drop: 2 },
        Column { least: 12, most: 12, drop: 3 },
    ];
    widths(&columns, total)
}

/// Draws the outbox; gives the place of the selection.
pub fn draw(outbox: &Outbox, look: &Look<'_>, detail_top: usize, areas: &Areas, buf: &mut Buffer) -> Option<(u16, u16)> {
    put(&heading(outbox, look, areas.heading.width), areas.heading, buf);
    if outbox.loaded && outbox.rows.is_empty() {
        let what = if outbox.items.is_empty() { Nothing::Outbox } else { Nothing::Found };
        let key = look.keymap.key_for(Action::OutboxClear, &[Scope::Outbox]);
        put(&Line::from(look.text(&format!("  {}", texts::nothing_here(look.lang, what, key.as_deref())), Role::Muted)), areas.list, buf);
    }
    if let (Some(area), Some(item)) = (areas.detail, outbox.selected()) {
        detail::draw(look, &fields(item, outbox, look), detail_top, area, buf);
    }
    let columns = columns(look.lang, areas.list.width.saturating_sub(list::MARGIN));
    let rows = outbox.rows.iter().skip(outbox.cursor.top).filter_map(|n| outbox.items.get(*n));
    let rows = rows.map(|item| list::Row { spans: cells(item, outbox, &columns, look), handle: 3, news: false });
    list::draw(look, outbox.cursor, rows, areas.list, buf)
}

fn heading(outbox: &Outbox, look: &Look<'_>, columns: u16) -> Line<'static> {
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
    if let Some((text, role)) = standing(outbox, look) {
        let room = usize::from(columns).saturating_sub(spans.iter().map(Span::width).sum());
        spans.push(look.text(&cut(&format!("  {}", visible(&text)), room), role));
    }
    Line::from(spans)
}

/// What has waited longer is told: a relay takes a message within minutes.
const LONG: chrono::Duration = chrono::Duration::hours(1);

/// How sending fares, and for how long something has waited, where that is long.
fn standing(outbox: &Outbox, look: &Look<'_>) -> Option<(String, Role)> {
    let oldest = outbox.status.as_ref().and_then(|status| status.oldest).filter(|oldest| look.now - *oldest > LONG);
    let waits = oldest.map(|oldest| status::waits_since(look.lang, oldest, look.now));
    match (sending(outbox, look), waits) {
        (Some((text, role)), Some(waits)) => Some((format!("{text} · {waits}"), role)),
        (None, Some(waits)) => Some((waits, Role::Warning)),
        (told, None) => told,
    }
}

/// How sending fares: when it goes on and why it does not stand before who is to blame.
fn sending(outbox: &Outbox, look: &Look<'_>) -> Option<(String, Role)> {
    let (lang, status) = (look.lang, outbox.status.as_ref()?);
    if let Some(broken) = &status.broken {
        let report = crate::i18n::fault::fault(lang, broken);
        return Some((format!("! {}", report.what.lines().next().unwrap_or_default()), Role::Error));
    }
    if let Some(pause) = &status.pause {
        let next = pause.next_probe.map(|at| format!("{} · ", texts::next_probe(lang, at, look.now))).unwrap_or_default();
        let how = relay::how(lang, pause.trouble.failure());
        return Some((format!("! {next}{how} · {}", status.relay), Role::Error));
    }
    status.running.then(|| (lang.pick("đang gửi…", "sending…").to_owned(), Role::MailSending))
}

/// When a message that waits is tried next: not before the relay, when that one is left alone.
fn next_try(item: &ItemView, outbox: &Outbox) -> Option<DateTime<Utc>> {
    let due = item.next_attempt.filter(|_| item.state.is_waiting())?;
    let probe = outbox.status.as_ref().and_then(|status| status.pause.as_ref()).and_then(|pause| pause.next_probe);
    Some(probe.map_or(due, |probe| probe.max(due)))
}

fn cells(item: &ItemView, outbox: &Outbox, columns: &[Option<u16>; 7], look: &Look<'_>) -> Vec<Span<'static>> {
    let role = mail_role(item.state);
    let when = match (next_try(item, outbox), item.sent_at) {
        (Some(next), _) => texts::tried_next(look.lang, next, look.now),
        (None, Some(sent)) => short(sent),
        (None, None) => String::new(),
    };
    // What happened, not at which step: a few words must do.
    let reason = item.reason.as_ref().map(|reason| words::reason(look.lang, reason));
    let trouble = reason.or_else(|| item.last_error.as_ref().map(|failure| relay::how(look.lang, failure)));
    let (trouble, trouble_role) = match trouble {
        Some(trouble) if item.last_error.is_some() => (trouble, Role::Warning),
        Some(trouble) => (trouble, Role::Muted),
        None => (item.to.to_string(), Role::Muted),
    };
    let texts = [
        (word::item_state(look.lang, item.state).to_owned(), role),
        (item.unit.to_string(), Role::Code),
        (word::item_kind_short(look.lang, item.said()), Role::Text),
        (item.attempts.to_string(), Role::Number),
        (when, Role::Number),
        (trouble, trouble_role),
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
fn short(at: DateTime<Utc>) -> String {
    crate::domain::time::WallTime::at(at).naive().format("%d/%m %H:%M").to_string()
}

/// What the details say about a message, the most wanted first: a few rows are all there is below a list. The same fields stand
/// on the same rows from one message to the next.
#[must_use]
pub fn fields(item: &ItemView, outbox: &Outbox, look: &Look<'_>) -> Vec<Field> {
    let lang = look.lang;
    let state = word::item_state(lang, item.state).to_owned();
    let pause = outbox.status.as_ref().and_then(|status| status.pause.as_ref()).filter(|_| item.state.is_waiting());
    let mut fields = vec![
        Field::line(label(lang, Label::State), format!("{state} · {}", item.id), mail_role(item.state)),
        Field::line("", next(item, outbox, look), Role::Text).rows(0),
        Field::line(label(lang, Label::To), item.to.to_string(), Role::Text).rows(0),
    ];
    if let Some(pause) = pause {
        fields.push(Field::line("", card::relay(lang, &pause.trouble), Role::Error).rows(0));
    }
    if let Some(trouble) = card::trouble(lang, item) {
        fields.push(Field::line(label(lang, Label::LastError), trouble, Role::Warning).rows(0));
    }
    fields.push(Field::line("", item.subject.to_string(), Role::Title).rows(2));
    let attempts = match item.next_attempt.filter(|next| *next > look.now) {
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

/// What happens next with a message; empty until it is known.
fn next(item: &ItemView, outbox: &Outbox, look: &Look<'_>) -> String {
    let lang = look.lang;
    let status = outbox.status.as_ref();
    let probe = status.and_then(|status| status.pause.as_ref()).and_then(|pause| pause.next_probe);
    if let (Some(_), Some(at)) = (probe, next_try(item, outbox)) {
        return texts::waits_for_relay(lang, at, look.now);
    }
    let kept = status.is_some_and(|status| status.kept && status.pause.is_none());
    match outbox.why_selected() {
        // Nobody has to type anything: what is due goes out by itself while the application is open.
        Some(next) if kept && next.next == NextStep::Due => texts::due_now(lang),
        Some(next) => next_step(next, look),
        None => String::new(),
    }
}
