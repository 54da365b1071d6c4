//! The files that shape the screen: keymaps and themes. Some are part of the program; a user's own lie in `keymaps/` and
//! `themes/` of the configuration's folder, come before those of the same name, and may inherit from them.

pub mod problem;

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

pub use problem::{Problem, ProblemKind, ScreenFault};

/// The most bytes of such a file.
const BYTES_MAX: u64 = 1 << 18;
/// The key by which a file names the one that it only changes.
const INHERITS: &str = "inherits";

/// What a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Keys and what they do.
    Keymap,
    /// What the screen looks like.
    Theme,
}

impl Kind {
    /// The folder in which files of this kind lie.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Keymap => "keymaps",
            Self::Theme => "themes",
        }
    }

    /// The files that are part of the program, by their names.
    #[must_use]
    pub fn embedded(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Keymap => {
                &[("default", include_str!("../../../keymaps/default.toml")), ("vim", include_str!("../../../keymaps/vim.toml"))]
            }
            Self::Theme => &[
                ("dark", include_str!("../../../themes/dark.toml")),
                ("light", include_str!("../../../themes/light.toml")),
                ("mono", include_str!("../../../themes/mono.toml")),
            ],
        }
    }
}

/// A key of a file with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub name: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its value.
    pub value: Value,
}

/// A value of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number; `None` when it is beyond any that means something.
    Number(Option<i64>),
    /// Yes or no.
    Boolean(bool),
    /// A table, in the order of the file.
    Table(Vec<Entry>),
    /// Something that means nothing in these files.
    Other,
}

/// A file of a chain: the one asked for, or one that it inherits from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path; for a file that is part of the program, the one in the program's own sources.
    pub path: PathBuf,
    /// What stands in it, in its order, but for `inherits`.
    pub entries: Vec<Entry>,
}

/// The file of that name, then those that it inherits from. The user's own in `folders` come before the program's.
///
/// # Errors
/// There is none of that name, or one of them cannot be read.
pub fn chain(kind: Kind, name: &str, folders: &[PathBuf]) -> Result<Vec<Source>, ScreenFault> {
    let mut sources: Vec<Source> = Vec::new();
    // Where the next name was read.
    let mut asked = (PathBuf::from(kind.folder()), None);
    let mut next = Some(name.to_owned());
    while let Some(name) = next {
        let wrong = |kind| ScreenFault::one(Problem { file: asked.0.clone(), line: asked.1, key: String::new(), kind });
        let mut refused = None;
        // A file may carry the name of the one that it changes: what was read already is passed over.
        let found = candidates(kind, &name, folders).into_iter().find_map(|(path, text)| {
            if sources.iter().any(|source| source.path == path) {
                refused = Some(ProblemKind::Circle { name: name.clone() });
                return None;
            }
            match text.map_or_else(|| read(&path), |text| Ok(Some(text.to_owned()))) {
                Ok(text) => text.map(|text| Ok((path, text))),
                Err(fault) => Some(Err(fault)),
            }
        });
        let Some(found) = found else {
            let unknown = || ProblemKind::UnknownFile { kind, name: name.clone(), known: names(kind, folders) };
            return Err(wrong(refused.unwrap_or_else(unknown)));
        };
        let (path, text) = found?;
        let (source, inherited) = parse(path, &text)?;
        asked = (source.path.clone(), inherited.as_ref().map(|(_, line)| *line));
        next = inherited.map(|(name, _)| name);
        sources.push(source);
    }
    Ok(sources)
}

/// Where a file of that name may be, with the text of those that are part of the program.
fn candidates(kind: Kind, name: &str, folders: &[PathBuf]) -> Vec<(PathBuf, Option<&'static str>)> {
    // A name is no path: nothing outside the folders is read.
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return Vec::new();
    }
    let file = format!("{name}.toml");
    let own = folders.iter().map(|folder| (folder.join(kind.folder()).join(&file), None));
    let embedded = kind.embedded().iter().filter(|(known, _)| *known == name);
    own.chain(embedded.map(|(_, text)| (Path::new(kind.folder()).join(&file), Some(*text)))).collect()
}

