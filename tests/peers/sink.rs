//! Postfix's `smtp-sink`, started for one test, with the faults it can be told to have.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Delivered;

/// The program of Debian's package `postfix`.
const PROGRAM: &str = "/usr/sbin/smtp-sink";
/// How long it may take to listen.
const START: Duration = Duration::from_secs(20);

/// A running sink.
pub(crate) struct Sink {
    child: Child,
    folder: tempfile::TempDir,
    pub(crate) port: u16,
}

impl Sink {
    /// Starts one with these options, and waits until it takes connections.
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // It gives up its privileges before it writes.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        loop {
            let port = free_port();
            let mut command = Command::new(PROGRAM);
            if fs::metadata("/proc/self").unwrap().uid() == 0 {
                command.args(["-u", "nobody"]);
            }
            command.arg("-d").arg(folder.path().join("message.")).args(options);
            command.args([&format!("127.0.0.1:{port}"), "64"]).stdin(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap_or_else(|error| panic!("{PROGRAM}: {error}; run .ci/peers"));
            if listens(&mut child, port) {
                return Self { child, folder, port };
            }
        }
    }

    /// The messages it has, sorted by recipient.
    pub(crate) fn messages(&self) -> Vec<Delivered> {
        self.settle();
        let files = fs::read_dir(self.folder.path()).unwrap();
        let mut messages: Vec<Delivered> = files.map(|file| parse(&fs::read_to_string(file.unwrap().path()).unwrap())).collect();
        messages.sort_by(|one, other| one.recipients.cmp(&other.recipients));
        messages
    }

    /// Waits until it has handled what was sent to it before: it serves all connections in one loop.
    fn settle(&self) {
        for _ in 0..2 {
            let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
            // Its greeting, or the end of a connection that it does not want.
            let _ = connection.read(&mut [0; 256]);
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on, and that no other test is told of.
pub(crate) fn free_port() -> u16 {
    static TOLD: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if TOLD.lock().unwrap().insert(port) {
            return port;
        }
    }
}

/// Whether the server takes connections; `false` when it ended because somebody else had the port.
pub(crate) fn listens(child: &mut Child, port: u16) -> bool {
    let begun = Instant::now();
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        assert!(begun.elapsed() < START, "nobody listens on port {port}");
        std::thread::yield_now();
    }
}

/// Reads a dump: the sink's own lines, its Received, the message with bare line feeds, and an empty line.
fn parse(dump: &str) -> Delivered {
    let (mut sender, mut recipients, mut rest) = (None, Vec::new(), dump);
    loop {
        let (line, behind) = rest.split_once('\n').unwrap();
        let argument = |text: &str| text.split_once('>').unwrap().0.trim_start_matches('<').to_owned();
        if let Some(text) = line.strip_prefix("X-Mail-Args: ") {
            sender = Some(argument(text));
        } else if let Some(text) = line.strip_prefix("X-Rcpt-Args: ") {
            recipients.push(argument(text));
        } else if !line.starts_with("X-Client-")
            && !line.starts_with("X-Helo-")
            && !line.starts_with("Received: ")
            && !line.starts_with('\t')
        {
            break;
        }
        rest = behind;
    }
    let message = rest.strip_suffix('\n').unwrap();
    Delivered { sender: sender.unwrap(), recipients, bytes: message.replace('\n', "\r\n").into_bytes() }
}
