//! The end of a part of the day: `hết buổi`, `hết chiều`.

use crate::domain::time::{Session, WallTime};

/// The part of the day of which a phrase names the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// That of the start.
    Own,
    /// This one.
    This(Session),
}

/// Reads a phrase that is already free of marks and case.
pub(super) fn named(key: &str) -> Option<Named> {
    let rest = key.strip_prefix("den ").unwrap_or(key).strip_prefix("het ")?;
    match rest.strip_prefix("buoi ").unwrap_or(rest) {
        "buoi" => Some(Named::Own),
        "sang" => Some(Named::This(Session::Morning)),
        "chieu" => Some(Named::This(Session::Afternoon)),
        "toi" => Some(Named::This(Session::Evening)),
        _ => None,
    }
}

/// When the part of the day ends that a phrase names: the hours are those of [`Session::end`], by which a meeting without an
/// end is judged as well.
pub(super) fn parse(key: &str, start: WallTime) -> Option<WallTime> {
    match named(key)? {
        Named::Own => Some(start.session_end()),
        Named::This(session) => Some(WallTime::new(start.day(), session.end())),
    }
}
