//! Bytes into text: UTF-8, and a good guess at everything that is not.

use crate::domain::fault::{Why, Wrong};
use crate::import::table::value;

/// The bytes at which TCVN3 (ABC), the encoding of Vietnamese office documents before Unicode, has letters.
const TCVN3: [std::ops::RangeInclusive<u8>; 10] =
    [0xA1..=0xAE, 0xB5..=0xB9, 0xBB..=0xBE, 0xC6..=0xCC, 0xCE..=0xD9, 0xDC..=0xDF, 0xE1..=0xEF, 0xF1..=0xF9, 0xFA..=0xFC, 0xFD..=0xFE];

/// The text in some bytes, without a byte order mark.
///
/// # Errors
/// The first line that is not UTF-8, and what the whole looks like.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Wrong> {
    let refused = |good: usize, looks_like: Option<&str>| {
        let line = bytes.iter().take(good).filter(|byte| **byte == b'\n').count();
        let shown = bytes.split(|byte| *byte == b'\n').nth(line).unwrap_or_default();
        let shown = String::from_utf8_lossy(shown.get(..shown.len().min(1000)).unwrap_or_default());
        let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
        Wrong::at(line, "", &value(&shown), Why::Encoding { looks_like: looks_like.map(str::to_owned) })
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || every_other_is_zero(bytes) {
        return Err(refused(0, Some("UTF-16")));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text)),
        Err(fault) => Err(refused(fault.valid_up_to(), guess(bytes))),
    }
}

/// Whether this is UTF-16 without a byte order mark: in the first hundred bytes every other one is zero.
fn every_other_is_zero(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(100)).unwrap_or_default();
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    start.len() >= 4 && (zeros(0) * 4 > start.len() || zeros(1) * 4 > start.len())
}

/// What bytes that are not UTF-8 look like.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let (good, bad) = bytes
        .utf8_chunks()
        .fold((0, 0), |(good, bad), chunk| (good + chunk.valid().chars().filter(|c| !c.is_ascii()).count(), bad + chunk.invalid().len()));
    if good > bad || bytes.contains(&0) {
        // A damaged UTF-8, or no text.
        return None;
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let tcvn3 = bytes.iter().filter(|byte| TCVN3.iter().any(|range| range.contains(byte))).count();
    // The letters ă â ê ô ơ ư đ à ả ã á ạ of TCVN3 are signs (¨ © ª …) in Latin-1, where they hardly ever touch a letter.
    let touching = bytes.windows(2).filter(|pair| match pair {
        [one, other] => (sign(*one) && other.is_ascii_alphabetic()) || (sign(*other) && one.is_ascii_alphabetic()),
        _ => false,
    });
    if tcvn3 * 20 >= high * 19 && touching.count() > 0 { Some("TCVN3") } else { Some("Latin-1") }
}

fn sign(byte: u8) -> bool {
    (0xA1..=0xBE).contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(bytes: &[u8]) -> (u32, Option<String>) {
        let wrong = decode(bytes).unwrap_err();
        let Why::Encoding { looks_like } = wrong.why else { panic!("{wrong:?}") };
        (wrong.line.unwrap(), looks_like)
    }

    fn looks(line: u32, name: &str) -> (u32, Option<String>) {
        (line, Some(name.to_owned()))
    }

    #[test]
    fn utf8_with_and_without_a_mark() {
        assert_eq!(decode("mã,tên".as_bytes()), Ok("mã,tên"));
        assert_eq!(decode("\u{feff}mã,tên".as_bytes()), Ok("mã,tên"));
        assert_eq!(decode(b""), Ok(""));
    }

    #[test]
    fn other_encodings_are_known_by_their_looks() {
        // "Vụ Thư viện", "Bộ Văn hóa" in TCVN3.
        assert_eq!(refusal(b"code,name\nVTV,V\xF4 Th\xAD vi\xD6n\n"), looks(2, "TCVN3"));
        assert_eq!(refusal(b"B\xE9 V\xA8n h\xE3a, Th\xD3 thao v\xB5 Du l\xDEch"), looks(1, "TCVN3"));
        assert_eq!(refusal(b"code,name\nX,Caf\xE9 de la R\xE9publique\n"), looks(2, "Latin-1"));
        assert_eq!(refusal(b"code,name\nX,\xC0 la carte n\xB05\n"), looks(2, "Latin-1"));
        let utf16 = |bytes: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for text in ["\u{feff}code,name\nVP,Văn phòng\n", "code,name\nVP,Văn phòng\n"] {
            assert_eq!(refusal(&utf16(u16::to_le_bytes, text)), looks(1, "UTF-16"));
            assert_eq!(refusal(&utf16(u16::to_be_bytes, text)), looks(1, "UTF-16"));
        }
    }

    #[test]
    fn a_damaged_utf8_is_not_taken_for_something_else() {
        let mut bytes = "code,name\nVP,Văn phòng Bộ\nVTV,Vụ Thư viện".as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        bytes.push(0xE1);
        assert_eq!(refusal(&bytes), (3, None));
        assert_eq!(refusal(&[1, 2, 0, 3, 0xFF, 0xD8]), (1, None));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            match decode(&bytes) {
                Ok(text) => prop_assert!(bytes.ends_with(text.as_bytes())),
                Err(wrong) => prop_assert!(wrong.value.chars().count() <= 200),
            }
        }
    }
}
