//! A relay by aiosmtpd, started for one test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::Delivered;
use crate::certificate::Certificate;
use crate::python;

pub(crate) const USER: &str = "van-phong";
pub(crate) const PASSWORD: &str = "mật khẩu \"dài\" #7";

/// How a relay is set up.
#[derive(Default)]
pub(crate) struct Setup<'a> {
    /// With TLS.
    pub(crate) tls: Option<Tls<'a>>,
    /// Asks for credentials, by these mechanisms.
    pub(crate) mechanisms: &'a [&'a str],
    /// Replies to RCPT.
    pub(crate) refuse: &'a [(&'a str, &'a str)],
    /// Replies to the message for a recipient.
    pub(crate) refuse_content: &'a [(&'a str, &'a str)],
    /// The most bytes of a message.
    pub(crate) size: Option<u64>,
}

/// How a relay encrypts.
#[derive(Clone, Copy)]
pub(crate) enum Tls<'a> {
    /// STARTTLS, required before MAIL.
    Start(&'a Certificate),
    /// From the first byte on.
    Implicit(&'a Certificate),
}

/// A running relay.
pub(crate) struct Server {
    child: Child,
    folder: tempfile::TempDir,
    pub(crate) port: u16,
}

impl Server {
    /// Starts one, and waits until it listens.
    pub(crate) fn start(setup: &Setup<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (tls, certificate) = match setup.tls {
            None => (None, None),
            Some(Tls::Start(certificate)) => (Some("starttls"), Some(certificate)),
            Some(Tls::Implicit(certificate)) => (Some("implicit"), Some(certificate)),
        };
        let replies = |listed: &[(&str, &str)]| -> serde_json::Map<String, Value> {
            listed.iter().map(|(address, reply)| ((*address).to_owned(), json!(reply))).collect()
        };
        let settings = json!({
            "folder": folder.path(),
            "tls": tls,
            "certificate": certificate.map(Certificate::chain),
            "key": certificate.map(Certificate::key),
            "mechanisms": (!setup.mechanisms.is_empty()).then_some(setup.mechanisms),
            "user": USER,
            "password": PASSWORD,
            "refuse": replies(setup.refuse),
            "refuse_content": replies(setup.refuse_content),
            "size": setup.size,
        });
        let mut command = python::script("relay.py");
        let complaints = folder.path().join("stderr");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(fs::File::create(&complaints).unwrap());
        let mut child = command.arg(settings.to_string()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap_or_else(|_| panic!("relay.py: {}", fs::read_to_string(&complaints).unwrap()));
        Self { child, folder, port }
    }

    /// The messages it took, sorted by recipient.
    pub(crate) fn messages(&self) -> Vec<Delivered> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let delivered = |event: Value| Delivered {
            sender: text(&event["sender"]),
            recipients: event["recipients"].as_array().unwrap().iter().map(text).collect(),
            bytes: fs::read(self.folder.path().join(text(&event["file"]))).unwrap(),
        };
        let mut messages: Vec<Delivered> = self.events("message").into_iter().map(delivered).collect();
        messages.sort_by(|one, other| one.recipients.cmp(&other.recipients));
        messages
    }

    /// What happened, of one kind: `ehlo`, `auth`, `refused`, `message`.
    pub(crate) fn events(&self, kind: &str) -> Vec<Value> {
        let log = fs::read_to_string(self.folder.path().join("log.jsonl")).unwrap();
        let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.filter(|event| event["event"] == kind).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
