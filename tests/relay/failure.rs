//! A table of failures with one message: phase, reason, fate, what becomes of the connection, what the relay heard.

use lichhop::mail::driver::{Fate, Limits, Phase};

use super::server::{Do, Server, say};
use super::{MESSAGE, SHORT, envelope, hello, kind, open_and_send, patient, relay, reset, up_to_body};

/// What is said before the step that goes wrong.
fn before(phase: Phase) -> Vec<Do> {
    let mut steps = hello("");
    let commands = match phase {
        Phase::Mail => 1,
        Phase::Rcpt => 3,
        Phase::Data => 5,
        _ => 6,
    };
    steps.extend(up_to_body().into_iter().take(commands));
    if phase == Phase::Dot {
        steps.push(Do::Body);
    }
    steps
}

struct Case {
    name: &'static str,
    script: Vec<Do>,
    message: Vec<u8>,
    limits: fn(&mut Limits),
    expected: (Phase, &'static str, Fate),
    kept: bool,
    /// Commands the relay heard, each by its first word.
    heard: &'static str,
    bodies: usize,
}

fn case(name: &'static str, script: Vec<Do>, expected: (Phase, &'static str, Fate)) -> Case {
    let heard = match expected.0 {
        Phase::Greeting => "",
        Phase::Ehlo | Phase::Check => "EHLO",
        Phase::Mail => "EHLO MAIL",
        Phase::Rcpt => "EHLO MAIL RCPT",
        _ => "EHLO MAIL RCPT DATA",
    };
    let bodies = usize::from(expected.0 == Phase::Dot);
    Case { name, script, message: MESSAGE.to_vec(), limits: |_| {}, expected, kept: false, heard, bodies }
}

impl Case {
    /// The connection comes back; RSET was said when anything was.
    fn kept(mut self, heard: &'static str) -> Self {
        self.kept = true;
        self.heard = heard;
        self
    }

    fn hearing(mut self, heard: &'static str) -> Self {
        self.heard = heard;
        self
    }

    fn limits(mut self, limits: fn(&mut Limits)) -> Self {
        self.limits = limits;
        self
    }

    fn message(mut self, message: Vec<u8>, bodies: usize) -> Self {
        self.message = message;
        self.bodies = bodies;
        self
    }

    async fn run(self) {
        let Self { name, script, message, limits: change, expected, kept, heard, bodies } = self;
        let reads_all = !script.iter().any(|step| matches!(step, Do::Taste | Do::Wait));
        let server = Server::start(vec![script], None);
        let mut limits = patient();
        change(&mut limits);
        let start = tokio::time::Instant::now();
        let (connection, sent) = open_and_send(&relay(server.port, limits), &message).await;
        assert!(start.elapsed() < patient().command / 2, "{name}: waited for something that was not its own limit");
        let fail = sent.expect_err(name);
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), expected, "{name}");
        assert_eq!(connection.is_some(), kept, "{name}: the connection");
        assert!(!fail.reconnect_at_once(), "{name}: a first message never asks to reconnect");
        drop(connection);
        server.go();
        let there = server.finish_one().await;
        let words: Vec<&str> = there.lines.iter().map(|line| line.split([' ', ':']).next().unwrap()).collect();
        assert_eq!(words.join(" "), heard, "{name}: what the relay heard");
        assert_eq!(there.bodies.len(), bodies, "{name}: messages at the relay");
        assert!(!reads_all || there.rest.is_empty(), "{name}: no QUIT, no RSET, no dot: {:?}", String::from_utf8_lossy(&there.rest));
    }
}

async fn run(cases: Vec<Case>) {
    let cases: Vec<_> = cases.into_iter().map(|case| tokio::spawn(case.run())).collect();
    for case in cases {
        case.await.unwrap();
    }
}

