//! Meetings (lịch họp): what is registered, approved and issued.

use std::fmt;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;

/// The longest meeting, in days. Longer is a slip in the year or the month.
pub const LONGEST_DAYS: i64 = 31;
/// The most bytes that the codes of the invited units may take together: some ten thousand units.
pub const INVITED_BYTES_MAX: usize = 112 * 1024;
/// The most bytes that the codes of the preparing units may take together: some hundred units.
pub const PREPARED_BYTES_MAX: usize = 2 * 1024;
/// The most events that a meeting's record keeps; older ones are in its earlier versions.
pub const HISTORY_MAX: usize = 40;
/// The most characters of a reason.
pub const REASON_MAX: usize = 1_000;
/// The most invitations of a meeting that were replaced by later ones. Their numbers stay with the meeting for good.
pub const REPLACED_MAX: usize = 50;

/// The number by which people speak of a meeting: `LH-2026-0147`. Counted within the year of registering, never reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeetingId(String);

impl MeetingId {
    /// The id of the `serial`-th meeting registered in `year`.
    #[must_use]
    pub fn new(year: i32, serial: u32) -> Self {
        Self(format!("LH-{year}-{serial:04}"))
    }

    /// Reads an id; small letters become capitals.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let id = raw.trim().to_ascii_uppercase();
        let (year, serial) = id.strip_prefix("LH-")?.split_once('-')?;
        let digits =
            |text: &str, length: std::ops::RangeInclusive<usize>| length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        (digits(year, 4..=4) && digits(serial, 4..=9)).then_some(Self(id))
    }

    /// The id's letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MeetingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MeetingId {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("not a meeting id: {raw:?}"))
    }
}

impl From<MeetingId> for String {
    fn from(id: MeetingId) -> Self {
        id.0
    }
}

/// Where a meeting is in its life. Moves are in [`crate::domain::workflow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    /// Nháp: being written.
    Draft,
    /// Chờ duyệt: waits for the office.
    Submitted,
    /// Đã duyệt: may be issued.
    Approved,
    /// Bị từ chối.
    Rejected,
    /// Đã phát hành: the units are invited.
    Issued,
    /// Hoãn: no new date yet.
    Postponed,
    /// Đã hủy.
    Cancelled,
    /// Đã họp.
    Concluded,
}

impl MeetingState {
    /// All states.
    pub const ALL: [Self; 8] =
        [Self::Draft, Self::Submitted, Self::Approved, Self::Rejected, Self::Issued, Self::Postponed, Self::Cancelled, Self::Concluded];

    /// The word that stands in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Issued => "issued",
            Self::Postponed => "postponed",
            Self::Cancelled => "cancelled",
            Self::Concluded => "concluded",
        }
    }

    /// The state a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word.trim().to_lowercase())
    }

    /// Whether a meeting in this state waits for somebody to go on with it: its unit, the approver, the clerk.
    #[must_use]
    pub fn waits(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Approved)
    }

    /// Whether a meeting in this state claims its place and its chair.
    #[must_use]
    pub fn claims_time(self) -> bool {
        matches!(self, Self::Submitted | Self::Approved | Self::Issued)
    }
}

/// How urgent a document is (mức độ khẩn, Decree 30/2020/NĐ-CP, annex I, III.2b).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// No stamp.
    #[default]
    Normal,
    /// Khẩn.
    Urgent,
    /// Thượng khẩn.
    VeryUrgent,
    /// Hỏa tốc.
    Flash,
}

impl Urgency {
    /// The stamp on the document, if there is one.
    #[must_use]
    pub fn stamp(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Urgent => Some("KHẨN"),
            Self::VeryUrgent => Some("THƯỢNG KHẨN"),
            Self::Flash => Some("HỎA TỐC"),
        }
    }
}

/// How the units learn of a meeting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InvitationMode {
    /// By an invitation of its own (giấy mời riêng).
    #[default]
    Own,
}

/// The ways an invitation may travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// To the shared official mailbox only.
    #[default]
    Electronic,
    /// And on paper (song song), while that is allowed.
    Parallel,
}

/// What was decided when a meeting was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Number and symbol of the invitation.
    pub number: String,
    /// The date on the invitation.
    pub date: NaiveDate,
    /// How it travels.
    pub channel: Channel,
    /// Invited units that were left out on record, because they could not be reached.
    pub without: Vec<UnitCode>,
    /// Why it replaces the invitation before it; `None` of the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Prose>,
}

