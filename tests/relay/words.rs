//! What the driver, the system and the library for TLS say has words in Vietnamese.

use std::io;

use lichhop::domain::outbox::{Failure, Fate};
use lichhop::i18n::{Lang, relay};
use lichhop::mail::driver::{Capability, IdentityError, LocalFault, ProtocolFault, RootsError, Why};
use lichhop::mail::secret::{self, SecretError};
use lichhop::mail::sendmail::{Exit, Refusal, SendmailError};
use lichhop::mail::verdict::{Trouble, judge_program};
use tokio_rustls::rustls::{CertificateError, Error};

use super::case::item;
use super::{SHORT, open_and_send, relay as relay_at};

fn in_vietnamese(text: &str) -> String {
    relay::how(Lang::Vi, &Failure { phase: "connect".to_owned(), code: None, enhanced: None, text: text.to_owned() })
}

/// A letter that English does not have stands before any brackets.
fn is_vietnamese(words: &str) -> bool {
    words.split('(').next().unwrap_or_default().chars().any(|c| c.is_alphabetic() && !c.is_ascii())
}

#[test]
fn every_failure_without_an_answer_has_words_of_its_own() {
    let whys = [
        Why::Timeout,
        Why::Eof,
        Why::Lacks(Capability::StartTls),
        Why::Lacks(Capability::Auth),
        Why::Lacks(Capability::EightBitMime),
        Why::Lacks(Capability::SmtpUtf8),
        Why::Protocol(ProtocolFault::NotAReply),
        Why::Protocol(ProtocolFault::LineTooLong),
        Why::Protocol(ProtocolFault::ReplyTooLong),
        Why::Protocol(ProtocolFault::CodesDiffer),
        Why::Protocol(ProtocolFault::Unasked),
        Why::Protocol(ProtocolFault::BytesBeforeTls),
        Why::Local(LocalFault::TooLarge { size: 2, limit: 1 }),
        Why::Local(LocalFault::AuthInClear),
        Why::Local(LocalFault::Credentials),
        Why::Local(LocalFault::ServerName),
        Why::Local(LocalFault::NoRoots),
        Why::Tls(Box::new(Error::InvalidCertificate(CertificateError::UnknownIssuer))),
        Why::Tls(Box::new(Error::InvalidCertificate(CertificateError::Expired))),
        Why::Tls(Box::new(Error::InvalidCertificate(CertificateError::NotValidForName))),
    ];
    // Refused, timed out, no network, no host, reset, aborted, cut off.
    #[cfg(target_os = "linux")]
    let whys = whys.into_iter().chain([111, 110, 101, 113, 104, 103, 32].map(|number| Why::from(io::Error::from_raw_os_error(number))));
    for why in whys {
        let words = in_vietnamese(&why.to_string());
        assert!(is_vietnamese(&words), "{why:?}: {words}");
    }
}

#[test]
fn every_bad_file_and_every_end_of_a_program_has_words_of_its_own() {
    let file = || std::path::PathBuf::from("/etc/lichhop/x.pem");
    let (path, detail) = (file(), "x".to_owned());
    let missing = || io::Error::from_raw_os_error(2);
    let mut texts = vec![
        IdentityError::File(detail.clone()).to_string(),
        IdentityError::NoCertificate(file()).to_string(),
        IdentityError::NoKey(file()).to_string(),
        IdentityError::Key { path: file(), detail: detail.clone() }.to_string(),
        IdentityError::Certificate { path: file(), detail: detail.clone() }.to_string(),
        IdentityError::Mismatch { certificate: file(), key: file() }.to_string(),
        IdentityError::Plain.to_string(),
        RootsError::File { path, detail: detail.clone() }.to_string(),
        RootsError::Empty(file()).to_string(),
        RootsError::NoneNative(detail).to_string(),
        SecretError::File { path: file(), source: missing() }.to_string(),
        SecretError::TooLarge { path: file(), limit: 1 }.to_string(),
        SecretError::Encoding(file()).to_string(),
        SecretError::Empty(file()).to_string(),
        SecretError::Nowhere(secret::RELAY).to_string(),
        SendmailError::Io { path: file(), source: missing() }.to_string(),
        SendmailError::NotExecutable(file()).to_string(),
    ];
    let ends = [Exit::Code(1), Exit::Signal(9), Exit::Late, Exit::Unknown, Exit::Deaf, Exit::NotStarted, Exit::NotAsked];
    for exit in ends {
        let ((item, now), retry) = (item(), lichhop::config::defaults().rules.retry);
        let (fate, trouble) = judge_program(&Refusal { exit, words: String::new() }, &item, now, &retry, 0);
        let failure = match (fate, trouble) {
            (Fate::Failed { failure } | Fate::Deferred { failure, .. }, None) | (_, Some(Trouble::Unreachable(failure))) => failure,
            other => panic!("{other:?}"),
        };
        texts.push(failure.text);
    }
    let told: Vec<String> = texts.iter().map(|text| in_vietnamese(text)).collect();
    for words in &told {
        assert!(is_vietnamese(words), "{words}");
    }
    // Each has its own, none those of another.
    let own: std::collections::BTreeSet<&str> = told.iter().map(|words| words.split('(').next().unwrap()).collect();
    assert!(own.len() >= told.len() - 1, "the program that is not there and the one that is none share theirs: {own:?}");
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_told_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    drop(taken);
    let fail = open_and_send(&relay_at(port, super::patient()), super::MESSAGE).await.1.unwrap_err();
    let words = in_vietnamese(&fail.why.to_string());
    assert!(words.starts_with("máy chủ từ chối kết nối (Connection refused"), "{words}");
    let limits = lichhop::mail::driver::Limits { connect: SHORT, ..super::patient() };
    let nowhere = lichhop::mail::driver::Relay::new(
        "no-such-host.invalid",
        25,
        lichhop::mail::driver::Security::Plain,
        &lichhop::mail::driver::Roots::Native,
    );
    let fail = open_and_send(&nowhere.unwrap().with_limits(limits), super::MESSAGE).await.1.unwrap_err();
    let words = in_vietnamese(&fail.why.to_string());
    assert!(["không tìm thấy tên máy chủ", "máy chủ không trả lời kịp"].iter().any(|known| words.starts_with(known)), "{words}");
}
