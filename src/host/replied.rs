//! What units answered, as it stands among what happened to their meeting.

use crate::domain::attendance::{Answer, Attendance, Trust};
use crate::domain::history::{Field, FieldValue, Fields};
use crate::domain::text::Prose;

/// What an account is told of a version of a unit's attendance.
pub(super) struct Replied {
    /// What stands in it.
    pub(super) fields: Fields,
    /// What was done, by the word of the audit.
    pub(super) action: &'static str,
    /// What was said with it.
    pub(super) words: Option<Prose>,
}

/// Tells a version against the one before: wholly, or only who comes, which everybody is told.
pub(super) fn tell(before: Option<&Attendance>, after: &Attendance, whole: bool) -> Replied {
    let answer = (Field::Answer, after.counted().map(FieldValue::Response));
    if !whole {
        return Replied { fields: vec![answer], action: "meeting.reply", words: None };
    }
    let is_new = before.is_none_or(|before| before.answer != after.answer);
    let recorded = is_new && after.answer.as_ref().is_some_and(|answer| answer.trust == Trust::Recorded);
    let fields = vec![
        answer,
        (Field::Substitute, after.answer.as_ref().and_then(substitute).map(FieldValue::Text)),
        (Field::Trust, after.answer.as_ref().map(|answer| FieldValue::Trust(answer.trust))),
        (Field::Stale, after.stale.as_ref().map(|answer| FieldValue::Response(answer.response))),
        (Field::Acknowledged, after.acknowledged.as_ref().map(|said| FieldValue::Instant(said.at))),
        (Field::Proposal, after.proposals.last().map(|asked| FieldValue::Method(asked.method))),
    ];
    Replied { fields, action: if recorded { "meeting.reply" } else { "receive.take" }, words: words(before, after) }
}

/// Who comes in the place of whom was invited.
fn substitute(answer: &Answer) -> Option<String> {
    let delegate = answer.delegate.as_ref()?;
    delegate.name.as_ref().map(ToString::to_string).or_else(|| delegate.address.as_ref().map(ToString::to_string))
}

/// What was said with that which is new.
fn words(before: Option<&Attendance>, after: &Attendance) -> Option<Prose> {
    type Part = fn(&Attendance) -> Option<(&Prose, chrono::DateTime<chrono::Utc>)>;
    let parts: [Part; 4] = [
        |one| one.answer.as_ref().and_then(|answer| Some((answer.words.as_ref()?, answer.at))),
        |one| one.stale.as_ref().and_then(|answer| Some((answer.words.as_ref()?, answer.at))),
        |one| one.acknowledged.as_ref().and_then(|said| Some((said.words.as_ref()?, said.at))),
        |one| one.proposals.last().and_then(|asked| Some((asked.words.as_ref()?, asked.at))),
    ];
    let is_new = |part: &Part| part(after).filter(|said| before.and_then(part) != Some(*said));
    parts.iter().find_map(is_new).map(|(words, _)| words.clone())
}
