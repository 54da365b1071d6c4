//! Theme files: from the words to the styles, everything wrong named at once.

use std::path::PathBuf;

use ratatui::style::{Color, Modifier, Style};

use crate::config::nearest;
use crate::tui::screen_file::{self, Entry, Kind, Problem, ProblemKind, ScreenFault, Source, Value};
use crate::tui::theme::{Role, color};

/// The modifiers of a style.
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// The styles of a theme, in the order of [`Role::ALL`].
pub(super) fn load(name: &str, folders: &[PathBuf]) -> Result<Vec<Style>, ScreenFault> {
    let chain = screen_file::chain(Kind::Theme, name, folders)?;
    let mut reading = Reading { styles: vec![None; Role::ALL.len()], problems: Vec::new() };
    for source in &chain {
        reading.source(source);
    }
    let missing = Role::ALL.iter().zip(&reading.styles).filter(|(_, style)| style.is_none());
    let names: Vec<&str> = missing.map(|(role, _)| role.name()).collect();
    if let (false, Some(asked)) = (names.is_empty(), chain.first()) {
        let kind = ProblemKind::MissingRoles { names };
        reading.problems.push(Problem { file: asked.path.clone(), line: None, key: String::new(), kind });
    }
    if reading.problems.is_empty() {
        Ok(reading.styles.into_iter().map(Option::unwrap_or_default).collect())
    } else {
        Err(ScreenFault::new(reading.problems))
    }
}

struct Reading {
    styles: Vec<Option<Style>>,
    problems: Vec<Problem>,
}

impl Reading {
    fn source(&mut self, source: &Source) {
        for entry in &source.entries {
            let Some(role) = Role::ALL.iter().find(|role| role.name() == entry.name) else {
                let known = Role::ALL.iter().map(|role| (role.name().to_owned(), role.name()));
                self.add(source, entry, &entry.name, ProblemKind::UnknownRole { nearest: nearest(&entry.name, known) });
                continue;
            };
            let Value::Table(parts) = &entry.value else {
                self.add(source, entry, role.name(), ProblemKind::NotATable);
                continue;
            };
            let mut style = Style::new();
            for part in parts {
                style = self.part(source, *role, part, style);
            }
            // What a file said before those it inherits from holds, be it right or wrong.
            if let Some(place) = self.styles.get_mut(*role as usize) {
                place.get_or_insert(style);
            }
        }
    }

    /// The style with one part more.
    fn part(&mut self, source: &Source, role: Role, part: &Entry, style: Style) -> Style {
        let key = format!("{}.{}", role.name(), part.name);
        let modifier = MODIFIERS.iter().find(|(name, _)| *name == part.name).map(|(_, modifier)| *modifier);
        match (part.name.as_str(), modifier, &part.value) {
            ("fg" | "bg", _, value) => match self.color(source, part, &key, value) {
                Some(color) if part.name == "fg" => style.fg(color),
                Some(color) => style.bg(color),
                None => style,
            },
            (_, Some(modifier), Value::Boolean(true)) => style.add_modifier(modifier),
            (_, Some(_), Value::Boolean(false)) => style,
            (_, Some(_), _) => {
                self.add(source, part, &key, ProblemKind::NotBoolean);
                style
            }
            (name, None, _) => {
                let known = ["fg", "bg"].into_iter().chain(MODIFIERS.iter().map(|(name, _)| *name));
                let nearest = nearest(name, known.map(|name| (name.to_owned(), name)));
                self.add(source, part, &key, ProblemKind::UnknownPart { nearest });
                style
            }
        }
    }

    fn color(&mut self, source: &Source, part: &Entry, key: &str, value: &Value) -> Option<Color> {
        let (found, word) = match value {
            Value::Text(text) => (color::parse(text), text.clone()),
            Value::Number(number) => {
                let index = number.and_then(|number| u8::try_from(number).ok());
                (index.map(Color::Indexed), number.map_or_else(|| "…".to_owned(), |number| number.to_string()))
            }
            Value::Boolean(_) | Value::Table(_) | Value::Other => {
                self.add(source, part, key, ProblemKind::NotText);
                return None;
            }
        };
        if found.is_none() {
            let nearest = nearest(&word, color::NAMED.iter().map(|(name, _)| ((*name).to_owned(), *name)));
            self.add(source, part, key, ProblemKind::UnknownColor { word, nearest });
        }
        found
    }

    fn add(&mut self, source: &Source, entry: &Entry, key: &str, kind: ProblemKind) {
        self.problems.push(Problem { file: source.path.clone(), line: Some(entry.line), key: key.to_owned(), kind });
    }
}
