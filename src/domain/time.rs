//! Meetings are wall time in Asia/Ho_Chi_Minh (UTC+7, no summer time since 1975); instants are UTC. This is the one place
//! that converts, parses and prints.

use std::fmt;

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Seconds by which Vietnam is ahead of UTC.
const OFFSET_SECONDS: i32 = 7 * 3600;
/// The IANA name of the zone, as calendars carry it.
pub const ZONE: &str = "Asia/Ho_Chi_Minh";
/// Years in which a time is believed to be meant as written; what lies outside is a slip of the pen.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// Why a time was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFault {
    /// None of the accepted forms.
    #[error("not a time: write 2026-12-01 14:00, 01/12/2026 14h00, 14:00 or RFC 3339")]
    Form,
    /// The form is right, but there is no such day or hour.
    #[error("there is no such day or hour")]
    NoSuchTime,
    /// A year outside 1990–2100.
    #[error("the year {0} is not believed")]
    Year(i32),
    /// None of the accepted forms of a week.
    #[error("not a week: write 2026-W48, a date, this, next, last or +2")]
    Week,
}

/// Wall time in Vietnam, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "DateTime<FixedOffset>", into = "DateTime<FixedOffset>")]
pub struct WallTime(NaiveDateTime);

impl WallTime {
    /// Wall time of a day and an hour; seconds are cut off.
    #[must_use]
    pub fn new(day: NaiveDate, time: NaiveTime) -> Self {
        Self(day.and_time(NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).unwrap_or(NaiveTime::MIN)))
    }

    /// The wall time at an instant.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        let local = instant.with_timezone(&zone()).naive_local();
        Self::new(local.date(), local.time())
    }

    /// An instant as it is written in Vietnam: with its offset, to the second.
    #[must_use]
    pub fn zoned(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        instant.with_timezone(&zone())
    }

    /// The instant at which clocks in Vietnam show this time.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        Utc.from_utc_datetime(&(self.0 - Duration::seconds(i64::from(OFFSET_SECONDS))))
    }

    /// The minutes since the midnight with which 1970 began in Vietnam; negative before.
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.0.and_utc().timestamp().div_euclid(60)
    }

    /// The time so many [`WallTime::minutes`] later; `None` in years that no calendar has.
    #[must_use]
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        DateTime::from_timestamp(minutes.checked_mul(60)?, 0).map(|time| Self(time.naive_utc()))
    }

    /// The day.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        self.0.date()
    }

    /// The time of day.
    #[must_use]
    pub fn time(self) -> NaiveTime {
        self.0.time()
    }

    /// The date and time without a zone.
    #[must_use]
    pub fn naive(self) -> NaiveDateTime {
        self.0
    }

    /// The part of the day.
    #[must_use]
    pub fn session(self) -> Session {
        match self.0.hour() {
            0..12 => Session::Morning,
            12..18 => Session::Afternoon,
            _ => Session::Evening,
        }
    }

    /// When the part of the day ends: the end that is assumed for a meeting registered without one. Always later than
    /// `self`.
    #[must_use]
    pub fn session_end(self) -> Self {
        let end = self.day().and_time(self.session().end());
        Self(if end > self.0 { end } else { self.0 + Duration::hours(1) })
    }

    /// Reads a time as people write it. `now` gives the day to a bare hour.
    ///
    /// # Errors
    /// [`TimeFault`].
    pub fn parse(raw: &str, now: DateTime<Utc>) -> Result<Self, TimeFault> {
        let raw = raw.trim();
        if let Ok(instant) = DateTime::parse_from_rfc3339(raw) {
            return believed(Self::at(instant.with_timezone(&Utc)));
        }
        let mut parts = raw.splitn(2, |c: char| c.is_whitespace() || c == 'T');
        match (parts.next(), parts.next()) {
            (Some(time), None) if !time.is_empty() => Ok(Self::new(Self::at(now).day(), parse_hour(time)?)),
            (Some(day), Some(time)) => believed(Self::new(parse_day(day)?, parse_hour(time.trim())?)),
            _ => Err(TimeFault::Form),
        }
    }
}

/// Refuses a time in a year outside [`YEARS`].
pub(super) fn believed(time: WallTime) -> Result<WallTime, TimeFault> {
    if YEARS.contains(&time.day().year()) { Ok(time) } else { Err(TimeFault::Year(time.day().year())) }
}

impl TryFrom<DateTime<FixedOffset>> for WallTime {
    type Error = TimeFault;
    fn try_from(time: DateTime<FixedOffset>) -> Result<Self, TimeFault> {
        Ok(Self::at(time.with_timezone(&Utc)))
    }
}

impl From<WallTime> for DateTime<FixedOffset> {
    fn from(time: WallTime) -> Self {
        time.instant().with_timezone(&zone())
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%H:%M %d/%m/%Y"))
    }
}

