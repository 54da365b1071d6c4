//! Time as people write and say it: `14h 05/12`, `8h30 thứ 5 tuần sau`, `3h chiều mai`, `+90'`.
//!
//! What is exact is left to [`WallTime::parse`]; here are the words around it. They are read without regard to marks and
//! case and in any order. What could be meant in two ways is refused: whoever reads a form sees what was understood, but
//! should not have to notice that it was guessed wrongly.

mod length;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Timelike, Utc, Weekday};

use crate::domain::text::{nfc, search_key};
use crate::domain::time::{IsoWeek, TimeFault, WallTime, believed, parse_day, parse_hour};

/// The most bytes of a phrase; nobody says more about a time.
const LONGEST: usize = 200;

/// Reads when something begins. A phrase without a day means today; `now` is the present instant.
///
/// # Errors
/// [`TimeFault`]: [`TimeFault::Form`] too when the phrase could be meant in several ways or names no hour.
pub fn parse_start(raw: &str, now: DateTime<Utc>) -> Result<WallTime, TimeFault> {
    let now = WallTime::at(now);
    understand(raw, now, now)
}

/// Reads when something ends that begins at `start`: as [`parse_start`], where a phrase without a day means the day of the
/// start, and days without a year and weekdays are the next ones after the start; or how long it lasts: `+2h`, `+90'`,
/// `+1h30`, `2 tiếng`, `90 phút`. `2h` alone is two o'clock.
///
/// # Errors
/// [`TimeFault`], as [`parse_start`]. That the end lies after the start is not looked at.
pub fn parse_end(raw: &str, start: WallTime, now: DateTime<Utc>) -> Result<WallTime, TimeFault> {
    if raw.len() > LONGEST {
        return Err(TimeFault::Form);
    }
    let key = search_key(raw);
    let until = key
        .strip_prefix("den ")
        .or_else(|| key.strip_prefix("until "))
        .map_or(raw, |_| raw.trim_start().split_once(' ').map_or("", |(_, rest)| rest));
    match length::parse(&key)? {
        Some(length) => {
            let end = start.naive().checked_add_signed(length).ok_or(TimeFault::NoSuchTime)?;
            believed(WallTime::new(end.date(), end.time()))
        }
        None => understand(until, start, WallTime::at(now)),
    }
}

/// `from`: gives the day to a bare hour, the year to a day without one, the week to a weekday. `now`: gives `mai` its day.
fn understand(raw: &str, from: WallTime, now: WallTime) -> Result<WallTime, TimeFault> {
    if raw.len() > LONGEST {
        return Err(TimeFault::Form);
    }
    match WallTime::parse(raw, from.instant()) {
        Err(TimeFault::Form) => Phrase::read(raw, from, now)?.time(from, now),
        read => read.and_then(believed),
    }
}

/// A part of the day that says which of two hours is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// Sáng.
    Morning,
    /// Trưa.
    Noon,
    /// Chiều.
    Afternoon,
    /// Tối.
    Evening,
    Am,
    Pm,
}

impl Half {
    /// The hour of 24 that an hour in this part of the day is.
    fn hour(self, said: u32) -> Option<u32> {
        match (self, said) {
            (Self::Morning, 0..=11) | (Self::Noon, 10..=14) | (Self::Afternoon, 12..=18) | (Self::Evening, 18..=23) => Some(said),
            (Self::Noon, 1..=2) | (Self::Afternoon, 1..=6) | (Self::Evening, 6..=11) => Some(said + 12),
            (Self::Am, 1..=12) => Some(said % 12),
            (Self::Pm, 1..=12) => Some(said % 12 + 12),
            _ => None,
        }
    }
}

/// The week of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Week {
    /// `tuần này`.
    This,
    /// `tuần sau`.
    Next,
    /// `thứ 5 này`: the one in this week that has not passed.
    Near,
    /// `thứ 5 tới`: the one after today.
    Coming,
}

/// What a phrase says; each at most once.
#[derive(Debug, Default)]
struct Phrase {
    hour: Option<NaiveTime>,
    half: Option<Half>,
    date: Option<NaiveDate>,
    weekday: Option<Weekday>,
    week: Option<Week>,
}

/// A word, without and with its marks.
type Word = (String, String);

