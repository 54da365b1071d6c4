//! The program itself as the host, in a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use lichhop::client::{self, Client, Target};
use rustix::process::{Pid, Signal, kill_process};

/// A host that serves.
pub(crate) struct Served {
    child: Child,
    /// The host itself, where something else was started to start it.
    pid: u32,
    pub(crate) target: Target,
}

impl Served {
    /// Starts one for the store in a folder.
    pub(crate) fn start(target: &Target, folder: &Path) -> Self {
        let child = spawn(Command::new(env!("CARGO_BIN_EXE_lichhop")), folder);
        Self { pid: child.id(), child, target: target.clone() }
    }

    /// Starts one whose syncs are written down.
    pub(crate) fn traced(target: &Target, folder: &Path, trace: &Path) -> Self {
        let mut strace = Command::new("/usr/bin/strace");
        strace.args(["-f", "--seccomp-bpf", "-e", "trace=fdatasync", "-o"]).arg(trace).arg(env!("CARGO_BIN_EXE_lichhop"));
        let child = spawn(strace, folder);
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id())).unwrap();
        Self { pid: children.trim().parse().unwrap(), child, target: target.clone() }
    }

    /// A client that reached it.
    pub(crate) async fn client(&self) -> Client {
        let client = client::open(&self.target).await.unwrap();
        assert!(!client.stop(), "it is not reached over its socket");
        client
    }

    pub(crate) async fn clients(&self, count: usize) -> Vec<Client> {
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(self.client().await);
        }
        clients
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.pid
    }

    /// What the system says of its memory, in MiB: the most it had, and what it has.
    pub(crate) fn memory(&self) -> (f64, f64) {
        memory(self.pid)
    }

    /// Ends it in good order.
    pub(crate) fn stop(mut self) {
        let pid = Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it in no order at all.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(mut command: Command, folder: &Path) -> Child {
    command.arg("serve").env_clear().env("HOME", folder).env("LICHHOP_LANG", "en").current_dir(folder);
    command.env("LICHHOP_DATA", folder.join("state")).env("LICHHOP_CONFIG", folder.join("config.toml"));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    // It says so when it listens.
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("host.sock"), "{said}");
    child
}

/// The most memory that a process had, and what it has, in MiB.
pub(crate) fn memory(pid: u32) -> (f64, f64) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    };
    (of("VmHWM:"), of("VmRSS:"))
}
