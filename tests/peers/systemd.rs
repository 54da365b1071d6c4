//! systemd itself: its socket, its question whether the service is ready, and what it says of the units.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const LONG: Duration = Duration::from_mins(1);

fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = "[office]\nname = \"Bộ Thử nghiệm\"\nsymbol = \"BTN\"\n[host]\nmode = \"service\"\n[mail]\nrelay = \"maildir:mail\"\n";
    fs::write(folder.path().join("config.toml"), config).unwrap();
    assert!(lichhop(folder.path(), Command::new(env!("CARGO_BIN_EXE_lichhop"))).arg("init").status().unwrap().success());
    folder
}

fn lichhop(folder: &Path, mut command: Command) -> Command {
    command.env("LICHHOP_DATA", folder.join("state")).env("LICHHOP_CONFIG", folder.join("config.toml")).env("HOME", folder);
    command.env("LICHHOP_SOCKET", folder.join("host.sock")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Ends what was started, whatever happens.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn week(folder: &Path) -> bool {
    lichhop(folder, Command::new(env!("CARGO_BIN_EXE_lichhop"))).arg("week").status().unwrap().success()
}

#[test]
fn the_first_who_comes_by_its_socket_starts_the_service() {
    let office = office();
    let socket = office.path().join("host.sock");
    let mut activate = Command::new("systemd-socket-activate");
    for name in ["LICHHOP_DATA", "LICHHOP_CONFIG", "LICHHOP_SOCKET", "HOME"] {
        activate.arg(format!("--setenv={name}"));
    }
    activate.arg(format!("--listen={}", socket.display())).arg(env!("CARGO_BIN_EXE_lichhop")).arg("serve");
    let mut activate = Started(lichhop(office.path(), activate).stderr(Stdio::piped()).spawn().unwrap());
    let mut said = String::new();
    // Kept to the end: whoever writes to a pipe that nobody reads is killed.
    let mut heard = BufReader::new(activate.0.stderr.take().unwrap());
    heard.read_line(&mut said).unwrap();
    assert!(said.contains("Listening on"), "{said}");
    assert!(!office.path().join("state/lock").exists() || fs::read_to_string(office.path().join("state/lock")).unwrap().trim().is_empty());
    assert!(week(office.path()), "it waits until the service has started");
    assert!(!fs::read_to_string(office.path().join("state/lock")).unwrap().trim().is_empty(), "the service has the store");
    assert!(socket.exists(), "the socket is not the service's to remove");
}

#[test]
fn the_service_says_when_it_is_ready_and_when_it_ends() {
    let office = office();
    let notify = office.path().join("notify");
    let manager = UnixDatagram::bind(&notify).unwrap();
    manager.set_read_timeout(Some(LONG)).unwrap();
    let mut command = lichhop(office.path(), Command::new(env!("CARGO_BIN_EXE_lichhop")));
    let mut service = Started(command.arg("serve").env("NOTIFY_SOCKET", &notify).spawn().unwrap());
    let mut said = [0; 256];
    let mut hear = || {
        let count = manager.recv(&mut said).unwrap();
        String::from_utf8(said[..count].to_vec()).unwrap()
    };
    assert_eq!(hear().trim(), "READY=1");
    assert!(week(office.path()), "ready is ready");
    let began = Instant::now();
    assert!(Command::new("kill").arg(service.0.id().to_string()).status().unwrap().success());
    assert_eq!(hear().trim(), "STOPPING=1");
    assert_eq!(service.0.wait().unwrap().code(), Some(143));
    assert!(began.elapsed() < Duration::from_secs(40));
}

#[test]
fn the_units_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/systemd");
    for name in ["lichhop.service", "lichhop.socket"] {
        // The program is not installed on this machine.
        let unit = fs::read_to_string(docs.join(name)).unwrap().replace("/usr/bin/lichhop", env!("CARGO_BIN_EXE_lichhop"));
        fs::write(folder.path().join(name), unit).unwrap();
    }
    let verify = Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(folder.path().join("lichhop.service")).output().unwrap();
    let said = String::from_utf8_lossy(&verify.stderr).into_owned();
    assert!(verify.status.success(), "{said}");
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("lichhop")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}
