//! The keyspace: one prefix for each kind of record. Numbers in keys are big-endian, so that their order is the keys' order.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};

use crate::domain::dispatch::ItemId;
use crate::domain::meeting::{MeetingId, MeetingState};
use crate::domain::request::RequestId;
use crate::domain::time::{WallTime, YEARS};
use crate::usecase::ports::Range;

/// Units, by code.
pub const UNIT: &[u8] = b"u/";
/// Mailboxes, by address.
pub const MAILBOX: &[u8] = b"b/";
/// Meetings, by id.
pub const MEETING: &[u8] = b"m/";
/// Accounts, by Unix user.
pub const ACCOUNT: &[u8] = b"w/";
/// Dispatches, by number.
pub const DISPATCH: &[u8] = b"d/";
/// Outbox items, by dispatch and recipient.
pub const ITEM: &[u8] = b"o/";
/// Messages, under the same numbers as their items.
pub const MESSAGE: &[u8] = b"e/";
/// What several messages have in common, by name.
pub const PART: &[u8] = b"p/";
/// Waiting items by the time they are due.
pub const DUE: &[u8] = b"q/";
/// Claims of flushers.
pub const CLAIM: &[u8] = b"k/";
/// Jobs that are sealed and not done, by number.
pub const JOB: &[u8] = b"j/";
/// Jobs that are done.
pub const JOB_DONE: &[u8] = b"jd/";
/// Rows of jobs, in chunks.
pub const CHUNK: &[u8] = b"jc/";
/// Counters.
pub const COUNTER: &[u8] = b"n/";
/// The audit chain.
pub const AUDIT: &[u8] = b"a/";
/// Versions of records.
pub const HISTORY: &[u8] = b"h/";
/// Secondary indexes.
pub const INDEX: &[u8] = b"x/";
/// Drafts of forms, by account and form.
pub const DRAFT: &[u8] = b"f/";
/// Requests that were made, by number.
pub const REQUEST: &[u8] = b"r/";
/// Who comes to which meeting, by meeting and unit.
pub const ATTENDANCE: &[u8] = b"t/";
/// Messages that came, by number.
pub const RECEIVED: &[u8] = b"i/";
/// Their bytes, in chunks, where somebody has to look at them.
pub const RECEIVED_CHUNK: &[u8] = b"ic/";
/// Messages whose chunks are being laid down or taken away: what a crash leaves of them is swept away.
pub const RECEIVED_OPEN: &[u8] = b"io/";
/// How far mailboxes were read.
pub const MAILBOX_READ: &[u8] = b"ip/";
/// Facts about the store itself.
pub const META: &[u8] = b"s/meta";
/// The key of the codes in addresses to which messages come back.
pub const VERP: &[u8] = b"s/verp";
/// Where the audit chain ends.
pub const CHAIN: &[u8] = b"s/chain";

/// A key under a prefix.
#[must_use]
pub fn under(prefix: &[u8], id: &str) -> Vec<u8> {
    [prefix, id.as_bytes()].concat()
}

/// A numbered key under a prefix.
#[must_use]
pub fn numbered(prefix: &[u8], number: u64) -> Vec<u8> {
    [prefix, &number.to_be_bytes()].concat()
}

/// A key under a prefix, numbered twice.
#[must_use]
pub fn pair(prefix: &[u8], first: u64, second: u64) -> Vec<u8> {
    [prefix, &first.to_be_bytes(), &second.to_be_bytes()].concat()
}

