//! Lines of fixed-width text: wrapping, centring, columns. Everything is measured in terminal columns, not in characters.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::width;

/// Breaks `text` into lines of at most `columns`, between words where it can, within a word only where the word alone is
/// too long. White space between words becomes one space.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_after(text, columns, columns)
}

/// As [`wrap`], with a first line of at most `first` columns.
fn wrap_after(text: &str, first: usize, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let limit = if lines.is_empty() { first } else { columns };
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer) <= limit {
            line = longer;
            continue;
        }
        if !line.is_empty() || first < columns && lines.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut pieces = broken(word, columns);
        line = pieces.pop().unwrap_or_default();
        lines.append(&mut pieces);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word in pieces of at most `columns`, never cut within what a reader sees as one letter.
fn broken(word: &str, columns: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for letter in word.graphemes(true) {
        let longer = format!("{piece}{letter}");
        if width(&longer) > columns && !piece.is_empty() {
            pieces.push(std::mem::replace(&mut piece, letter.to_owned()));
        } else {
            piece = longer;
        }
    }
    pieces.push(piece);
    pieces
}

/// As [`wrap`], but with lines of nearly the same length: no more lines than needed, and the last is not a lone word.
#[must_use]
pub fn balanced(text: &str, columns: usize) -> Vec<String> {
    let lines = wrap(text, columns);
    let longest_word = text.split_whitespace().map(width).max().unwrap_or_default();
    let (mut narrow, mut wide) = (longest_word.min(columns), columns);
    // The narrowest width that takes as many lines.
    while narrow < wide {
        let middle = usize::midpoint(narrow, wide);
        if wrap(text, middle).len() > lines.len() {
            narrow = middle + 1;
        } else {
            wide = middle;
        }
    }
    wrap(text, wide)
}

/// The text in at most `columns` columns; what is cut off leaves an ellipsis.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.graphemes(true) {
        used += width(letter);
        if used > columns {
            break;
        }
        kept.push_str(letter);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// `text` in the middle of `columns`, without spaces behind it.
#[must_use]
pub fn centre(text: &str, columns: usize) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text)) / 2))
}

/// A paragraph whose first line is indented by `indent` and whose other lines by `hang`.
#[must_use]
pub fn paragraph(text: &str, indent: usize, hang: usize, columns: usize) -> Vec<String> {
    let lines = wrap_after(text, columns.saturating_sub(indent), columns.saturating_sub(hang));
    lines
        .into_iter()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .map(|(n, line)| format!("{}{line}", " ".repeat(if n == 0 { indent } else { hang })))
        .collect()
}

/// Two blocks side by side; the right one begins at column `at`.
#[must_use]
pub fn columns(left: &[String], right: &[String], at: usize) -> Vec<String> {
    (0..left.len().max(right.len()))
        .map(|n| {
            let (left, right) = (left.get(n).map_or("", String::as_str), right.get(n).map_or("", String::as_str));
            let line = format!("{left}{}{right}", " ".repeat(at.saturating_sub(width(left))));
            line.trim_end().to_owned()
        })
        .collect()
}

/// A horizontal rule.
#[must_use]
pub fn rule(columns: usize) -> String {
    "─".repeat(columns)
}

/// `text` in a box: three lines.
#[must_use]
pub fn boxed(text: &str) -> [String; 3] {
    let edge = rule(width(text) + 4);
    [format!("┌{edge}┐"), format!("│  {text}  │"), format!("└{edge}┘")]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cutting_keeps_letters_whole() {
        assert_eq!(cut("Điện ảnh", 8), "Điện ảnh");
        assert_eq!(cut("Điện ảnh", 7), "Điện ả…");
        assert_eq!(cut("e\u{302}\u{301}e\u{302}", 1), "…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("một hai ba bốn", 8), ["một hai", "ba bốn"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("日本語日本語", 5), ["日本", "語日", "本語"]);
        assert!(wrap(" \t ", 5).is_empty());
    }

    #[test]
    fn balanced_lines_have_no_lone_word() {
        assert_eq!(wrap("aaa bbb ccc ddd e", 15), ["aaa bbb ccc ddd", "e"]);
        assert_eq!(balanced("aaa bbb ccc ddd e", 15), ["aaa bbb", "ccc ddd e"]);
    }

    #[test]
    fn a_long_word_does_not_leave_its_indent_empty() {
        assert_eq!(paragraph("Trực tuyến: abcdefghijklmnop", 4, 0, 16), ["    Trực tuyến:", "abcdefghijklmnop"]);
        assert_eq!(paragraph("abcdefghijklmnop", 4, 0, 16), ["abcdefghijklmnop"]);
        assert_eq!(paragraph("a b c d e f", 2, 2, 5), ["  a b", "  c d", "  e f"]);
    }

    #[test]
    fn blocks_stand_side_by_side() {
        let left = ["a".to_owned(), "bb".to_owned()];
        assert_eq!(columns(&left, &["x".to_owned()], 4), ["a   x", "bb"]);
        assert_eq!(boxed("KHẨN"), ["┌────────┐", "│  KHẨN  │", "└────────┘"]);
        assert_eq!(centre("ab", 6), "  ab");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in any::<String>(), limit in 4usize..100, indent in 0usize..4) {
            let whole: String = text.split_whitespace().collect();
            for lines in [wrap(&text, limit), balanced(&text, limit), paragraph(&text, indent, 0, limit)] {
                prop_assert!(lines.iter().all(|line| width(line) <= limit), "{:?}", lines);
                prop_assert_eq!(lines.iter().flat_map(|line| line.split_whitespace()).collect::<String>(), whole.clone());
            }
        }
    }
}
