//! Every sentence a user sees, in Vietnamese and English.
//!
//! A sentence is a function of the language and of the facts it names; both wordings stand side by side in `say!`, which
//! does not compile when a language is missing or leaves out a fact. Words that come from outside pass
//! [`visible`] here and nowhere else, so that no value can steer a terminal.

use std::fmt::Display;

use crate::domain::text::{search_key, visible};

/// One sentence in both languages. Every named fact must occur in both: `format!` refuses an argument that is not used.
macro_rules! say {
    ($lang:expr, $vi:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {
        match $lang {
            $crate::i18n::Lang::Vi => format!($vi $(, $name = $value)*),
            $crate::i18n::Lang::En => format!($en $(, $name = $value)*),
        }
    };
}

pub mod away;
pub mod backup;
pub mod comparing;
pub mod config;
pub mod demo;
pub mod fault;
pub mod finding;
pub mod form;
pub mod help;
pub mod history;
pub mod incoming;
pub mod intervention;
pub mod label;
pub mod mended;
pub mod notice;
pub mod outbox;
pub mod relay;
pub mod report;
pub mod rule;
pub mod screen;
pub mod screen_files;
pub mod setup;
pub mod status;
pub mod updating;
pub mod usage;
pub mod why;
pub mod word;

/// A language of screens and messages. Documents and mails are Vietnamese always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The word by which flags and variables name it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language a word names; `vi_VN.UTF-8` names Vietnamese.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = search_key(word);
        let head = word.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.word() == head)
    }

    /// One of two fixed wordings.
    #[must_use]
    pub fn pick(self, vi: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

/// A value from outside, made harmless.
pub(crate) fn shown(value: impl Display) -> String {
    visible(&value.to_string())
}

/// A value from outside, made harmless and set in quotation marks.
pub(crate) fn quoted(value: impl Display) -> String {
    format!("“{}”", visible(&value.to_string()))
}

/// Values from outside, made harmless, with commas between them.
pub(crate) fn listed<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// What an engine or the system says of it, in its own English: always behind a sentence that tells all that matters.
#[must_use]
pub fn detail(lang: Lang, words: &str) -> String {
    say!(lang, "Chi tiết: {words}", "Detail: {words}", words = shown(words))
}

/// Nothing was written: the second sentence of most refusals.
#[must_use]
pub fn nothing_written(lang: Lang) -> String {
    lang.pick("Không có gì được ghi.", "Nothing was written.").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_by_their_word() {
        for (word, lang) in [("vi", Some(Lang::Vi)), ("EN", Some(Lang::En)), ("vi_VN.UTF-8", Some(Lang::Vi)), ("fr", None), ("", None)] {
            assert_eq!(Lang::from_word(word), lang, "{word}");
        }
    }

    #[test]
    fn values_cannot_steer_the_terminal() {
        assert_eq!(quoted("a\u{1b}[2J"), "“a\\u{1b}[2J”");
        assert_eq!(listed(["a", "b\n"]), "a, b\\u{a}");
    }
}
