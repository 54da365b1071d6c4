//! Messages that arrive.

use lichhop::mail::driver::{Connection, Envelope, open};

use super::server::{Do, Server};
use super::{MESSAGE, accept, address, envelope, hello, patient, quit, relay};

async fn send(connection: Connection, message: &[u8]) -> (Connection, String) {
    let (kept, sent) = connection.send(&envelope(), message).await;
    let text = sent.unwrap().text;
    (kept.expect("an accepted message keeps the connection"), text)
}

#[tokio::test]
async fn several_messages_over_one_connection() {
    for pipelining in ["", "PIPELINING"] {
        let script = [hello(pipelining), accept("queued as A1"), accept("queued as A2"), accept("queued as A3"), quit()].concat();
        let server = Server::start(vec![script], None);
        let mut connection = open(&relay(server.port, patient())).await.unwrap();
        for number in 1..=3 {
            let (kept, text) = send(connection, MESSAGE).await;
            assert_eq!(text, format!("queued as A{number}"));
            connection = kept;
        }
        connection.quit().await;
        let heard = server.finish_one().await;
        let transaction = ["MAIL FROM:<office@bo.gov.vn>", "RCPT TO:<an@vu.gov.vn>", "DATA"];
        let mut lines = vec!["EHLO [127.0.0.1]"];
        lines.extend([transaction, transaction, transaction].concat());
        lines.push("QUIT");
        assert_eq!(heard.lines, lines);
        for body in &heard.bodies {
            assert_eq!(body, b"Subject: meeting\r\n\r\nat nine\r\n..\r\n...and bring\r\n.\r\n");
        }
        assert_eq!((heard.bodies.len(), heard.closed, heard.rest.len()), (3, true, 0));
    }
}

#[tokio::test]
async fn what_is_offered_is_used_only_when_needed() {
    let all = "size_0 8bitmime smtputf8";
    let unicode = Envelope::new(&address("office@bộ.vn"), &address("họp@vu.gov.vn")).unwrap();
    for (envelope, message, line) in [
        (envelope(), "a", "MAIL FROM:<office@bo.gov.vn> SIZE=3"),
        (envelope(), "họp", "MAIL FROM:<office@bo.gov.vn> SIZE=7 BODY=8BITMIME"),
        (unicode, "a", "MAIL FROM:<office@xn--b-8xm.vn> SIZE=3 SMTPUTF8"),
    ] {
        let server = Server::start(vec![[hello(all), accept("ok"), quit()].concat()], None);
        let connection = open(&relay(server.port, patient()).with_client_name("lich.bộ.vn").unwrap()).await.unwrap();
        let (kept, sent) = connection.send(&envelope, message.as_bytes()).await;
        sent.unwrap();
        kept.unwrap().quit().await;
        let heard = server.finish_one().await;
        assert_eq!(heard.lines[..2], ["EHLO lich.xn--b-8xm.vn", line]);
    }
}

#[tokio::test]
async fn a_large_message_arrives_whole() {
    let message = b".0123456789012345678901234567890123456789012345678901234567890123456789\r\n".repeat(40_000);
    let server = Server::start(vec![[hello("PIPELINING SIZE_10240000"), accept("ok"), accept("ok"), quit()].concat()], None);
    let connection = open(&relay(server.port, patient())).await.unwrap();
    assert_eq!(connection.size_limit(), Some(10_240_000));
    let (connection, _) = send(connection, &message).await;
    let (connection, _) = send(connection, MESSAGE).await;
    connection.quit().await;
    let heard = server.finish_one().await;
    assert_eq!(heard.bodies[0].len(), message.len() + 40_000 + 3);
    assert!(heard.bodies[0].starts_with(b"..0123"));
    assert!(heard.lines[1].ends_with(&format!(" SIZE={}", message.len())));
}

#[tokio::test]
async fn the_longest_line_passes() {
    let server = Server::start(vec![[hello(""), accept("ok"), accept("ok"), quit()].concat()], None);
    let connection = open(&relay(server.port, patient())).await.unwrap();
    let line = vec![b'.'; 998];
    let (connection, _) = send(connection, &line).await;
    let (connection, _) = send(connection, &[&line[..], b"\r\n"].concat()).await;
    connection.quit().await;
    let heard = server.finish_one().await;
    assert_eq!(heard.bodies[0].len(), 999 + 2 + 3);
    assert_eq!(heard.bodies[0], heard.bodies[1]);
}

#[tokio::test]
async fn a_relay_that_does_not_answer_quit_holds_nobody() {
    let server = Server::start(vec![[hello(""), vec![Do::Hear("QUIT"), Do::Hold]].concat()], None);
    let mut limits = patient();
    limits.quit = super::SHORT;
    let before = tokio::time::Instant::now();
    open(&relay(server.port, limits)).await.unwrap().quit().await;
    assert!(before.elapsed() < super::SHORT * 20);
    assert!(server.finish_one().await.closed);
}
