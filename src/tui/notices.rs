//! What the application has to say: a list, of which the latest stands below the panes until something else is done.

use chrono::{DateTime, Utc};

use crate::domain::draft::FormKey;
use crate::report::Report;

/// How commands begin.
const PROGRAM: &str = "lichhop ";
/// How many are remembered.
const REMEMBERED: usize = 200;

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Info,
    /// Worth looking at.
    Warning,
    /// Something was done.
    Done,
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
    /// The form whose draft it is about, for as long as it holds of it.
    draft: Option<FormKey>,
}

/// The notices.
#[derive(Debug, Default)]
pub struct Notices {
    list: Vec<Notice>,
    /// How many of the last ones stand below the panes.
    fresh: usize,
    /// A word about the last key: it stands there until the next one and is not remembered.
    aside: Option<Notice>,
}

impl Notices {
    /// Says something.
    pub fn say(&mut self, weight: Weight, text: String, at: DateTime<Utc>) {
        self.add(Notice { weight, text, at, draft: None });
    }

    /// Says something about the draft of a form, in the place of what was said about it before.
    pub fn say_of(&mut self, draft: FormKey, weight: Weight, text: String, at: DateTime<Utc>) {
        self.settled(&draft);
        self.add(Notice { weight, text, at, draft: Some(draft) });
    }

    /// What was said about the draft of a form holds no longer: it is taken back.
    pub fn settled(&mut self, draft: &FormKey) {
        let seen = self.list.len().saturating_sub(self.fresh);
        let holds = |notice: &&Notice| notice.draft.as_ref() != Some(draft);
        self.fresh = self.list.iter().skip(seen).filter(holds).count();
        self.list.retain(|notice| holds(&notice));
    }

    fn add(&mut self, notice: Notice) {
        self.list.push(notice);
        self.fresh += 1;
        let surplus = self.list.len().saturating_sub(REMEMBERED);
        self.list.drain(..surplus);
    }

    /// Says why something was not done: what, what was kept, and what to do next.
    pub fn report(&mut self, report: &Report, at: DateTime<Utc>) {
        // Commands are advice for the command line; on the screen the keys stand below.
        let next: Vec<&str> = report.next.lines().filter(|step| !step.contains(PROGRAM) && !step.contains("--")).collect();
        let report = Report { next: next.join("\n"), ..report.clone() };
        self.say(Weight::Error, report.to_string().trim_end().to_owned(), at);
    }

    /// Says a word about the last key that nobody will look up later: the next such word takes its place.
    pub fn aside(&mut self, text: String, at: DateTime<Utc>) {
        self.aside = Some(Notice { weight: Weight::Info, text, at, draft: None });
    }

    /// The word about the last key has served.
    pub fn no_aside(&mut self) {
        self.aside = None;
    }

    /// What was said stands below the panes no longer; the list keeps it.
    pub fn seen(&mut self) {
        self.fresh = 0;
    }

    /// What stands below the panes: what was said since the last action, first what was or was not done.
    #[must_use]
    pub fn fresh(&self) -> Vec<&Notice> {
        let from = self.list.len().saturating_sub(self.fresh);
        let mut fresh: Vec<&Notice> = self.list.iter().skip(from).collect();
        fresh.sort_by_key(|notice| std::cmp::Reverse(notice.weight));
        fresh
    }

    /// A word about the last key, to stand behind them.
    #[must_use]
    pub fn passing(&self) -> Option<&Notice> {
        self.aside.as_ref()
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
    fn what_was_done_stands_first() {
        let mut notices = Notices::default();
        let mut say = |weight, text: &str| notices.say(weight, text.to_owned(), DateTime::UNIX_EPOCH);
        say(Weight::Error, "a");
        say(Weight::Done, "b");
        say(Weight::Error, "c");
        say(Weight::Info, "d");
        let fresh = |notices: &Notices| notices.fresh().iter().map(|notice| notice.text.clone()).collect::<String>();
        assert_eq!(fresh(&notices), "acbd");
        notices.aside("e".to_owned(), DateTime::UNIX_EPOCH);
        notices.aside("f".to_owned(), DateTime::UNIX_EPOCH);
        assert_eq!(fresh(&notices), "acbd");
        assert_eq!(notices.passing().map(|notice| notice.text.as_str()), Some("f"));
        notices.seen();
        assert_eq!(fresh(&notices), "");
        notices.no_aside();
        assert_eq!(notices.passing(), None);
        assert_eq!(notices.latest().map(|notice| notice.text.as_str()).collect::<String>(), "dcba");
    }
}