/// The number with which a key ends.
#[must_use]
pub fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// The number with which a key goes on behind its prefix.
#[must_use]
pub fn first_number(prefix: &[u8], key: &[u8]) -> Option<u64> {
    key.strip_prefix(prefix)?.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// The key of an item (or of its message) under a prefix.
#[must_use]
pub fn item(prefix: &[u8], id: ItemId) -> Vec<u8> {
    [prefix, &id.dispatch.to_be_bytes(), &id.n.to_be_bytes()].concat()
}

/// The key of a waiting item in the order of time.
#[must_use]
pub fn due(at: DateTime<Utc>, id: ItemId) -> Vec<u8> {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    item(&numbered(DUE, millis), id)
}

/// The first key behind everything that is due at `now`.
#[must_use]
pub fn due_end(now: DateTime<Utc>) -> Vec<u8> {
    numbered(DUE, u64::try_from(now.timestamp_millis()).unwrap_or(0).saturating_add(1))
}

/// The instant that a key of the due index stands for.
#[must_use]
pub fn due_at(key: &[u8]) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(first_number(DUE, key)?).ok()?)
}

/// The item that a key under [`ITEM`] or [`MESSAGE`] names.
#[must_use]
pub fn item_id(prefix: &[u8], key: &[u8]) -> Option<ItemId> {
    let (dispatch, n) = key.strip_prefix(prefix)?.split_first_chunk::<8>()?;
    Some(ItemId { dispatch: u64::from_be_bytes(*dispatch), n: u32::from_be_bytes(n.try_into().ok()?) })
}

/// The item that a key of the due index names.
#[must_use]
pub fn due_item(key: &[u8]) -> Option<ItemId> {
    item_id(b"", key.strip_prefix(DUE)?.get(8..)?)
}

/// The mark of a request.
#[must_use]
pub fn request(id: RequestId) -> Vec<u8> {
    [REQUEST, &id.0].concat()
}

/// The drafts of an account. No Unix user's name holds the byte that ends it, so that no account's drafts are among those
/// of another.
#[must_use]
pub fn drafts_of(account: &str) -> Vec<u8> {
    [DRAFT, account.as_bytes(), &[0]].concat()
}

/// The draft of an account's form.
#[must_use]
pub fn draft(account: &str, form: &str) -> Vec<u8> {
    [drafts_of(account).as_slice(), form.as_bytes()].concat()
}

/// The form that the key of a draft names.
#[must_use]
pub fn draft_form(key: &[u8]) -> Option<&str> {
    let at = key.iter().rposition(|byte| *byte == 0)?;
    std::str::from_utf8(key.get(at + 1..)?).ok()
}

/// An index of meetings by days. Its keys: the prefix, the day, the time of the day, the meeting's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayIndex {
    /// All meetings, by the days they touch; the value is the meeting at a glance ([`glance`](crate::usecase::glance)).
    All,
    /// Those that wait in a state (see [`MeetingState::waits`]), by the day on which they start: few among many that are done.
    Waiting(MeetingState),
}

/// What the keys of the index of all meetings begin with.
pub const HELD: &[u8] = b"x/held/";
/// What the keys of all meetings that wait begin with.
pub const WAITING: &[u8] = b"x/waiting/";
/// Where the index of all meetings lay before schema 4.
pub const OLD_DAY: &[u8] = b"x/day/";

impl DayIndex {
    /// What its keys begin with.
    #[must_use]
    pub fn prefix(self) -> Vec<u8> {
        match self {
            Self::All => HELD.to_vec(),
            Self::Waiting(state) => [WAITING, state.word().as_bytes(), b"/"].concat(),
        }
    }

    /// The meetings of a day.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> Vec<u8> {
        [self.prefix(), format!("{}/", day.format("%Y%m%d")).into_bytes()].concat()
    }

    /// The key of a meeting on a day that it touches. A day's meetings stand in the order in which they begin; those that go on
    /// from the day before come first.
    #[must_use]
    pub fn key(self, day: NaiveDate, start: WallTime, id: &MeetingId) -> Vec<u8> {
        let mut key = self.day(day);
        if self == Self::All {
            let time = if start.day() == day { start.time() } else { NaiveTime::MIN };
            key.extend_from_slice(of_day(time).as_bytes());
        }
        key.extend_from_slice(id.as_str().as_bytes());
        key
    }

    /// The day and the meeting that a key names.
    #[must_use]
    pub fn entry(self, key: &[u8]) -> Option<(NaiveDate, MeetingId)> {
        let (day, rest) = std::str::from_utf8(key.strip_prefix(self.prefix().as_slice())?).ok()?.split_once('/')?;
        // By hand: a page of a list reads a thousand of them.
        let number = |digits: Option<&str>| digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u32>().ok();
        let (year, month, of_month) = (number(day.get(..4))?, number(day.get(4..6))?, number(day.get(6..))?);
        let id = match self {
            Self::All => rest.split_once('/').filter(|(time, _)| time.len() == 4 && number(Some(time)).is_some())?.1,
            Self::Waiting(_) => rest,
        };
        Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, of_month)?, MeetingId::parse(id)?))
    }
}

