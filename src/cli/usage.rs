//! Wrong usage, from clap's errors into the user's words.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::i18n::Lang;
use crate::i18n::usage::{self, Usage};
use crate::report::Report;

/// The report on a command line that clap refused.
#[must_use]
pub fn report(lang: Lang, error: &clap::Error, tree: &Command, args: &[OsString]) -> Report {
    usage::report(lang, &meaning(error), &command(tree, args))
}

fn meaning(error: &clap::Error) -> Usage {
    let one = |kind| texts(error, kind).into_iter().next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => {
            Usage::UnknownArgument { argument: one(ContextKind::InvalidArg), meant: texts(error, ContextKind::SuggestedArg) }
        }
        ErrorKind::InvalidSubcommand => {
            Usage::UnknownCommand { command: one(ContextKind::InvalidSubcommand), meant: texts(error, ContextKind::SuggestedSubcommand) }
        }
        ErrorKind::MissingSubcommand => Usage::MissingCommand { commands: texts(error, ContextKind::ValidSubcommand) },
        ErrorKind::MissingRequiredArgument => Usage::Missing { arguments: texts(error, ContextKind::InvalidArg) },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (argument, possible) = (one(ContextKind::InvalidArg), texts(error, ContextKind::ValidValue));
            match one(ContextKind::InvalidValue) {
                value if value.is_empty() => Usage::NoValue { argument, possible },
                value => Usage::Value { argument, value, possible },
            }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            Usage::NoValue { argument: one(ContextKind::InvalidArg), possible: Vec::new() }
        }
        ErrorKind::TooManyValues => Usage::TooMany { argument: one(ContextKind::InvalidArg) },
        ErrorKind::ArgumentConflict => {
            let (argument, with) = (one(ContextKind::InvalidArg), texts(error, ContextKind::PriorArg));
            // An argument that clap says to be in conflict with itself was given twice.
            if with.iter().all(|other| *other == argument) { Usage::TooMany { argument } } else { Usage::Conflict { argument, with } }
        }
        ErrorKind::InvalidUtf8 => Usage::Encoding,
        _ => Usage::Other { detail: error.render().to_string().lines().next().unwrap_or_default().to_owned() },
    }
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The deepest command that the arguments name: the one whose help tells more.
fn command(tree: &Command, args: &[OsString]) -> String {
    let (mut at, mut path) = (tree, tree.get_name().to_owned());
    for arg in args.iter().skip(1) {
        if let Some(sub) = arg.to_str().and_then(|name| at.find_subcommand(name)) {
            at = sub;
            path = format!("{path} {}", sub.get_name());
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::locale::tree;
    use crate::report::Exit;

    fn refused(lang: Lang, args: &[&str]) -> Report {
        let args: Vec<OsString> = ["lichhop"].iter().chain(args).map(OsString::from).collect();
        let error = tree(lang).try_get_matches_from(&args).unwrap_err();
        report(lang, &error, &tree(lang), &args)
    }

    #[test]
    fn wrong_usage_is_named_in_the_users_language() {
        let cases: &[(&[&str], &str, &str)] = &[
            (&["meting"], "“meting”", "meeting"),
            (&["meeting", "show", "--jsn", "X"], "“--jsn”", "--json"),
            (&["meeting", "add", "--title", "x"], "--start", "--chair"),
            (&["meeting", "add", "--title"], "--title", ""),
            (&["meeting", "list", "--state", "gone"], "“gone”", "draft"),
            (&["meeting", "list", "--week", "this", "--from", "2026-01-01"], "--week", "--from"),
            (&["meeting", "list", "--limit", "many"], "“many”", "--limit"),
            (&["week", "this", "next"], "“next”", ""),
            (&["meeting", "show"], "ID", ""),
            (&["meeting", "show", "A", "--data", "/a", "--data", "/b"], "--data", ""),
        ];
        for (args, first, second) in cases {
            let (vi, en) = (refused(Lang::Vi, args), refused(Lang::En, args));
            for report in [&vi, &en] {
                assert_eq!(report.exit, Exit::Usage, "{args:?}");
                assert!(report.what.contains(first) && report.what.contains(second), "{args:?}: {}", report.what);
            }
            assert_ne!(vi.what, en.what);
        }
    }

    #[test]
    fn the_command_whose_help_tells_more_is_named() {
        let report = refused(Lang::En, &["--json", "meeting", "issue", "--chanel", "x"]);
        assert_eq!(report.next, "See: lichhop meeting issue --help");
    }

    #[test]
    fn what_was_typed_cannot_steer_the_terminal() {
        for args in [["--\u{1b}[2Jx"].as_slice(), &["\u{1b}]0;x\u{7}"], &["meeting", "list", "--state", "\u{1b}[2J"]] {
            for lang in Lang::ALL {
                assert!(!refused(lang, args).to_string().chars().any(|c| c.is_control() && c != '\n'), "{args:?}");
            }
        }
    }
}
