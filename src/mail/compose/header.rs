//! Values of header fields: ASCII whatever the text, folded, and exactly what the reader decodes again.
//!
//! Words are encoded here and not by the library: its encoder passes on an ASCII text that looks like an encoded word
//! (`=?utf-8?Q?…?=`), which a reader then decodes into another text, and never folds a long word.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::mailbox::MailAddress;
use crate::domain::text::Line;

/// The longest line that holds encoded words (RFC 2047, section 2); other lines keep it too (RFC 5322, section 2.1.1 asks
/// for at most 78).
const LINE: usize = 76;
/// The longest encoded word (RFC 2047, section 2).
const WORD: usize = 75;
/// How an encoded word begins and ends.
const OPEN: &str = "=?utf-8?B?";
const CLOSE: &str = "?=";

/// An unstructured field: Subject.
pub(super) fn unstructured(field: &str, text: &Line) -> String {
    let used = field.len() + 2;
    if is_plain(text.as_str()) && used + text.as_str().len() <= LINE { text.to_string() } else { encoded(text.as_str(), used) }
}

/// A mailbox with its display name: From, To.
pub(super) fn mailbox(field: &str, name: &Line, address: &MailAddress) -> String {
    let used = field.len() + 2;
    let quoted = format!("\"{}\"", name.as_str().replace('\\', "\\\\").replace('"', "\\\""));
    let phrase = if is_plain(name.as_str()) && used + quoted.len() <= LINE { quoted } else { encoded(name.as_str(), used) };
    let last = phrase.rsplit_once("\r\n").map_or(used + phrase.len(), |(_, last)| last.len());
    let gap = if last + 1 + address.as_str().len() + 2 <= LINE { " " } else { "\r\n " };
    format!("{phrase}{gap}<{address}>")
}

/// Whether a text stands for itself in a header.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !text.contains("=?")
}

/// Encoded words (RFC 2047), each of whole characters, one on a line; `used` columns of the first line are taken.
fn encoded(text: &str, used: usize) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut room = bytes_within(LINE.saturating_sub(used));
    for c in text.chars() {
        if part.len() + c.len_utf8() > room {
            words.push(word(&part));
            part.clear();
            room = bytes_within(LINE - 1);
        }
        part.push(c);
    }
    words.push(word(&part));
    words.join("\r\n ")
}

fn word(part: &str) -> String {
    format!("{OPEN}{}{CLOSE}", STANDARD.encode(part))
}

/// The bytes whose encoded word is at most `columns` wide: base64 makes four letters of three.
fn bytes_within(columns: usize) -> usize {
    columns.min(WORD).saturating_sub(OPEN.len() + CLOSE.len()) / 4 * 3
}

/// A disposition with the file's name twice: as it is (RFC 2231), then as ASCII for readers that do not know the first form
/// (RFC 2183). The order matters to readers that take the first name they understand.
pub(super) fn attachment(ascii: &str, name: &str) -> String {
    let encoded = letters(name);
    let whole = format!(" filename*=utf-8''{}", encoded.concat());
    let lines = if whole.len() < LINE { vec![whole] } else { continued(&encoded) };
    format!("attachment;\r\n{};\r\n filename=\"{ascii}\"", lines.join(";\r\n"))
}

/// The name in sections, each of whole characters (RFC 2231, section 3).
fn continued(encoded: &[String]) -> Vec<String> {
    let mut letters = encoded.iter().peekable();
    let mut lines: Vec<String> = Vec::new();
    while letters.peek().is_some() {
        let mut line = format!(" filename*{}*={}", lines.len(), if lines.is_empty() { "utf-8''" } else { "" });
        while let Some(letter) = letters.next_if(|letter| line.len() + letter.len() < LINE) {
            line.push_str(letter);
        }
        lines.push(line);
    }
    lines
}

/// The characters of a name, encoded as RFC 2231 (section 7: `attribute-char` stands for itself) demands.
fn letters(name: &str) -> Vec<String> {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    name.chars().map(|c| percent_encoded(c.encode_utf8(&mut [0; 4]), keep)).collect()
}

/// A text in which bytes that may not stand for themselves are percent-encoded.
pub(super) fn percent_encoded(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keep(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    #[test]
    fn plain_texts_stand_for_themselves() {
        assert_eq!(unstructured("Subject", &line("Hop giao ban")), "Hop giao ban");
        assert_eq!(unstructured("Subject", &line("=?utf-8?Q?x?=")), "=?utf-8?B?PT91dGYtOD9RP3g/PQ==?=");
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        let address = MailAddress::parse("a@chinhphu.vn").unwrap();
        assert_eq!(mailbox("To", &line(r#"A "B" \C, D"#), &address), r#""A \"B\" \\C, D" <a@chinhphu.vn>"#);
        assert_eq!(mailbox("To", &line("Vụ"), &address), "=?utf-8?B?VuG7pQ==?= <a@chinhphu.vn>");
    }

    #[test]
    fn lines_are_folded_between_whole_characters() {
        let value = unstructured("Subject", &line(&"ộ".repeat(200)));
        for (n, text) in value.split("\r\n").enumerate() {
            assert!(text.len() + if n == 0 { 9 } else { 0 } <= LINE, "{text}");
            let word = text.trim().strip_prefix(OPEN).unwrap().strip_suffix(CLOSE).unwrap();
            assert!(String::from_utf8(STANDARD.decode(word).unwrap()).unwrap().chars().all(|c| c == 'ộ'));
        }
    }

    #[test]
    fn file_names_come_twice() {
        assert_eq!(
            attachment("Giay-moi-05.ics", "Giấy mời 05.ics"),
            "attachment;\r\n filename*=utf-8''Gi%E1%BA%A5y%20m%E1%BB%9Di%2005.ics;\r\n filename=\"Giay-moi-05.ics\""
        );
        let long = attachment("x.ics", &"ộ".repeat(30));
        assert!(long.contains("filename*0*=utf-8''%E1%BB%99") && long.contains(";\r\n filename*1*=%E1%BB%99"), "{long}");
        assert!(long.split("\r\n").all(|line| line.len() <= LINE));
    }
}