#[tokio::test]
async fn before_the_first_message() {
    use Fate::NotSent;
    run(vec![
        case("silent banner", vec![Do::Hold], (Phase::Greeting, "timeout", NotSent)).limits(|limits| limits.command = SHORT),
        case("554 banner", vec![say("554 go away\r\n"), Do::Hold], (Phase::Greeting, "reply 554", NotSent)),
        case("421 banner", vec![say("421 busy\r\n"), Do::Hold], (Phase::Greeting, "reply 421", NotSent)),
        case("250 banner", vec![say("250 hello\r\n"), Do::Hold], (Phase::Greeting, "odd 250", NotSent)),
        case("no SMTP", vec![say("HTTP/1.1 400 Bad Request\r\n"), Do::Hold], (Phase::Greeting, "NotAReply", NotSent)),
        case("two codes", vec![say("220-a\r\n221 b\r\n"), Do::Hold], (Phase::Greeting, "CodesDiffer", NotSent)),
        case("endless line", vec![Do::Flood(5_000_000)], (Phase::Greeting, "LineTooLong", NotSent)),
        case("endless line of a reply", vec![say("220 "), Do::Flood(5_000_000)], (Phase::Greeting, "LineTooLong", NotSent)),
        case("endless reply", vec![say(&"220-and so on\r\n".repeat(5_000)), Do::Hold], (Phase::Greeting, "ReplyTooLong", NotSent)),
        case("end instead of a banner", vec![Do::Fin, Do::Hold], (Phase::Greeting, "eof", NotSent)),
        case("reset instead of a banner", vec![Do::Rst], (Phase::Greeting, "io", NotSent)),
        case(
            "a banner that comes byte by byte and never ends",
            vec![say("2"), say("2"), say("0"), say("-x"), Do::Hold],
            (Phase::Greeting, "timeout", NotSent),
        )
        .limits(|limits| limits.command = SHORT),
        case("EHLO silent", vec![say("220 a\r\n"), Do::Hear("EHLO"), Do::Hold], (Phase::Ehlo, "timeout", NotSent))
            .limits(|limits| limits.command = SHORT),
        case("EHLO 421", vec![say("220 a\r\n"), Do::Hear("EHLO"), say("421 b\r\n"), Do::Hold], (Phase::Ehlo, "reply 421", NotSent)),
        case("EHLO 502", vec![say("220 a\r\n"), Do::Hear("EHLO"), say("502 b\r\n"), Do::Hold], (Phase::Ehlo, "reply 502", NotSent)),
        case("EHLO end", vec![say("220 a\r\n"), Do::Hear("EHLO"), Do::Fin, Do::Hold], (Phase::Ehlo, "eof", NotSent)),
        case("EHLO reset", vec![say("220 a\r\n"), Do::Hear("EHLO"), Do::Rst], (Phase::Ehlo, "io", NotSent)),
        case("a reply too many with the banner", vec![say("220 a\r\n250 b\r\n"), Do::Hold], (Phase::Ehlo, "Unasked", NotSent)).hearing(""),
    ])
    .await;
}

#[tokio::test]
async fn refusals_keep_the_connection() {
    let mut cases = Vec::new();
    for (reply, kind) in [("451 4.3.0 later\r\n", "reply 451"), ("550 5.1.1 never\r\n", "reply 550")] {
        for (phase, heard, fate) in [
            (Phase::Mail, "EHLO MAIL RSET", Fate::NotSent),
            (Phase::Rcpt, "EHLO MAIL RCPT RSET", Fate::NotSent),
            (Phase::Data, "EHLO MAIL RCPT DATA RSET", Fate::NotSent),
            (Phase::Dot, "EHLO MAIL RCPT DATA RSET", Fate::Refused),
        ] {
            let mut script = before(phase);
            script.push(say(reply));
            script.extend(reset());
            script.push(Do::Hold);
            cases.push(case("a refusal", script, (phase, kind, fate)).kept(heard));
        }
    }
    run(cases).await;
}

