//! `lichhop`: arguments in, exit code out.

use std::io::Write as _;
use std::process::ExitCode;

use lichhop::cli::{self, env::Env};
use lichhop::report::Exit;

/// The system's own allocator keeps what a thread gave back for that thread: a host whose pages are read by one and let go by
/// another came to hold as much again as it needed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that may wait for the store or the disk. Each keeps memory of its own when its work is done; whatever more people ask
/// at once waits its turn.
const BLOCKING: usize = 4;

fn main() -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).max_blocking_threads(BLOCKING).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(std::env::args_os().collect(), Env::of_process()));
            // What had to end was waited for; what is left was given up by a second signal.
            runtime.shutdown_background();
            code
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "lichhop: {why}");
            Exit::Internal.into()
        }
    }
}