/// The names of the files there are: the program's, then the user's own.
#[must_use]
pub fn names(kind: Kind, folders: &[PathBuf]) -> Vec<String> {
    let mut names: Vec<String> = kind.embedded().iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder.join(kind.folder())).ok()).flatten().flatten();
    let mut own: Vec<String> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| !names.contains(name))
        .collect();
    own.sort_unstable();
    own.dedup();
    names.append(&mut own);
    names
}

/// The text of a file; `None` when it is not there.
fn read(path: &Path) -> Result<Option<String>, ScreenFault> {
    let wrong = |line, kind| ScreenFault::one(Problem { file: path.to_owned(), line, key: String::new(), kind });
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes)) {
        Ok(length) if u64::try_from(length).unwrap_or(u64::MAX) > BYTES_MAX => Err(wrong(None, ProblemKind::TooLarge { limit: BYTES_MAX })),
        Ok(_) => String::from_utf8(bytes).map(Some).map_err(|fault| {
            let good = fault.as_bytes().iter().take(fault.utf8_error().valid_up_to());
            wrong(Some(line_after(good.copied())), ProblemKind::Encoding)
        }),
        Err(fault) if matches!(fault.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(fault) => Err(wrong(None, ProblemKind::Unreadable { detail: fault.to_string() })),
    }
}

fn line_after(before: impl Iterator<Item = u8>) -> u32 {
    u32::try_from(before.filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX - 1) + 1
}

/// The entries of a file, and the name of the one it inherits from with its line.
fn parse(path: PathBuf, text: &str) -> Result<(Source, Option<(String, u32)>), ScreenFault> {
    let (root, faults) = DeTable::parse_recoverable(text);
    let line = |byte: usize| line_after(text.bytes().take(byte));
    if !faults.is_empty() {
        let problems = faults.iter().map(|fault| {
            let at = fault.span().unwrap_or_default().start;
            let kind = ProblemKind::Syntax { column: column(text, at), message: fault.message().to_owned() };
            Problem { file: path.clone(), line: Some(line(at)), key: String::new(), kind }
        });
        return Err(ScreenFault::new(problems.collect()));
    }
    let mut entries = entries(root.get_ref(), &line);
    let inherits = entries.iter().position(|entry| entry.name == INHERITS).map(|at| entries.remove(at));
    let inherited = match inherits {
        None => None,
        Some(Entry { value: Value::Text(name), line, .. }) => Some((name, line)),
        Some(Entry { name, line, .. }) => {
            return Err(ScreenFault::one(Problem { file: path, line: Some(line), key: name, kind: ProblemKind::NotText }));
        }
    };
    Ok((Source { path, entries }, inherited))
}

/// The entries of a table in the order of the file, not of the alphabet: the first key of an action is the one that is shown.
fn entries(table: &DeTable<'_>, line: &impl Fn(usize) -> u32) -> Vec<Entry> {
    let mut placed: Vec<(usize, Entry)> = table
        .iter()
        .map(|(name, value)| {
            let at = name.span().start;
            let value = match value.get_ref() {
                DeValue::String(text) => Value::Text(text.to_string()),
                DeValue::Integer(number) => Value::Number(i64::from_str_radix(number.as_str(), number.radix()).ok()),
                DeValue::Boolean(yes) => Value::Boolean(*yes),
                DeValue::Table(inner) => Value::Table(entries(inner, line)),
                DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => Value::Other,
            };
            (at, Entry { name: name.get_ref().to_string(), line: line(at), value })
        })
        .collect();
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, entry)| entry).collect()
}

/// The column of a byte, in characters from 1.
fn column(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{FEFF}').chars().count() + 1;
    u32::try_from(column).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
