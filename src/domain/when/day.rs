//! Which day is meant by words that leave something out.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::words::number;
use crate::domain::time::{IsoWeek, TimeFault};

/// The week of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Week {
    /// `tuần này`.
    This,
    /// `tuần sau`.
    Next,
    /// `thứ 5 này`: the one in this week that has not passed.
    Near,
    /// `thứ 5 tới`: the one after today.
    Coming,
}

/// The day of a weekday. `still`: the hour is yet to come on the day from which weekdays are counted.
pub(super) fn day_of(weekday: Weekday, week: Option<Week>, still: bool, from: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    let in_week = |week: IsoWeek| week.days().find(|day| day.weekday() == weekday);
    let after = |from: NaiveDate| next_day(from, |day| day.weekday() == weekday).ok();
    match week {
        None if still => after(from),
        None | Some(Week::Coming) => after(later(from, 1).ok()?),
        Some(Week::This) => in_week(IsoWeek::of(today)),
        Some(Week::Next) => in_week(IsoWeek::of(today).plus(1)),
        // Said of a day that has passed, it may mean either week.
        Some(Week::Near) => in_week(IsoWeek::of(today)).filter(|day| *day >= today),
    }
}

/// The day so many days on.
pub(super) fn later(day: NaiveDate, days: u64) -> Result<NaiveDate, TimeFault> {
    day.checked_add_days(Days::new(days)).ok_or(TimeFault::NoSuchTime)
}

/// The next day, from this one on, that is as wanted; within a year.
pub(super) fn next_day(from: NaiveDate, wanted: impl Fn(NaiveDate) -> bool) -> Result<NaiveDate, TimeFault> {
    from.iter_days().take(366).find(|day| wanted(*day)).ok_or(TimeFault::NoSuchTime)
}

/// So many days back a day without a year is taken for one that has passed.
///
/// Who types `22/11` on 25 November mistook the day or enters what was held already: the form then says that it is past. Hardly
/// anybody registers a meeting nine months ahead, and who does writes the year. So what has passed by less than a quarter is past,
/// and whatever is farther back is the next one.
const RECENT_DAYS: u64 = 92;

/// A day of a month whose year is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yearless {
    /// It is this one.
    Day(NaiveDate),
    /// There is such a day, but not in this year, which would be meant: 29 February.
    NotIn(i32),
}

/// Such a day of a month in the year that is meant: it has passed lately, or comes within the year from this one on. A 29 February
/// that is farther away is none: nobody means one in years to come without saying so.
pub(super) fn yearless(day: &str, month: &str, from: NaiveDate) -> Result<Yearless, TimeFault> {
    const LEAP_YEAR: i32 = 2000;
    let (Some(day), Some(month)) = (number(day), number(month)) else { return Err(TimeFault::Form) };
    // No month has such a day.
    NaiveDate::from_ymd_opt(LEAP_YEAR, month, day).ok_or(TimeFault::NoSuchTime)?;
    let earliest = from.checked_sub_days(Days::new(RECENT_DAYS)).unwrap_or(from);
    match next_day(earliest, |date| (date.day(), date.month()) == (day, month)) {
        Ok(date) => Ok(Yearless::Day(date)),
        // 28 February stands for it: in which year would it be?
        Err(_) => next_day(earliest, |date| (date.day(), date.month()) == (day - 1, month)).map(|date| Yearless::NotIn(date.year())),
    }
}
