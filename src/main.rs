//! `lichhop`: arguments in, exit code out.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use lichhop::cli::{self, env::Env};
use lichhop::report::Exit;

/// Threads that may wait for the store, for each core: whatever more people ask at once waits its turn. More than cores, because
/// some wait for names to be resolved, or copy for long.
const BLOCKING: usize = 2;
/// And on a machine of one core.
const BLOCKING_MIN: usize = 4;
/// How the allocator keeps memory in a process that stays: what is free goes back at once, and nothing is taken before it is needed.
const MEMORY: [(&str, &str); 3] = [("MIMALLOC_PURGE_DELAY", "0"), ("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_PAGE_MAX_RECLAIM", "1")];

/// What one thread of a host takes another gives back, thousands of times a second: the C library makes them wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if is_kept_open(&args) {
        with_little_memory(&args);
        // Having begun again by that path it would be listed under the path's name.
        let _ = std::fs::write("/proc/self/comm", "lichhop");
    }
    let pipe = cli::receive::is_pipe(&args);
    let blocking = std::thread::available_parallelism().map_or(BLOCKING_MIN, |cores| BLOCKING_MIN.max(BLOCKING * cores.get()));
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).max_blocking_threads(blocking).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(args, Env::of_process()));
            // What had to end was waited for; what is left was given up by a second signal.
            runtime.shutdown_background();
            code
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "lichhop: {why}");
            if pipe { Exit::Again.into() } else { Exit::Internal.into() }
        }
    }
}

/// Whether this is the terminal application or the service, which can be the host for days.
fn is_kept_open(args: &[OsString]) -> bool {
    args.len() < 2 || args.iter().any(|arg| arg == "serve")
}

/// Begins again with the settings of [`MEMORY`], which the allocator reads only when a process begins. Where that fails, or where
/// somebody has set one of them, everything goes on as it is.
fn with_little_memory(args: &[OsString]) {
    if MEMORY.iter().all(|(name, _)| std::env::var_os(name).is_none())
        && let Some((first, rest)) = args.split_first()
    {
        // This very file, also when another one has taken its name meanwhile.
        let why = Command::new("/proc/self/exe").arg0(first).args(rest).envs(MEMORY).exec();
        let _ = writeln!(std::io::stderr(), "lichhop: {}: {why}", MEMORY.map(|(name, _)| name).join(", "));
    }
}
