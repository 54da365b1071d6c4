//! `lichhop`: arguments in, exit code out.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use lichhop::cli::{self, env::Env};
use lichhop::report::Exit;

/// Threads that may wait for the store: whatever more people ask at once waits its turn. More than cores, because some wait for
/// names to be resolved, or copy for long.
const BLOCKING: usize = 8;
/// Into how many parts the C library divides its memory.
const ARENAS: (&str, &str) = ("MALLOC_ARENA_MAX", "2");

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if is_kept_open(&args) {
        with_few_arenas(&args);
        // Having begun again by that path it would be listed under the path's name.
        let _ = std::fs::write("/proc/self/comm", "lichhop");
    }
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).max_blocking_threads(BLOCKING).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(args, Env::of_process()));
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

/// Whether this is the terminal application or the service, which can be the host for days.
fn is_kept_open(args: &[OsString]) -> bool {
    args.len() < 2 || args.iter().any(|arg| arg == "serve")
}

/// Begins again with few arenas. glibc gives each thread one and keeps in it what the thread gave back, so that a host whose
/// pages are read by one thread and let go by another comes to hold twice what it needs; it reads the setting only when a
/// process begins. Where that fails, or where somebody has set it, everything goes on as it is.
fn with_few_arenas(args: &[OsString]) {
    let (name, value) = ARENAS;
    if std::env::var_os(name).is_none()
        && let Some((first, rest)) = args.split_first()
    {
        // This very file, also when another one has taken its name meanwhile.
        let why = Command::new("/proc/self/exe").arg0(first).args(rest).env(name, value).exec();
        let _ = writeln!(std::io::stderr(), "lichhop: {name}: {why}");
    }
}
