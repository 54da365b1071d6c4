//! Answers written by Python's `icalendar` and `email`, in a mailbox of Dovecot.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::certificate::Certificate;
use crate::office::{Office, relay};
use crate::python::script;
use crate::sink::{Sink, free_port, listens};

const CDA: &str = "cucdienanh-vhttdl@chinhphu.vn";
const VPC: &str = "vuphapche-vhttdl@chinhphu.vn";
const USER: &str = "vanphong";
const PASSWORD: &str = "mật-khẩu \"7\"";
/// The user `nobody`, to whom the mailbox belongs.
const NOBODY: u32 = 65534;

/// A Dovecot with one mailbox.
struct Dovecot {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
    tls_port: u16,
}

impl Dovecot {
    fn start(certificate: &Certificate) -> Self {
        Self::with(certificate, "ssl = yes\nlisten = 127.0.0.1\n")
    }

    fn with(certificate: &Certificate, settings: &str) -> Self {
        loop {
            let (port, tls_port) = (free_port(), free_port());
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
            for name in ["mail", "mail/new", "mail/cur", "mail/tmp", "run", "state"] {
                fs::create_dir(root.join(name)).unwrap();
                if name.starts_with("mail") {
                    chown(root.join(name), Some(NOBODY), Some(NOBODY)).unwrap();
                }
            }
            fs::write(root.join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n")).unwrap();
            fs::write(root.join("dovecot.conf"), configuration(root, certificate, settings, [port, tls_port])).unwrap();
            let mut child = Command::new("/usr/sbin/dovecot")
                .arg("-F")
                .arg("-c")
                .arg(root.join("dovecot.conf"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("dovecot: {error}; run .ci/peers"));
            let tls = !settings.contains("ssl = no\n");
            if listens(&mut child, port) && (!tls || listens(&mut child, tls_port)) {
                return Self { child, folder, port, tls_port };
            }
        }
    }

    fn deliver(&self, name: &str, message: &[u8]) {
        let file = self.folder.path().join("mail/new").join(name);
        fs::write(&file, message).unwrap();
        chown(&file, Some(NOBODY), Some(NOBODY)).unwrap();
    }

    /// The names of the files in a folder of the mailbox.
    fn files(&self, folder: &str) -> Vec<String> {
        let files = fs::read_dir(self.folder.path().join("mail").join(folder));
        let mut names: Vec<String> = files.into_iter().flatten().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Asked to end, it ends the processes it started.
        let _ = Command::new("sh").arg("-c").arg(format!("kill {}", self.child.id())).status();
        let _ = self.child.wait();
    }
}

fn configuration(root: &Path, certificate: &Certificate, settings: &str, ports: [u16; 2]) -> String {
    let (chain, key, root) = (certificate.chain(), certificate.key(), root.display());
    let [port, tls_port] = ports;
    format!(
        "base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
{settings}default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
ssl_cert = <{chain}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{root}/mail
mail_uid = {NOBODY}
mail_gid = {NOBODY}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid={NOBODY} gid={NOBODY} home={root}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Done {{
    auto = create
  }}
}}
",
        chain = chain.display(),
        key = key.display(),
    )
}

/// The answer of a peer to the invitation that an address got.
fn answer(office: &Office, id: &str, attendee: &str, rest: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("invitation.eml");
    fs::write(&file, office.message(id, attendee)).unwrap();
    let output = script("reply.py").arg(&file).arg(attendee).args(rest).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "reply.py: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn json(office: &Office, args: &[&str]) -> Value {
    serde_json::from_str(&office.done(&[&["--json"], args].concat())).unwrap()
}

fn state<'a>(replies: &'a Value, unit: &str) -> &'a str {
    replies.as_array().unwrap().iter().find(|one| one["unit"] == unit).unwrap()["state"].as_str().unwrap()
}

#[test]
fn answers_by_icalendar_are_fetched_from_dovecot_once() {
    let certificate = Certificate::of_this_machine();
    let (sink, dovecot) = (Sink::start(&[]), Dovecot::start(&certificate));
    let (office, id) = Office::with_issued_meeting(&relay(sink.port));
    office.flush_all(15);
    fs::write(office.config_folder().join("receive-password"), PASSWORD).unwrap();
    let receive = |server: &str, more: &str| {
        let ca = certificate.authority();
        office.configure(&format!(
            "{}\n[receive]\nimap = \"{server}\"\nusername = \"{USER}\"\npassword_file = \"receive-password\"\nca_file = \"{}\"\n{more}",
            relay(sink.port),
            ca.display()
        ));
    };
    receive(&format!("imap://127.0.0.1:{}", dovecot.port), "");
    dovecot.deliver("1.a", &answer(&office, &id, CDA, &["ACCEPTED"]));
    dovecot.deliver("2.b", b"From: ai.do@example.vn\nSubject: x\n\nxin chao\n");
    let report = json(&office, &["receive", "--imap"]);
    assert_eq!((report["taken"].as_u64(), report["waiting"].as_u64()), (Some(2), Some(1)), "{report} {}", dovecot.log());
    let replies = json(&office, &["meeting", "replies", &id]);
    assert_eq!((state(&replies, "CDA"), state(&replies, "VPC")), ("accepted", "pending"));
    let words = replies.as_array().unwrap().iter().find(|one| one["unit"] == "CDA").unwrap()["words"].clone();
    assert_eq!(words, "Đồng ý, sẽ cử người; xin cảm ơn");
    // Seen, and not fetched again.
    assert!(dovecot.files("cur").iter().all(|name| name.ends_with(":2,S")), "{:?}", dovecot.files("cur"));
    let report = json(&office, &["receive", "--imap"]);
    assert_eq!((report["taken"].as_u64(), report["repeated"].as_u64()), (Some(0), Some(0)));
    // Encrypted, and moved away. At another address it is another mailbox, which is read from its beginning: what was kept is known.
    receive(&format!("imaps://localhost:{}", dovecot.tls_port), "processed = \"Done\"\n");
    dovecot.deliver("3.c", &answer(&office, &id, VPC, &["DELEGATED", "pho.vu.truong@chinhphu.vn"]));
    let report = json(&office, &["receive", "--imap"]);
    assert_eq!((report["taken"].as_u64(), report["repeated"].as_u64()), (Some(1), Some(2)), "{report} {}", dovecot.log());
    assert_eq!(state(&json(&office, &["meeting", "replies", &id]), "VPC"), "substituted");
    assert_eq!(dovecot.files(".Done/cur").len() + dovecot.files(".Done/new").len(), 3, "{}", dovecot.log());
    // Nobody gets in with another password, and nothing is lost by that.
    fs::write(office.config_folder().join("receive-password"), "wrong").unwrap();
    assert_eq!(office.run(&["receive", "--imap"]).code, 77);
    receive("imap://127.0.0.1:1", "");
    assert_eq!(office.run(&["receive", "--imap"]).code, 69);
    office.assert_sound();
}

