//! `lichhop`: arguments in, exit code out.

use std::io::Write as _;
use std::process::ExitCode;

use lichhop::cli::{self, env::Env};
use lichhop::report::Exit;

fn main() -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::run(std::env::args_os().collect(), Env::of_process())),
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "lichhop: {why}");
            Exit::Internal.into()
        }
    }
}
