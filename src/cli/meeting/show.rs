//! What is printed about meetings.

use crate::cli::context::View;
use crate::cli::meeting::MeetingCommand;
use crate::cli::output::{Grid, Outcome, key_values};
use crate::domain::conflict::Conflict;
use crate::i18n::label::{Column, column};
use crate::i18n::{self, Lang, notice, rule, word};
use crate::wire::reply::{MeetingView, Preview};

/// What is worth saying besides: warnings, conflicts, messages that were queued.
pub(super) fn notes(command: &MeetingCommand, meeting: &MeetingView, lang: Lang) -> Vec<String> {
    let mut notes: Vec<String> = meeting.warnings.iter().map(|one| notice::warning(lang, one, &meeting.id)).collect();
    notes.extend(meeting.conflicts.iter().map(|one| conflict(one, lang)));
    if let Some(count) = meeting.queued.filter(|count| *count > 0) {
        // The line about an issue names the count itself.
        if !matches!(command, MeetingCommand::Issue(_)) {
            notes.push(notice::queued(lang, count));
        }
        notes.push(notice::send_with(lang));
    } else if matches!(command, MeetingCommand::Cancel(_)) && meeting.queued == Some(0) {
        notes.push(notice::nothing_waits(lang));
    }
    notes
}

fn conflict(conflict: &Conflict, lang: Lang) -> String {
    format!("{}: {}", word::severity(lang, conflict.severity), rule::conflict(lang, conflict))
}

/// A table of meetings.
pub(super) fn list(meetings: &[MeetingView], view: &View) -> Outcome {
    let lang = view.lang;
    let columns = [Column::Id, Column::Start, Column::State, Column::Unit, Column::Title, Column::Place, Column::Number];
    let mut grid = Grid::new(columns.map(|name| column(lang, name))).shrink(4);
    for meeting in meetings {
        grid.row([
            meeting.id.to_string(),
            meeting.start.naive().format("%d/%m/%Y %H:%M").to_string(),
            word::meeting_state(lang, meeting.state).to_owned(),
            meeting.unit.to_string(),
            meeting.title.to_string(),
            meeting.place.to_string(),
            meeting.number.clone().unwrap_or_default(),
        ]);
    }
    let outcome = Outcome::text(grid.print(&view.style));
    if meetings.is_empty() { outcome.note(notice::empty(lang)) } else { outcome }
}

/// Everything about one meeting.
pub(super) fn meeting(meeting: &MeetingView, view: &View) -> Outcome {
    let lang = view.lang;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |name, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            pairs.push((column(lang, name).to_owned(), value));
        }
    };
    add(Column::Id, Some(meeting.id.to_string()));
    add(Column::State, Some(word::meeting_state(lang, meeting.state).to_owned()));
    add(Column::Title, Some(meeting.title.to_string()));
    add(Column::Start, Some(format!("{}, {}", word::weekday(lang, meeting.start.day()), meeting.start)));
    add(Column::End, meeting.end.map(|end| end.to_string()));
    add(Column::Place, Some(meeting.place.to_string()));
    add(Column::Online, meeting.online.as_ref().map(ToString::to_string));
    add(Column::Chair, Some(meeting.chair.to_string()));
    add(Column::Unit, Some(meeting.unit.to_string()));
    add(Column::Invited, Some(i18n::listed(&meeting.invited)));
    add(Column::Without, Some(i18n::listed(&meeting.without)));
    add(Column::PreparedBy, Some(i18n::listed(&meeting.prepared_by)));
    add(Column::Content, meeting.content.as_ref().map(ToString::to_string));
    add(Column::Urgency, Some(word::urgency(lang, meeting.urgency).to_owned()));
    add(Column::Mode, Some(word::mode(lang, meeting.mode).to_owned()));
    add(Column::Number, meeting.number.clone());
    add(Column::IssuedOn, meeting.issued_on.map(|day| day.format("%d/%m/%Y").to_string()));
    add(Column::Conflict, Some(meeting.conflicts.iter().map(|one| rule::conflict(lang, one)).collect::<Vec<_>>().join("\n")));
    let replies = meeting.replies;
    let answers = notice::replies(lang, replies.accepted, replies.declined, replies.tentative, replies.substituted, replies.pending);
    add(Column::Replies, meeting.number.is_some().then_some(answers));
    add(Column::History, Some(meeting.history.iter().map(|event| notice::event(lang, event)).collect::<Vec<_>>().join("\n")));
    Outcome::text(key_values(&pairs, &view.style))
}

/// What issuing would do: to whom, under which number, in which words.
pub(super) fn preview(preview: &Preview, view: &View) -> Outcome {
    let lang = view.lang;
    let recipients: Vec<String> = preview.recipients.iter().map(|one| format!("{} ({}) <{}>", one.unit, one.name, one.address)).collect();
    let unreachable: Vec<String> =
        preview.unreachable.iter().map(|one| format!("{} ({}): {}", one.unit, one.name, rule::unreachable(lang, &one.why))).collect();
    let mut pairs = vec![
        (column(lang, Column::Meeting).to_owned(), preview.id.to_string()),
        (column(lang, Column::Number).to_owned(), notice::would_be_number(lang, &preview.number)),
        (column(lang, Column::Subject).to_owned(), preview.subject.to_string()),
        (format!("{} ({})", column(lang, Column::Recipients), recipients.len()), recipients.join("\n")),
    ];
    if !unreachable.is_empty() {
        pairs.push((format!("{} ({})", column(lang, Column::Unreachable), unreachable.len()), unreachable.join("\n")));
    }
    if !preview.without.is_empty() {
        pairs.push((column(lang, Column::Without).to_owned(), i18n::listed(&preview.without)));
    }
    let mut text = key_values(&pairs, &view.style);
    text.push('\n');
    for line in preview.text.lines() {
        text.push_str(crate::domain::text::visible(line).trim_end());
        text.push('\n');
    }
    let conflicts = preview.conflicts.iter().map(|one| conflict(one, lang));
    Outcome::text(text).notes(conflicts).note(notice::preview_only(lang, &preview.id))
}
