//! Wrong usage of the command line.

use crate::i18n::{Lang, listed, nothing_written, quoted, shown};
use crate::report::{Exit, Report};

/// What is wrong with the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usage {
    /// No such flag or argument.
    UnknownArgument {
        /// What was written.
        argument: String,
        /// What is perhaps meant.
        meant: Vec<String>,
    },
    /// No such command.
    UnknownCommand {
        /// What was written.
        command: String,
        /// What is perhaps meant.
        meant: Vec<String>,
    },
    /// A command needs one of its own commands.
    MissingCommand {
        /// Those there are.
        commands: Vec<String>,
    },
    /// Flags or arguments that must be there.
    Missing {
        /// Which.
        arguments: Vec<String>,
    },
    /// A flag without its value.
    NoValue {
        /// The flag.
        argument: String,
        /// What it takes, if that is a choice.
        possible: Vec<String>,
    },
    /// A value that a flag does not take.
    Value {
        /// The flag.
        argument: String,
        /// What was written.
        value: String,
        /// What it takes, if that is a choice.
        possible: Vec<String>,
    },
    /// A flag that was given too often, or with too many values.
    TooMany {
        /// The flag.
        argument: String,
    },
    /// Flags that exclude each other.
    Conflict {
        /// The flag.
        argument: String,
        /// The others.
        with: Vec<String>,
    },
    /// An edit that names nothing to change.
    NothingToChange,
    /// A command that does not read what was.
    OnlyNow {
        /// The command; empty: the terminal application.
        command: String,
        /// Those that do.
        works: Vec<String>,
    },
    /// An argument that is not UTF-8.
    Encoding,
    /// Something else.
    Other {
        /// How the parser put it.
        detail: String,
    },
}

/// The report on wrong usage, with the command whose help tells more.
#[must_use]
pub fn report(lang: Lang, usage: &Usage, command: &str) -> Report {
    let next = say!(lang, "Xem: {command} --help", "See: {command} --help", command = shown(command));
    Report::new(Exit::Usage, sentence(lang, usage)).kept(nothing_written(lang)).next(next)
}

fn sentence(lang: Lang, usage: &Usage) -> String {
    match usage {
        Usage::UnknownArgument { argument, meant } => {
            let text = say!(lang, "Không có tham số {argument}.", "There is no argument {argument}.", argument = quoted(argument));
            text + &perhaps(lang, meant)
        }
        Usage::UnknownCommand { command, meant } => {
            let text = say!(lang, "Không có lệnh {command}.", "There is no command {command}.", command = quoted(command));
            text + &perhaps(lang, meant)
        }
        Usage::MissingCommand { commands } => {
            say!(lang, "Thiếu lệnh con; có: {commands}.", "A command is missing; there are: {commands}.", commands = listed(commands))
        }
        Usage::Missing { arguments } => {
            say!(lang, "Thiếu tham số: {arguments}.", "Missing arguments: {arguments}.", arguments = listed(arguments))
        }
        Usage::NoValue { argument, possible } => {
            let text =
                say!(lang, "Tham số {argument} cần một giá trị.", "The argument {argument} needs a value.", argument = quoted(argument));
            text + &choice(lang, possible)
        }
        Usage::Value { argument, value, possible } => {
            let text = say!(
                lang,
                "Giá trị {value} không hợp lệ cho {argument}.",
                "The value {value} is not valid for {argument}.",
                value = quoted(value),
                argument = quoted(argument)
            );
            text + &choice(lang, possible)
        }
        Usage::TooMany { argument } => {
            say!(lang, "Tham số {argument} nêu quá nhiều lần.", "The argument {argument} is given too often.", argument = quoted(argument))
        }
        Usage::Conflict { argument, with } => say!(
            lang,
            "Không dùng {argument} cùng với: {others}.",
            "{argument} cannot be used together with: {others}.",
            argument = quoted(argument),
            others = listed(with)
        ),
        Usage::NothingToChange => say!(
            lang,
            "Không có gì để sửa: chưa nêu mục nào (--title, --start, --place, --chair, --invite …).",
            "Nothing is to be changed: no field is given (--title, --start, --place, --chair, --invite …)."
        ),
        Usage::OnlyNow { command, works } => only_now(lang, command, works),
        Usage::Encoding => say!(lang, "Có tham số không phải UTF-8.", "An argument is not UTF-8."),
        Usage::Other { detail } => say!(lang, "Lệnh không đúng: {detail}", "Wrong usage: {detail}", detail = shown(detail)),
    }
}

fn only_now(lang: Lang, command: &str, works: &[String]) -> String {
    let text = match command {
        "" => say!(lang, "Màn hình không dùng được với --at.", "The screen does not work with --at."),
        _ => say!(
            lang,
            "Lệnh {command} không dùng được với --at.",
            "The command {command} does not work with --at.",
            command = quoted(command)
        ),
    };
    text + &say!(lang, " --at dùng với: {works}.", " --at works with: {works}.", works = listed(works))
}

fn perhaps(lang: Lang, meant: &[String]) -> String {
    if meant.is_empty() {
        return String::new();
    }
    say!(lang, " Có phải: {meant}?", " Perhaps: {meant}?", meant = listed(meant))
}

fn choice(lang: Lang, possible: &[String]) -> String {
    if possible.is_empty() {
        return String::new();
    }
    say!(lang, " Có thể là: {possible}.", " Possible: {possible}.", possible = listed(possible))
}

/// The heading of a part of a help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// How the command is written.
    Usage,
    /// Positional arguments.
    Arguments,
    /// Flags.
    Options,
    /// Flags of every command.
    GlobalOptions,
    /// Commands.
    Commands,
    /// The placeholder of a command.
    CommandPlaceholder,
    /// The placeholder of flags.
    OptionsPlaceholder,
}

/// The wording of a heading.
#[must_use]
pub fn heading(lang: Lang, heading: Heading) -> &'static str {
    match heading {
        Heading::Usage => lang.pick("Cách dùng", "Usage"),
        Heading::Arguments => lang.pick("Tham số", "Arguments"),
        Heading::Options => lang.pick("Tùy chọn", "Options"),
        Heading::GlobalOptions => lang.pick("Tùy chọn chung", "Global options"),
        Heading::Commands => lang.pick("Lệnh", "Commands"),
        Heading::CommandPlaceholder => lang.pick("LỆNH", "COMMAND"),
        Heading::OptionsPlaceholder => lang.pick("[TÙY CHỌN]", "[OPTIONS]"),
    }
}

/// The values an argument takes, for its help.
#[must_use]
pub fn values(lang: Lang, possible: &[String]) -> String {
    say!(lang, "[giá trị: {possible}]", "[possible values: {possible}]", possible = listed(possible))
}

/// The value an argument has when it is not given, for its help.
#[must_use]
pub fn default(lang: Lang, value: &str) -> String {
    say!(lang, "[mặc định: {value}]", "[default: {value}]", value = shown(value))
}
