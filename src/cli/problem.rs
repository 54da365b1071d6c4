//! What is wrong with a configuration, from its data into the reader's words.

use crate::config::{ConfigError, Expected, Problem, ProblemKind, ValueType};
use crate::i18n::{Lang, config as texts, nothing_written, setup};
use crate::report::{Exit, Report};

/// Everything that is wrong with a configuration.
#[must_use]
pub fn report(lang: Lang, wrong: &ConfigError) -> Report {
    let lines: Vec<String> = wrong.problems.iter().map(|problem| line(lang, problem)).collect();
    setup::configuration(lang, &lines)
}

fn line(lang: Lang, problem: &Problem) -> String {
    setup::problem(&problem.file, problem.line, &problem.key, &sentence(lang, &problem.kind))
}

/// A flag whose value goes into a configuration.
#[must_use]
pub fn flag(lang: Lang, flag: &str, wrong: &ProblemKind) -> Report {
    Report::new(Exit::Input, format!("{flag}: {}", sentence(lang, wrong))).kept(nothing_written(lang))
}

fn sentence(lang: Lang, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Missing => texts::missing(lang),
        ProblemKind::Unreadable { detail } => texts::unreadable(lang, detail),
        ProblemKind::TooLarge { limit } => texts::too_large(lang, *limit),
        ProblemKind::Encoding => texts::encoding(lang),
        ProblemKind::Syntax { column, message } => texts::syntax(lang, *column, message),
        ProblemKind::UnknownKey { nearest } => texts::unknown_key(lang, nearest.as_deref()),
        ProblemKind::UnknownTable { nearest } => texts::unknown_table(lang, nearest.as_deref()),
        ProblemKind::MissingKey => texts::missing_key(lang),
        ProblemKind::WrongType { expected, found } => texts::wrong_type(lang, type_of(*expected), type_of(*found)),
        ProblemKind::WrongValue { value, expected } => texts::wrong_value(lang, value, &form(lang, expected)),
        ProblemKind::NotYet { value, accepted } => texts::not_yet(lang, value, accepted),
        ProblemKind::PasswordInFile => texts::password_in_file(lang),
        ProblemKind::CredentialsInClear => texts::credentials_in_clear(lang),
        ProblemKind::Alone { other } => texts::alone(lang, other),
        ProblemKind::NotWith { relay } => texts::not_with(lang, relay),
    }
}

fn form(lang: Lang, expected: &Expected) -> String {
    match expected {
        Expected::OneOf { words } => texts::one_of(lang, words),
        Expected::Text { fault } => texts::a_text(lang, fault),
        Expected::Symbol => texts::a_symbol(lang),
        Expected::Relay => texts::a_relay(lang),
        Expected::Imap => texts::a_mail_server(lang),
        Expected::Sender { fault } => texts::a_sender(lang, fault.as_ref()),
        Expected::Duration => texts::a_duration(lang),
        Expected::DurationWithin { min_seconds, max_seconds } => texts::a_duration_within(lang, *min_seconds, *max_seconds),
        Expected::Within { min, max } => texts::within(lang, *min, *max),
        Expected::Rate => texts::a_rate(lang),
        Expected::Path => texts::a_path(lang),
        Expected::Hour => texts::an_hour(lang),
        Expected::Name => texts::a_name(lang),
        Expected::Domain => texts::a_domain(lang),
        Expected::UnitCode => texts::a_code(lang),
        Expected::Day { fault } => texts::a_day(lang, fault),
        Expected::LaterDay => texts::a_later_day(lang),
        Expected::Once => texts::once(lang),
    }
}

fn type_of(value: ValueType) -> texts::Type {
    match value {
        ValueType::Text => texts::Type::Text,
        ValueType::Integer => texts::Type::Integer,
        ValueType::Float => texts::Type::Float,
        ValueType::Boolean => texts::Type::Boolean,
        ValueType::Date => texts::Type::Date,
        ValueType::List => texts::Type::List,
        ValueType::Table => texts::Type::Table,
    }
}
