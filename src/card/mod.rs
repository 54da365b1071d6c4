//! What is shown about a record: its fields with their names, in the order in which people read them. Every face shows the
//! same.

mod item;
mod meeting;
mod preview;

use crate::i18n::Lang;
use crate::i18n::label::{Column, column};

pub use item::{item, item_next, relay, trouble};
pub use meeting::{conflict, meeting};
pub use preview::preview;

/// Names with their values; a value may have several lines.
pub type Card = Vec<(String, String)>;

/// Adds a field; one without a value is left out.
fn add(card: &mut Card, lang: Lang, name: Column, value: impl Into<Option<String>>) {
    if let Some(value) = value.into().filter(|value| !value.is_empty()) {
        card.push((column(lang, name).to_owned(), value));
    }
}

fn by_line(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().collect::<Vec<_>>().join("\n")
}
