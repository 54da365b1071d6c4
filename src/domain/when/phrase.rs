//! What the words of a phrase say together.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use super::WhenFault;
use super::day::{Week, Yearless, day_of, later, next_day, yearless};
use super::words::{Word, dated, english, hour_words, is_number, number, text, weekday};
use crate::domain::time::{TimeFault, WallTime, believed, parse_hour};

/// So many days of a month are called `mồng` or `mùng`.
const FIRST_TEN: u32 = 10;

/// A part of the day that says which of two hours is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
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

/// What some words say; each at most once.
#[derive(Debug, Default)]
pub(super) struct Phrase {
    hour: Option<NaiveTime>,
    pub(super) half: Option<Half>,
    date: Option<NaiveDate>,
    weekday: Option<Weekday>,
    week: Option<Week>,
    /// The words that say the hour.
    hour_said: Vec<Word>,
    /// The words that say the day.
    day_said: Vec<Word>,
    /// The words that say nothing.
    unread: Vec<Word>,
    /// What cannot be, whatever the other words say; the first of it.
    wrong: Option<WhenFault>,
}

/// Why some words say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Miss {
    /// They mean nothing here.
    Unread,
    /// It was said before.
    Twice,
    /// There is no such hour, of so many words.
    Hour(usize),
    /// There is no such day, of so many words.
    Day(usize),
    /// There is no such day in the year that would be meant, of so many words.
    DayIn(i32, usize),
    /// Nobody means this year.
    Year(i32),
}

/// What some words say: how many there are.
#[derive(Debug, Clone, Copy)]
enum Said {
    Hour(usize),
    Day(usize),
    /// A word that only leads to the next.
    Filler,
}

impl Phrase {
    /// Reads words. `from`: gives the year to a day without one. `now`: gives `mai` its day.
    pub(super) fn read(words: &[Word], from: WallTime, now: WallTime) -> Self {
        let mut phrase = Self::default();
        let mut rest = words;
        while !rest.is_empty() {
            let plain: Vec<&str> = rest.iter().map(|word| word.plain.as_str()).collect();
            let said = match plain.first() {
                Some(first) if first.starts_with(|c: char| c.is_ascii_digit()) => phrase.number(&plain, from.day()),
                _ => phrase.word(&plain, rest, from.day(), now.day()),
            };
            let used = phrase.note(said, rest);
            rest = rest.get(used..).unwrap_or_default();
        }
        phrase
    }

    /// Notes which words said what; how many they were.
    fn note(&mut self, said: Result<Said, Miss>, words: &[Word]) -> usize {
        let taken = |count: usize| words.get(..count).unwrap_or_default().to_vec();
        let (used, wrong) = match said {
            Ok(Said::Hour(used)) => {
                self.hour_said.extend(taken(used));
                (used, None)
            }
            Ok(Said::Day(used)) => {
                self.day_said.extend(taken(used));
                (used, None)
            }
            Ok(Said::Filler) => (1, None),
            Err(Miss::Unread) => {
                self.unread.extend(taken(1));
                (1, None)
            }
            Err(Miss::Twice) => (1, Some(WhenFault::Unread(text(&taken(1))))),
            Err(Miss::Hour(used)) => (used, Some(WhenFault::NoSuchHour(text(&taken(used))))),
            Err(Miss::Day(used)) => {
                let said = text(&taken(used));
                (used, Some(WhenFault::NoSuchDay(said.strip_prefix("ngày ").unwrap_or(&said).to_owned())))
            }
            Err(Miss::DayIn(year, used)) => {
                let between = if used == 1 { "/" } else { " năm " };
                (used, Some(WhenFault::NoSuchDay(format!("{}{between}{year}", text(&taken(used))))))
            }
            Err(Miss::Year(year)) => (1, Some(WhenFault::Year(year))),
        };
        self.wrong = self.wrong.take().or(wrong);
        used
    }

