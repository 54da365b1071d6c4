//! From when to when, said in one phrase: `mai 8h-10h`, `8h đến 10h`, `từ 2h đến 4h chiều thứ 5`.

use chrono::NaiveTime;

use super::phrase::Phrase;
use super::words::{Word, is_number};
use super::{Span, WhenFault};
use crate::domain::time::{TimeFault, WallTime, parse_hour};

/// The words before and behind the one that stands between a start and an end. `None` when there is none, or several.
pub(super) fn halves(words: &[Word]) -> Option<(Vec<Word>, Vec<Word>)> {
    let words: Vec<Word> = words.iter().flat_map(parts).collect();
    let between = |at: &usize| {
        let hour_before = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| is_hour(&word.plain));
        words.get(*at).is_some_and(|word| match word.plain.as_str() {
            "-" | "den" | "until" | "to" => true,
            // Behind anything else tới is “coming”, and without its marks it may be “evening”.
            "toi" => word.marked == "tới" && hour_before,
            _ => false,
        })
    };
    let mut found = (0..words.len()).filter(between);
    let (Some(at), None) = (found.next(), found.next()) else { return None };
    let (first, last) = (words.get(..at)?, words.get(at + 1..)?);
    (!first.is_empty() && !last.is_empty()).then(|| (first.to_vec(), last.to_vec()))
}

/// A word taken apart at a dash between hours: `8h-10h`, `8-10h`. The dash of a date stays in it.
fn parts(word: &Word) -> Vec<Word> {
    let dash = Word::new("-");
    match word.said.split_once('-') {
        Some(("", rest)) if !rest.is_empty() => vec![dash, Word::new(rest)],
        Some((hour, "")) if !hour.is_empty() => vec![Word::new(hour), dash],
        Some((first, last)) if is_hour(first) => [vec![Word::new(first), dash], parts(&Word::new(last))].concat(),
        Some((first, last)) if is_number(first) && is_hour(last) => vec![Word::new(&format!("{first}h")), dash, Word::new(last)],
        _ => vec![word.clone()],
    }
}

/// Whether a word is an hour, be it one that does not exist.
fn is_hour(word: &str) -> bool {
    !matches!(parse_hour(word), Err(TimeFault::Form))
}

/// Reads both sides. A day or a part of the day that only one of them names holds for both.
pub(super) fn read(first: &[Word], last: &[Word], now: WallTime) -> Result<Span, WhenFault> {
    let (mut first, mut last) = (Phrase::read(first, now, now), Phrase::read(last, now, now));
    let (start, end) = (first.hour(), last.hour());
    let earlier = |start: Option<NaiveTime>, end: Option<NaiveTime>| matches!((start, end), (Some(start), Some(end)) if start < end);
    // `2h-4h chiều`; but in `8h-2h chiều` only the end is in the afternoon.
    if let Some(half) = last.half.filter(|_| first.half.is_none())
        && earlier(first.hour_in(half), end)
    {
        first.half = Some(half);
    }
    // `2h chiều-4h`; but `8h sáng-2h chiều` says both.
    if let Some(half) = first.half.filter(|_| last.half.is_none())
        && !earlier(start, end)
        && earlier(start, last.hour_in(half))
    {
        last.half = Some(half);
    }
    if !first.names_day() {
        first.take_day(&mut last);
    }
    let start = first.time(now, now)?;
    let end = last.time(start, now)?;
    Ok(Span { start, end: Some(end) })
}
