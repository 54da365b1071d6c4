//! Drafts of forms: what somebody has typed and not handed in yet, kept as it was typed.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How long a draft is kept after it was last written.
pub const KEPT_DAYS: i64 = 30;
/// The most bytes a draft may take as it is stored (JSON): one value of the store holds it whole.
pub const DRAFT_BYTES_MAX: usize = 192 * 1024;
/// The most characters of a form's name.
const FORM_MAX: usize = 100;

/// The name of a form, with the record it changes if there is one: `meeting.new`, `meeting.edit/LH-2026-0001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FormKey(String);

impl FormKey {
    /// Reads a name: 1 to 100 ASCII letters, digits, `.`, `-`, `_` and `/`. It stands in a key of the store.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let plain = raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/'));
        (plain && (1..=FORM_MAX).contains(&raw.len())).then(|| Self(raw.to_owned()))
    }

    /// The name's letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FormKey {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("not the name of a form: {raw:?}"))
    }
}

impl From<FormKey> for String {
    fn from(form: FormKey) -> Self {
        form.0
    }
}

/// What stands in one field of a form.
///
/// Raw text on purpose, not a checked `Line`: half a date or a pasted control character is what the person will find
/// again and mend. It is never printed or mailed; it becomes a record only through the form's own checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftField {
    /// The field's name in the form.
    pub field: String,
    /// What was typed, character for character.
    pub text: String,
}

/// A draft of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The form.
    pub form: FormKey,
    /// Its fields, in the order given.
    pub fields: Vec<DraftField>,
    /// When it was last kept.
    pub at: DateTime<Utc>,
}

impl Draft {
    /// Whether it is too old to be shown or kept any longer.
    #[must_use]
    pub fn expired(&self, now: DateTime<Utc>) -> bool {
        now - self.at >= Duration::days(KEPT_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_plain_names() {
        for good in ["meeting.new", "meeting.edit/LH-2026-0001", "x", &"a".repeat(100)] {
            assert_eq!(FormKey::parse(good).unwrap().as_str(), good);
        }
        for wrong in ["", "a b", "họp", "a\0", "a\n", &"a".repeat(101)] {
            assert_eq!(FormKey::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_draft_lives_thirty_days() {
        let at: DateTime<Utc> = "2016-05-03T02:00:00Z".parse().unwrap();
        let draft = Draft { form: FormKey::parse("meeting.new").unwrap(), fields: vec![], at };
        assert!(!draft.expired(at + Duration::days(30) - Duration::seconds(1)) && draft.expired(at + Duration::days(30)));
        assert!(!draft.expired(at - Duration::days(400)), "a clock that was set back is no reason to forget");
    }
}