/// An invitation that another one replaced: its number is never given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Its number and symbol.
    pub number: String,
    /// The date on it.
    pub date: NaiveDate,
}

/// An invitation that was recalled before it had left: its number is never given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voided {
    /// Its number and symbol.
    pub number: String,
    /// The date on it.
    pub date: NaiveDate,
    /// Why it was recalled.
    pub reason: Prose,
}

/// One thing that happened to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// The Unix user who did it.
    pub by: String,
    /// What.
    pub action: Action,
    /// Why, or what exactly: the reason of a return, the override of a conflict.
    #[serde(default)]
    pub reason: Option<Prose>,
}

/// What a person enters about a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about (trích yếu).
    pub title: Line,
    /// When it begins.
    pub start: WallTime,
    /// When it ends; without, the end of the part of the day is assumed.
    pub end: Option<WallTime>,
    /// Where, in words.
    pub place: Line,
    /// Where, for those who are not there.
    pub online: Option<Line>,
    /// Who chairs it.
    pub chair: Line,
    /// The unit that registers it.
    pub unit: UnitCode,
    /// Who is invited; each once, in the order given.
    pub invited: Vec<UnitCode>,
    /// Who prepares the papers.
    pub prepared_by: Vec<UnitCode>,
    /// What the invited should know or bring.
    pub content: Option<Prose>,
    /// How urgent.
    #[serde(default)]
    pub urgency: Urgency,
    /// How the units learn of it.
    #[serde(default)]
    pub mode: InvitationMode,
}

/// What is wrong between the fields of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFault {
    /// The end is not after the start.
    EndBeforeStart,
    /// Longer than [`LONGEST_DAYS`].
    TooLong,
}

impl Entry {
    /// Checks the fields against each other.
    ///
    /// # Errors
    /// [`EntryFault`].
    pub fn validate(&self) -> Result<(), EntryFault> {
        check_end(self.start, self.end)
    }

    /// When it is over, for all who must reckon with it.
    #[must_use]
    pub fn until(&self) -> WallTime {
        until(self.start, self.end)
    }

    /// When it begins and when it is over.
    #[must_use]
    pub fn span(&self) -> (WallTime, WallTime) {
        (self.start, self.until())
    }

    /// The days it touches.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        days(self.start, self.end)
    }

    /// Whether an approved meeting must be approved again after changing from `self` to `after`: time, place, chair or
    /// invited units differ.
    #[must_use]
    pub fn materially_differs(&self, after: &Self) -> bool {
        let units = |entry: &Self| entry.invited.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        self.start != after.start
            || self.end != after.end
            || self.place != after.place
            || self.chair != after.chair
            || units(self) != units(after)
    }
}

/// Checks the end of a meeting against its start.
///
/// # Errors
/// [`EntryFault`].
pub fn check_end(start: WallTime, end: Option<WallTime>) -> Result<(), EntryFault> {
    match end {
        Some(end) if end <= start => Err(EntryFault::EndBeforeStart),
        Some(end) if end.naive() - start.naive() > Duration::days(LONGEST_DAYS) => Err(EntryFault::TooLong),
        _ => Ok(()),
    }
}

/// When a meeting is over: without an end, the end of its part of the day is assumed.
#[must_use]
pub fn until(start: WallTime, end: Option<WallTime>) -> WallTime {
    end.unwrap_or_else(|| start.session_end())
}

/// Whether two spans have a moment in common. One that begins when the other is over has none with it.
#[must_use]
pub fn overlap(one: (WallTime, WallTime), other: (WallTime, WallTime)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// The days that a meeting touches.
pub fn days(start: WallTime, end: Option<WallTime>) -> impl Iterator<Item = NaiveDate> + use<> {
    let (first, until) = (start.day(), until(start, end));
    first.iter_days().take_while(move |day| *day == first || day.and_time(chrono::NaiveTime::MIN) < until.naive())
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "crate::domain::stored_meeting::Flat")]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// What was entered.
    #[serde(flatten)]
    pub entry: Entry,
    /// Where it is in its life.
    pub state: MeetingState,
    /// What was decided at issue; `None` before.
    pub issue: Option<Issue>,
    /// The invitations that were replaced, the oldest first; the last of them by the one that is in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
    /// The invitations that were recalled, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Voided>,
    /// SEQUENCE of its calendar entry (RFC 5545 §3.8.7.4): rises with each change that the invited must notice.
    pub sequence: u32,
    /// UID of its calendar entry (RFC 5545 §3.8.4.7): given at registering, the same for the meeting's life.
    pub uid: String,
    /// Who registered it: may not approve it (unless the office has one person only).
    pub registered_by: String,
    /// Who made the last material change: may not approve it either.
    pub changed_by: String,
    /// What happened to it, oldest first; the last [`HISTORY_MAX`] events.
    pub history: Vec<Event>,
}

