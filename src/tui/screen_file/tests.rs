//! Files as they stand on the disk.

use proptest::prelude::*;

use super::*;

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("themes")).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join("themes").join(name), bytes).unwrap();
    }
    folder
}

fn wrong(bytes: &[u8]) -> (Option<u32>, ProblemKind) {
    let folder = folder(&[("a.toml", bytes)]);
    let problem = chain(Kind::Theme, "a", &[folder.path().to_owned()]).unwrap_err().problems.remove(0);
    assert_eq!(problem.file, folder.path().join("themes/a.toml"));
    (problem.line, problem.kind)
}

#[test]
fn entries_keep_the_order_and_the_lines_of_the_file() {
    let folder = folder(&[("a.toml", b"\xef\xbb\xbf[z]\r\n\"b\" = 1\r\n\"a\" = \"x\"\r\n\r\n[a]\r\nc = { d = true, e = 0x10 }\r\n")]);
    let sources = chain(Kind::Theme, "a", &[folder.path().to_owned()]).unwrap();
    let entry = |name: &str, line, value| Entry { name: name.to_owned(), line, value };
    let inner = vec![entry("d", 6, Value::Boolean(true)), entry("e", 6, Value::Number(Some(16)))];
    let expected = [
        entry("z", 1, Value::Table(vec![entry("b", 2, Value::Number(Some(1))), entry("a", 3, Value::Text("x".to_owned()))])),
        entry("a", 5, Value::Table(vec![entry("c", 6, Value::Table(inner))])),
    ];
    assert_eq!(sources.iter().map(|source| source.entries.as_slice()).collect::<Vec<_>>(), [expected]);
}

#[test]
fn files_that_are_none() {
    assert_eq!(wrong(b"text = {}\n\n\xe9\n"), (Some(3), ProblemKind::Encoding));
    assert_eq!(wrong(&vec![b'#'; 1 << 19]), (None, ProblemKind::TooLarge { limit: BYTES_MAX }));
    assert!(matches!(wrong("a = \"ă\" x\n".as_bytes()), (Some(1), ProblemKind::Syntax { column: 9, .. })));
    assert!(matches!(wrong(b"a = 1\na = 2\n"), (Some(2), ProblemKind::Syntax { column: 1, .. })));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("themes/a.toml")).unwrap();
    let problem = chain(Kind::Theme, "a", &[folder.path().to_owned()]).unwrap_err().problems.remove(0);
    assert!(matches!(problem.kind, ProblemKind::Unreadable { .. }));
}

#[test]
fn the_names_are_the_programs_and_the_users() {
    let folder = folder(&[("mine.toml", b""), ("dark.toml", b""), ("notes.txt", b""), ("an.toml", b"")]);
    assert_eq!(names(Kind::Theme, &[folder.path().to_owned()]), ["dark", "light", "mono", "an", "mine"]);
    assert_eq!(names(Kind::Keymap, &[folder.path().to_owned()]), ["default", "vim"]);
}

proptest! {
    #[test]
    fn no_file_is_too_strange(text in "(inherits = \"dark\"\n)?([\\[\\]{}=\"a-z#0-9_ .,\n]{0,60}|\\PC{0,60})") {
        let folder = folder(&[("a.toml", text.as_bytes())]);
        let folders = [folder.path().to_owned()];
        if let Err(fault) = crate::tui::theme::Theme::load("a", &folders, crate::tui::theme::ColorDepth::Rgb) {
            prop_assert!(!fault.problems.is_empty());
            let report = fault.report(crate::i18n::Lang::Vi);
            prop_assert!(!report.what.is_empty());
        }
    }
}
