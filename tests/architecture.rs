//! Who may know whom. Reads the sources as text, so that a breach shows with the name of the file and the line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each part of the library may use of the others. `usecase::ports` stands for that one module.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("usecase", &["domain"]),
    ("store", &["domain", "usecase::ports"]),
    ("mail", &["domain", "usecase::ports", "i18n"]),
    ("print", &["domain", "usecase::ports", "i18n"]),
    ("import", &["domain"]),
    ("wire", &["domain"]),
    ("config", &["domain"]),
    ("report", &["domain"]),
    ("i18n", &["domain"]),
    ("host", &["domain", "usecase", "store", "mail", "print", "wire", "config"]),
    ("client", &["domain", "wire", "host", "config"]),
    ("card", &["domain", "wire"]),
    // The commands list the keys of the terminal application, and open it.
    ("cli", &["client", "wire", "domain", "import", "print", "config", "card", "tui"]),
    ("tui", &["client", "wire", "domain", "print", "config", "card"]),
    ("main", &["cli"]),
    ("lib", &[]),
];
/// What everybody but the domain, the use cases and the wire may use.
const FOR_ALL: &[&str] = &["report", "i18n"];
/// Crates, and modules of theirs, that are named in few places only.
const CONFINED: &[(&str, &[&str])] = &[
    ("sled", &["store"]),
    ("redb", &["store"]),
    ("lettre", &["mail"]),
    ("icalendar", &["mail"]),
    ("mail_parser", &["mail"]),
    ("async_imap", &["mail"]),
    ("krilla", &["print"]),
    ("parley", &["print"]),
    ("crossterm", &["tui/term"]),
    ("signal_hook", &["tui/term"]),
    ("rustix::event", &["tui/term"]),
    ("rustix::pty", &["tui/term"]),
    ("rustix::stdio", &["tui/term"]),
    ("rustix::termios", &["tui/term"]),
    ("clap", &["cli"]),
    ("nix", &["host", "tui/term"]),
];
/// What the domain and the use cases must not touch: the world.
const WORLD: &[&str] = &[
    "tokio",
    "sled",
    "redb",
    "ratatui",
    "lettre",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::SystemTime",
    "std::time::Instant",
    "Utc::now",
    "Local::now",
];

/// A source file with its path below `src`.
struct Source {
    path: PathBuf,
    text: String,
}

fn sources(folder: &Path, root: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, root, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(Source { path: path.strip_prefix(root).unwrap().to_owned(), text: fs::read_to_string(&path).unwrap() });
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn library() -> Vec<Source> {
    let mut found = Vec::new();
    sources(&root().join("src"), &root().join("src"), &mut found);
    assert!(found.len() > 50, "the sources are not where they should be");
    found
}

/// The part of the library that a file belongs to.
fn part(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The code of a line, without comments.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap()
}

/// The first two names behind each `crate::` of a line.
fn uses(line: &str) -> Vec<String> {
    let names = |rest: &str| {
        let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
        path.split("::").take(2).collect::<Vec<_>>().join("::")
    };
    let code = code(line);
    let within = code.match_indices("crate::").map(|(at, found)| names(&code[at + found.len()..]));
    let from_outside = code.match_indices("lichhop::").map(|(at, found)| names(&code[at + found.len()..]));
    within.chain(from_outside).collect()
}

fn breaches(source: &Source) -> Vec<String> {
    let part = part(&source.path);
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == part) else {
        return vec![format!("{}: no rule for this part of the library", source.path.display())];
    };
    let mut found = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let mut breach = |what: &str| found.push(format!("{}:{}: {part} must not use {what}", source.path.display(), number + 1));
        for used in uses(line) {
            let other = used.split("::").next().unwrap();
            let for_all = FOR_ALL.contains(&other) && !["domain", "usecase", "wire"].contains(&part.as_str());
            if other != part && !for_all && !allowed.contains(&other) && !allowed.contains(&used.as_str()) {
                breach(&used);
            }
        }
        for (name, homes) in CONFINED {
            if names_crate(code(line), name) && !homes.iter().any(|home| source.path.starts_with(home)) {
                breach(name);
            }
        }
        if ["domain", "usecase"].contains(&part.as_str()) {
            for name in WORLD.iter().filter(|name| code(line).contains(&format!("{name}::")) || code(line).contains(&format!("{name}("))) {
                breach(name);
            }
        }
    }
    found
}

