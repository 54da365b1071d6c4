//! Texts that were made to break out of a header, a calendar or a file name.

use std::sync::LazyLock;

use lichhop::domain::dispatch::{Dispatch, DispatchKind, Recipient};
use lichhop::domain::invitation::Rendered;
use lichhop::domain::text::{Line, is_harmful};
use lichhop::mail::compose::{Composer, FileName};
use lichhop::usecase::ports::Compose;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use proptest::sample::select;

use super::calendar::{assert_folded, value};
use super::sample;

const PIECES: [&str; 40] = [
    "Họp ",
    "Vụ ",
    "giấy mời",
    "ở",
    "đường",
    " ",
    "  ",
    ",",
    ";",
    ":",
    "\"",
    "'",
    "\\",
    "\\n",
    "<",
    ">",
    "(",
    ")",
    "@",
    "%0D%0A",
    "%22",
    "=?utf-8?Q?a?=",
    "=?",
    "?=",
    "=_lichhop.0123456789abcdef.7.a",
    "--",
    ".",
    "BEGIN:VEVENT",
    "Bcc: x@y.vn",
    "\u{1F468}\u{200D}\u{1F469}",
    "🇻🇳",
    "שלום",
    "مرحبا",
    "日本語",
    "e\u{323}\u{302}",
    "/",
    "*",
    "^n",
    "a",
    "\u{A0}",
];
const CONTROLS: [&str; 8] = ["\r\n", "\n", "\r", "\0", "\u{1b}[2J", "\u{202e}", "\u{2028}", "\u{feff}"];

/// Any text, mostly of pieces that mean something to somebody; one in five with something in it that no line may hold.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![8 => select(PIECES.as_slice()).prop_map(str::to_owned), 2 => "\\PC{1,4}", 1 => any::<char>().prop_map(String::from)];
    let harmless = prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat());
    let long = (select(PIECES.as_slice()), 1usize..600).prop_map(|(piece, count)| piece.repeat(count));
    let harmful = (harmless.clone(), select(CONTROLS.as_slice()), harmless.clone()).prop_map(|(a, control, b)| format!("{a}{control}{b}"));
    prop_oneof![7 => harmless, 1 => long, 2 => harmful]
}

/// A text that was let in.
pub(super) fn line() -> impl Strategy<Value = Line> {
    text().prop_filter_map("refused at the door", |text| Line::parse(&text).ok())
}

/// What the header of every message consists of.
const FIELDS: [&str; 9] =
    ["Date", "From", "To", "Reply-To", "Subject", "Message-ID", "X-Lichhop-Outbox-Id", "MIME-Version", "Content-Type"];

/// A dispatch with a short document, made once: typesetting ten thousand long ones would prove nothing here.
pub(super) static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| {
    let body = Rendered { text: "Nội dung [LH-2016-0147]\n".to_owned(), html: "<body>[LH-2016-0147]</body>".to_owned() };
    Dispatch { body, ..sample::dispatch(DispatchKind::Request) }
});

fn check(subject: Line, name: &Line, title: Line, number: String) -> Result<(), TestCaseError> {
    let mut dispatch = Dispatch { subject, number, ..DISPATCH.clone() };
    dispatch.sender.name = name.clone();
    dispatch.calendar.title = title;
    let recipient = Recipient { name: name.clone(), ..sample::recipient() };
    let composed = Composer.message(&dispatch, &recipient);
    if dispatch.number.chars().any(is_harmful) || dispatch.number.trim().is_empty() || dispatch.number.chars().count() > 600 {
        prop_assert!(composed.is_err());
        return Ok(());
    }
    let bytes = composed.map_err(|fault| TestCaseError::fail(fault.0))?.bytes;
    let message = MessageParser::default().parse(&bytes).unwrap();
    let names: Vec<_> = message.headers().iter().map(mail_parser::Header::name).collect();
    prop_assert_eq!(names, FIELDS);
    prop_assert_eq!(message.parts.len(), 6);
    prop_assert_eq!(message.subject(), Some(dispatch.subject.as_str()));
    for addresses in [message.to(), message.from()] {
        prop_assert_eq!(addresses.unwrap().iter().count(), 1);
        prop_assert_eq!(addresses.unwrap().first().unwrap().name(), Some(name.as_str()));
    }
    let file = FileName::of(&dispatch);
    prop_assert_eq!(message.parts[5].attachment_name(), Some(file.full.as_str()));
    prop_assert!(file.full.len() <= 255 && !file.full.contains(['/', '\\', '"']) && !file.full.chars().any(is_harmful));
    let raw = str::from_utf8(&bytes).unwrap();
    let plain = format!(" filename=\"{}\"", file.ascii);
    prop_assert!(raw.contains(plain.as_str()) && file.ascii.is_ascii());
    prop_assert!(raw.split("\r\n").all(|line| line.len() <= 78 || line.contains("name=")), "{}", raw);
    let calendar = str::from_utf8(message.parts[4].contents()).unwrap();
    assert_folded(calendar);
    prop_assert_eq!(value(calendar, "SUMMARY"), dispatch.calendar.title.as_str());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn nothing_breaks_out_and_everything_arrives(subject in line(), name in line(), title in line(), number in text()) {
        check(subject, &name, title, number)?;
    }

    #[test]
    fn the_door_is_where_harm_ends(text in text()) {
        match Line::parse(&text) {
            Ok(line) => prop_assert!(!line.as_str().chars().any(is_harmful)),
            Err(_) => prop_assert!(text.trim().is_empty() || text.chars().count() > 500 || text.chars().any(is_harmful)),
        }
    }
}
