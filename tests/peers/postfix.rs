//! A whole Postfix in a folder of its own: what it takes goes through its queue into a Maildir.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::certificate::Certificate;
use crate::office::{HOURS_LATER, Item, Office, addresses, ids, relay};
use crate::python::read_messages;
use crate::sink::{free_port, listens};

/// The domains of the samples; everything in them is delivered here.
const DOMAINS: &str = "chinhphu.vn, vietnamtourism.gov.vn, tdtt.gov.vn";
/// Everything that Postfix can be strict about by itself.
const STRICT: &str = "strict_rfc821_envelopes = yes
strict_7bit_headers = yes
strict_8bitmime = yes
strict_8bitmime_body = yes
strict_mime_encoding_domain = yes
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_unauth_pipelining, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
smtpd_sender_restrictions = reject_unauth_pipelining, reject_non_fqdn_sender
smtpd_data_restrictions = reject_unauth_pipelining
";
/// The services of Debian's `master.cf` that the way from a relay's port to a Maildir needs.
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
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
";
const NOBODY: u32 = 65534;
/// How long it may take to deliver what it took.
const DELIVERY: Duration = Duration::from_mins(1);

/// A running Postfix.
pub(crate) struct Postfix {
    master: Child,
    folder: tempfile::TempDir,
    /// Without TLS from the first byte on.
    pub(crate) port: u16,
    /// With TLS from the first byte on.
    pub(crate) tls_port: u16,
}

/// What it put into the Maildir.
pub(crate) struct Letter {
    pub(crate) recipient: String,
    /// The message without what Postfix wrote before it.
    pub(crate) bytes: Vec<u8>,
}

impl Postfix {
    /// Starts one with these further settings and these answers to recipients.
    pub(crate) fn start(certificate: &Certificate, settings: &str, recipients: &[(&str, &str)]) -> Self {
        Self::with(certificate, settings, recipients, "")
    }

    /// Starts one with further services.
    pub(crate) fn with(certificate: &Certificate, settings: &str, recipients: &[(&str, &str)], services: &str) -> Self {
        assert_eq!(fs::metadata("/proc/self").unwrap().uid(), 0, "Postfix gives up privileges that it must have first: run as root");
        loop {
            let (port, tls_port) = (free_port(), free_port());
            let folder = layout(certificate, settings, recipients, services, [port, tls_port]);
            let config = folder.path().join("etc");
            let checked = Command::new("/usr/sbin/postfix").arg("-c").arg(&config).arg("check").output();
            let checked = checked.unwrap_or_else(|error| panic!("postfix: {error}; run .ci/peers"));
            assert!(checked.status.success(), "{checked:?}");
            let mut master = Command::new("/usr/lib/postfix/sbin/master");
            // In a group of its own, which it ends when it is ended.
            master.arg("-d").arg("-c").arg(&config).process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut master = master.spawn().unwrap();
            if listens(&mut master, port) && listens(&mut master, tls_port) {
                return Self { master, folder, port, tls_port };
            }
        }
    }

    /// The folder of its configuration.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("etc")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until its log says something.
    pub(crate) fn wait_for(&self, words: &str) {
        let begun = Instant::now();
        while !self.log().contains(words) {
            assert!(begun.elapsed() < DELIVERY, "{words}: {}", self.log());
            std::thread::yield_now();
        }
    }

    /// Waits until its queue is empty, then reads the Maildir; sorted by recipient.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        let begun = Instant::now();
        loop {
            let queue = Command::new("/usr/sbin/postqueue").arg("-c").arg(self.folder.path().join("etc")).arg("-j").output().unwrap();
            assert!(queue.status.success(), "{queue:?}");
            if queue.stdout.is_empty() {
                break;
            }
            assert!(begun.elapsed() < DELIVERY, "{}\n{}", String::from_utf8_lossy(&queue.stdout), self.log());
        }
        let Ok(files) = fs::read_dir(self.folder.path().join("mail/all/new")) else { return Vec::new() };
        let mut letters: Vec<Letter> = files.map(|file| parse(&fs::read_to_string(file.unwrap().path()).unwrap())).collect();
        letters.sort_by(|one, other| one.recipient.cmp(&other.recipient));
        letters
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Asked to end, it ends the processes it started.
        let _ = Command::new("sh").arg("-c").arg(format!("kill {}", self.master.id())).status();
        let _ = self.master.wait();
    }
}

