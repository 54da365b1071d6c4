//! Postfix hands over each message to `lichhop receive`, as its `pipe(8)` does: the program's exit code decides what becomes of it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::certificate::Certificate;
use crate::postfix::Postfix;
use crate::users::Server;

const OFFICE: &str = "congthongtindientu-vhttdl@chinhphu.vn";
/// Whom Postfix runs the program as: never root, and never itself.
const USER: &str = "nobody";

/// Gives a message for the office to Postfix.
fn submit(postfix: &Postfix, text: &str) {
    let mut sendmail = Command::new("/usr/sbin/sendmail");
    sendmail.arg("-C").arg(postfix.config()).args(["-i", "-f", "ai.do@example.vn", OFFICE]).stdin(Stdio::piped());
    let mut sendmail = sendmail.spawn().unwrap();
    sendmail.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(sendmail.wait().unwrap().success());
}

#[test]
fn what_a_pipe_hears_decides_and_nothing_bounces() {
    let mut server = Server::start("nothing");
    server.ok("root", &["account", "grant", USER, "--role", "operator"]);
    let folder = server.folder.path();
    let service = format!(
        "lichhop unix - n n - - pipe flags=DR user={USER} argv=/usr/bin/env LICHHOP_DATA={0}/state LICHHOP_CONFIG={0}/config.toml \
         LICHHOP_SOCKET={0}/run/host.sock {0}/lichhop receive\n",
        folder.display()
    );
    let settings = format!("transport_maps = inline:{{ {OFFICE}=lichhop: }}\nlichhop_destination_recipient_limit = 1\n");
    let postfix = Postfix::with(&Certificate::of_this_machine(), &settings, &[], &service);
    submit(&postfix, "From: ai.do@example.vn\nSubject: thu nhat\n\nxin chao\n");
    postfix.wait_for("status=sent (delivered via lichhop service");
    assert!(postfix.letters().is_empty(), "{}", postfix.log());
    let listed = server.ok("root", &["receive", "--list"]);
    assert!(listed.contains("R1") && listed.contains("thu nhat"), "{listed}");
    // Nobody is there: it stays in the queue.
    server.stop();
    submit(&postfix, "From: ai.do@example.vn\nSubject: thu hai\n\nxin chao\n");
    postfix.wait_for("status=deferred");
    assert!(!postfix.log().contains("status=bounced"), "{}", postfix.log());
    server.start_again();
    let again = Command::new("/usr/sbin/postqueue").arg("-c").arg(postfix.config()).arg("-f").status().unwrap();
    assert!(again.success());
    // Until its queue is empty; and no bounce went anywhere.
    assert!(postfix.letters().is_empty(), "{}", postfix.log());
    let listed = server.ok("root", &["receive", "--list"]);
    assert!(listed.contains("R2") && listed.contains("thu hai") && !listed.contains("R3"), "{listed}");
    assert!(!postfix.log().contains("status=bounced"), "{}", postfix.log());
    server.ok("root", &["check"]);
}