    /// Takes what begins with a number.
    fn number(&mut self, words: &[&str], from: NaiveDate) -> Result<Said, Miss> {
        match words {
            [day, "thang", month, "nam", year, ..] => self.day(dated(&format!("{day}/{month}/{year}")), 5),
            [day, "thang", month, ..] => self.yearless(day, month, from, 3),
            [hour, half @ ("am" | "pm"), ..] => self.twelve(hour, half, 2),
            [hour, ..] if hour.ends_with("am") || hour.ends_with("pm") => {
                let (hour, half) = hour.split_at(hour.len() - 2);
                self.twelve(hour, half, 1)
            }
            _ => self.hour_or_date(words, from),
        }
    }

    fn twelve(&mut self, hour: &str, half: &str, words: usize) -> Result<Said, Miss> {
        let hour = if is_number(hour) { parse_hour(&format!("{hour}h")) } else { parse_hour(hour) };
        once(&mut self.hour, hour.map_err(|fault| of_hour(&fault, words))?)?;
        once(&mut self.half, if half == "am" { Half::Am } else { Half::Pm })?;
        Ok(Said::Hour(words))
    }

    fn hour_or_date(&mut self, words: &[&str], from: NaiveDate) -> Result<Said, Miss> {
        let used = hour_words(words);
        match parse_hour(&words.get(..used).unwrap_or_default().join(" ")) {
            Ok(hour) if words.get(used) == Some(&"ruoi") && hour.minute() == 0 => {
                once(&mut self.hour, hour.with_minute(30).ok_or(Miss::Unread)?)?;
                return Ok(Said::Hour(used + 1));
            }
            Ok(hour) => return once(&mut self.hour, hour).map(|()| Said::Hour(used)),
            Err(TimeFault::Form) => {}
            Err(fault) => return Err(of_hour(&fault, used)),
        }
        let word = words.first().copied().unwrap_or_default();
        match (dated(word), word.split_once(['/', '-', '.'])) {
            (Err(TimeFault::Form), Some((day, month))) => self.yearless(day, month, from, 1),
            (read, _) => self.day(read, 1),
        }
    }

    fn yearless(&mut self, day: &str, month: &str, from: NaiveDate, words: usize) -> Result<Said, Miss> {
        match yearless(day, month, from) {
            Ok(Yearless::Day(date)) => self.day(Ok(date), words),
            Ok(Yearless::NotIn(year)) => Err(Miss::DayIn(year, words)),
            Err(fault) => self.day(Err(fault), words),
        }
    }

    fn day(&mut self, read: Result<NaiveDate, TimeFault>, words: usize) -> Result<Said, Miss> {
        let date = read.map_err(|fault| match fault {
            TimeFault::Form | TimeFault::Week => Miss::Unread,
            TimeFault::NoSuchTime => Miss::Day(words),
            TimeFault::Year(year) => Miss::Year(year),
        })?;
        once(&mut self.date, date).map(|()| Said::Day(words))
    }

    /// Takes a word or a few that belong together.
    fn word(&mut self, words: &[&str], marked: &[Word], from: NaiveDate, today: NaiveDate) -> Result<Said, Miss> {
        let after_weekday = self.weekday.is_some() && self.week.is_none();
        let is = |word: &str| marked.first().is_some_and(|first| first.marked == word);
        let mut half = |half| once(&mut self.half, half).map(|()| Said::Hour(1));
        match words {
            ["hom", "nay", ..] => self.day(Ok(today), 2),
            ["tuan", "nay", ..] => self.week(Week::This, 2),
            ["tuan", "sau" | "toi", ..] => self.week(Week::Next, 2),
            ["next", ..] => self.week(Week::Next, 1),
            ["nay", ..] if after_weekday => self.week(Week::Near, 1),
            ["nay" | "today", ..] => self.day(Ok(today), 1),
            ["mai" | "tomorrow", ..] => self.day(later(today, 1), 1),
            ["mot" | "kia", ..] => self.day(later(today, 2), 1),
            [said @ ("ngay" | "mong" | "mung"), day, ..] if number(day).is_some() && words.get(2) != Some(&"thang") => {
                let wanted = number(day).filter(|day| *said == "ngay" || (1..=FIRST_TEN).contains(day)).ok_or(Miss::Unread)?;
                self.day(next_day(from, |date| date.day() == wanted), 2)
            }
            ["ngay" | "mong" | "mung" | "luc" | "vao" | "buoi" | "tu" | "at" | "on" | "from", _, ..] => Ok(Said::Filler),
            ["sang", ..] => half(Half::Morning),
            ["trua", ..] => half(Half::Noon),
            ["chieu", ..] => half(Half::Afternoon),
            // Tới is “coming”, tối is “evening”; behind a weekday only marks tell them apart.
            ["toi", ..] if is("tới") && after_weekday => self.week(Week::Coming, 1),
            ["toi", ..] if is("tới") || (is("toi") && after_weekday) => Err(Miss::Unread),
            ["toi", ..] => half(Half::Evening),
            _ => {
                let (weekday, used) = weekday(words).or_else(|| english(marked)).ok_or(Miss::Unread)?;
                once(&mut self.weekday, weekday).map(|()| Said::Day(used))
            }
        }
    }