/// A time of the day, as it stands in keys.
fn of_day(time: NaiveTime) -> String {
    format!("{:02}{:02}/", time.hour(), time.minute())
}

/// The meetings that touch a day and begin before `until`.
#[must_use]
pub fn begun(day: NaiveDate, until: WallTime) -> Range {
    let start = DayIndex::All.day(day);
    let mut range = Range::prefix(&start);
    if until.day() == day {
        range.end = Some([start, of_day(until.time()).into_bytes()].concat());
    }
    range
}

/// The days from `from` to `to` in an index of days. Days of years that no meeting can have are as good as the nearest
/// that one can: keys of other years would not stand in the order of time.
#[must_use]
pub fn days(index: DayIndex, from: NaiveDate, to: NaiveDate) -> Range {
    let within = |day: NaiveDate| {
        let years = *YEARS.start()..=YEARS.end() + 1;
        match day.year() {
            year if year < *years.start() => NaiveDate::from_ymd_opt(*years.start(), 1, 1).unwrap_or(day),
            year if year > *years.end() => NaiveDate::from_ymd_opt(*years.end(), 12, 31).unwrap_or(day),
            _ => day,
        }
    };
    Range { start: index.day(within(from)), end: Range::prefix(&index.day(within(to))).end }
}

/// Mailboxes of a unit.
#[must_use]
pub fn mailboxes_of(unit: &str) -> Vec<u8> {
    format!("x/mailbox/{unit}/").into_bytes()
}

/// Units directly below a unit.
#[must_use]
pub fn units_below(unit: &str) -> Vec<u8> {
    format!("x/below/{unit}/").into_bytes()
}

/// Dispatches of a meeting by which units are told something.
#[must_use]
pub fn dispatches_of(meeting: &str) -> Vec<u8> {
    format!("x/dispatch/{meeting}/").into_bytes()
}

/// What counts of the answers to a meeting, by unit.
#[must_use]
pub fn answers_to(meeting: &str) -> Vec<u8> {
    format!("x/answer/{meeting}/").into_bytes()
}

/// What is known of a meeting's attendance.
#[must_use]
pub fn attendance_of(meeting: &str) -> Vec<u8> {
    under(ATTENDANCE, &format!("{meeting}/"))
}

/// The meeting whose attendance a key belongs to.
#[must_use]
pub fn attended(key: &[u8]) -> Option<MeetingId> {
    MeetingId::parse(std::str::from_utf8(key.strip_prefix(ATTENDANCE)?).ok()?.split('/').next()?)
}

/// The message with these bytes.
#[must_use]
pub fn received_as(digest: &str) -> Vec<u8> {
    format!("x/digest/{digest}/").into_bytes()
}

/// The messages with this Message-ID, by its digest.
#[must_use]
pub fn received_id(digest: &str) -> Vec<u8> {
    format!("x/message-id/{digest}/").into_bytes()
}

/// The messages that somebody has to look at.
pub const RECEIVED_WAITING: &[u8] = b"x/quarantine/";

/// The version of a record that replaced revision `rev` (0: the first version).
#[must_use]
pub fn version(kind: &str, id: &str, rev: u64) -> Vec<u8> {
    numbered(format!("h/{kind}/{id}/").as_bytes(), rev)
}

/// The versions of all records of a kind.
#[must_use]
pub fn versions(kind: &str) -> Vec<u8> {
    format!("h/{kind}/").into_bytes()
}