/// Whether a line of code names a crate (and not a module of ours with the same name).
fn names_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = &code[..at];
        !before.ends_with("::") && !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    }) || code.trim_start().starts_with(&format!("use {name};"))
}

#[test]
fn the_parts_know_only_whom_they_may() {
    let found: Vec<String> = library().iter().flat_map(breaches).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_breach_is_found() {
    let breach = |path: &str, text: &str| breaches(&Source { path: path.into(), text: text.into() }).len();
    assert_eq!(breach("domain/unit.rs", "use crate::usecase::desk::Desk;"), 1);
    assert_eq!(breach("domain/unit.rs", "use tokio::sync::Mutex;"), 1);
    assert_eq!(breach("domain/unit.rs", "    let now = chrono::Utc::now();"), 1);
    assert_eq!(breach("usecase/issue.rs", "use crate::mail::compose::Composer;\nuse std::fs::File;"), 2);
    assert_eq!(breach("store/sled/mod.rs", "use crate::usecase::desk::Desk;"), 1);
    assert_eq!(breach("store/sled/mod.rs", "use crate::usecase::ports::Store; use sled::Db;"), 0);
    assert_eq!(breach("cli/unit.rs", "use crate::host::Host;"), 1);
    assert_eq!(breach("wire/reply.rs", "use crate::i18n::Lang;"), 1);
    assert_eq!(breach("host/open.rs", "use crate::store::sled::SledStore;"), 0);
    assert_eq!(breach("host/open.rs", "let db = sled::open(path);"), 1);
    assert_eq!(breach("host/open.rs", "let db = redb::Database::open(path);"), 1);
    assert_eq!(breach("tui/view.rs", "let size = rustix::termios::tcgetwinsize(tty);"), 1);
    assert_eq!(breach("tui/term/tty.rs", "use rustix::termios::Termios; use crossterm::cursor;"), 0);
    assert_eq!(breach("somewhere/new.rs", ""), 1);
    assert_eq!(breach("domain/unit.rs", "// see crate::usecase for what is made of it"), 0);
}

#[test]
fn files_have_one_subject_and_stay_small() {
    let mut tests = Vec::new();
    sources(&root().join("tests"), &root(), &mut tests);
    let long: BTreeMap<_, _> = library()
        .iter()
        .chain(&tests)
        .map(|source| (source.path.clone(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .collect();
    assert!(long.is_empty(), "over 600 lines: {long:?}");
    let vague = ["utils", "util", "helpers", "common", "manager", "misc"];
    let found: Vec<_> = library()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| vague.contains(&path.file_stem().unwrap().to_str().unwrap()))
        .collect();
    assert!(found.is_empty(), "a file is named by what it holds: {found:?}");
}

#[test]
fn nothing_is_left_for_later() {
    let words =
        [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!("), concat!("#[ign", "ore"), concat!("FIX", "ME")];
    let mut all = library();
    sources(&root().join("tests"), &root(), &mut all);
    for source in &all {
        for word in words {
            assert!(!source.text.contains(word), "{}: {word}", source.path.display());
        }
    }
}

/// What sled offers and must not be used: `generate_id` jumps after a start, `flush_async` can block a runtime, `watch_prefix`
/// makes writers wait for readers, `export` and `import` panic, transactions of all stores of a process exclude each other.
const TRAPS: [&str; 6] = ["generate_id(", "flush_async(", "watch_prefix(", ".export(", ".import(", ".transaction("];

#[test]
fn the_engines_traps_are_left_alone() {
    let engine: Vec<Source> = library().into_iter().filter(|source| source.path.starts_with("store")).collect();
    assert!(engine.iter().any(|source| source.text.contains("::sled::Db")), "the engine is not where it should be");
    for source in &engine {
        for (number, line) in source.text.lines().enumerate() {
            let trap = TRAPS.iter().find(|trap| code(line).contains(**trap));
            assert_eq!(trap, None, "{}:{}", source.path.display(), number + 1);
        }
    }
}