    fn week(&mut self, week: Week, words: usize) -> Result<Said, Miss> {
        once(&mut self.week, week).map(|()| Said::Day(words))
    }

    /// Whether anything is said of the day.
    pub(super) fn names_day(&self) -> bool {
        !self.day_said.is_empty()
    }

    /// Takes the day of another phrase for its own; that one then means the day from which it is read.
    pub(super) fn take_day(&mut self, other: &mut Self) {
        (self.date, self.weekday, self.week) = (other.date.take(), other.weekday.take(), other.week.take());
        self.day_said = std::mem::take(&mut other.day_said);
    }

    /// The hour of 24 that is said.
    pub(super) fn hour(&self) -> Option<NaiveTime> {
        match self.half {
            Some(half) => self.hour_in(half),
            None => self.hour,
        }
    }

    /// The hour that it would be in a part of the day.
    pub(super) fn hour_in(&self, half: Half) -> Option<NaiveTime> {
        let said = self.hour?;
        half.hour(said.hour()).and_then(|hour| said.with_hour(hour))
    }

    /// The time that is meant. `from`: gives the day to a bare hour, the week to a weekday.
    pub(super) fn time(&self, from: WallTime, now: WallTime) -> Result<WallTime, WhenFault> {
        self.all_read()?;
        let hour = self.hour().unwrap_or(NaiveTime::MIN);
        let unclear = || WhenFault::Day(text(&self.day_said));
        let day = match (self.date, self.weekday, self.week) {
            (None, None, None) => Some(from.day()),
            (Some(date), Some(weekday), None) if date.weekday() != weekday => return Err(WhenFault::Weekday(date)),
            (Some(date), _, None) => Some(date),
            (None, Some(weekday), week) => day_of(weekday, week, WallTime::new(from.day(), hour) > from, from.day(), now.day()),
            _ => None,
        };
        let day = day.ok_or_else(unclear)?;
        match (self.hour, self.hour()) {
            (_, Some(hour)) => within_years(WallTime::new(day, hour)),
            (Some(_), None) => Err(WhenFault::Hour(text(&self.hour_said))),
            (None, None) if self.names_day() || self.half.is_some() => Err(WhenFault::NoHour),
            (None, None) => Err(WhenFault::Form),
        }
    }

    /// Nothing is wrong or left over.
    fn all_read(&self) -> Result<(), WhenFault> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        if self.unread.is_empty() {
            return Ok(());
        }
        let left = text(&self.unread);
        Err(match (self.hour.is_some(), self.names_day()) {
            (true, true) => WhenFault::Unread(left),
            (true, false) => WhenFault::Day(left),
            (false, true) => WhenFault::Hour(left),
            // `3 chiều`.
            (false, false) if self.half.is_some() => WhenFault::Hour(left),
            (false, false) => WhenFault::Form,
        })
    }
}

/// Refuses a time in a year that nobody means.
pub(super) fn within_years(time: WallTime) -> Result<WallTime, WhenFault> {
    believed(time).map_err(|_| WhenFault::Year(time.day().year()))
}

fn of_hour(fault: &TimeFault, words: usize) -> Miss {
    if *fault == TimeFault::NoSuchTime { Miss::Hour(words) } else { Miss::Unread }
}

/// Fills what must not be said twice.
fn once<T>(place: &mut Option<T>, said: T) -> Result<(), Miss> {
    if place.replace(said).is_some() { Err(Miss::Twice) } else { Ok(()) }
}
