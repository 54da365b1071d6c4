//! What issuing would do.

use crate::card::{Card, by_line};
use crate::domain::preview::Preview;
use crate::i18n::label::{Column, column};
use crate::i18n::{Lang, notice, rule};

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
    if !preview.withdrawn.is_empty() {
        let withdrawn = preview.withdrawn.iter().map(|one| format!("{} ({}) <{}>", one.unit, one.name, one.address));
        card.push((format!("{} ({})", column(lang, Column::Withdrawn), preview.withdrawn.len()), by_line(withdrawn)));
    }
    if !preview.left_out.is_empty() {
        let left_out = preview.left_out.iter().map(|one| format!("{} ({})", one.unit, one.name));
        card.push((format!("{} ({})", column(lang, Column::Without), preview.left_out.len()), by_line(left_out)));
    }
    card
}