fn zone() -> FixedOffset {
    // The offset is a constant within chrono's range of ±24 h.
    FixedOffset::east_opt(OFFSET_SECONDS).unwrap_or_else(|| Utc.fix_offset())
}

trait FixOffset {
    fn fix_offset(&self) -> FixedOffset;
}
impl FixOffset for Utc {
    fn fix_offset(&self) -> FixedOffset {
        use chrono::Offset;
        self.fix()
    }
}

/// The part of a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// Sáng: before noon.
    Morning,
    /// Chiều: from noon to 18:00.
    Afternoon,
    /// Tối: from 18:00.
    Evening,
}

impl Session {
    /// The hour at which it ends: the one place where that stands.
    #[must_use]
    pub fn end(self) -> NaiveTime {
        let hour = match self {
            Self::Morning => 12,
            Self::Afternoon => 18,
            Self::Evening => 22,
        };
        NaiveTime::MIN + Duration::hours(hour)
    }
}

/// Reads a day: `2026-12-01`, `01/12/2026`, `1.12.2026`, `1-12-2026`. Day before month, always.
///
/// # Errors
/// [`TimeFault::Form`] or [`TimeFault::NoSuchTime`].
pub fn parse_day(raw: &str) -> Result<NaiveDate, TimeFault> {
    let separator = raw.chars().find(|c| !c.is_ascii_digit()).ok_or(TimeFault::Form)?;
    if !matches!(separator, '/' | '.' | '-') {
        return Err(TimeFault::Form);
    }
    let parts: Vec<&str> = raw.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return Err(TimeFault::Form) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| TimeFault::Form);
    let (day, month, year) = if separator == '-' && first.len() == 4 { (third, second, first) } else { (first, second, third) };
    if year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return Err(TimeFault::Form);
    }
    let year = i32::try_from(number(year)?).map_err(|_| TimeFault::Form)?;
    let date = NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).ok_or(TimeFault::NoSuchTime)?;
    if YEARS.contains(&year) { Ok(date) } else { Err(TimeFault::Year(year)) }
}

/// Reads an hour: `14:00`, `14h00`, `14h`, `8g30`, `14 giờ 00`.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_hour(raw: &str) -> Result<NaiveTime, TimeFault> {
    let text =
        crate::domain::text::search_key(raw).replace("gio", "h").replace("phut", "").replace(['g', ':'], "h").replace([' ', '\'', '’'], "");
    let (hour, minute) = text.split_once('h').ok_or(TimeFault::Form)?;
    // Seconds are accepted when they are zero: calendars write them.
    let minute = minute.strip_suffix("h00").unwrap_or(minute);
    let number = |text: &str| -> Result<u32, TimeFault> {
        if text.is_empty() || text.len() > 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(TimeFault::Form);
        }
        text.parse().map_err(|_| TimeFault::Form)
    };
    let minute = if minute.is_empty() { 0 } else { number(minute)? };
    NaiveTime::from_hms_opt(number(hour)?, minute, 0).ok_or(TimeFault::NoSuchTime)
}

/// A time to the second, as lists of what was done write it.
const SECONDS: [&str; 2] = ["%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"];

/// Reads a time that has passed: one that [`WallTime::parse`] reads, one to the second as the history writes it or as RFC 3339 does,
/// or a day alone. A day is its end: what stood when the day was over; of today, what stands now. A second in the history's form
/// is its end too: what was changed within it is changed.
///
/// # Errors
/// [`TimeFault`]. That it lies before `now` is not looked at.
pub fn parse_moment(raw: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, TimeFault> {
    let raw = raw.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(raw) {
        let instant = instant.with_timezone(&Utc);
        return believed(WallTime::at(instant)).map(|_| instant);
    }
    if let Some(second) = SECONDS.iter().find_map(|form| NaiveDateTime::parse_from_str(raw, form).ok()) {
        // First: a year that nobody believes has no second behind it either.
        let second = believed(WallTime(second))?;
        return Ok(second.instant() + Duration::seconds(1) - Duration::nanoseconds(1));
    }
    match parse_day(raw) {
        Ok(day) if day == WallTime::at(now).day() => Ok(now),
        Ok(day) => Ok(WallTime::new(day, NaiveTime::MIN).instant() + Duration::days(1) - Duration::nanoseconds(1)),
        Err(TimeFault::Form) => WallTime::parse(raw, now).map(WallTime::instant),
        Err(fault) => Err(fault),
    }
}

/// A week from Monday to Sunday, numbered as ISO 8601 does (as the published schedules of ministries do).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsoWeek {
    monday: NaiveDate,
}

