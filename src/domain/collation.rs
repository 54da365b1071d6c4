//! The order of names.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

/// Orders two texts as a Vietnamese reader expects: a ă â … d đ e ê … o ô ơ … u ư, then by tone (ngang, huyền, hỏi, ngã,
/// sắc, nặng), after the rules for `vi` of the Unicode CLDR.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    let (a, b) = (collation(left), collation(right));
    a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)).then_with(|| left.cmp(right))
}

fn collation(text: &str) -> (Vec<(u32, u8)>, Vec<u8>) {
    let mut primary: Vec<(u32, u8)> = Vec::new();
    let mut tones = Vec::new();
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{302}' => {
                // Only `a` comes with a breve too, and â stands after ă.
                let on_a = matches!(primary.last(), Some((base, _)) if *base == u32::from('a'));
                set_last(&mut primary, if on_a { 2 } else { 1 });
            }
            '\u{306}' => set_last(&mut primary, 1),
            '\u{31B}' => set_last(&mut primary, 2),
            '\u{300}' => tone(&mut tones, 1),
            '\u{309}' => tone(&mut tones, 2),
            '\u{303}' => tone(&mut tones, 3),
            '\u{301}' => tone(&mut tones, 4),
            '\u{323}' => tone(&mut tones, 5),
            'đ' => push(&mut primary, &mut tones, 'd', 1),
            c => push(&mut primary, &mut tones, c, 0),
        }
    }
    (primary, tones)
}

fn push(primary: &mut Vec<(u32, u8)>, tones: &mut Vec<u8>, letter: char, variant: u8) {
    primary.push((letter.into(), variant));
    tones.push(0);
}

fn set_last(primary: &mut [(u32, u8)], variant: u8) {
    if let Some(last) = primary.last_mut() {
        last.1 = variant;
    }
}

fn tone(tones: &mut [u8], value: u8) {
    if let Some(last) = tones.last_mut() {
        *last = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_the_dictionary() {
        let mut words = vec!["Ơn", "Ổn", "On", "Đa", "Da", "Dá", "Dạ", "Ê", "E", "Âm", "Ăm", "Am", "Ư", "U"];
        words.sort_by(|a, b| compare(a, b));
        assert_eq!(words, ["Am", "Ăm", "Âm", "Da", "Dá", "Dạ", "Đa", "E", "Ê", "On", "Ổn", "Ơn", "U", "Ư"]);
    }
}
