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

/// The next day, from this one on, that is as wanted; at most eight years on, as far as a 29 February can be.
pub(super) fn next_day(from: NaiveDate, wanted: impl Fn(NaiveDate) -> bool) -> Result<NaiveDate, TimeFault> {
    from.iter_days().take(8 * 366).find(|day| wanted(*day)).ok_or(TimeFault::NoSuchTime)
}

/// The next such day of a month, from this one on.
pub(super) fn yearless(day: &str, month: &str, from: NaiveDate) -> Result<NaiveDate, TimeFault> {
    let (Some(day), Some(month)) = (number(day), number(month)) else { return Err(TimeFault::Form) };
    next_day(from, |date| (date.day(), date.month()) == (day, month))
}
