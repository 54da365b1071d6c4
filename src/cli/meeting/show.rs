//! What is printed about meetings.

use crate::card;
use crate::cli::context::View;
use crate::cli::meeting::MeetingCommand;
use crate::cli::output::{Grid, Outcome, key_values};
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, notice, rule, word};
use crate::wire::reply::{MeetingView, Preview};

/// What is worth saying besides: warnings, conflicts, messages that were queued.
pub(super) fn notes(command: &MeetingCommand, meeting: &MeetingView, lang: Lang) -> Vec<String> {
    let mut notes: Vec<String> = meeting.warnings.iter().map(|one| notice::warning(lang, one, &meeting.id)).collect();
    notes.extend(meeting.conflicts.iter().map(|one| card::conflict(lang, one)));
    if let Some(count) = meeting.queued.filter(|count| *count > 0) {
        // The line about an issue names the count itself.
        if !matches!(command, MeetingCommand::Issue(_) | MeetingCommand::Reschedule(_) | MeetingCommand::Replace(_)) {
            notes.push(notice::queued(lang, count));
        }
        notes.push(notice::send_with(lang));
    } else if matches!(command, MeetingCommand::Cancel(_) | MeetingCommand::Postpone(_)) && meeting.queued == Some(0) {
        notes.push(notice::nothing_waits(lang));
    }
    notes
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
    Outcome::text(key_values(&card::meeting(view.lang, meeting), &view.style))
}

/// What issuing would do: to whom, under which number, in which words.
pub(super) fn preview(command: &MeetingCommand, preview: &Preview, view: &View) -> Outcome {
    let lang = view.lang;
    let mut text = key_values(&card::preview(lang, preview), &view.style);
    text.push('\n');
    for line in preview.text.lines() {
        text.push_str(crate::domain::text::visible(line).trim_end());
        text.push('\n');
    }
    let mut notes: Vec<String> = preview.conflicts.iter().map(|one| card::conflict(lang, one)).collect();
    if matches!(command, MeetingCommand::Issue(_)) {
        notes.push(notice::preview_only(lang, &preview.id));
    } else {
        notes.extend(preview.refusals.iter().map(|rule| rule::refused(lang, rule).to_string()));
        notes.push(notice::preview_of_replacing(lang));
    }
    Outcome::text(text).notes(notes)
}