/// Writes the configuration and makes the folders.
fn layout(certificate: &Certificate, settings: &str, recipients: &[(&str, &str)], more: &str, ports: [u16; 2]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["etc", "spool", "data", "mail"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    let owner = Command::new("id").args(["-u", "postfix"]).output().unwrap();
    let owner = String::from_utf8(owner.stdout).unwrap().trim().parse().expect("the user postfix; run .ci/peers");
    chown(root.join("data"), Some(owner), None).unwrap();
    chown(root.join("mail"), Some(NOBODY), None).unwrap();
    let line = |(address, answer): &(&str, &str)| format!("/^{}$/ {answer}\n", address.replace('.', "\\."));
    fs::write(root.join("etc/recipients"), recipients.iter().map(line).collect::<Vec<_>>().concat()).unwrap();
    fs::write(root.join("etc/main.cf"), main_cf(root, certificate, settings)).unwrap();
    let [port, tls_port] = ports;
    let listeners = format!("127.0.0.1:{port} inet n - n - - smtpd\n127.0.0.1:{tls_port} inet n - n - - smtpd\n");
    let mut services = fs::File::create(root.join("etc/master.cf")).unwrap();
    write!(services, "{listeners}  -o smtpd_tls_wrappermode=yes\n{SERVICES}{more}").unwrap();
    folder
}

fn main_cf(root: &Path, certificate: &Certificate, settings: &str) -> String {
    let root = root.display();
    let (chain, key) = (certificate.chain(), certificate.key());
    format!(
        "compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_recipient_restrictions = check_recipient_access regexp:{root}/etc/recipients, permit_mynetworks, reject
virtual_mailbox_domains = {DOMAINS}
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {root}/mail
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
maillog_file = {root}/log
maillog_file_prefixes = {root}
{STRICT}{settings}",
        chain = chain.display(),
        key = key.display(),
    )
}

/// Splits a file of the Maildir into what Postfix wrote before the message, which has bare line feeds there, and the message.
fn parse(file: &str) -> Letter {
    let from = file.find("\nDate: ").unwrap() + 1;
    let (before, message) = file.split_at(from);
    let recipient = before.lines().find_map(|line| line.strip_prefix("Delivered-To: ")).unwrap().to_owned();
    Letter { recipient, bytes: message.replace('\n', "\r\n").into_bytes() }
}

#[test]
fn a_strict_postfix_takes_all_and_delivers_them_unchanged() {
    let certificate = Certificate::of_this_machine();
    let postfix = Postfix::start(&certificate, "", &[]);
    let over_tls = format!("relay = \"smtps://127.0.0.1:{}\"\nca_file = \"{}\"", postfix.tls_port, certificate.authority().display());
    let (office, id) = Office::with_issued_meeting(&over_tls);
    office.flush_all(15);
    let invitations = postfix.letters();
    assert_eq!(invitations.iter().map(|letter| letter.recipient.clone()).collect::<Vec<_>>(), addresses(), "{}", postfix.log());
    for letter in &invitations {
        assert_eq!(letter.bytes, office.message(&id, &letter.recipient), "{}", letter.recipient);
    }
    office.configure(&relay(postfix.port));
    office.cancel(&id);
    office.flush_all(15);
    let all = postfix.letters();
    let mut received: Vec<String> = read_messages(all.iter().map(|letter| letter.bytes.as_slice()))
        .iter()
        .map(|message| message["message_id"].as_str().unwrap().to_owned())
        .collect();
    received.sort();
    assert_eq!(received, ids(&office.outbox_of("sent", 1)), "thirty, once each");
    // Nothing but a clean conversation: no warning, no protocol error, no lost connection after a command.
    let log = postfix.log();
    for complaint in
        ["warning: ", "improper command pipelining", "reject:", "status=bounced", "lost connection after EHLO", "timeout after"]
    {
        assert!(!log.contains(complaint), "{complaint:?}: {log}");
    }
    office.assert_sound();
}

#[test]
fn what_postfix_says_of_a_recipient_decides() {
    const GONE: &str = "vanthu@tdtt.gov.vn";
    const GREY: &str = "cucdienanh-vhttdl@chinhphu.vn";
    let certificate = Certificate::of_this_machine();
    let answers = &[(GONE, "550 5.1.1 No such mailbox here"), (GREY, "450 4.2.0 Greylisted")];
    let postfix = Postfix::start(&certificate, "", answers);
    let (mut office, _) = Office::with_issued_meeting(&relay(postfix.port));
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.sent, flushed.deferred, flushed.failed), (65, 13, 1, 1), "{flushed:?}");
    let error = |items: &[Item], to: &str| items.iter().find(|item| item.to == to).unwrap().last_error.clone().unwrap();
    let items = office.outbox();
    assert_eq!((error(&items, GONE).code, error(&items, GONE).enhanced.as_deref()), (Some(550), Some("5.1.1")));
    assert_eq!((error(&items, GREY).code, error(&items, GREY).enhanced.as_deref()), (Some(450), Some("4.2.0")));
    assert_eq!(postfix.letters().len(), 13);
    let postfix = Postfix::start(&certificate, "", &[]);
    office.configure(&relay(postfix.port));
    office.wait_until(HOURS_LATER);
    office.flush_all(1);
    let letters = postfix.letters();
    assert_eq!(letters.iter().map(|letter| letter.recipient.as_str()).collect::<Vec<_>>(), [GREY]);
}

