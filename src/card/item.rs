//! A message on its way.

use crate::card::{Card, add};
use crate::i18n::label::Column;
use crate::i18n::{Lang, outbox as texts, relay, word};
use crate::wire::reply::{ItemView, Next, RelayTrouble};

/// Everything about one message.
#[must_use]
pub fn item(lang: Lang, item: &ItemView) -> Card {
    let mut card = Card::new();
    let mut add = |name, value: Option<String>| add(&mut card, lang, name, value);
    add(Column::Id, Some(item.id.clone()));
    add(Column::State, Some(word::item_state(lang, item.state).to_owned()));
    add(Column::Meeting, Some(item.meeting.to_string()));
    add(Column::Kind, Some(word::item_kind(lang, item.said())));
    add(Column::Unit, Some(item.unit.to_string()));
    add(Column::To, Some(item.to.to_string()));
    add(Column::Subject, Some(item.subject.to_string()));
    add(Column::MessageId, Some(item.message_id.clone()));
    add(Column::QueuedAt, Some(texts::instant(item.queued_at)));
    add(Column::SentAt, item.sent_at.map(texts::instant));
    add(Column::Attempts, Some(item.attempts.to_string()));
    add(Column::NextAttempt, item.next_attempt.map(texts::instant));
    add(Column::LastError, item.last_error.as_ref().map(|failure| relay::failure(lang, failure)));
    add(Column::Bounce, item.bounce.as_ref().map(|words| texts::bounced(lang, words)));
    add(Column::Reason, item.reason.as_ref().map(|reason| texts::reason(lang, reason)));
    card
}

/// What happens next with it, in one sentence.
#[must_use]
pub fn item_next(lang: Lang, next: &Next) -> String {
    texts::step(lang, &next.next, next.item.state)
}

/// That it came back, else why it is dropped, held or failed, else how its last attempt failed, in the relay's own words.
#[must_use]
pub fn trouble(lang: Lang, item: &ItemView) -> Option<String> {
    let bounce = item.bounce.as_ref().map(|words| texts::bounced(lang, words));
    let reason = bounce.or_else(|| item.reason.as_ref().map(|reason| texts::reason(lang, reason)));
    reason.or_else(|| item.last_error.as_ref().map(|failure| relay::failure(lang, failure)))
}

/// What the trouble with the relay is, in its own words.
#[must_use]
pub fn relay(lang: Lang, trouble: &RelayTrouble) -> String {
    match trouble {
        RelayTrouble::Unreachable { failure } => texts::relay_unreachable(lang, failure),
        RelayTrouble::Paused { failure } => texts::relay_paused(lang, failure),
        RelayTrouble::Credentials { failure } => texts::relay_credentials(lang, failure),
        RelayTrouble::Configuration { failure } => texts::relay_configuration(lang, failure),
    }
}
