//! What issuing would do.

use crate::card::Card;
use crate::domain::preview::Preview;
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, listed, notice, rule};

/// To whom, under which number, who cannot be reached and why. The document itself is not part of it.
#[must_use]
pub fn preview(lang: Lang, preview: &Preview) -> Card {
    let recipients: Vec<String> = preview.recipients.iter().map(|one| format!("{} ({}) <{}>", one.unit, one.name, one.address)).collect();
    let unreachable: Vec<String> =
        preview.unreachable.iter().map(|one| format!("{} ({}): {}", one.unit, one.name, rule::unreachable(lang, &one.why))).collect();
    let mut card = vec![
        (column(lang, Column::Meeting).to_owned(), preview.id.to_string()),
        (column(lang, Column::Number).to_owned(), notice::would_be_number(lang, &preview.number)),
        (column(lang, Column::Subject).to_owned(), preview.subject.to_string()),
        (format!("{} ({})", column(lang, Column::Recipients), recipients.len()), recipients.join("\n")),
    ];
    if !unreachable.is_empty() {
        card.push((format!("{} ({})", column(lang, Column::Unreachable), unreachable.len()), unreachable.join("\n")));
    }
    if !preview.without.is_empty() {
        card.push((column(lang, Column::Without).to_owned(), listed(&preview.without)));
    }
    card
}
