//! Text as people write it: one normal form, one search key, one width, one order of names.
//!
//! Vietnamese arrives composed (NFC) or decomposed (NFD) depending on the keyboard and the file; both look alike and
//! compare unequal. So every text is normalised at the door, by [`Line::parse`] and [`Prose::parse`], and nothing behind
//! the door has to think of it again.

mod query;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

pub use crate::domain::collation::compare;
pub use query::{Query, Searchable, matches, search_key};

/// The most characters a [`Line`] may hold: the length of a document's subject in the standard for exchanged documents
/// (Decree 30/2020/NĐ-CP, annex VI).
pub const LINE_MAX: usize = 500;
/// The most characters a [`Prose`] may hold.
pub const PROSE_MAX: usize = 4_000;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFault {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// A control character, or one that reverses the direction of the text around it.
    #[error("holds the control character U+{code:04X} at position {position}")]
    Control {
        /// The character's code point.
        code: u32,
        /// Its place, counted in characters from 1.
        position: usize,
    },
    /// More characters than the field may hold.
    #[error("has {length} characters; at most {limit} are allowed")]
    TooLong {
        /// How many there are.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
}

/// One line of text: NFC, trimmed, not empty, without control characters, at most [`LINE_MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line(String);

impl Line {
    /// Checks and normalises one line.
    ///
    /// # Errors
    /// [`TextFault`] says what is wrong and where.
    pub fn parse(raw: &str) -> Result<Self, TextFault> {
        let text = Self::normal(raw)?.unwrap_or_else(|| raw.to_owned());
        within(&text, LINE_MAX)?;
        Ok(Self(text))
    }

    /// The text as it is to be, if it is not yet. What was stored is: it is looked through once and not made anew.
    fn normal(raw: &str) -> Result<Option<String>, TextFault> {
        if is_collapsed(raw) {
            return Ok(None);
        }
        refuse_controls(raw, |_| false)?;
        Ok(Some(collapse(raw)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text of several lines: NFC, lines ended by `\n`, no control characters but line break and tab, at most [`PROSE_MAX`]
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose(String);

impl Prose {
    /// Checks and normalises a longer text.
    ///
    /// # Errors
    /// [`TextFault`] says what is wrong and where.
    pub fn parse(raw: &str) -> Result<Self, TextFault> {
        let text = Self::normal(raw)?.unwrap_or_else(|| raw.to_owned());
        within(&text, PROSE_MAX)?;
        Ok(Self(text))
    }

    /// As [`Line::normal`].
    fn normal(raw: &str) -> Result<Option<String>, TextFault> {
        if is_tidy(raw) {
            return Ok(None);
        }
        let unified = raw.replace("\r\n", "\n");
        refuse_controls(&unified, |c| c == '\n' || c == '\t')?;
        Ok(Some(trim_lines(&unified)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_conversions {
    ($($name:ident, $max:ident);*) => {$(
        impl TryFrom<String> for $name {
            type Error = TextFault;
            fn try_from(raw: String) -> Result<Self, TextFault> {
                let text = Self::normal(&raw)?.unwrap_or(raw);
                within(&text, $max)?;
                Ok(Self(text))
            }
        }
        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}
text_conversions!(Line, LINE_MAX; Prose, PROSE_MAX);

fn within(text: &str, limit: usize) -> Result<(), TextFault> {
    let length = text.chars().count();
    match length {
        0 => Err(TextFault::Empty),
        length if length > limit => Err(TextFault::TooLong { length, limit }),
        _ => Ok(()),
    }
}

fn refuse_controls(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), TextFault> {
    match text.chars().enumerate().find(|(_, c)| is_harmful(*c) && !allowed(*c)) {
        Some((index, c)) => Err(TextFault::Control { code: c.into(), position: index + 1 }),
        None => Ok(()),
    }
}

/// Whether a character steers the terminal, breaks a header, or turns the direction of what stands around it.
#[must_use]
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{200B}' | '\u{200E}' | '\u{200F}')
}

/// Canonical composition (NFC), the one form in which text is kept.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Whether [`nfc`] would surely change nothing. `false` is no verdict: some texts cannot be told at a glance.
fn is_surely_nfc(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Whether a line holds nothing harmful and [`collapse`] would surely leave it as it is.
fn is_collapsed(raw: &str) -> bool {
    // As if a blank stood before it: none may stand at the beginning, nor two together.
    let mut before = ' ';
    for c in raw.chars() {
        let wrong = if c == ' ' { before == ' ' } else { c.is_whitespace() || is_harmful(c) };
        if wrong {
            return false;
        }
        before = c;
    }
    before != ' ' && is_surely_nfc(raw)
}

/// Whether a longer text holds nothing harmful and is surely as [`Prose::parse`] would leave it.
fn is_tidy(raw: &str) -> bool {
    let mut before = '\n';
    for c in raw.chars() {
        let wrong = match c {
            // Nothing blank at the end of a line; empty lines may be.
            '\n' => before != '\n' && before.is_whitespace(),
            '\t' => false,
            c => is_harmful(c),
        };
        if wrong {
            return false;
        }
        before = c;
    }
    raw.trim() == raw && is_surely_nfc(raw)
}

/// A text as a [`Line`] keeps it: composed, one space wherever there is white space, none at the ends.
#[must_use]
pub fn collapse(raw: &str) -> String {
    nfc(&raw.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text as a [`Prose`] keeps it: composed, no white space at the ends of its lines and its own.
#[must_use]
pub fn trim_lines(raw: &str) -> String {
    raw.trim().lines().map(|line| nfc(line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// A text without the harmful characters that nobody sees and some input methods send: all but controls, which somebody
/// meant or must hear of.
#[must_use]
pub fn without_hidden(text: &str) -> String {
    text.chars().filter(|c| c.is_control() || !is_harmful(*c)).collect()
}

/// Text that can be shown on any terminal: what would steer it is written out (`\u{1b}`).
///
/// For words that come from outside and are kept as they came: a relay's answer, a wrong cell of a table.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Terminal columns that `text` takes, letter by letter as they are drawn. Terminals give the half-width sound marks of
/// Japanese a column of their own.
#[must_use]
pub fn width(text: &str) -> usize {
    // The letters of Europe, with all of Vietnamese, make no others together.
    if text.chars().all(|c| matches!(c, '\0'..='\u{5ff}' | '\u{1e00}'..='\u{1fff}')) {
        return UnicodeWidthStr::width(text);
    }
    let sound_marks = text.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    text.graphemes(true).map(UnicodeWidthStr::width).sum::<usize>() + sound_marks
}

/// An ASCII stem for file names: `Giấy mời 05/GM` becomes `Giay-moi-05-GM`.
#[must_use]
pub fn file_stem(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect();
    plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_of_a_letter_become_one() {
        let (composed, decomposed) = ("Hội đồng Tiền lương", "Ho\u{323}\u{302}i đo\u{302}\u{300}ng Tie\u{302}\u{300}n lu\u{31b}o\u{31b}ng");
        assert_eq!(Line::parse(decomposed).unwrap(), Line::parse(composed).unwrap());
        assert_eq!(Prose::parse(decomposed).unwrap().as_str(), composed);
    }

    #[test]
    fn the_search_key_knows_every_letter() {
        assert_eq!(search_key("  ĐƯỜNG   Nguyễn Thị Minh Khai "), "duong nguyen thi minh khai");
        let letters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
        let plain =
            format!("{}{}{}{}{}{}{}", "a".repeat(17), "e".repeat(11), "i".repeat(5), "o".repeat(17), "u".repeat(11), "y".repeat(5), "d");
        assert_eq!(search_key(letters), plain);
        assert_eq!(search_key(&letters.to_uppercase()), plain);
    }

    #[test]
    fn marks_in_a_query_count() {
        assert!(matches("duong", "Đường Bạch Đằng") && matches("duong", "Dương"));
        assert!(matches("đường", "Đường") && !matches("đường", "Dương"));
        assert!(matches("van hoa", "Sở Văn hóa") && matches("hoa van", "Văn hóa") && !matches("", "x"));
    }

    #[test]
    fn what_steers_a_terminal_is_refused_and_shown_harmlessly() {
        assert_eq!(Line::parse("a\u{1b}[2J"), Err(TextFault::Control { code: 0x1b, position: 2 }));
        assert_eq!(Line::parse("a\u{202e}b"), Err(TextFault::Control { code: 0x202e, position: 2 }));
        assert_eq!(Line::parse(" \t "), Err(TextFault::Control { code: 9, position: 2 }));
        assert_eq!(visible("\u{1b}[31mđỏ"), "\\u{1b}[31mđỏ");
        assert_eq!(Prose::parse("a\r\nb\n").unwrap().as_str(), "a\nb");
        assert!(Prose::parse("a\rb").is_err());
    }

    proptest! {
        #[test]
        fn a_line_is_normal_and_harmless(raw in "\\PC{0,80}") {
            if let Ok(line) = Line::parse(&raw) {
                prop_assert_eq!(Line::parse(line.as_str()).unwrap(), line.clone());
                prop_assert!(!line.as_str().chars().any(is_harmful));
                prop_assert_eq!(nfc(line.as_str()), line.as_str());
            }
        }

        /// What is told at a glance is what the long way comes to, for lines and for longer texts.
        #[test]
        fn the_quick_look_takes_nothing_for_normal_that_is_not(raw in prop_oneof![
            any::<String>(),
            "[ \t\n\r\u{a0}\u{85}\u{2028}\u{200b}\u{feff}ae\u{302}\u{323}\u{301}\u{31b}ấộđ\u{344}\u{958}\u{1100}\u{1161}\u{11a8}가\u{2126}]{0,8}",
            "([A-Za-zăâđêôơưĂÂĐÊÔƠƯáấộ]{1,4}[ \n]?){0,6}",
        ]) {
            if is_collapsed(&raw) {
                prop_assert!(refuse_controls(&raw, |_| false).is_ok());
                prop_assert_eq!(collapse(&raw), raw.clone());
            }
            if is_tidy(&raw) {
                let lines: Vec<String> = raw.replace("\r\n", "\n").trim().lines().map(|line| nfc(line.trim_end())).collect();
                prop_assert!(refuse_controls(&raw, |c| c == '\n' || c == '\t').is_ok());
                prop_assert_eq!(lines.join("\n"), raw.clone());
            }
            prop_assert_eq!(Line::try_from(raw.clone()), Line::parse(&raw));
            prop_assert_eq!(Prose::try_from(raw.clone()), Prose::parse(&raw));
        }

        /// What was stored is what the quick look is for.
        #[test]
        fn what_was_parsed_is_normal_at_a_glance(raw in "([A-Za-z0-9,.;:/ăâđêôơưĂÂĐÊÔƠƯàảãáạấộừýỹ]{1,9}[ \n\t]?){0,9}") {
            if let Ok(line) = Line::parse(&raw) {
                prop_assert!(is_collapsed(line.as_str()));
            }
            if let Ok(prose) = Prose::parse(&raw) {
                prop_assert!(is_tidy(prose.as_str()));
            }
        }

        #[test]
        fn whatever_comes_is_shown_without_controls(raw in any::<String>()) {
            prop_assert!(!visible(&raw).chars().any(is_harmful));
        }

        #[test]
        fn the_search_key_forgets_the_form(raw in any::<String>()) {
            let decomposed: String = raw.nfd().collect();
            prop_assert_eq!(search_key(&raw), search_key(&decomposed));
            prop_assert_eq!(search_key(&search_key(&raw)), search_key(&raw));
        }
    }
}