#[tokio::test]
async fn what_ends_the_connection_in_each_phase() {
    let mut cases = Vec::new();
    for phase in [Phase::Mail, Phase::Rcpt, Phase::Data, Phase::Dot] {
        let dot = phase == Phase::Dot;
        let (open, busy) = if dot { (Fate::Unknown, Fate::Refused) } else { (Fate::NotSent, Fate::NotSent) };
        let mut add = |name, steps: Vec<Do>, kind, fate| cases.push(case(name, [before(phase), steps].concat(), (phase, kind, fate)));
        add("421", vec![say("421 4.3.2 shutting down\r\n"), Do::Hold], "reply 421", busy);
        add("FIN", vec![Do::Fin, Do::Hold], "eof", open);
        add("RST", vec![Do::Rst], "io", open);
        add("half a code, FIN", vec![say("25"), Do::Fin, Do::Hold], "eof", open);
        add("a code without line end, FIN", vec![say("250"), Do::Fin, Do::Hold], "eof", open);
        add("half a reply, FIN", vec![say("250-a\r\n"), Do::Fin, Do::Hold], "eof", open);
        add("no reply", vec![say("blah\r\n"), Do::Hold], "NotAReply", open);
        add("a reply of something else", vec![say("221 bye\r\n"), Do::Hold], "odd 221", open);
        add("a refusal, then RSET refused", vec![say("550 no\r\n"), Do::Hear("RSET"), say("500 what\r\n"), Do::Hold], "reply 550", busy);
        add("a refusal, then the end", vec![say("550 no\r\n"), Do::Hear("RSET"), Do::Fin, Do::Hold], "reply 550", busy);
        add("a refusal and a reply too many", vec![say("550 no\r\n250 yes\r\n"), Do::Hold], "reply 550", busy);
    }
    for case in &mut cases {
        case.heard = match (case.expected.0, case.name.contains("then")) {
            (Phase::Mail, true) => "EHLO MAIL RSET",
            (Phase::Rcpt, true) => "EHLO MAIL RCPT RSET",
            (_, true) => "EHLO MAIL RCPT DATA RSET",
            _ => case.heard,
        };
    }
    run(cases).await;
}

#[tokio::test]
async fn silence_in_each_phase() {
    use Fate::{NotSent, Unknown};
    let silent = |phase| [before(phase), vec![Do::Hold]].concat();
    let command = |limits: &mut Limits| limits.command = SHORT;
    run(vec![
        case("MAIL", silent(Phase::Mail), (Phase::Mail, "timeout", NotSent)).limits(command),
        case("RCPT", silent(Phase::Rcpt), (Phase::Rcpt, "timeout", NotSent)).limits(command),
        case("DATA", silent(Phase::Data), (Phase::Data, "timeout", NotSent)).limits(|limits| limits.data = SHORT),
        case("dot", silent(Phase::Dot), (Phase::Dot, "timeout", Unknown)).limits(|limits| limits.dot = SHORT),
        case("dot, half a code", [before(Phase::Dot), vec![say("25"), Do::Hold]].concat(), (Phase::Dot, "timeout", Unknown))
            .limits(|limits| limits.dot = SHORT),
        case("all of a message", silent(Phase::Dot), (Phase::Dot, "timeout", Unknown)).limits(|limits| limits.message = SHORT * 2),
        case(
            "RSET",
            [before(Phase::Rcpt), vec![say("550 no\r\n"), Do::Hear("RSET"), Do::Hold]].concat(),
            (Phase::Rcpt, "reply 550", NotSent),
        )
        .hearing("EHLO MAIL RCPT RSET")
        .limits(|limits| limits.reset = SHORT),
    ])
    .await;
}

#[tokio::test]
async fn codes_that_make_no_sense() {
    use Fate::{NotSent, Unknown};
    let with = |phase, reply: &str| [before(phase), vec![say(reply), Do::Hold]].concat();
    run(vec![
        case("354 to MAIL", with(Phase::Mail, "354 go\r\n"), (Phase::Mail, "odd 354", NotSent)),
        case("251 to MAIL", with(Phase::Mail, "251 elsewhere\r\n"), (Phase::Mail, "odd 251", NotSent)),
        case("354 to RCPT", with(Phase::Rcpt, "354 go\r\n"), (Phase::Rcpt, "odd 354", NotSent)),
        case("250 to DATA", with(Phase::Data, "250 ok\r\n"), (Phase::Data, "odd 250", NotSent)),
        case("354 to the dot", with(Phase::Dot, "354 go\r\n"), (Phase::Dot, "odd 354", Unknown)),
        case("251 to the dot", with(Phase::Dot, "251 elsewhere\r\n"), (Phase::Dot, "odd 251", Unknown)),
        // The answer to the dot must not be there before the dot is.
        case("354 and 250 at once", with(Phase::Data, "354 go\r\n250 ok\r\n"), (Phase::Body, "Unasked", NotSent)),
        // Shifted by one: MAIL gets two answers, and RCPT must not take the second for its own.
        case("two replies to MAIL", with(Phase::Mail, "250 ok\r\n250 ok\r\n"), (Phase::Rcpt, "Unasked", NotSent)).hearing("EHLO MAIL"),
    ])
    .await;
}

