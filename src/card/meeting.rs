//! A meeting.

use crate::card::{Card, add, by_line};
use crate::domain::conflict::Conflict;
use crate::i18n::label::Column;
use crate::i18n::{Lang, listed, notice, rule, word};
use crate::wire::reply::MeetingView;

/// Everything about one meeting.
#[must_use]
pub fn meeting(lang: Lang, meeting: &MeetingView) -> Card {
    let mut card = Card::new();
    let mut add = |name, value: Option<String>| add(&mut card, lang, name, value);
    add(Column::Id, Some(meeting.id.to_string()));
    add(Column::State, Some(word::meeting_state(lang, meeting.state).to_owned()));
    add(Column::Title, Some(meeting.title.to_string()));
    add(Column::Start, Some(format!("{}, {}", word::weekday(lang, meeting.start.day()), meeting.start)));
    add(Column::End, meeting.end.map(|end| end.to_string()));
    add(Column::Place, Some(meeting.place.to_string()));
    add(Column::Online, meeting.online.as_ref().map(ToString::to_string));
    add(Column::Chair, Some(meeting.chair.to_string()));
    add(Column::Unit, Some(meeting.unit.to_string()));
    add(Column::Invited, Some(listed(&meeting.invited)));
    add(Column::Without, Some(listed(&meeting.without)));
    add(Column::PreparedBy, Some(listed(&meeting.prepared_by)));
    add(Column::Content, meeting.content.as_ref().map(ToString::to_string));
    add(Column::Urgency, Some(word::urgency(lang, meeting.urgency).to_owned()));
    add(Column::Mode, Some(word::mode(lang, meeting.mode).to_owned()));
    add(Column::Number, meeting.number.clone());
    add(Column::IssuedOn, meeting.issued_on.map(|day| day.format("%d/%m/%Y").to_string()));
    add(Column::Replaces, Some(by_line(meeting.replaces.iter().map(|earlier| notice::numbered(lang, earlier)))));
    add(Column::Conflict, Some(by_line(meeting.conflicts.iter().map(|one| rule::conflict(lang, one)))));
    let replies = meeting.replies;
    let answers = notice::replies(lang, replies.accepted, replies.declined, replies.tentative, replies.substituted, replies.pending);
    add(Column::Replies, meeting.number.is_some().then_some(answers));
    add(Column::History, Some(by_line(meeting.history.iter().map(|event| notice::event(lang, event)))));
    card
}

/// A conflict with its weight.
#[must_use]
pub fn conflict(lang: Lang, conflict: &Conflict) -> String {
    format!("{}: {}", word::severity(lang, conflict.severity), rule::conflict(lang, conflict))
}
