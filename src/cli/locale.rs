//! The tree of commands in the user's language: the doc comments are English, Vietnamese texts are laid over them.

use clap::{Arg, Command, CommandFactory as _};

use crate::cli::args::Cli;
use crate::i18n::usage::{Heading, default, heading, values};
use crate::i18n::{Lang, help};

/// The whole tree, ready to parse.
#[must_use]
pub fn tree(lang: Lang) -> Command {
    match lang {
        Lang::En => Cli::command(),
        Lang::Vi => {
            let mut tree = laid_over(Cli::command(), "");
            tree.build();
            write_usage(&mut tree);
            tree
        }
    }
}

fn laid_over(command: Command, path: &str) -> Command {
    let word = |part| heading(Lang::Vi, part);
    let mut command = command
        .subcommand_help_heading(word(Heading::Commands))
        .subcommand_value_name(word(Heading::CommandPlaceholder))
        .help_template(format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}", word(Heading::Usage)))
        .mut_args(|arg| laid_over_argument(arg, path))
        .mut_subcommands(|sub| {
            let path = joined(path, sub.get_name());
            laid_over(sub, &path)
        });
    if let Some(text) = help::command(path) {
        command = command.about(text);
    }
    command
}

fn laid_over_argument(arg: Arg, path: &str) -> Arg {
    let part = if arg.is_global_set() {
        Heading::GlobalOptions
    } else if arg.is_positional() {
        Heading::Arguments
    } else {
        Heading::Options
    };
    let mut text = help::argument(path, arg.get_id().as_str()).unwrap_or_default().to_owned();
    if !arg.get_action().takes_values() {
        return arg.help(text).help_heading(heading(Lang::Vi, part));
    }
    let possible: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !possible.is_empty() {
        text = format!("{text} {}", values(Lang::Vi, &possible));
    }
    if let Some(value) = arg.get_default_values().first() {
        text = format!("{text} {}", default(Lang::Vi, &value.to_string_lossy()));
    }
    arg.help(text).help_heading(heading(Lang::Vi, part)).hide_possible_values(true).hide_default_value(true)
}

/// Puts the Vietnamese placeholder of flags into the line on how a command is written.
fn write_usage(command: &mut Command) {
    let usage = command.render_usage().to_string();
    let usage = usage.split_once(": ").map_or(usage.as_str(), |(_, rest)| rest);
    let usage = usage.replace(heading(Lang::En, Heading::OptionsPlaceholder), heading(Lang::Vi, Heading::OptionsPlaceholder));
    *command = std::mem::take(command).override_usage(usage);
    for sub in command.get_subcommands_mut() {
        write_usage(sub);
    }
}

/// The path of a command below another: `meeting add`.
#[must_use]
pub fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} {name}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn walk(command: &Command, path: &str, visit: &mut dyn FnMut(&Command, &str)) {
        visit(command, path);
        for sub in command.get_subcommands() {
            walk(sub, &joined(path, sub.get_name()), visit);
        }
    }

    #[test]
    fn the_tree_is_sound_in_both_languages() {
        for lang in Lang::ALL {
            tree(lang).debug_assert();
        }
    }

    #[test]
    fn every_command_and_argument_has_its_vietnamese_text_and_no_text_is_dead() {
        let (mut commands, mut arguments) = (BTreeSet::new(), BTreeSet::new());
        walk(&Cli::command(), "", &mut |command, path| {
            assert!(help::command(path).is_some(), "command {path:?} has no Vietnamese text");
            assert!(command.get_about().is_some(), "command {path:?} has no English text");
            commands.insert(path.to_owned());
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                let Some(key) = help::key(path, id) else { panic!("argument {id:?} of {path:?} has no Vietnamese text") };
                assert!(arg.get_help().is_some(), "argument {id:?} of {path:?} has no English text");
                arguments.insert(key);
            }
        });
        for (path, _) in help::COMMANDS {
            assert!(commands.contains(*path), "the text of command {path:?} is dead");
        }
        for (path, id, _) in help::ARGUMENTS {
            assert!(arguments.contains(&(*path, *id)), "the text of argument {id:?} of {path:?} is dead");
        }
    }

    #[test]
    fn help_pages_are_of_one_language() {
        let english = ["Usage", "Options", "Commands", "Arguments", "OPTIONS", "COMMAND]", "possible values", "default", "Print"];
        walk(&tree(Lang::Vi), "", &mut |command, path| {
            let page = command.clone().render_long_help().to_string();
            for word in english {
                assert!(!page.contains(word), "{path}: {word} in\n{page}");
            }
            assert!(page.contains("Cách dùng: lichhop"), "{path}:\n{page}");
        });
        walk(&tree(Lang::En), "", &mut |command, _| {
            let page = command.clone().render_long_help().to_string();
            assert!(page.contains("Usage:") && !page.contains("Tùy chọn"), "{page}");
        });
    }
}