/// The envelope in one write, and these replies to it.
fn pipelined(replies: &str, more: Vec<Do>) -> Vec<Do> {
    let mut steps = hello("PIPELINING");
    steps.extend([Do::Hear("MAIL FROM:<"), Do::Hear("RCPT TO:<"), Do::Hear("DATA"), say(replies)]);
    steps.extend(more);
    steps
}

#[tokio::test]
async fn pipelining_reads_every_reply() {
    use Fate::{NotSent, Unknown};
    const ALL: &str = "EHLO MAIL RCPT DATA";
    let kept = || [reset(), vec![Do::Hold]].concat();
    let with_reset = "EHLO MAIL RCPT DATA RSET";
    run(vec![
        case("RCPT 550, DATA 503", pipelined("250 ok\r\n550 no\r\n503 none\r\n", kept()), (Phase::Rcpt, "reply 550", NotSent))
            .kept(with_reset),
        case("MAIL 451, RCPT 503, DATA 503", pipelined("451 later\r\n503 x\r\n503 x\r\n", kept()), (Phase::Mail, "reply 451", NotSent))
            .kept(with_reset),
        case("DATA 451", pipelined("250 ok\r\n252 ok\r\n451 x\r\n", kept()), (Phase::Data, "reply 451", NotSent)).kept(with_reset),
        // Not even a lone dot: it would be an empty message to a relay that is lenient.
        case("RCPT 550, DATA 354", pipelined("250 ok\r\n550 no\r\n354 go\r\n", vec![Do::Hold]), (Phase::Rcpt, "reply 550", NotSent))
            .hearing(ALL),
        case(
            "MAIL 550, RCPT 250, DATA 354",
            pipelined("550 no\r\n250 ok\r\n354 go\r\n", vec![Do::Hold]),
            (Phase::Mail, "reply 550", NotSent),
        )
        .hearing(ALL),
        case("RCPT 550, DATA 250", pipelined("250 ok\r\n550 no\r\n250 ok\r\n", vec![Do::Hold]), (Phase::Rcpt, "reply 550", NotSent))
            .hearing(ALL),
        case("RCPT 550, then the end", pipelined("250 ok\r\n550 no\r\n", vec![Do::Fin, Do::Hold]), (Phase::Rcpt, "reply 550", NotSent))
            .hearing(ALL),
        case("RCPT 550, then 421", pipelined("250 ok\r\n550 no\r\n421 x\r\n", vec![Do::Hold]), (Phase::Rcpt, "reply 550", NotSent))
            .hearing(ALL),
        case("MAIL 421", pipelined("421 x\r\n", vec![Do::Fin, Do::Hold]), (Phase::Mail, "reply 421", NotSent)).hearing(ALL),
        case("DATA 250", pipelined("250 ok\r\n250 ok\r\n250 ok\r\n", vec![Do::Hold]), (Phase::Data, "odd 250", NotSent)).hearing(ALL),
        case("a fourth reply", pipelined("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n", vec![Do::Hold]), (Phase::Body, "Unasked", NotSent))
            .hearing(ALL),
        case(
            "two replies to MAIL",
            pipelined("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", vec![Do::Hold]),
            (Phase::Data, "odd 250", NotSent),
        )
        .hearing(ALL),
        case(
            "the end after the dot",
            pipelined("250 ok\r\n250 ok\r\n354 go\r\n", vec![Do::Body, Do::Fin, Do::Hold]),
            (Phase::Dot, "eof", Unknown),
        ),
    ])
    .await;
}

/// A message of 9 MB: more than any buffer on the way takes.
fn large() -> Vec<u8> {
    b"0123456789012345678901234567890123456789012345678901234567890123456789012\r\n".repeat(120_000)
}

