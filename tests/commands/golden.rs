//! Stores that older programs wrote: each is brought to the present schema when it is opened, and shows what it showed then.
//!
//! A folder for each schema: `store` (sled's files), `backup.lichhop` (a backup of it), and what the program that wrote them
//! printed of it with `--json`; since 5, a message that it had queued.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lichhop::domain::account::{Account, Role};
use lichhop::host::clock::{FrozenClock, SystemRandom};
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::{Engine, FileStore as _, LocalStore, SledStore};
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::{Check, Commit, Operation, Store as _};
use serde_json::Value;

use super::{House, json};

/// The schemas that are behind us.
const OLDER: [u32; 5] = [1, 2, 3, 5, 6];
/// The instant at which the program that wrote them stood, and the office it worked for.
const THEN: &str = "2027-05-03T09:00:00+07:00";

fn golden(schema: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/store/golden/schema-{schema}"))
}

fn then() -> House {
    let house = House { now: Some(THEN), lang: "en", ..House::new() };
    fs::create_dir_all(house.config().parent().unwrap()).unwrap();
    fs::write(house.config(), "[workflow]\napprove_own = true\n").unwrap();
    house
}

/// A state directory with an older store.
fn older(schema: u32) -> House {
    let house = then();
    let store = house.state().join("store");
    fs::create_dir_all(store.join("blobs")).unwrap();
    for file in fs::read_dir(golden(schema).join("store")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), store.join(file.file_name())).unwrap();
    }
    house
}

/// Lets whoever runs this test look at a store whose administrator was `root`.
fn let_in(house: &House) {
    let user = lichhop::host::identity::current_user();
    if user == "root" {
        return;
    }
    let (store, _) = LocalStore::open(&house.state(), Engine::default()).unwrap();
    let around = Surroundings {
        store: Arc::new(store),
        rules: Arc::new(lichhop::config::defaults().rules),
        clock: Arc::new(FrozenClock(THEN.parse().unwrap())),
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    };
    let mut desk = Desk::open(around).unwrap();
    let mut change = desk.change("root", "account.grant", user.clone());
    change.put(None, &Account { user, role: Role::Admin, units: vec![], revoked: false }).unwrap();
    desk.commit(change).unwrap();
    desk.store().sync().unwrap();
}

/// What is shown is what was shown then; fields may have come since.
fn shows_what_it_showed(house: &House, schema: u32) {
    for list in ["unit list", "mailbox list", "meeting list", "outbox list", "account list", "audit list"] {
        let expected = json(&fs::read_to_string(golden(schema).join(format!("{}.json", list.replace(' ', "-")))).unwrap());
        let found = house.json(&list.split(' ').collect::<Vec<_>>());
        let (expected, mut found) = (expected.as_array().unwrap(), found.as_array().unwrap().clone());
        if list == "account list" {
            found.retain(|account| expected.iter().any(|known| known["user"] == account["user"]));
        }
        // The audit goes on.
        assert!(found.len() == expected.len() || list == "audit list" && found.len() > expected.len(), "{list}");
        for (expected, found) in expected.iter().zip(&found) {
            for (field, value) in expected.as_object().unwrap() {
                assert_eq!(&found[field], value, "{list}: {field}");
            }
        }
    }
}

/// The steps from a schema to the present one.
fn to_the_present(schema: u32) -> Vec<&'static str> {
    let first = match schema {
        1 => "1 → 4",
        2 => "2 → 4",
        3 => "3 → 4",
        5 => return vec!["5 → 6", "6 → 7"],
        _ => return vec!["6 → 7"],
    };
    vec![first, "4 → 5", "5 → 6", "6 → 7"]
}

#[test]
fn a_message_that_an_older_program_queued_is_sent_as_it_composed_it() {
    for schema in [5, 6] {
        let house = older(schema);
        let_in(&house);
        let message = house.ok(&["meeting", "invitation", "LH-2027-0004", "--format", "eml"]);
        assert!(message.as_bytes() == fs::read(golden(schema).join("message.eml")).unwrap());
    }
}

#[test]
fn an_older_store_is_brought_to_the_present_and_shows_what_it_showed() {
    for schema in OLDER {
        let house = older(schema);
        let_in(&house);
        shows_what_it_showed(&house, schema);
        house.ok(&["check"]);
        let last = house.json(&["audit", "list", "--action", "store.migrate"]);
        let steps: Vec<&str> = last.as_array().unwrap().iter().map(|entry| entry["object"].as_str().unwrap()).collect();
        assert_eq!(steps, to_the_present(schema));
        // Before that a backup was made, which is taken back by this program too.
        let backup = house.state().join(format!("backups/before-schema-{}.lichhop", schema + 1));
        let other = house.name("other");
        house.ok(&["--data", &other, "restore", backup.to_str().unwrap()]);
        house.ok(&["--data", &other, "check"]);
        // Once is enough.
        house.ok(&["meeting", "list"]);
        assert_eq!(house.json(&["audit", "list", "--action", "store.migrate"]), last);
        // What waits is found by its state.
        let waiting = |state: &str| house.json(&["meeting", "list", "--state", state]).as_array().unwrap().len();
        assert_eq!(["draft", "submitted", "approved", "issued"].map(waiting), [1, 1, 1, 1]);
        // What is in whose way is found by the days, as it was by everything.
        let all = house.json(&["meeting", "list"]);
        assert!(all.as_array().unwrap().iter().any(|meeting| meeting["conflicts"] != Value::Array(vec![])));
        for meeting in all.as_array().unwrap() {
            let shown = house.json(&["meeting", "show", meeting["id"].as_str().unwrap()]);
            assert_eq!(shown["conflicts"], meeting["conflicts"]);
        }
    }
}

#[test]
fn a_backup_of_an_older_store_is_taken_back() {
    for schema in OLDER {
        let house = then();
        house.ok(&["restore", golden(schema).join("backup.lichhop").to_str().unwrap()]);
        let_in(&house);
        shows_what_it_showed(&house, schema);
        house.ok(&["check"]);
        house.ok(&["audit", "verify"]);
    }
}

#[test]
fn a_store_of_a_newer_program_is_refused_and_left_as_it_is() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    let folder = house.state().join("store");
    let standing = {
        let (store, _) = SledStore::open(&folder).unwrap();
        let mut meta = store.get(b"s/meta").unwrap().unwrap();
        let mut value: Value = serde_json::from_slice(&meta.value.bytes).unwrap();
        value["schema"] = 999.into();
        meta.value.bytes = serde_json::to_vec(&value).unwrap();
        let checks = vec![Check { key: meta.key.clone(), rev: meta.rev }];
        store.commit(&Commit { checks, operations: vec![Operation::Put { key: meta.key, value: meta.value }] }).unwrap();
        store.sync().unwrap();
        store.standing()
    };
    for args in [&["week"][..], &["check"], &["backup", "b.lichhop"], &["init"]] {
        house.refused(78, args, &["999"]);
    }
    assert_eq!(SledStore::open(&folder).unwrap().0.standing(), standing);
}
