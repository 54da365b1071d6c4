//! Programs that take mail, as little scripts.

use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::time::Duration;

use lichhop::config::defaults;
use lichhop::domain::outbox::Fate;
use lichhop::i18n::{Lang, relay as words};
use lichhop::mail::driver::Envelope;
use lichhop::mail::sendmail::{Exit, Refusal, Sendmail};
use lichhop::mail::transport::{Line, Settings, Transport, Unusable};
use lichhop::mail::verdict::{Trouble, judge_program};

use rustix::fs::OFlags;

use super::case::item;
use super::{MESSAGE, SHORT, address, envelope};

/// A folder with a program that is this script.
struct Program(tempfile::TempDir);

impl Program {
    fn of(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (text, path) = (folder.path().join("text"), folder.path().join("send mail"));
        std::fs::write(&text, format!("#!/bin/sh\ncd '{}'\n{script}\n", folder.path().display())).unwrap();
        // Copied by another process: a child that a test forks at this very moment would hold our file open for writing, and
        // nobody could run it then.
        assert!(std::process::Command::new("cp").args([&text, &path]).status().unwrap().success());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("send mail")
    }

    fn sendmail(&self) -> Sendmail {
        Sendmail::at(&self.path()).unwrap().with_limit(Duration::from_secs(20))
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// Waits until nobody has the pipe open for reading: only then it cannot be opened for writing.
    fn nobody_reads(&self, pipe: &str) -> bool {
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap();
            if std::fs::OpenOptions::new().write(true).custom_flags(flags).open(self.0.path().join(pipe)).is_err() {
                return true;
            }
            std::thread::yield_now();
        }
        false
    }

    fn pipe(&self, name: &str) {
        assert!(std::process::Command::new("mkfifo").arg(self.0.path().join(name)).status().unwrap().success());
    }

    async fn send(&self, message: &[u8]) -> Result<(), Refusal> {
        self.sendmail().hand_over(&envelope(), message).await
    }

    async fn refuses(&self) -> Refusal {
        self.send(MESSAGE).await.unwrap_err()
    }
}

fn judged(refusal: &Refusal) -> (Fate, Option<Trouble>) {
    let (item, now) = item();
    judge_program(refusal, &item, now, &defaults().rules.retry, 200)
}

#[tokio::test]
async fn it_gets_the_addresses_as_arguments_and_the_message_as_it_was_with_lf() {
    let program = Program::of("for word; do printf '%s|' \"$word\"; done >arguments; cat >message");
    program.send(MESSAGE).await.unwrap();
    assert_eq!(program.file("arguments"), "-i|-f|office@bo.gov.vn|--|an@vu.gov.vn|");
    assert_eq!(program.file("message"), "Subject: meeting\n\nat nine\n.\n..and bring\n", "dots are not doubled");
}

#[tokio::test]
async fn no_shell_looks_at_anything() {
    let program = Program::of("printf '%s|' \"$@\" >arguments; cat >/dev/null");
    let odd = Envelope::new(&address("$HOME@bo.gov.vn"), &address("`id`|a&b*{x}@vu.gov.vn")).unwrap();
    program.sendmail().hand_over(&odd, MESSAGE).await.unwrap();
    assert_eq!(program.file("arguments"), "-i|-f|$HOME@bo.gov.vn|--|`id`|a&b*{x}@vu.gov.vn|");
}

#[tokio::test]
async fn no_address_passes_for_an_option() {
    let program = Program::of("touch called; cat >/dev/null");
    for (from, to) in [("a@b.vn", "-C/etc/passwd@x.vn"), ("-oQ/tmp@b.vn", "a@b.vn"), ("a@b.vn", "--@x.vn")] {
        let envelope = Envelope::new(&address(from), &address(to)).unwrap();
        let refusal = program.sendmail().hand_over(&envelope, MESSAGE).await.unwrap_err();
        assert_eq!(refusal.exit, Exit::NotAsked, "{refusal:?}");
        assert!(matches!(judged(&refusal), (Fate::Failed { .. }, None)));
    }
    assert!(!program.0.path().join("called").exists());
}

#[tokio::test]
async fn what_no_relay_would_be_given_no_program_is() {
    let program = Program::of("touch called; cat >/dev/null");
    for message in [&b"a\nb\r\n"[..], b"a\rb\r\n", b"\0\r\n", &[b'a'; 999]] {
        assert_eq!(program.send(message).await.unwrap_err().exit, Exit::NotAsked);
    }
    assert!(!program.0.path().join("called").exists());
}

/// What each code means for the message: tried again and perhaps there already, tried again, failed, or the program's trouble.
#[tokio::test]
async fn codes() {
    for code in [1, 2, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 99, 126, 127, 255] {
        let refusal = Program::of(&format!("cat >/dev/null; echo 'no: {code}' >&2; exit {code}")).refuses().await;
        assert_eq!((refusal.exit, refusal.words.as_str()), (Exit::Code(code), format!("no: {code}").as_str()));
        let (item, now) = item();
        let later = now + chrono::Duration::minutes(2);
        let (fate, trouble) = judged(&refusal);
        let failure = match (code, fate, trouble) {
            (65 | 67, Fate::Failed { failure }, None) => failure,
            (68 | 69, Fate::Deferred { failure, next, uncertain: false }, None) if next == later => failure,
            (77, Fate::Released { due }, Some(Trouble::Credentials(failure))) if due > now => failure,
            (64 | 70..=73 | 78 | 126 | 127, Fate::Released { due }, Some(Trouble::Unreachable(failure))) if due > now => failure,
            (1 | 2 | 66 | 74..=76 | 99 | 255, Fate::Deferred { failure, next, uncertain: true }, None) if next == later => failure,
            other => panic!("{other:?}"),
        };
        assert_eq!((failure.phase.as_str(), failure.text), ("sendmail", format!("the program ended with exit code {code}: no: {code}")));
        assert_eq!(item.attempts, 1);
    }
}