#[tokio::test]
async fn trouble_within_the_body() {
    use Fate::{NotSent, Unknown};
    let body = |steps: Vec<Do>| [before(Phase::Body), steps].concat();
    run(vec![
        case(
            "refused in mid-body, FIN",
            body(vec![Do::Taste, say("552 5.3.4 too big\r\n"), Do::Close]),
            (Phase::Body, "reply 552", NotSent),
        )
        .message(large(), 0),
        case(
            "refused in mid-body, then deaf",
            body(vec![Do::Taste, say("552 5.3.4 too big\r\n"), Do::Wait]),
            (Phase::Body, "reply 552", NotSent),
        )
        .message(large(), 0)
        .limits(|limits| limits.body = SHORT),
        case("the relay stops reading", body(vec![Do::Wait]), (Phase::Body, "timeout", NotSent)).message(large(), 0).limits(|limits| {
            limits.body = SHORT;
            limits.last_words = SHORT;
        }),
        case("RST in mid-body", body(vec![Do::Taste, Do::Rst]), (Phase::Body, "io", NotSent)).message(large(), 0),
        // The kernel had taken all of it: nobody can tell how much of it arrived.
        case("RST while the body is on its way", body(vec![Do::Taste, Do::Rst]), (Phase::Dot, "io", Unknown)).message(MESSAGE.to_vec(), 0),
        case("421 instead of listening", body(vec![say("421 x\r\n"), Do::Close]), (Phase::Body, "reply 421", NotSent)).message(large(), 0),
    ])
    .await;
}

#[tokio::test]
async fn what_we_refuse_ourselves() {
    use Fate::NotSent;
    let script = |capabilities: &str| [hello(capabilities), vec![Do::Hold]].concat();
    let check = |name, capabilities: &str, message: Vec<u8>, why: &'static str| {
        case(name, script(capabilities), (Phase::Check, why, NotSent)).message(message, 0).kept("EHLO")
    };
    run(vec![
        check("SIZE", "SIZE_100", b"a line of twenty-three\r\n".repeat(25), "local TooLarge { size: 600, limit: 100 }"),
        check("8BITMIME", "SMTPUTF8", "họp\r\n".as_bytes().to_vec(), "lacks EightBitMime"),
        check("bare LF", "", b"a\r\nb\n.\r\n".to_vec(), "local Body(BareLf { line: 2 })"),
        check("bare CR", "", b"a\rb\r\n".to_vec(), "local Body(BareCr { line: 1 })"),
        check("NUL", "", b"\0\r\n".to_vec(), "local Body(Nul { line: 1 })"),
        check("999", "", vec![b'a'; 999], "local Body(LongLine { line: 1, length: 999 })"),
    ])
    .await;
}

#[tokio::test]
async fn smtputf8_is_needed_for_an_address_only() {
    let server = Server::start(vec![[hello("8BITMIME"), vec![Do::Hold]].concat()], None);
    let connection = lichhop::mail::driver::open(&relay(server.port, patient())).await.unwrap();
    let unicode = lichhop::mail::driver::Envelope::new(&super::address("a@b.vn"), &super::address("họp@b.vn")).unwrap();
    let (connection, sent) = connection.send(&unicode, MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str()), (Phase::Check, "lacks SmtpUtf8"));
    assert!(!envelope().needs_utf8());
    drop(connection);
    assert_eq!(server.finish_one().await.lines.len(), 1);
}

#[tokio::test]
async fn nobody_listens() {
    let port = {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        free.local_addr().unwrap().port()
    };
    let (_, sent) = open_and_send(&relay(port, patient()), MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Connect, "io", Fate::NotSent));
    assert!(fail.concerns_relay());
}

#[tokio::test]
async fn nobody_answers() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    // Nothing is accepted: once the queue is full, the kernel lets whoever knocks wait.
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(connected) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
        waiting.push(connected.unwrap());
        assert!(waiting.len() < 100, "the queue never fills");
    }
    let mut limits = patient();
    limits.connect = SHORT;
    let (_, sent) = open_and_send(&relay(address.port(), limits), MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Connect, "timeout", Fate::NotSent));
}
