//! How long something lasts, as people say it.

use chrono::Duration;

use super::WhenFault;

/// Reads a length in a phrase that is already free of marks and case; `None` when it names none.
///
/// With a `+` everything is a length. Without, only what cannot be an hour of the day is: `2 tiếng`, `90 phút`, `90'`.
///
/// # Errors
/// [`WhenFault::Form`] for a `+` without a length, and for a length of nothing.
pub(super) fn parse(key: &str) -> Result<Option<Duration>, WhenFault> {
    let added = key.strip_prefix('+').map(str::trim_start);
    match minutes(added.unwrap_or(key), added.is_some()) {
        Some(minutes @ 1..) => Ok(Some(Duration::minutes(minutes))),
        None if added.is_none() => Ok(None),
        _ => Err(WhenFault::Form),
    }
}

/// The minutes of a length; `hours`: hours of the clock (`2h`) are hours of a length.
fn minutes(said: &str, hours: bool) -> Option<i64> {
    if said == "nua tieng" {
        return Some(30);
    }
    let (number, unit, rest) = part(said)?;
    match unit {
        "tieng" | "hour" | "hours" => Some(number * 60 + remainder(rest)?),
        "h" | "g" | "gio" if hours => Some(number * 60 + remainder(rest)?),
        "'" | "’" | "p" | "ph" | "phut" | "m" | "min" | "mins" | "minute" | "minutes" if rest.is_empty() => Some(number),
        _ => None,
    }
}

/// The minutes behind the hours: `30`, `30 phút`, `rưỡi`, nothing.
fn remainder(said: &str) -> Option<i64> {
    match said {
        "" => Some(0),
        "ruoi" => Some(30),
        said => match part(said)? {
            (number @ 0..60, "" | "'" | "’" | "p" | "ph" | "phut" | "m" | "min" | "mins" | "minute" | "minutes", "") => Some(number),
            _ => None,
        },
    }
}

/// A number, the word behind it, and what follows.
fn part(said: &str) -> Option<(i64, &str, &str)> {
    let digits = said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len());
    let (number, rest) = said.split_at_checked(digits)?;
    if !(1..=4).contains(&number.len()) {
        return None;
    }
    let rest = rest.trim_start();
    let word = rest.find(|c: char| c.is_whitespace() || c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(word)?;
    Some((number.parse().ok()?, unit, rest.trim_start()))
}
