//! Finding words in texts, with and without marks.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The key by which texts are found without regard to marks and case: `Đường Nguyễn` becomes `duong nguyen`.
///
/// Decomposition alone leaves `đ`, which has none; it is mapped by hand.
#[must_use]
pub fn search_key(text: &str) -> String {
    let plain: String =
        text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `query` is found in `text`: letters written without marks match any marks, letters with marks match only
/// themselves (`duong` finds `đường` and `Dương`; `đường` does not find `Dương`). Words may stand in any order.
#[must_use]
pub fn matches(query: &str, text: &str) -> bool {
    Query::new(query).finds(&Searchable::new(text))
}

/// A small letter with its marks, and without them where that is a letter of ASCII.
type Letter = (char, Option<char>);

/// What is looked for, read once for many texts.
#[derive(Debug, Clone)]
pub struct Query(Vec<Vec<Letter>>);

/// A text in which something is looked for again and again.
#[derive(Debug, Clone)]
pub struct Searchable(Vec<Letter>);

impl Query {
    /// Reads what is looked for.
    #[must_use]
    pub fn new(query: &str) -> Self {
        Self(query.split_whitespace().map(letters).collect())
    }

    /// Whether it is found, as [`matches()`] says.
    #[must_use]
    pub fn finds(&self, text: &Searchable) -> bool {
        let found = |word: &Vec<Letter>| text.0.windows(word.len()).any(|window| word.iter().zip(window).all(letter_matches));
        !self.0.is_empty() && self.0.iter().all(found)
    }
}

impl Searchable {
    /// Makes a text ready.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(letters(text))
    }
}

/// The letters of a text, in NFC.
fn letters(text: &str) -> Vec<Letter> {
    text.nfc().flat_map(char::to_lowercase).map(|letter| (letter, without_marks(letter))).collect()
}

/// A small letter without its marks, as [`search_key`] has it.
fn without_marks(letter: char) -> Option<char> {
    let mut base = None;
    match letter {
        'đ' => base = Some('d'),
        letter if letter.is_ascii() => base = Some(letter),
        letter => decompose_canonical(letter, |part| base = base.or(Some(part))),
    }
    base.filter(char::is_ascii)
}

fn letter_matches((wanted, found): (&Letter, &Letter)) -> bool {
    wanted.0 == found.0 || (wanted.0.is_ascii() && found.1 == Some(wanted.0))
}
