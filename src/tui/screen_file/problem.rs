//! What is wrong with a keymap or a theme: data first, and then the words of it.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::i18n::{Lang, config as common, screen_files as texts, setup};
use crate::report::Report;
use crate::tui::keymap::{Action, Scope};
use crate::tui::screen_file::Kind;

/// A keymap or theme that cannot be used: everything that is wrong with it, not only the first thing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the file has {} problems", problems.len())]
pub struct ScreenFault {
    /// The problems, file by file in the order of their lines; never empty.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line in it, from 1; `None` when the file as a whole is meant.
    pub line: Option<u32>,
    /// The key with its table; empty when no key is meant.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a file, a key or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file is there and cannot be read.
    Unreadable {
        /// The system's words.
        detail: String,
    },
    /// The file is beyond what such a file may be.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not in UTF-8.
    Encoding,
    /// The file is not TOML.
    Syntax {
        /// The column, counted in characters from 1.
        column: u32,
        /// The words of the TOML reader.
        message: String,
    },
    /// There is no file of that name.
    UnknownFile {
        /// What was looked for.
        kind: Kind,
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A file inherits, over others or not, from itself.
    Circle {
        /// The name that led back.
        name: String,
    },
    /// The value must be a text.
    NotText,
    /// The value must be a table.
    NotATable,
    /// No such scope.
    UnknownScope {
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// No such action.
    UnknownAction {
        /// What stands there.
        word: String,
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// No such key.
    UnknownKey {
        /// What stands there.
        word: String,
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// The action is not there in that scope.
    Elsewhere {
        /// The action.
        action: Action,
    },
    /// The same keys twice in a scope, written differently.
    Twice,
    /// A letter alone where text is typed.
    Types {
        /// The scope.
        scope: Scope,
    },
    /// Terminals send something else for this key, or nothing.
    NeverSent {
        /// The key.
        chord: String,
        /// What they send instead; `None` for nothing.
        instead: Option<&'static str>,
    },
    /// The keys are the beginning of longer ones, which could then never be pressed.
    Covers {
        /// The longer ones.
        longer: String,
        /// What they do.
        action: Action,
    },
    /// Shorter keys are the beginning of these, which can then never be pressed.
    Covered {
        /// The shorter ones.
        shorter: String,
        /// What they do.
        action: Action,
    },
    /// A key that does the same in every keymap.
    Reserved {
        /// The key.
        chord: String,
        /// What it does.
        action: Action,
        /// Where.
        scope: Scope,
    },
    /// A key that must be there is not.
    Unbound {
        /// The key.
        chord: String,
        /// What it does.
        action: Action,
        /// Where.
        scope: Scope,
    },
    /// No such role.
    UnknownRole {
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// No such part of a style.
    UnknownPart {
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// No such colour.
    UnknownColor {
        /// What stands there.
        word: String,
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// The value must be `true` or `false`.
    NotBoolean,
    /// Roles that the theme says nothing of.
    MissingRoles {
        /// Their names.
        names: Vec<&'static str>,
    },
}

impl ScreenFault {
    /// A fault of one problem.
    #[must_use]
    pub fn one(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }

    /// A fault of these problems, brought into order.
    #[must_use]
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Self { problems }
    }

    /// What is wrong when there is no file of the very name that was asked for.
    #[must_use]
    pub fn unknown_name(&self, lang: Lang) -> Option<String> {
        let asked = self.problems.iter().find(|problem| problem.is_unknown_name())?;
        Some(sentence(lang, &asked.kind))
    }

    /// The fault, when it is in the name that was asked for, with the place that asked for it.
    #[must_use]
    pub fn named_by(mut self, file: &Path, key: &str) -> Self {
        for problem in self.problems.iter_mut().filter(|problem| problem.is_unknown_name()) {
            file.clone_into(&mut problem.file);
            key.clone_into(&mut problem.key);
        }
        self
    }

    /// The fault in a reader's words.
    #[must_use]
    pub fn report(&self, lang: Lang) -> Report {
        let lines: Vec<String> = self
            .problems
            .iter()
            .map(|problem| setup::problem(&problem.file, problem.line, &problem.key, &sentence(lang, &problem.kind)))
            .collect();
        texts::report(lang, &lines)
    }
}

impl Problem {
    /// Whether there is no file of the name that was asked for; a name after `inherits` has a line.
    fn is_unknown_name(&self) -> bool {
        self.line.is_none() && matches!(self.kind, ProblemKind::UnknownFile { .. })
    }
}

fn sentence(lang: Lang, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Unreadable { detail } => common::unreadable(lang, detail),
        ProblemKind::TooLarge { limit } => common::too_large(lang, *limit),
        ProblemKind::Encoding => common::encoding(lang),
        ProblemKind::Syntax { column, message } => common::syntax(lang, *column, message),
        ProblemKind::UnknownFile { kind: Kind::Keymap, name, known } => texts::no_keymap(lang, name, known),
        ProblemKind::UnknownFile { kind: Kind::Theme, name, known } => texts::no_theme(lang, name, known),
        ProblemKind::Circle { name } => texts::circle(lang, name),
        ProblemKind::NotText => common::wrong_type_of(lang, common::Type::Text),
        ProblemKind::NotATable => common::wrong_type_of(lang, common::Type::Table),
        ProblemKind::NotBoolean => common::wrong_type_of(lang, common::Type::Boolean),
        ProblemKind::UnknownScope { nearest } => texts::no_scope(lang, nearest.as_deref()),
        ProblemKind::UnknownAction { word, nearest } => texts::no_action(lang, word, nearest.as_deref()),
        ProblemKind::UnknownKey { word, nearest } => texts::no_key(lang, word, nearest.as_deref()),
        ProblemKind::Elsewhere { action } => texts::elsewhere(lang, action.name(), action.scope().name()),
        ProblemKind::Twice => texts::twice(lang),
        ProblemKind::Types { scope } => texts::types(lang, scope.title(lang)),
        ProblemKind::NeverSent { chord, instead } => texts::never_sent(lang, chord, *instead),
        ProblemKind::Covers { longer, action } => texts::covers(lang, longer, action.name()),
        ProblemKind::Covered { shorter, action } => texts::covered(lang, shorter, action.name()),
        ProblemKind::Reserved { chord, action, scope } => texts::reserved(lang, chord, action.name(), scope.name()),
        ProblemKind::Unbound { chord, action, scope } => texts::unbound(lang, chord, action.name(), scope.name()),
        ProblemKind::UnknownRole { nearest } => texts::no_role(lang, nearest.as_deref()),
        ProblemKind::UnknownPart { nearest } => texts::no_part(lang, nearest.as_deref()),
        ProblemKind::UnknownColor { word, nearest } => texts::no_color(lang, word, nearest.as_deref()),
        ProblemKind::MissingRoles { names } => texts::missing_roles(lang, names),
    }
}