impl IsoWeek {
    /// The week in which a day lies.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self { monday: day - Duration::days(i64::from(day.weekday().num_days_from_monday())) }
    }

    /// Reads `2026-W48`, a date in the week, `this`, `next`, `last`, `+2`, `-1`.
    ///
    /// # Errors
    /// [`TimeFault`].
    pub fn parse(raw: &str, now: DateTime<Utc>) -> Result<Self, TimeFault> {
        let raw = raw.trim();
        let this = Self::of(WallTime::at(now).day());
        match raw {
            "" | "this" => return Ok(this),
            "next" => return Ok(this.plus(1)),
            "last" => return Ok(this.plus(-1)),
            _ => {}
        }
        if raw.starts_with('+') || raw.starts_with('-') {
            let weeks: i64 = raw.parse().map_err(|_| TimeFault::Week)?;
            return if weeks.abs() <= 520 { Ok(this.plus(weeks)) } else { Err(TimeFault::Week) };
        }
        if let Some((year, week)) = raw.split_once("-W").or_else(|| raw.split_once("-w")) {
            let year = year.parse().map_err(|_| TimeFault::Week)?;
            let week = week.parse().map_err(|_| TimeFault::Week)?;
            if !YEARS.contains(&year) {
                return Err(TimeFault::Year(year));
            }
            return NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).map(Self::of).ok_or(TimeFault::NoSuchTime);
        }
        match parse_day(raw) {
            Ok(day) => Ok(Self::of(day)),
            Err(TimeFault::Form) => Err(TimeFault::Week),
            Err(fault) => Err(fault),
        }
    }

    /// The week `weeks` later (earlier, when negative).
    #[must_use]
    pub fn plus(self, weeks: i64) -> Self {
        Self { monday: self.monday + Duration::weeks(weeks) }
    }

    /// Its Monday.
    #[must_use]
    pub fn monday(self) -> NaiveDate {
        self.monday
    }

    /// Its Sunday.
    #[must_use]
    pub fn sunday(self) -> NaiveDate {
        self.monday + Duration::days(6)
    }

    /// Its seven days.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.monday.iter_days().take(7)
    }

    /// The number within the year of [`IsoWeek::year`].
    #[must_use]
    pub fn number(self) -> u32 {
        self.monday.iso_week().week()
    }

    /// The ISO year, which differs from the calendar year around 1 January.
    #[must_use]
    pub fn year(self) -> i32 {
        self.monday.iso_week().year()
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-W{:02}", self.year(), self.number())
    }
}

impl TryFrom<String> for IsoWeek {
    type Error = TimeFault;
    fn try_from(raw: String) -> Result<Self, TimeFault> {
        // A stored week is always absolute, so that the instant given here is never looked at.
        Self::parse(&raw, DateTime::UNIX_EPOCH)
    }
}

impl From<IsoWeek> for String {
    fn from(week: IsoWeek) -> Self {
        week.to_string()
    }
}

/// A date in the words of a document: `ngày 05 tháng 01 năm 2026`. Days below ten and the months one and two get a zero,
/// others none (Decree 30/2020/NĐ-CP, annex I, II.4b).
#[must_use]
pub fn document_date(day: NaiveDate) -> String {
    let month = if day.month() <= 2 { format!("{:02}", day.month()) } else { day.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
}

/// The Vietnamese name of a weekday, as it stands within a sentence: `thứ Hai`, `Chủ nhật`.
#[must_use]
pub fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "thứ Hai",
        Weekday::Tue => "thứ Ba",
        Weekday::Wed => "thứ Tư",
        Weekday::Thu => "thứ Năm",
        Weekday::Fri => "thứ Sáu",
        Weekday::Sat => "thứ Bảy",
        Weekday::Sun => "Chủ nhật",
    }
}

