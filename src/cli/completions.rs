//! `completions`: scripts for shells, made from the tree of commands.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::output::Outcome;

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The script for a shell.
#[must_use]
pub fn run(args: &CompletionsArgs, mut tree: Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "lichhop", &mut script);
    Outcome::bytes(script)
}
