//! Finding the relay and connecting to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lichhop::mail::driver::{Phase, Relay, Roots, Security};

use super::case::{Then, assert_before};
use super::server::Server;
use super::{MESSAGE, SHORT, accept, hello, kind, open_and_send, patient, quit, relay};

#[tokio::test]
async fn nobody_listens() {
    let port = {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        free.local_addr().unwrap().port()
    };
    let (_, sent) = open_and_send(&relay(port, patient()), MESSAGE).await;
    assert_before(&sent.unwrap_err(), Phase::Connect, "io", Then::Unreachable);
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
    assert_before(&sent.unwrap_err(), Phase::Connect, "timeout", Then::Unreachable);
}

#[tokio::test]
async fn a_name_that_nobody_has() {
    let mut limits = patient();
    limits.connect = SHORT;
    let nowhere = Relay::new("no-such-host.invalid", 25, Security::Plain, &Roots::Native).unwrap().with_limits(limits);
    let (_, sent) = open_and_send(&nowhere, MESSAGE).await;
    let fail = sent.unwrap_err();
    // Where no name server answers at all, it is the time that runs out.
    let why = kind(&fail.why);
    assert!(["io", "timeout"].contains(&why.as_str()), "{fail}");
    assert_before(&fail, Phase::Connect, &why, Then::Unreachable);
}

/// Of a name with several addresses the first that answers is taken: here nobody listens at the other one.
#[tokio::test]
async fn a_dead_address_does_not_hide_a_living_one() {
    let found: Vec<IpAddr> = tokio::net::lookup_host(("localhost", 25)).await.unwrap().map(|address| address.ip()).collect();
    let server = Server::start(vec![[hello(""), accept("ok"), quit()].concat()], None);
    let relay = Relay::new("localhost", server.port, Security::Plain, &Roots::Native).unwrap().with_limits(patient());
    let (kept, sent) = open_and_send(&relay, MESSAGE).await;
    assert_eq!(sent.unwrap().text, "ok", "{found:?}");
    kept.unwrap().quit().await;
    assert!(found.contains(&Ipv4Addr::LOCALHOST.into()) || found == [IpAddr::from(Ipv6Addr::LOCALHOST)]);
    server.finish_one().await;
}
