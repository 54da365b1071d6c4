//! The feed's memory is bounded, and it says so when it has forgotten.

use std::thread;
use std::time::Duration;

use lichhop::store::feed::{Feed, REMEMBERED_BYTES, REMEMBERED_COMMITS};
use lichhop::usecase::ports::{Changes, StoreError};

fn lags(feed: &Feed, since: u64) -> bool {
    matches!(feed.changes(b"", since, Duration::ZERO).unwrap(), Changes::Lagged { .. })
}

#[test]
fn the_feed_forgets_the_oldest_commits() {
    let feed = Feed::new(10);
    let last = 10 + REMEMBERED_COMMITS as u64 + 5;
    for rev in 11..=last {
        feed.publish(rev, vec![rev.to_be_bytes().to_vec()]);
    }
    assert!(lags(&feed, 9) && lags(&feed, 10) && lags(&feed, 14));
    let Changes::Keys { at, keys } = feed.changes(b"", 15, Duration::ZERO).unwrap() else { panic!("remembered") };
    assert_eq!((at, keys.len()), (last, REMEMBERED_COMMITS));
    assert_eq!(keys[0], 16_u64.to_be_bytes());
}

#[test]
fn large_commits_shorten_its_memory() {
    let feed = Feed::new(0);
    let large = |rev: u64| (0..100_u64).map(|key| [[key, rev].map(u64::to_be_bytes).concat(), vec![0; 496]].concat()).collect();
    for rev in 1..=500 {
        feed.publish(rev, large(rev));
    }
    let oldest = (0..500).find(|since| !lags(&feed, *since)).unwrap();
    let Changes::Keys { keys, .. } = feed.changes(b"", oldest, Duration::ZERO).unwrap() else { panic!("remembered") };
    let bytes: usize = keys.iter().map(Vec::len).sum();
    assert!(bytes <= REMEMBERED_BYTES && bytes > REMEMBERED_BYTES / 2, "{bytes} bytes are remembered");
}

#[test]
fn one_who_waits_through_too_much_lags() {
    let feed = Feed::new(0);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| feed.changes(b"wanted", 0, Duration::MAX).unwrap());
        // However far the waiter gets between two of them: in the end it is woken, or told that it lags.
        for rev in 1..=2 * REMEMBERED_COMMITS as u64 {
            feed.publish(rev, vec![b"other".to_vec()]);
        }
        feed.publish(2 * REMEMBERED_COMMITS as u64 + 1, vec![b"wanted".to_vec()]);
        match waiter.join().unwrap() {
            Changes::Keys { keys, .. } => assert_eq!(keys, [b"wanted"]),
            Changes::Lagged { at } => assert!(at > REMEMBERED_COMMITS as u64),
        }
    });
}

#[test]
fn a_failed_store_wakes_who_waits() {
    let feed = Feed::new(0);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| feed.changes(b"", 0, Duration::MAX));
        feed.fail("the disk went away");
        assert_eq!(waiter.join().unwrap(), Err(StoreError::Unknown("the disk went away".into())));
    });
    feed.fail("again");
    assert_eq!(feed.changes(b"", 0, Duration::ZERO), Err(StoreError::Unknown("the disk went away".into())));
}
