//! What the driver, the system and the library for TLS say has words in Vietnamese.

use std::io;

use lichhop::domain::outbox::Failure;
use lichhop::i18n::{Lang, relay};
use lichhop::mail::driver::{Capability, LocalFault, ProtocolFault, Why};
use tokio_rustls::rustls::{CertificateError, Error};

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
