//! What we refuse ourselves, before anything of the message was said.

use lichhop::mail::driver::{Envelope, Fate::NotSent, Phase, open};

use super::case::{Then, case, run, then};
use super::server::{Do, Server};
use super::{MESSAGE, accept, address, envelope, hello, kind, patient, quit, relay};

#[tokio::test]
async fn messages_that_this_relay_cannot_take_or_that_nobody_may_send() {
    let check = |name, offers: &str, message: Vec<u8>, why: &'static str| {
        let script = [hello(offers), vec![Do::Hold]].concat();
        case(name, script, Phase::Check, why, NotSent, Then::Failed).message(message, 0).kept("EHLO")
    };
    run(vec![
        check("SIZE", "SIZE_100", b"a line of twenty-three\r\n".repeat(25), "local TooLarge { size: 600, limit: 100 }"),
        check("one byte over SIZE", "SIZE_44", MESSAGE.to_vec(), "local TooLarge { size: 45, limit: 44 }"),
        check("8BITMIME", "SMTPUTF8", "họp\r\n".as_bytes().to_vec(), "lacks EightBitMime"),
        check("bare LF", "", b"a\r\nb\n.\r\n".to_vec(), "local Body(BareLf { line: 2 })"),
        check("bare CR", "", b"a\rb\r\n".to_vec(), "local Body(BareCr { line: 1 })"),
        check("NUL", "", b"\0\r\n".to_vec(), "local Body(Nul { line: 1 })"),
        check("999", "", vec![b'a'; 999], "local Body(LongLine { line: 1, length: 999 })"),
    ])
    .await;
}

#[tokio::test]
async fn a_limit_that_is_kept_to_the_byte_or_not_told() {
    // Told and just enough, without a number, zero: no limit; not told: no SIZE= either.
    for (offers, parameter) in [("SIZE_45", " SIZE=45"), ("SIZE", " SIZE=45"), ("SIZE_0", " SIZE=45"), ("8BITMIME", "")] {
        let server = Server::start(vec![[hello(offers), accept("ok"), quit()].concat()], None);
        let connection = open(&relay(server.port, patient())).await.unwrap();
        let (kept, sent) = connection.send(&envelope(), MESSAGE).await;
        sent.unwrap();
        kept.unwrap().quit().await;
        assert_eq!(server.finish_one().await.lines[1], format!("MAIL FROM:<office@bo.gov.vn>{parameter}"), "{offers}");
    }
}

#[tokio::test]
async fn smtputf8_is_needed_for_an_address_only() {
    let server = Server::start(vec![[hello("8BITMIME"), vec![Do::Hold]].concat()], None);
    let connection = open(&relay(server.port, patient())).await.unwrap();
    let unicode = Envelope::new(&address("a@b.vn"), &address("họp@b.vn")).unwrap();
    let (connection, sent) = connection.send(&unicode, MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Check, "lacks SmtpUtf8", NotSent));
    assert_eq!(then(&fail), Then::Failed);
    assert!(!envelope().needs_utf8() && connection.is_some());
    drop(connection);
    assert_eq!(server.finish_one().await.lines.len(), 1);
}