/// An office whose mailbox is in a Dovecot, with what to say when it is configured anew.
fn office(sink: &Sink, certificate: &Certificate) -> (Office, String, impl Fn(&Office, &str, &str)) {
    let (office, id) = Office::with_issued_meeting(&relay(sink.port));
    office.flush_all(15);
    fs::write(office.config_folder().join("receive-password"), PASSWORD).unwrap();
    let (relay, ca) = (relay(sink.port), certificate.authority());
    let receive = move |office: &Office, server: &str, more: &str| {
        office.configure(&format!(
            "{relay}\n[receive]\nimap = \"{server}\"\nusername = \"{USER}\"\npassword_file = \"receive-password\"\nca_file = \"{}\"\n{more}",
            ca.display()
        ));
    };
    (office, id, receive)
}

#[test]
fn another_machine_is_spoken_to_in_the_clear_no_further_than_starttls() {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned();
    let certificate = Certificate::of(&[&name]);
    let sink = Sink::start(&[]);
    // By its name this machine is another one.
    let dovecot = Dovecot::with(&certificate, "ssl = required\nlisten = *\n");
    let (office, id, receive) = office(&sink, &certificate);
    receive(&office, &format!("imap://{name}:{}", dovecot.port), "");
    dovecot.deliver("1.a", &answer(&office, &id, CDA, &["ACCEPTED"]));
    let report = json(&office, &["receive", "--imap"]);
    assert_eq!((report["taken"].as_u64(), report["waiting"].as_u64()), (Some(1), Some(0)), "{report} {}", dovecot.log());
    assert_eq!(state(&json(&office, &["meeting", "replies", &id]), "CDA"), "accepted");
    assert!(dovecot.log().lines().any(|line| line.contains("Login: ") && line.contains("TLS")), "{}", dovecot.log());
    // A server that shows the certificate of another one hears no password.
    let other = Dovecot::with(&Certificate::of_this_machine(), "ssl = required\nlisten = *\n");
    receive(&office, &format!("imap://{name}:{}", other.port), "");
    assert_eq!(office.run(&["receive", "--imap"]).code, 69);
    // Nor does one that encrypts nothing.
    let clear = Dovecot::with(&certificate, "ssl = no\nlisten = *\n");
    receive(&office, &format!("imap://{name}:{}", clear.port), "");
    let run = office.run(&["receive", "--imap"]);
    assert!(run.code == 69 && run.err.contains("STARTTLS"), "{run:?}");
    for server in [other, clear] {
        assert!(!server.log().contains(USER), "{}", server.log());
    }
    office.assert_sound();
}

#[test]
fn where_a_server_cannot_move_a_message_is_copied_and_taken_away() {
    let certificate = Certificate::of_this_machine();
    let sink = Sink::start(&[]);
    // With the word for taking away one message, and without it: then it is marked, and whoever tidies up takes it away.
    for (capability, left) in [("IMAP4rev1 UIDPLUS", 0), ("IMAP4rev1", 1)] {
        let dovecot = Dovecot::with(&certificate, &format!("ssl = yes\nlisten = 127.0.0.1\nimap_capability = {capability}\n"));
        let (office, id, receive) = office(&sink, &certificate);
        receive(&office, &format!("imap://127.0.0.1:{}", dovecot.port), "processed = \"Done\"\n");
        dovecot.deliver("1.a", &answer(&office, &id, CDA, &["ACCEPTED"]));
        let report = json(&office, &["receive", "--imap"]);
        assert_eq!(report["taken"].as_u64(), Some(1), "{capability}: {report} {}", dovecot.log());
        assert_eq!(state(&json(&office, &["meeting", "replies", &id]), "CDA"), "accepted");
        assert_eq!(dovecot.files(".Done/cur").len() + dovecot.files(".Done/new").len(), 1, "{capability}: {}", dovecot.log());
        let there = dovecot.files("cur");
        assert_eq!(there.len() + dovecot.files("new").len(), left, "{capability}: {there:?}");
        assert!(there.iter().all(|name| name.ends_with(":2,ST")), "marked as seen and deleted: {there:?}");
        let again = json(&office, &["receive", "--imap"]);
        assert_eq!((again["taken"].as_u64(), again["repeated"].as_u64()), (Some(0), Some(0)), "{capability}");
    }
}
