//! What the application has to say: a list, of which the latest stands below the panes until something else is done.

use chrono::{DateTime, Utc};

use crate::report::Report;

/// How many are remembered.
const REMEMBERED: usize = 200;

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Info,
    /// Something was done.
    Done,
    /// Worth looking at.
    Warning,
    /// Something was not done.
    Error,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it weighs.
    pub weight: Weight,
    /// What is said; may have several lines.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The notices.
#[derive(Debug, Default)]
pub struct Notices {
    list: Vec<Notice>,
    /// How many of the last ones stand below the panes.
    fresh: usize,
}

impl Notices {
    /// Says something.
    pub fn say(&mut self, weight: Weight, text: String, at: DateTime<Utc>) {
        self.list.push(Notice { weight, text, at });
        self.fresh += 1;
        let surplus = self.list.len().saturating_sub(REMEMBERED);
        self.list.drain(..surplus);
    }

    /// Says why something was not done: what, what was kept, and what to do next.
    pub fn report(&mut self, report: &Report, at: DateTime<Utc>) {
        self.say(Weight::Error, report.to_string().trim_end().to_owned(), at);
    }

    /// What was said stands below the panes no longer; the list keeps it.
    pub fn seen(&mut self) {
        self.fresh = 0;
    }

    /// What stands below the panes: the gravest of what was said since the last action, the latest of these.
    #[must_use]
    pub fn fresh(&self) -> Option<(&Notice, usize)> {
        let from = self.list.len().saturating_sub(self.fresh);
        let gravest = self.list.iter().skip(from).max_by_key(|notice| notice.weight)?;
        Some((gravest, self.fresh - 1))
    }

    /// All of them, the latest first.
    pub fn latest(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_of_the_latest_stands_below() {
        let mut notices = Notices::default();
        let mut say = |weight, text: &str| notices.say(weight, text.to_owned(), DateTime::UNIX_EPOCH);
        say(Weight::Error, "a");
        say(Weight::Done, "b");
        say(Weight::Error, "c");
        say(Weight::Info, "d");
        assert_eq!(notices.fresh().map(|(notice, more)| (notice.text.as_str(), more)), Some(("c", 3)));
        notices.seen();
        assert_eq!(notices.fresh(), None);
        assert_eq!(notices.latest().map(|notice| notice.text.as_str()).collect::<String>(), "dcba");
    }
}