#[tokio::test]
async fn a_program_that_is_killed_or_never_ends() {
    let killed = Program::of("cat >/dev/null; kill -9 $$").refuses().await;
    assert_eq!(killed.exit, Exit::Signal(9));
    // What it started is ended with it: the pipe would be held open otherwise, and the file written.
    let program = Program::of("cat >/dev/null; echo busy >&2; (read never <pipe; touch survived) & wait");
    program.pipe("pipe");
    let late = program.sendmail().with_limit(SHORT * 2).hand_over(&envelope(), MESSAGE).await.unwrap_err();
    assert_eq!((late.exit, late.words.as_str()), (Exit::Late, "busy"));
    assert!(program.nobody_reads("pipe"), "what it started is still there");
    for refusal in [killed, late] {
        assert!(matches!(judged(&refusal), (Fate::Deferred { uncertain: true, .. }, None)), "{refusal:?}");
    }
}

#[tokio::test]
async fn who_does_not_read_the_message_does_not_have_it() {
    // More than a pipe holds: the program ends well without having read it.
    let large = b"0123456789012345678901234567890123456789\r\n".repeat(25_000);
    let deaf = Program::of("exec <&-; exit 0").send(&large).await.unwrap_err();
    assert_eq!(deaf.exit, Exit::Deaf);
    assert!(matches!(judged(&deaf), (Fate::Deferred { uncertain: true, .. }, None)));
    // What it says of itself counts more than the broken pipe.
    let refused = Program::of("echo 'too large' >&2; exit 65").send(&large).await.unwrap_err();
    assert_eq!((refused.exit, refused.words.as_str()), (Exit::Code(65), "too large"));
    let all = Program::of("cat >message");
    all.send(&large).await.unwrap();
    assert_eq!(all.file("message").len(), large.len() - 25_000, "CR LF became LF");
}

#[tokio::test]
async fn its_words_are_bounded_and_cannot_steer_a_terminal() {
    let talker = Program::of("yes 'a lot of words' | head -c 3000000 >&2; cat >/dev/null; exit 75");
    let refusal = talker.refuses().await;
    assert_eq!((refusal.exit, refusal.words.chars().count()), (Exit::Code(75), 1_000), "{refusal:?}");
    let refusal = Program::of("cat >/dev/null; printf 'first\\r\\n\\n \\033[2J\\377 second' >&2; exit 75").refuses().await;
    assert_eq!(refusal.words, "first / \u{fffd}[2J\u{fffd} second");
    let talker = Program::of("cat >/dev/null; echo words; echo 'a warning' >&2");
    talker.send(MESSAGE).await.unwrap();
}

#[tokio::test]
async fn what_it_leaves_behind_holds_nobody() {
    // As sendmail does that delivers in the background: the child keeps all pipes open.
    let program = Program::of("cat >message; (read never <pipe) & exit 0");
    program.pipe("pipe");
    program.send(MESSAGE).await.unwrap();
    assert!(program.file("message").ends_with("..and bring\n"));
    // Lets the one that was left go.
    drop(std::fs::OpenOptions::new().read(true).write(true).open(program.0.path().join("pipe")).unwrap());
}

#[tokio::test]
async fn a_cancelled_message_ends_the_program() {
    let program = Program::of("cat >/dev/null; echo >told; read never <pipe; touch survived");
    program.pipe("pipe");
    program.pipe("told");
    let told = program.0.path().join("told");
    let sendmail = program.sendmail();
    let sending = tokio::spawn(async move { sendmail.hand_over(&envelope(), MESSAGE).await });
    let begun = tokio::task::spawn_blocking(move || std::fs::read_to_string(told)).await.unwrap();
    assert_eq!(begun.unwrap(), "\n");
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    assert!(program.nobody_reads("pipe"));
    assert!(!program.0.path().join("survived").exists());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_bad_configuration_and_one_that_goes_away_is_trouble() {
    let of = |path: &PathBuf| {
        let relay = format!("sendmail:{}", path.display());
        Transport::new(Settings { relay: &relay, credentials: None, ca_file: None, identity: None })
    };
    let program = Program::of("cat >message");
    for nothing in [program.0.path().join("absent"), program.0.path().join("text"), program.0.path().to_owned()] {
        let Err(Unusable::Configuration(failure)) = of(&nothing) else { panic!("{nothing:?}") };
        let told = words::failure(Lang::Vi, &failure);
        assert!(told.starts_with("trong cấu hình: không dùng được chương trình gửi thư (the program"), "{told}");
    }
    let Ok(transport) = of(&program.path()) else { panic!("a program") };
    assert_eq!(transport.lines(4), 4);
    let mut line = Line::new(&transport);
    let (item, now) = item();
    let retry = defaults().rules.retry;
    let attempt = line.send(&item, MESSAGE.to_vec(), now, &retry, 200).await;
    assert_eq!((attempt.fate, attempt.trouble), (Fate::Sent { at: now }, None));
    assert!(program.file("message").starts_with("Subject: meeting\n"));
    std::fs::remove_file(program.path()).unwrap();
    let attempt = line.send(&item, MESSAGE.to_vec(), now, &retry, 200).await;
    let (Fate::Released { .. }, Some(Trouble::Unreachable(failure))) = (attempt.fate, attempt.trouble) else { panic!("{item:?}") };
    assert!(words::failure(Lang::Vi, &failure).contains("không chạy được chương trình gửi thư"), "{failure:?}");
    line.close().await;
}
