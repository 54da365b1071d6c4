//! A byte of the store's files is changed: what is answered is as before, or the damage is named.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lichhop::host::clock::request_id;
use lichhop::host::{Host, Options, answer};
use lichhop::wire::reply::{Answer, Reply};
use lichhop::wire::request::{AuditFilter, MeetingFilter, Request};

use super::House;

const BYTES: u64 = 500;

/// `SplitMix64`: the same places in every run.
fn chance(n: u64) -> u64 {
    let number = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number ^ (number >> 27)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// Changes one byte among those that say something: most of the room of a file is not used yet.
fn change_a_byte(folder: &Path, n: u64) -> (PathBuf, usize) {
    let files: Vec<(PathBuf, Vec<u8>)> = files(folder).into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect();
    let places = files
        .iter()
        .enumerate()
        .flat_map(|(file, (_, bytes))| bytes.iter().enumerate().filter(|(_, byte)| **byte != 0).map(move |(at, _)| (file, at)));
    let places: Vec<(usize, usize)> = places.collect();
    let (file, at) = places[usize::try_from(chance(2 * n) % places.len() as u64).unwrap()];
    let (path, mut bytes) = files.into_iter().nth(file).unwrap();
    bytes[at] ^= u8::try_from(chance(2 * n + 1) % 255 + 1).unwrap();
    fs::write(&path, bytes).unwrap();
    (path, at)
}

/// What a host says of everything; `None`: it names damage.
async fn told(options: Options, user: &str) -> Option<Vec<Reply>> {
    let host = Arc::new(tokio::task::spawn_blocking(move || Host::open(&options)).await.expect("no panic").ok()?);
    let ask = async |request| answer::answer(&host, user, request_id(), request).await;
    match ask(Request::Check).await {
        Ok(Answer::Checked(report)) if report.findings.is_empty() => {}
        Ok(_) | Err(_) => return None,
    }
    let mut replies = Vec::new();
    for request in [
        Request::UnitList,
        Request::MailboxList,
        Request::MeetingList(MeetingFilter::default()),
        Request::OutboxList { state: None },
        Request::AccountList,
        Request::AuditList(AuditFilter::default()),
    ] {
        replies.push(ask(request).await);
    }
    Some(replies)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_byte_changes_nothing_or_is_named() {
    let House { folder, client, target } = House::with("relay = \"maildir:mail\"\n").await;
    let user = match client.call(Request::AccountList).await.unwrap() {
        Answer::Accounts(accounts) => accounts[0].user.clone(),
        other => panic!("{other:?}"),
    };
    let house = House { folder, client, target };
    house.issued(&["CDA", "VPC"]).await;
    let House { folder, client, target } = house;
    let killed = folder.path().join("killed");
    copy(&target.state, &killed);
    client.close().await;
    let options = |state: PathBuf| Options { state, config: target.config.clone(), frozen: target.frozen, wait: Duration::ZERO };
    let before = told(options(target.state.clone()), &user).await.expect("it is sound");
    let (mut named, mut unchanged) = (0, 0);
    for n in 0..BYTES {
        let state = folder.path().join("damaged");
        let _ = fs::remove_dir_all(&state);
        // As it was closed, and as a kill would have left it.
        copy(if n.is_multiple_of(2) { &target.state } else { &killed }, &state);
        let (file, at) = change_a_byte(&state.join("store"), n);
        match told(options(state), &user).await {
            None => named += 1,
            Some(told) => {
                assert_eq!(told, before, "byte {at} of {}", file.display());
                unchanged += 1;
            }
        }
    }
    assert!(named > 0 && unchanged > 0, "{named} named, {unchanged} without consequence");
}