impl Phrase {
    fn read(raw: &str, from: WallTime, now: WallTime) -> Result<Self, TimeFault> {
        let spaced = nfc(raw).to_lowercase().replace([',', ';'], " ");
        let words: Vec<Word> = spaced.split_whitespace().map(|word| (search_key(word), word.to_owned())).collect();
        let mut phrase = Self::default();
        let mut rest = words.as_slice();
        while !rest.is_empty() {
            let plain: Vec<&str> = rest.iter().map(|(plain, _)| plain.as_str()).collect();
            let used = match plain.first() {
                Some(first) if first.starts_with(|c: char| c.is_ascii_digit()) => phrase.number(&plain, from.day())?,
                _ => phrase.word(&plain, rest, from.day(), now.day())?,
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(phrase)
    }

    /// Takes what begins with a number; how many words it was.
    fn number(&mut self, words: &[&str], from: NaiveDate) -> Result<usize, TimeFault> {
        match words {
            [day, "thang", month, "nam", year, ..] => once(&mut self.date, parse_day(&format!("{day}/{month}/{year}"))?, 5),
            [day, "thang", month, ..] => once(&mut self.date, yearless(day, month, from)?, 3),
            [hour, half @ ("am" | "pm"), ..] => self.twelve(hour, half, 2),
            [hour, ..] if hour.ends_with("am") || hour.ends_with("pm") => {
                let (hour, half) = hour.split_at(hour.len() - 2);
                self.twelve(hour, half, 1)
            }
            _ => self.hour_or_date(words, from),
        }
    }

    fn twelve(&mut self, hour: &str, half: &str, words: usize) -> Result<usize, TimeFault> {
        let digits = hour.bytes().all(|b| b.is_ascii_digit());
        once(&mut self.hour, parse_hour(&if digits { format!("{hour}h") } else { hour.to_owned() })?, words)?;
        once(&mut self.half, if half == "am" { Half::Am } else { Half::Pm }, words)
    }

    fn hour_or_date(&mut self, words: &[&str], from: NaiveDate) -> Result<usize, TimeFault> {
        let used = hour_words(words);
        match parse_hour(&words.get(..used).unwrap_or_default().join(" ")) {
            Ok(hour) if words.get(used) == Some(&"ruoi") && hour.minute() == 0 => {
                return once(&mut self.hour, hour.with_minute(30).ok_or(TimeFault::Form)?, used + 1);
            }
            Ok(hour) => return once(&mut self.hour, hour, used),
            Err(TimeFault::Form) => {}
            Err(fault) => return Err(fault),
        }
        let word = words.first().copied().unwrap_or_default();
        let date = match parse_day(word) {
            Err(TimeFault::Form) => {
                let (day, month) = word.split_once(['/', '-', '.']).ok_or(TimeFault::Form)?;
                yearless(day, month, from)?
            }
            read => read?,
        };
        once(&mut self.date, date, 1)
    }

    /// Takes a word or a few that belong together; how many.
    fn word(&mut self, words: &[&str], marked: &[Word], from: NaiveDate, today: NaiveDate) -> Result<usize, TimeFault> {
        let after_weekday = self.weekday.is_some() && self.week.is_none();
        let is = |word: &str| marked.first().is_some_and(|(_, with_marks)| with_marks == word);
        match words {
            ["hom", "nay", ..] => once(&mut self.date, today, 2),
            ["tuan", "nay", ..] => once(&mut self.week, Week::This, 2),
            ["tuan", "sau" | "toi", ..] => once(&mut self.week, Week::Next, 2),
            ["next", ..] => once(&mut self.week, Week::Next, 1),
            ["nay", ..] if after_weekday => once(&mut self.week, Week::Near, 1),
            ["nay" | "today", ..] => once(&mut self.date, today, 1),
            ["mai" | "tomorrow", ..] => once(&mut self.date, later(today, 1)?, 1),
            ["mot" | "kia", ..] => once(&mut self.date, later(today, 2)?, 1),
            ["ngay", day, ..] if number(day).is_ok() && words.get(2) != Some(&"thang") => {
                once(&mut self.date, next_day(from, |date| number(day) == Ok(date.day()))?, 2)
            }
            ["ngay" | "luc" | "vao" | "buoi" | "at" | "on", _, ..] => Ok(1),
            ["sang", ..] => once(&mut self.half, Half::Morning, 1),
            ["trua", ..] => once(&mut self.half, Half::Noon, 1),
            ["chieu", ..] => once(&mut self.half, Half::Afternoon, 1),
            // Tới is “coming”, tối is “evening”; behind a weekday only marks tell them apart.
            ["toi", ..] if is("tới") && after_weekday => once(&mut self.week, Week::Coming, 1),
            ["toi", ..] if is("tới") || (is("toi") && after_weekday) => Err(TimeFault::Form),
            ["toi", ..] => once(&mut self.half, Half::Evening, 1),
            _ => {
                let (weekday, used) = weekday(words).or_else(|| english(marked)).ok_or(TimeFault::Form)?;
                once(&mut self.weekday, weekday, used)
            }
        }
    }

    /// The time that is meant.
    fn time(self, from: WallTime, now: WallTime) -> Result<WallTime, TimeFault> {
        let said = self.hour.ok_or(TimeFault::Form)?;
        let hour = match self.half {
            Some(half) => half.hour(said.hour()).and_then(|hour| said.with_hour(hour)).ok_or(TimeFault::Form)?,
            None => said,
        };
        let day = match (self.date, self.weekday, self.week) {
            (None, None, None) => from.day(),
            (Some(date), None, None) => date,
            (Some(date), Some(weekday), None) if date.weekday() == weekday => date,
            (None, Some(weekday), week) => day_of(weekday, week, WallTime::new(from.day(), hour) > from, from.day(), now.day())?,
            _ => return Err(TimeFault::Form),
        };
        believed(WallTime::new(day, hour))
    }
}

/// The day of a weekday. `still`: the hour is yet to come on the day from which weekdays are counted.
fn day_of(weekday: Weekday, week: Option<Week>, still: bool, from: NaiveDate, today: NaiveDate) -> Result<NaiveDate, TimeFault> {
    let in_week = |week: IsoWeek| week.days().find(|day| day.weekday() == weekday).ok_or(TimeFault::Form);
    match week {
        None => next_day(if still { from } else { later(from, 1)? }, |day| day.weekday() == weekday),
        Some(Week::Coming) => next_day(later(from, 1)?, |day| day.weekday() == weekday),
        Some(Week::This) => in_week(IsoWeek::of(today)),
        Some(Week::Next) => in_week(IsoWeek::of(today).plus(1)),
        // Said of a day that has passed, it may mean either week.
        Some(Week::Near) => in_week(IsoWeek::of(today)).and_then(|day| if day >= today { Ok(day) } else { Err(TimeFault::Form) }),
    }
}

/// How many words an hour takes, if one begins here: `8h`, `8h 30`, `8 giờ 30 phút`. In `8h 5 tháng 12` it is one.
fn hour_words(words: &[&str]) -> usize {
    let digits = |at: usize| words.get(at).is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let ends_in_digit = |at: usize| words.get(at).is_some_and(|word| word.ends_with(|c: char| c.is_ascii_digit()));
    let hour = if digits(0) && matches!(words.get(1), Some(&("gio" | "g" | "h"))) { 2 } else { 1 };
    let minutes = !ends_in_digit(hour - 1) && digits(hour) && words.get(hour + 1) != Some(&"thang");
    let used = hour + usize::from(minutes);
    used + usize::from(ends_in_digit(used - 1) && words.get(used) == Some(&"phut"))
}

/// Fills what must not be said twice.
fn once<T>(place: &mut Option<T>, said: T, words: usize) -> Result<usize, TimeFault> {
    if place.replace(said).is_some() { Err(TimeFault::Form) } else { Ok(words) }
}

fn number(word: &str) -> Result<u32, TimeFault> {
    if word.len() > 2 || !word.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TimeFault::Form);
    }
    word.parse().map_err(|_| TimeFault::Form)
}

