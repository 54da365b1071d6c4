//! What the kernel tells about a process.

use std::fs;

use rustix::process::{Pid, Signal};

/// Sends a signal.
pub(crate) fn kill(pid: Pid, signal: Signal) {
    rustix::process::kill_process(pid, signal).unwrap();
}

/// The state of a process, as in `ps`: `S` sleeps, `T` is stopped, `R` runs; `None` once it is gone.
pub(crate) fn state_of(pid: Pid) -> Option<char> {
    stat(pid)?.first()?.chars().next().filter(|state| *state != 'Z')
}

/// What a process has used of the processor, in ticks of 10 ms.
pub(crate) fn ticks_of(pid: Pid) -> u64 {
    // Fields 14 and 15, counted from 1 with the state as the third.
    stat(pid).map_or(0, |fields| fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum())
}

/// How many bytes a process has read (`rchar: `) or written (`wchar: `), from and to whatever.
pub(crate) fn count_of(pid: Pid, what: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix(what)).map_or(0, |count| count.parse().unwrap())
}

/// The fields of `/proc/PID/stat` from the state on: the name before it may hold anything.
fn stat(pid: Pid) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

/// The child of a process with this name.
pub(crate) fn child_of(parent: Pid, name: &str) -> Option<Pid> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes.filter_map(Pid::from_raw).find(|pid| {
        let is_child = stat(*pid).is_some_and(|fields| fields[1] == parent.to_string());
        is_child && fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name)
    })
}
