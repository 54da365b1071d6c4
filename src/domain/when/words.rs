//! The words of a phrase, and what a few of them mean by themselves.

use chrono::{NaiveDate, Weekday};

use crate::domain::text::{nfc, search_key};
use crate::domain::time::{TimeFault, parse_day};

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was typed.
    pub(super) said: String,
    /// With its marks, in small letters.
    pub(super) marked: String,
    /// Without marks, in small letters.
    pub(super) plain: String,
}

impl Word {
    pub(super) fn new(said: &str) -> Self {
        Self { said: said.to_owned(), marked: said.to_lowercase(), plain: search_key(said) }
    }
}

/// The words of a phrase.
pub(super) fn words(raw: &str) -> Vec<Word> {
    let spaced = nfc(raw).replace([',', ';'], " ").replace(['–', '—'], "-");
    spaced.split_whitespace().map(Word::new).collect()
}

/// The words as they were typed.
pub(super) fn text(words: &[Word]) -> String {
    words.iter().map(|word| word.said.as_str()).collect::<Vec<_>>().join(" ")
}

/// How many words an hour takes, if one begins here: `8h`, `8h 30`, `8 giờ 30 phút`. In `8h 5 tháng 12` it is one.
pub(super) fn hour_words(words: &[&str]) -> usize {
    let digits = |at: usize| words.get(at).is_some_and(|word| is_number(word));
    let ends_in_digit = |at: usize| words.get(at).is_some_and(|word| word.ends_with(|c: char| c.is_ascii_digit()));
    let hour = if digits(0) && matches!(words.get(1), Some(&("gio" | "g" | "h"))) { 2 } else { 1 };
    let minutes = !ends_in_digit(hour - 1) && digits(hour) && words.get(hour + 1) != Some(&"thang");
    let used = hour + usize::from(minutes);
    used + usize::from(ends_in_digit(used - 1) && words.get(used) == Some(&"phut"))
}

/// Whether a word is digits alone.
pub(super) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// A number of a day or a month.
pub(super) fn number(word: &str) -> Option<u32> {
    if word.len() > 2 || !is_number(word) {
        return None;
    }
    word.parse().ok()
}

/// Reads a day with its year, which may have two digits: those are of this century.
pub(super) fn dated(raw: &str) -> Result<NaiveDate, TimeFault> {
    match parse_day(raw) {
        Err(TimeFault::Form) => {
            let (rest, year) = raw.rsplit_once(['/', '-', '.']).ok_or(TimeFault::Form)?;
            if year.len() != 2 || !is_number(year) {
                return Err(TimeFault::Form);
            }
            let separator = raw.get(rest.len()..=rest.len()).unwrap_or_default();
            parse_day(&format!("{rest}{separator}20{year}"))
        }
        read => read,
    }
}

/// The weekday that some words begin with, and how many words it took.
pub(super) fn weekday(words: &[&str]) -> Option<(Weekday, usize)> {
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
pub(super) fn english(words: &[Word]) -> Option<(Weekday, usize)> {
    let word = words.first()?.marked.as_str();
    let known = word.len() == 3 || word.ends_with("day");
    word.parse().ok().filter(|_| known).map(|day| (day, 1))
}
