//! What a flush is held against: Postfix's test sender, its test receiver, a whole Postfix, and a wire that is long.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// How often is looked whether something has come so far.
const LOOK: Duration = Duration::from_millis(20);

/// Who sends, and to whom: any will do.
pub(crate) const ADDRESSES: [&str; 2] = ["dv1@chinhphu.vn", "dv2@chinhphu.vn"];

/// A pause between two looks.
pub(crate) fn pause() {
    let (_never, pause) = sync_channel::<()>(1);
    let _ = pause.recv_timeout(LOOK);
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A sink that is ended with the run.
pub(crate) struct Sink {
    child: Child,
    pub(crate) port: u16,
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sink {
    pub(crate) fn start() -> Self {
        let program = Path::new("/usr/sbin/smtp-sink");
        assert!(program.exists(), "smtp-sink is not installed: apt-get install postfix");
        let port = free_port();
        let mut command = Command::new(program);
        if nix::unistd::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let child = command.arg(format!("127.0.0.1:{port}")).arg("1024").stderr(Stdio::inherit()).spawn().unwrap();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            pause();
        }
        Self { child, port }
    }
}

/// `smtp-source` with so many messages over so many connections; how long it took.
pub(crate) fn source(port: u16, connections: usize, payload: usize, messages: usize) -> Duration {
    let mut command = Command::new("/usr/sbin/smtp-source");
    command.args(["-d", "-s", &connections.to_string(), "-l", &payload.to_string(), "-m", &messages.to_string()]);
    command.args(["-f", ADDRESSES[0], "-t", ADDRESSES[1], &format!("127.0.0.1:{port}")]);
    let begun = Instant::now();
    assert!(command.status().unwrap().success());
    begun.elapsed()
}

/// A wire to `port` on which each byte takes `one_way` in each direction; gives its own port.
pub(crate) fn long_wire(port: u16, one_way: Duration) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let own = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let (Ok(near), Ok(far)) = (near, TcpStream::connect((Ipv4Addr::LOCALHOST, port))) else { return };
            for socket in [&near, &far] {
                socket.set_nodelay(true).unwrap();
            }
            delayed(near.try_clone().unwrap(), far.try_clone().unwrap(), one_way);
            delayed(far, near, one_way);
        }
    });
    own
}

/// Carries what comes from one side to the other, each piece after its time.
fn delayed(mut from: TcpStream, mut to: TcpStream, after: Duration) {
    let (sender, pieces) = sync_channel::<(Instant, Vec<u8>)>(1024);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if sender.send((Instant::now() + after, buffer[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (due, piece) in pieces {
            let (_never, wait) = sync_channel::<()>(1);
            let _ = wait.recv_timeout(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// The services of Debian's `master.cf` that the way from a port through the queue to another host needs.
const SERVICES: &str = "pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

/// A Postfix of its own, with its defaults, that relays everything to a sink. Its queue lies in the folder given: beside the
/// store that it is held against.
pub(crate) struct Postfix {
    master: Child,
    folder: tempfile::TempDir,
    pub(crate) port: u16,
}

impl Postfix {
    /// `None` where it cannot be started: it needs to be root first.
    pub(crate) fn start(beside: &Path, sink: u16) -> Option<Self> {
        if !nix::unistd::geteuid().is_root() || !Path::new("/usr/lib/postfix/sbin/master").exists() {
            return None;
        }
        let folder = tempfile::tempdir_in(beside).unwrap();
        let (root, port) = (folder.path(), free_port());
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["etc", "spool", "data"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let owner = Command::new("id").args(["-u", "postfix"]).output().unwrap();
        let owner = String::from_utf8(owner.stdout).unwrap().trim().parse().unwrap();
        chown(root.join("data"), Some(owner), None).unwrap();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {0}/spool\ndata_directory = {0}/data\ncommand_directory = /usr/sbin\n\
             daemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mx.example.vn\n\
             mydestination =\nmynetworks = 127.0.0.0/8\nrelayhost = [127.0.0.1]:{sink}\ninet_interfaces = loopback-only\n\
             inet_protocols = ipv4\nsmtpd_tls_security_level = none\nsmtp_tls_security_level = none\nmaillog_file = {0}/log\n\
             maillog_file_prefixes = {0}\nsmtpd_relay_restrictions = permit_mynetworks, reject\n",
            root.display()
        );
        fs::write(root.join("etc/main.cf"), main).unwrap();
        fs::write(root.join("etc/master.cf"), format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}")).unwrap();
        let checked = Command::new("/usr/sbin/postfix").arg("-c").arg(root.join("etc")).arg("check").output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
        let mut master = Command::new("/usr/lib/postfix/sbin/master");
        master.arg("-d").arg("-c").arg(root.join("etc")).process_group(0);
        let master = master.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let postfix = Self { master, folder, port };
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            pause();
        }
        Some(postfix)
    }

    fn etc(&self) -> std::path::PathBuf {
        self.folder.path().join("etc")
    }

    fn run(&self, program: &str, args: &[&str]) -> String {
        let output = Command::new(program).arg("-c").arg(self.etc()).args(args).output().unwrap();
        assert!(output.status.success(), "{program} {args:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// How long it takes from an empty queue to an empty queue: what is put in is all delivered.
    pub(crate) fn inject_and_drain(&self, connections: usize, payload: usize, messages: usize) -> Duration {
        let begun = Instant::now();
        source(self.port, connections, payload, messages);
        self.emptied();
        begun.elapsed()
    }

    /// How long it takes to deliver what lies in its queue.
    pub(crate) fn drain(&self, connections: usize, payload: usize, messages: usize) -> Duration {
        self.run("/usr/sbin/postconf", &["-e", "defer_transports = smtp"]);
        self.run("/usr/sbin/postfix", &["reload"]);
        source(self.port, connections, payload, messages);
        while self.files("deferred") < messages {
            pause();
        }
        self.run("/usr/sbin/postconf", &["-X", "defer_transports"]);
        self.run("/usr/sbin/postfix", &["reload"]);
        let begun = Instant::now();
        self.run("/usr/sbin/postqueue", &["-f"]);
        self.emptied();
        begun.elapsed()
    }

    fn emptied(&self) {
        while ["maildrop", "incoming", "active", "deferred"].iter().any(|queue| self.files(queue) > 0) {
            pause();
        }
    }

    fn files(&self, queue: &str) -> usize {
        count(&self.folder.path().join("spool").join(queue))
    }
}

/// The files below a folder.
fn count(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.file_type().is_ok_and(|kind| kind.is_dir()) { count(&entry.path()) } else { 1 }).sum()
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Asked to end, it ends the processes it started.
        let _ = Command::new("sh").arg("-c").arg(format!("kill {}", self.master.id())).status();
        let _ = self.master.wait();
    }
}
