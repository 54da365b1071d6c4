//! Keys and tables that nobody reads: slips of the pen, and passwords.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::config::fault::{ProblemKind, ValueType};
use crate::config::file::{Document, KEYS, type_of};

/// Below this likeness (0 to 1) no key is suggested.
const LIKENESS: f64 = 0.7;

type Finding = (Range<usize>, String, ProblemKind);

/// Notes every unknown table and key, and every password.
pub(super) fn check(document: &mut Document<'_>) {
    let mut found = Vec::new();
    for (name, value) in document.root() {
        let table = name.get_ref().as_ref();
        match (KEYS.iter().find(|(known, _)| *known == table), value.get_ref()) {
            (Some((_, known)), DeValue::Table(keys)) => unknown_keys(table, keys, known, &mut found),
            (Some(_), other) => {
                let kind = ProblemKind::WrongType { expected: ValueType::Table, found: type_of(other) };
                found.push((value.span(), table.to_owned(), kind));
            }
            (None, DeValue::Table(keys)) => {
                found.push((name.span(), table.to_owned(), ProblemKind::UnknownTable { nearest: nearest_table(table) }));
                passwords(table, keys, &mut found);
            }
            (None, _) if is_password(table) => found.push((name.span(), table.to_owned(), ProblemKind::PasswordInFile)),
            (None, _) => found.push((name.span(), table.to_owned(), ProblemKind::UnknownKey { nearest: nearest_key("", table) })),
        }
    }
    for (span, key, kind) in found {
        document.add(span, &key, kind);
    }
}

fn unknown_keys(table: &str, keys: &DeTable<'_>, known: &[&str], found: &mut Vec<Finding>) {
    for (name, value) in keys {
        let (key, full) = (name.get_ref().as_ref(), format!("{table}.{}", name.get_ref()));
        if known.contains(&key) {
            continue;
        }
        if let (false, DeValue::Table(inner)) = (is_password(key), value.get_ref()) {
            passwords(&full, inner, found);
        }
        let kind =
            if is_password(key) { ProblemKind::PasswordInFile } else { ProblemKind::UnknownKey { nearest: nearest_key(table, key) } };
        found.push((name.span(), full, kind));
    }
}

/// Notes the passwords in a table that is unknown as a whole.
fn passwords(table: &str, keys: &DeTable<'_>, found: &mut Vec<Finding>) {
    for (name, value) in keys {
        let full = format!("{table}.{}", name.get_ref());
        match value.get_ref() {
            _ if is_password(name.get_ref()) => found.push((name.span(), full, ProblemKind::PasswordInFile)),
            DeValue::Table(inner) => passwords(&full, inner, found),
            _ => {}
        }
    }
}

/// Whether a key is meant to hold a password. A slip of `password_file` is not.
fn is_password(key: &str) -> bool {
    let key = key.to_lowercase().replace('-', "_");
    let holds =
        ["password", "passwd", "passphrase", "passwort", "secret", "mat_khau", "matkhau", "mật_khẩu"].iter().any(|word| key.contains(word));
    (holds && !key.contains("file") && !key.contains("path")) || matches!(key.as_str(), "pass" | "pwd" | "pw")
}

fn nearest_table(table: &str) -> Option<String> {
    nearest(table, KEYS.iter().map(|(name, _)| ((*name).to_owned(), *name)))
}

/// The key of that name in another table, else the nearest of the same table, else the nearest anywhere.
fn nearest_key(table: &str, key: &str) -> Option<String> {
    let keys = |own: bool| {
        let tables = KEYS.iter().filter(move |(name, _)| (*name == table) == own);
        tables.flat_map(|(name, keys)| keys.iter().map(move |key| (format!("{name}.{key}"), *key)))
    };
    let same_elsewhere = keys(false).find(|(_, other)| *other == key).map(|(full, _)| full);
    let table_at_root = || if table.is_empty() { nearest_table(key) } else { None };
    same_elsewhere.or_else(|| nearest(key, keys(true))).or_else(|| nearest(key, keys(false))).or_else(table_at_root)
}

/// The name of the known word that looks most like `word`, if any looks like it at all; `known` are names and words.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = (String, &'a str)>) -> Option<String> {
    let word = word.to_lowercase().replace('-', "_");
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(&word, other).max(strsim::jaro_winkler(&word, other) - 0.15);
    let best = known.map(|(full, name)| (likeness(name), full)).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness >= LIKENESS).map(|(_, full)| full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_find_what_was_meant() {
        for (table, slip, meant) in [
            ("mail", "rely", "mail.relay"),
            ("mail", "user_name", "mail.username"),
            ("mail", "Retry", "mail.retry"),
            ("mail", "giveup_after", "mail.give_up_after"),
            ("mail", "passwordfile", "mail.password_file"),
            ("policy", "domain", "policy.domains"),
            ("policy", "paper-until", "policy.paper_until"),
            ("office", "approve_own", "workflow.approve_own"),
            ("", "relay", "mail.relay"),
        ] {
            assert_eq!(nearest_key(table, slip).as_deref(), Some(meant), "{slip}");
        }
        assert_eq!(nearest_table("offce").as_deref(), Some("office"));
        assert_eq!(nearest_table("polices").as_deref(), Some("policy"));
        assert_eq!((nearest_key("mail", "zzz"), nearest_table("zzz")), (None, None));
    }

    #[test]
    fn passwords_are_known_by_their_names() {
        for key in ["password", "smtp_password", "Passwd", "pass", "mat-khau", "client_secret"] {
            assert!(is_password(key), "{key}");
        }
        for key in ["password_file", "passwordfile", "password-path", "place", "path"] {
            assert!(!is_password(key), "{key}");
        }
    }
}