/// The short name of a weekday for tables and subjects: `T2` … `T7`, `CN`.
#[must_use]
pub fn weekday_short(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "T2",
        Weekday::Tue => "T3",
        Weekday::Wed => "T4",
        Weekday::Thu => "T5",
        Weekday::Fri => "T6",
        Weekday::Sat => "T7",
        Weekday::Sun => "CN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T20:00:00Z".parse().unwrap()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for raw in [
            "2026-12-01 14:00",
            "01/12/2026 14h00",
            "1.12.2026 14h",
            "01-12-2026 14 giờ 00",
            "2026-12-01T14:00",
            "2026-12-01T07:00:00Z",
            "2026-12-01T14:00:00+07:00",
        ] {
            assert_eq!(WallTime::parse(raw, now()).unwrap().to_string(), "14:00 01/12/2026", "{raw}");
        }
        // 20:00 UTC on the 22nd is 03:00 on the 23rd in Vietnam.
        assert_eq!(WallTime::parse("8h30", now()).unwrap().to_string(), "08:30 23/11/2026");
    }

    #[test]
    fn a_day_alone_is_its_end_and_today_is_now() {
        let moment = |raw| parse_moment(raw, now()).map(|at| at.to_rfc3339());
        assert_eq!(moment("2026-11-20 10:00").unwrap(), "2026-11-20T03:00:00+00:00");
        assert_eq!(moment(" 20/11/2026 10h00 "), moment("2026-11-20T10:00:00+07:00"));
        assert_eq!(moment("2026-11-20T03:00:07.5Z").unwrap(), "2026-11-20T03:00:07.500+00:00");
        assert_eq!(moment("20/11/2026").unwrap(), "2026-11-20T16:59:59.999999999+00:00");
        assert_eq!(moment("23.11.2026").unwrap(), now().to_rfc3339());
        assert_eq!(moment("8h30").unwrap(), "2026-11-23T01:30:00+00:00");
        assert_eq!(moment("30/02/2026"), Err(TimeFault::NoSuchTime));
        assert_eq!(moment("2026-11-20 25:00"), Err(TimeFault::NoSuchTime));
        for raw in ["20/11/2026 10:00:07", "2026-11-20 10:00:07"] {
            assert_eq!(moment(raw).unwrap(), "2026-11-20T03:00:07.999999999+00:00", "{raw}");
        }
        assert!(moment("2026-11-20 10:00:61").is_err());
        assert_eq!(moment("+262142-12-31 23:59:59"), Err(TimeFault::Year(262_142)));
        for year in ["01/01/0216", "0216-01-01T00:00:00Z", "01/01/0216 10:00:00"] {
            assert_eq!(moment(year), Err(TimeFault::Year(216)), "{year}");
        }
        for raw in ["", "hôm qua", "2026-11"] {
            assert_eq!(moment(raw), Err(TimeFault::Form), "{raw}");
        }
    }

    #[test]
    fn wrong_times_are_told_apart() {
        for raw in ["", "tomorrow", "12/2026 14:00", "2026-12-01 14", "2026-12-01 14:0:0:0", "01/12/26 14:00"] {
            assert_eq!(WallTime::parse(raw, now()), Err(TimeFault::Form), "{raw}");
        }
        for raw in ["30/02/2026 14:00", "2026-13-01 08:00", "2026-12-01 24:00", "2026-12-01 10:60"] {
            assert_eq!(WallTime::parse(raw, now()), Err(TimeFault::NoSuchTime), "{raw}");
        }
        assert_eq!(WallTime::parse("0216-05-05 08:00", now()), Err(TimeFault::Year(216)));
    }

    #[test]
    fn minutes_are_counted_in_vietnam() {
        let at = |raw| WallTime::at(DateTime::parse_from_rfc3339(raw).unwrap().with_timezone(&Utc));
        assert_eq!(at("1970-01-01T00:01:00+07:00").minutes(), 1);
        for (raw, minutes) in [("0000-01-01T00:00:00+07:00", -1_036_120_320), ("9999-12-31T23:59:59+07:00", 4_223_371_679)] {
            assert_eq!((at(raw).minutes(), WallTime::from_minutes(minutes)), (minutes, Some(at(raw))), "{raw}");
        }
        assert_eq!((WallTime::from_minutes(i64::MIN), WallTime::from_minutes(i64::MAX / 60)), (None, None));
    }

    #[test]
    fn weeks_are_iso_weeks() {
        let week = |raw| IsoWeek::parse(raw, now()).map(|week| week.to_string());
        assert_eq!(week("2026-W48").unwrap(), "2026-W48");
        assert_eq!(week("24/03/2025").unwrap(), "2025-W13");
        assert_eq!(week("this").unwrap(), "2026-W48");
        assert_eq!(week("next").unwrap(), "2026-W49");
        assert_eq!(week("+2").unwrap(), "2026-W50");
        assert_eq!(week("2027-01-01").unwrap(), "2026-W53");
        assert_eq!(week("2026-W54"), Err(TimeFault::NoSuchTime));
        assert_eq!(week("soon"), Err(TimeFault::Week));
    }

    #[test]
    fn documents_write_dates_by_the_rule() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(document_date(day(2013, 2, 19)), "ngày 19 tháng 02 năm 2013");
        assert_eq!(document_date(day(2018, 4, 16)), "ngày 16 tháng 4 năm 2018");
        assert_eq!(document_date(day(2016, 6, 2)), "ngày 02 tháng 6 năm 2016");
        assert_eq!(weekday(day(2016, 5, 5)), "thứ Năm");
    }

    #[test]
    fn the_assumed_end_is_later_than_the_start() {
        for minute in 0..24 * 60 {
            let start = WallTime::new(
                NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
                NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap(),
            );
            assert!(start.session_end() > start);
            assert_eq!(WallTime::at(start.instant()), start);
            assert_eq!(WallTime::from_minutes(start.minutes()), Some(start));
        }
    }
}
