//! To whom a relay is told to give back what it cannot deliver.

use std::sync::{Arc, Mutex};

use super::House;
use super::relay::FakeRelay;

const OFFICE: &str = "congthongtindientu-vhttdl@chinhphu.vn";

/// The senders that a relay hears, and the messages.
async fn flushed(receive: &str) -> (Vec<String>, Vec<String>, House) {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let own = heard.clone();
    let relay = FakeRelay::start(move |_, line| {
        let sender = line.strip_prefix("MAIL FROM:<").and_then(|rest| rest.split_once('>'));
        own.lock().unwrap().extend(sender.map(|(sender, _)| sender.to_owned()));
        None
    })
    .await;
    let house = House::with(&format!("relay = \"smtp://127.0.0.1:{}\"\nconnections = 1\n{receive}", relay.port)).await;
    house.issued(&["CDA", "VPC"]).await;
    assert_eq!(house.flush().await.tally.sent, 2);
    let senders = std::mem::take(&mut *heard.lock().unwrap());
    (senders, relay.taken().into_values().flatten().collect(), house)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_has_a_sender_of_its_own_if_that_is_configured() {
    let (mut senders, messages, house) = flushed("[receive]\nverp = true\n").await;
    senders.sort();
    for (sender, n) in senders.iter().zip(1..) {
        assert!(sender.starts_with(&format!("congthongtindientu-vhttdl+t1-{n}-")) && sender.ends_with("@chinhphu.vn"), "{senders:?}");
    }
    assert_eq!((senders.len(), messages.len()), (2, 2));
    for message in &messages {
        assert!(message.contains(&format!("<{OFFICE}>")) && !message.contains("vhttdl+t"), "{message}");
    }
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_the_sender_is_the_office() {
    let (senders, _, house) = flushed("").await;
    assert_eq!(senders, [OFFICE, OFFICE]);
    house.assert_sound().await;
}