/// The record and the revision replaced that a key under [`versions`] names. An id may hold the sign that ends it; the
/// number behind has always eight bytes.
#[must_use]
pub fn versioned<'a>(prefix: &[u8], key: &'a [u8]) -> Option<(&'a str, u64)> {
    let (path, rev) = key.strip_prefix(prefix)?.split_last_chunk::<8>()?;
    let id = std::str::from_utf8(path.strip_suffix(b"/")?).ok()?;
    Some((id, u64::from_be_bytes(*rev)))
}

/// A counter.
#[must_use]
pub fn counter(name: &str) -> Vec<u8> {
    under(COUNTER, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_keys_stand_in_the_order_of_time() {
        let at = |millis| DateTime::from_timestamp_millis(millis).unwrap();
        let id = ItemId { dispatch: u64::MAX, n: u32::MAX };
        assert!(due(at(999), id) < due(at(1000), ItemId { dispatch: 0, n: 0 }));
        assert!(due(at(1000), id) < due_end(at(1000)) && due(at(1001), ItemId { dispatch: 0, n: 0 }) >= due_end(at(1000)));
        assert_eq!(due_item(&due(at(1000), id)), Some(id));
        assert_eq!(last_number(&version("meeting", "LH-2026-0001", 77)), Some(77));
        // A number may look like the sign before it.
        for (id, rev) in [("a/b@chinhphu.vn", 0), ("x", u64::from_be_bytes(*b"////////"))] {
            assert_eq!(versioned(&versions("mailbox"), &version("mailbox", id, rev)), Some((id, rev)));
        }
        assert_eq!(versioned(b"h/unit/", b"h/unit/VP"), None);
    }

    #[test]
    fn the_index_of_days_names_day_and_meeting() {
        let (tet, id) = (NaiveDate::from_ymd_opt(2026, 2, 17).unwrap(), MeetingId::new(2026, 1));
        let at = |hour| WallTime::new(tet, NaiveTime::from_hms_opt(hour, 5, 0).unwrap());
        let key = |index: DayIndex| index.key(tet, at(9), &id);
        for index in [DayIndex::All, DayIndex::Waiting(MeetingState::Submitted)] {
            assert_eq!(index.entry(&key(index)), Some((tet, id.clone())));
        }
        assert_eq!(key(DayIndex::All), b"x/held/20260217/0905/LH-2026-0001");
        assert!(key(DayIndex::All).starts_with(HELD) && key(DayIndex::Waiting(MeetingState::Draft)).starts_with(WAITING));
        assert_eq!(DayIndex::All.entry(&key(DayIndex::Waiting(MeetingState::Draft))), None);
        for wrong in [
            "x/held/20260230/0905/LH-2026-0001",
            "x/held/2026+217/0905/LH-2026-0001",
            "x/held/2026/0905/LH-2026-0001",
            "x/held/20260217/0905/LH",
            "x/held/20260217/+905/LH-2026-0001",
            "x/held/20260217/905/LH-2026-0001",
            "x/held/20260217/LH-2026-0001",
            "x/held/",
        ] {
            assert_eq!(DayIndex::All.entry(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn what_begins_before_a_time_is_a_range() {
        let day = |of_month| NaiveDate::from_ymd_opt(2026, 2, of_month).unwrap();
        let at = |of_month, hour| WallTime::new(day(of_month), NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        let begun = |until| {
            let range = begun(day(17), until);
            let starts = [at(16, 23), at(17, 0), at(17, 9), at(17, 10), at(17, 23)];
            starts.map(|start| range.contains(&DayIndex::All.key(day(17), start, &MeetingId::new(2026, 1))))
        };
        assert_eq!(begun(at(17, 10)), [true, true, true, false, false]);
        assert_eq!(begun(at(18, 0)), [true; 5]);
        // What is over when the day begins is in the way of nothing on it.
        assert_eq!(begun(at(17, 0)), [false; 5]);
    }
}