fn later(day: NaiveDate, days: u64) -> Result<NaiveDate, TimeFault> {
    day.checked_add_days(Days::new(days)).ok_or(TimeFault::NoSuchTime)
}

/// The next day, from this one on, that is as wanted; at most eight years on, as far as a 29 February can be.
fn next_day(from: NaiveDate, wanted: impl Fn(NaiveDate) -> bool) -> Result<NaiveDate, TimeFault> {
    from.iter_days().take(8 * 366).find(|day| wanted(*day)).ok_or(TimeFault::NoSuchTime)
}

fn yearless(day: &str, month: &str, from: NaiveDate) -> Result<NaiveDate, TimeFault> {
    let (day, month) = (number(day)?, number(month)?);
    next_day(from, |date| (date.day(), date.month()) == (day, month))
}

/// The weekday that some words begin with, and how many words it took.
fn weekday(words: &[&str]) -> Option<(Weekday, usize)> {
    let numbered = |said: &str| match said {
        "2" | "hai" => Some(Weekday::Mon),
        "3" | "ba" => Some(Weekday::Tue),
        "4" | "tu" => Some(Weekday::Wed),
        "5" | "nam" => Some(Weekday::Thu),
        "6" | "sau" => Some(Weekday::Fri),
        "7" | "bay" => Some(Weekday::Sat),
        _ => None,
    };
    match words {
        ["cn", ..] => Some((Weekday::Sun, 1)),
        ["chu", "nhat", ..] => Some((Weekday::Sun, 2)),
        ["thu", said, ..] if numbered(said).is_some() => numbered(said).map(|day| (day, 2)),
        // `t5`, `thu5`.
        [word, ..] => word.strip_prefix("thu").or_else(|| word.strip_prefix('t')).and_then(numbered).map(|day| (day, 1)),
        [] => None,
    }
}

/// The weekday that an English word names. With marks it would be Vietnamese: `thứ` without its number is no Thursday.
fn english(words: &[Word]) -> Option<(Weekday, usize)> {
    let (_, word) = words.first()?;
    let known = word.len() == 3 || word.ends_with("day");
    word.parse().ok().filter(|_| known).map(|day| (day, 1))
}