#[test]
fn a_message_that_postfix_would_find_too_large_is_not_begun() {
    let certificate = Certificate::of_this_machine();
    let postfix = Postfix::start(&certificate, "message_size_limit = 6000\nvirtual_mailbox_limit = 6000\n", &[]);
    let (office, _) = Office::with_issued_meeting(&relay(postfix.port));
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.sent, flushed.failed), (65, 0, 15), "{flushed:?}");
    for item in office.outbox_of("failed", 1) {
        let error = item.last_error.unwrap();
        assert_eq!((error.phase.as_str(), error.code), ("check", None), "{error:?}");
        assert!(error.text.contains("6000"), "{error:?}");
    }
    assert!(!postfix.log().contains("from=<"), "{}", postfix.log());
    assert!(postfix.letters().is_empty());
}

const GONE: &str = "cucdienanh-vhttdl@chinhphu.vn";

/// What becomes of a message that Postfix takes and cannot hand on: it writes a bounce to its sender, and that is taken.
fn bounced(receive: &str, settings: &str, on_the_way: impl Fn(String) -> String) {
    let certificate = Certificate::of_this_machine();
    // Whom it hands on to refuses for good, after it has taken the message itself.
    let refusing = crate::sink::Sink::start(&["-f", "rcpt"]);
    let settings = format!("{settings}transport_maps = inline:{{ {GONE}=smtp:[127.0.0.1]:{} }}\n", refusing.port);
    let postfix = Postfix::start(&certificate, &settings, &[]);
    let (office, _) = Office::with_issued_meeting(&format!("{}\n{receive}", relay(postfix.port)));
    office.flush_all(15);
    // Fourteen invitations, and the bounce to whom they came from.
    assert_eq!(postfix.letters().len(), 15, "{}", postfix.log());
    let maildir = postfix.folder.path().join("mail/all");
    for file in fs::read_dir(maildir.join("new")).unwrap() {
        let file = file.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        if text.contains("From: MAILER-DAEMON") {
            fs::write(&file, on_the_way(text)).unwrap();
        }
    }
    let taken: serde_json::Value =
        serde_json::from_str(&office.done(&["--json", "receive", "--maildir", maildir.to_str().unwrap()])).unwrap();
    assert_eq!(taken["taken"], 15, "{taken}");
    let items: serde_json::Value = serde_json::from_str(&office.done(&["--json", "outbox", "list"])).unwrap();
    for item in items.as_array().unwrap() {
        let bounce = item["bounce"].as_str();
        assert_eq!(bounce.is_some(), item["to"] == GONE, "{item}");
        assert!(bounce.is_none_or(|words| words.starts_with("5.")) && item["state"] == "sent", "{item}");
    }
    office.assert_sound();
}

#[test]
fn a_bounce_that_postfix_writes_is_found_at_its_message() {
    bounced("", "", |bounce| bounce);
}

#[test]
fn a_bounce_that_returns_nothing_is_found_by_its_address() {
    bounced("[receive]\nverp = true\n", "recipient_delimiter = +\n", |bounce| {
        assert!(bounce.contains("\nDelivered-To: congthongtindientu-vhttdl+t1-"), "{bounce}");
        assert!(bounce.contains("\nMessage-ID: <lh-"), "{bounce}");
        // As a server writes it that returns nothing of the message.
        bounce.replace("\nMessage-ID: <lh-", "\nX-Gone: <")
    });
}