impl Meeting {
    /// Notes what happened to it.
    pub fn note(&mut self, event: Event) {
        self.history.push(event);
        let surplus = self.history.len().saturating_sub(HISTORY_MAX);
        self.history.drain(..surplus);
    }

    /// The invited units that are really sent an invitation: all but those left out on record.
    pub fn reached(&self) -> impl Iterator<Item = &UnitCode> {
        let without: &[UnitCode] = self.issue.as_ref().map_or(&[], |issue| &issue.without);
        self.entry.invited.iter().filter(move |code| !without.contains(code))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry with the given times, for tests of the rules.
    pub(crate) fn entry(start: &str, end: Option<&str>) -> Entry {
        let now = DateTime::UNIX_EPOCH;
        Entry {
            title: Line::parse("Họp rà soát việc sử dụng hộp thư điện tử công vụ").unwrap(),
            start: WallTime::parse(start, now).unwrap(),
            end: end.map(|end| WallTime::parse(end, now).unwrap()),
            place: Line::parse("Phòng họp tầng 2, số 51 Ngô Quyền").unwrap(),
            online: None,
            chair: Line::parse("Chánh Văn phòng").unwrap(),
            unit: UnitCode::parse("VP").unwrap(),
            invited: vec![UnitCode::parse("CDA").unwrap()],
            prepared_by: vec![],
            content: None,
            urgency: Urgency::Normal,
            mode: InvitationMode::Own,
        }
    }

    #[test]
    fn ids() {
        assert_eq!(MeetingId::new(2026, 7).as_str(), "LH-2026-0007");
        assert_eq!(MeetingId::parse(" lh-2026-0007 "), Some(MeetingId::new(2026, 7)));
        for wrong in ["", "7", "LH-26-0007", "LH-2026-7", "LH-2026-00x7", "LH-2026-0007/1", "GM-2026-0007"] {
            assert_eq!(MeetingId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_end_before_the_start_is_refused() {
        assert_eq!(entry("2016-05-05 14:00", Some("2016-05-05 14:00")).validate(), Err(EntryFault::EndBeforeStart));
        assert_eq!(entry("2016-05-05 14:00", Some("2016-05-04 16:00")).validate(), Err(EntryFault::EndBeforeStart));
        assert_eq!(entry("2016-05-05 14:00", Some("2017-05-05 16:00")).validate(), Err(EntryFault::TooLong));
        assert_eq!(entry("2016-05-05 14:00", Some("2016-05-05 16:00")).validate(), Ok(()));
        assert_eq!(entry("2016-05-05 14:00", None).validate(), Ok(()));
    }

    #[test]
    fn a_meeting_touches_the_days_it_lasts() {
        let days = |start, end| entry(start, end).days().map(|day| day.to_string()).collect::<Vec<_>>();
        assert_eq!(days("2016-05-05 14:00", None), ["2016-05-05"]);
        assert_eq!(days("2016-05-05 14:00", Some("2016-05-06 00:00")), ["2016-05-05"]);
        assert_eq!(days("2016-05-05 14:00", Some("2016-05-07 10:00")), ["2016-05-05", "2016-05-06", "2016-05-07"]);
    }

    #[test]
    fn what_changes_matters_and_what_does_not() {
        let before = entry("2016-05-05 14:00", None);
        let mut after = before.clone();
        after.title = Line::parse("Khác").unwrap();
        after.invited.reverse();
        assert!(!before.materially_differs(&after));
        after.place = Line::parse("Phòng khác").unwrap();
        assert!(before.materially_differs(&after));
    }
}
