//! What people write: which of our messages they answer, which meeting they name, what they attach.

use mail_parser::decoders::html::html_to_text;

use super::entity::{Entity, Part};
use crate::domain::incoming::{Letter, NAMED_MAX, line_of, prose_of};
use crate::domain::meeting::MeetingId;
use crate::domain::text::search_key;

/// So much of a text is looked at.
const TEXT_MAX: usize = 64 * 1024;
/// The most characters of it that are kept.
const WORDS_MAX: usize = 1_000;
/// What the name of a registration form holds, as [`search_key`] has it.
const FORM: &str = "phieu dang ky";
/// The forms that a form may have.
const ENDINGS: [&str; 3] = ["csv", "xlsx", "toml"];

/// A message as what somebody wrote.
pub(super) fn read(entity: &Entity<'_>, subject: Option<&str>) -> Letter {
    let text = text(entity);
    let mut answers: Vec<String> = Vec::new();
    for id in ["in-reply-to", "references"].iter().flat_map(|name| entity.header.ids(name)) {
        if !answers.contains(&id) {
            answers.push(id);
        }
    }
    // What it answers directly comes first, then the thread from its beginning.
    answers.truncate(NAMED_MAX);
    let mut signs = Vec::new();
    for id in signs_in(subject.unwrap_or_default()).chain(signs_in(&text)) {
        if signs.len() < NAMED_MAX && !signs.contains(&id) {
            signs.push(id);
        }
    }
    let names = entity.parts.iter().filter_map(|part| part.header.file_name());
    let forms = names.filter(|name| is_form(name)).filter_map(|name| line_of(&name)).take(NAMED_MAX).collect();
    Letter { answers, signs, words: prose_of(&own_words(&text), WORDS_MAX), forms }
}

/// The first text; of a page, what a reader shows of it.
fn text(entity: &Entity<'_>) -> String {
    let of = |kind: &str| entity.parts.iter().find(|part: &&Part<'_>| part.kind == kind && part.header.file_name().is_none());
    match (of("text/plain"), of("text/html")) {
        (Some(plain), _) => plain.text(TEXT_MAX),
        (None, Some(page)) => html_to_text(&page.text(TEXT_MAX)),
        (None, None) => String::new(),
    }
}

/// What stands before the quotation.
fn own_words(text: &str) -> String {
    let quotes = |line: &str| {
        let line = line.trim();
        let key = search_key(line.get(..line.len().min(200)).unwrap_or_default());
        line.starts_with('>')
            || key.starts_with("-----")
            || key.starts_with("_____")
            || (line.ends_with(':') && (key.ends_with("da viet:") || key.ends_with("wrote:")))
            || key.starts_with("from: ")
            || key.starts_with("tu: ")
    };
    let own: Vec<&str> = text.lines().take_while(|line| !quotes(line)).collect();
    own.join("\n")
}

/// The meetings whose signs stand in a text.
fn signs_in(text: &str) -> impl Iterator<Item = MeetingId> + '_ {
    let pieces = text.split('[').skip(1).filter_map(|piece| piece.split_once(']'));
    pieces.filter(|(sign, _)| sign.len() <= 20).filter_map(|(sign, _)| MeetingId::parse(sign))
}

/// Whether a file is named like a registration form: `Phiếu đăng ký lịch họp.xlsx`, `phieu-dang-ky.csv`.
fn is_form(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let key = search_key(&stem.chars().take(200).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>());
    // The marks of a decomposed name are no letters.
    let key = if key.contains(FORM) { key } else { search_key(&stem.replace(['-', '_', '.'], " ")) };
    key.contains(FORM) && ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_known_by_their_names() {
        for (name, expected) in [
            ("Phiếu đăng ký.xlsx", true),
            ("PHIEU-DANG-KY_CDA.CSV", true),
            ("phieu.dang.ky.toml", true),
            ("Phie\u{302}\u{301}u đa\u{306}ng ky\u{301}.csv", true),
            ("Phiếu đăng ký.pdf", false),
            ("phieu-dang-ky", false),
            ("dang-ky.csv", false),
            ("", false),
        ] {
            assert_eq!(is_form(name), expected, "{name}");
        }
    }

    #[test]
    fn own_words_stand_before_the_quotation() {
        let text = "Cục Điện ảnh đã nhận.\n\nVào 3 thg 5, 2016 Văn phòng Bộ đã viết:\n> Kính gửi";
        assert_eq!(own_words(text).trim(), "Cục Điện ảnh đã nhận.");
        assert_eq!(own_words("Received.\n-----Original Message-----\nFrom: x").trim(), "Received.");
        assert_eq!(own_words("> all quoted"), "");
    }

    #[test]
    fn signs_are_found_wherever_they_stand() {
        let found: Vec<_> = signs_in("Re: [LH-2026-0001] [x] [[lh-2026-0002] [LH-2026-0003").map(|id| id.to_string()).collect();
        assert_eq!(found, ["LH-2026-0001", "LH-2026-0002"]);
    }
}
