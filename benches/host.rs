//! The host over its socket, beside the engine it stands on and beside itself with fewer meetings: commits, invitations,
//! changes, reads, starts, memory.
//!
//! `cargo bench --bench host`, with names of figures for these alone (`durable`, `alone`, `issues`, `changes`, `reads`, `opening`,
//! `memory`); `LICHHOP_BENCH=full` for a million meetings, `LICHHOP_BENCH_FOLDER` to keep the stores that were made. The count
//! of syncs needs `strace`. Figures are reported, never judged: see `.ci/bench`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement")]

#[path = "host/changes.rs"]
mod changes;
#[path = "host/durable.rs"]
mod durable;
#[path = "host/figures.rs"]
mod figures;
#[path = "host/issues.rs"]
mod issues;
#[path = "host/memory.rs"]
mod memory;
#[path = "host/ministry.rs"]
mod ministry;
#[path = "host/opening.rs"]
mod opening;
#[allow(dead_code, reason = "another bench asks more of a terminal")]
#[path = "screen/pty.rs"]
mod pty;
#[path = "host/raw.rs"]
mod raw;
#[path = "host/reads.rs"]
mod reads;
#[allow(dead_code, reason = "another bench asks more of a host")]
#[path = "host/served.rs"]
mod served;
#[path = "shared/words.rs"]
mod words;

use std::path::PathBuf;

use figures::Size;
use ministry::Ministries;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let own = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = std::env::var_os("LICHHOP_BENCH_FOLDER").map_or_else(|| own.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let (size, ministries) = (Size::wanted(), Ministries::in_folder(folder));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if wants("durable") || wants("alone") {
        durable::alone(&runtime, &ministries, &size);
    }
    if wants("durable") {
        durable::together(&runtime, &ministries, &size);
        durable::syncs(&runtime, &ministries, &size);
    }
    if wants("issues") {
        issues::issues(&runtime, &ministries, &size);
    }
    if wants("changes") {
        changes::changes(&runtime, &ministries, &size);
    }
    if wants("reads") {
        reads::reads(&runtime, &ministries, &size);
    }
    if wants("opening") {
        opening::opening(&runtime, &ministries, &size);
    }
    if wants("memory") {
        memory::memories(&runtime, &ministries, &size);
    }
}
