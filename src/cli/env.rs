//! What the command line takes from its surroundings, read once, so that tests bring their own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::PathBuf;

use crate::i18n::Lang;
use crate::i18n::setup as texts;
use crate::report::Report;

/// The surroundings of a run.
#[derive(Debug, Clone, Default)]
pub struct Env {
    vars: BTreeMap<OsString, OsString>,
    /// Columns of the terminal at stdout; `None` when stdout is no terminal.
    pub columns: Option<usize>,
    /// Whether stderr is a terminal.
    pub err_is_terminal: bool,
}

impl Env {
    /// The surroundings of this process.
    #[must_use]
    pub fn of_process() -> Self {
        // A terminal that does not know its size, as a serial line, is one all the same.
        let of_terminal = || terminal_size::terminal_size_of(std::io::stdout()).map_or(80, |(width, _)| usize::from(width.0).max(20));
        let columns = std::io::stdout().is_terminal().then(of_terminal);
        Self { vars: std::env::vars_os().collect(), columns, err_is_terminal: std::io::stderr().is_terminal() }
    }

    /// Surroundings with these variables and without a terminal.
    #[must_use]
    pub fn with<N: Into<OsString>, V: Into<OsString>>(vars: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { vars: vars.into_iter().map(|(name, value)| (name.into(), value.into())).collect(), ..Self::default() }
    }

    /// A variable; an empty one counts as not set.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A variable that holds text.
    ///
    /// # Errors
    /// It holds something else.
    pub fn text(&self, lang: Lang, name: &str) -> Result<Option<&str>, Report> {
        match self.var(name) {
            None => Ok(None),
            Some(value) => value.to_str().map(Some).ok_or_else(|| texts::variable(lang, name, &value.to_string_lossy(), "UTF-8")),
        }
    }

    /// A variable that holds a path.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        let env = Env::with([("LICHHOP_DATA", ""), ("LICHHOP_CONFIG", "/x")]);
        assert_eq!(env.path("LICHHOP_DATA"), None);
        assert_eq!(env.path("LICHHOP_CONFIG"), Some("/x".into()));
    }
}
