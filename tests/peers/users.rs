//! Real Unix users over the real socket: who somebody is, is the kernel's word. As root, with `setpriv`.

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A server of the ministry: its service runs as root here, and users of this machine come by its socket.
pub(crate) struct Server {
    pub(crate) folder: TempDir,
    service: Child,
}

fn open_to_all(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

impl Server {
    pub(crate) fn start(unknown: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path(), 0o755);
        // Where the program was built others may not look.
        fs::copy(env!("CARGO_BIN_EXE_lichhop"), folder.path().join("lichhop")).unwrap();
        open_to_all(&folder.path().join("lichhop"), 0o755);
        let config = format!(
            "[office]\nname = \"Bộ Thử nghiệm\"\nsymbol = \"BTN\"\n[host]\nmode = \"service\"\n[access]\nunknown = \"{unknown}\"\n\
             [mail]\nrelay = \"maildir:mail\"\n"
        );
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let run = folder.path().join("run");
        fs::create_dir(&run).unwrap();
        open_to_all(&run, 0o755);
        let surrounded = |args: &[&str]| surround(folder.path(), Command::new(folder.path().join("lichhop")), args);
        assert!(surrounded(&["init"]).output().unwrap().status.success());
        let service = serve(folder.path());
        Self { folder, service }
    }

    /// Ends the service.
    pub(crate) fn stop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }

    /// Starts it again.
    pub(crate) fn start_again(&mut self) {
        self.service = serve(self.folder.path());
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("run/host.sock")
    }

    /// Runs the program as a user of this machine.
    fn as_user(&self, user: &str, args: &[&str]) -> Output {
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={user}"), &format!("--regid={user}"), "--clear-groups"]);
        command.arg(self.folder.path().join("lichhop"));
        surround(self.folder.path(), command, args).output().unwrap()
    }

    pub(crate) fn ok(&self, user: &str, args: &[&str]) -> String {
        let done = self.as_user(user, args);
        assert!(done.status.success(), "{user} {args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    fn refused(&self, user: &str, args: &[&str], code: i32, facts: &[&str]) {
        let done = self.as_user(user, args);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(code), "{user} {args:?}: {said}");
        assert!(facts.iter().all(|fact| said.contains(fact)), "{user} {args:?}: {facts:?}: {said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(folder: &Path) -> Child {
    let mut service = surround(folder, Command::new(folder.join("lichhop")), &["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(service.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("host.sock"), "{said}");
    // The administrator's choice on a real server is a group.
    open_to_all(&folder.join("run/host.sock"), 0o666);
    service
}

fn surround(folder: &Path, mut command: Command, args: &[&str]) -> Command {
    command.args(args).env_clear().current_dir(folder).env("HOME", folder).env("LICHHOP_LANG", "en");
    command.env("LICHHOP_DATA", folder.join("state")).env("LICHHOP_CONFIG", folder.join("config.toml"));
    command.env("LICHHOP_SOCKET", folder.join("run/host.sock")).env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::null());
    command
}

const ADD: [&str; 15] = [
    "meeting",
    "add",
    "--submit",
    "--title",
    "Họp giao ban",
    "--start",
    "2027-05-05 14:00",
    "--place",
    "Phòng 2",
    "--chair",
    "Chánh Văn phòng",
    "--unit",
    "VP",
    "--invite",
    "CDA",
];

#[test]
fn each_user_may_what_its_account_says() {
    let server = Server::start("nothing");
    let sample = |name: &str| format!("{}/docs/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    server.ok("root", &["unit", "import", &sample("units.csv")]);
    server.ok("root", &["mailbox", "import", &sample("mailboxes.csv")]);
    for (user, role) in [("news", "registrar"), ("mail", "approver"), ("lp", "clerk"), ("games", "viewer"), ("backup", "operator")] {
        let unit: &[&str] = if role == "registrar" { &["--unit", "VP"] } else { &[] };
        server.ok("root", &[&["account", "grant", user, "--role", role], unit].concat());
    }
    server.refused("man", &["week"], 77, &["man has no account", "root"]);
    server.refused("games", &ADD, 77, &["viewer", "mail, news, root"]);
    let id = server.ok("news", &ADD).trim().to_owned();
    server.refused("games", &["meeting", "show", &id], 65, &[&id]);
    server.refused("news", &["meeting", "approve", &id], 77, &["registrar", "mail, root"]);
    server.refused("mail", &["account", "list"], 77, &["approver", "root"]);
    server.ok("mail", &["meeting", "approve", &id]);
    assert!(server.ok("games", &["meeting", "show", &id]).contains("Họp giao ban"));
    server.refused("mail", &["meeting", "issue", &id], 77, &["lp, root"]);
    server.ok("lp", &["meeting", "issue", &id]);
    server.ok("backup", &["flush"]);
    let listed = server.ok("backup", &["outbox", "list"]);
    assert!(listed.contains('@') && !listed.contains("giao ban"), "{listed}");
    // Who did what is the kernel's word too.
    let history = server.ok("root", &["meeting", "show", &id, "--json"]);
    assert!(["news", "mail", "lp"].iter().all(|user| history.contains(&format!("\"by\": \"{user}\""))), "{history}");
    // Nobody else opens the store or keeps a socket.
    assert_eq!(fs::metadata(server.folder.path().join("state")).unwrap().permissions().mode() & 0o777, 0o700);
    server.ok("root", &["audit", "verify"]);
    server.ok("root", &["account", "revoke", "games"]);
    server.refused("games", &["week"], 77, &["games has no account"]);
}

#[test]
fn the_unknown_may_read_where_the_office_says_so_and_a_closed_socket_says_why() {
    let server = Server::start("viewer");
    assert!(server.ok("man", &["week"]).contains("Schedule of week"), "the week is read");
    server.refused("man", &ADD, 77, &["viewer"]);
    open_to_all(&server.socket(), 0o660);
    server.refused("man", &["week"], 77, &["host.sock"]);
}
