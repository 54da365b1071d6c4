//! Records that are not what the program would write, each with a checksum that holds: `check` names them.

use std::path::Path;

use lichhop::store::{Engine, LocalStore};
use lichhop::usecase::keys;
use lichhop::usecase::ports::{Commit, Direction, Entry, Format, Operation, Range, Store as _, Value};
use serde_json::Value as Json;

use super::Base::Closed;
use super::Ends::{Found, Refused, Told, Whole};
use super::{Case, Ends};

/// Changes the records of a state directory behind the program's back.
fn records(state: &Path, harm: impl FnOnce(&LocalStore) -> Vec<Operation>) {
    let (local, _) = LocalStore::open(state, Engine::default()).unwrap();
    let operations = harm(&local);
    assert!(!operations.is_empty());
    local.commit(&Commit { checks: Vec::new(), operations }).unwrap();
    local.sync().unwrap();
}

fn under(local: &LocalStore, prefix: &[u8]) -> Vec<Entry> {
    let entries = local.scan(&Range::prefix(prefix), usize::MAX, Direction::Forward).unwrap().entries;
    assert!(!entries.is_empty(), "nothing under {}", prefix.escape_ascii());
    entries
}

fn first(local: &LocalStore, prefix: &[u8]) -> Entry {
    under(local, prefix).swap_remove(0)
}

fn delete(entry: &Entry) -> Operation {
    Operation::Delete { key: entry.key.clone() }
}

fn put(key: &[u8], value: Value) -> Operation {
    Operation::Put { key: key.to_vec(), value }
}

/// The same record with another value in one place.
fn with(entry: &Entry, change: impl FnOnce(&mut Json)) -> Operation {
    let mut json: Json = serde_json::from_slice(&entry.value.bytes).unwrap();
    change(&mut json);
    put(&entry.key, Value { bytes: serde_json::to_vec(&json).unwrap(), ..entry.value.clone() })
}

fn raw(bytes: &[u8]) -> Value {
    Value { format: Format::Json, schema: 1, bytes: bytes.to_vec() }
}

/// The same entry of the index of days with other bytes.
fn day(local: &LocalStore, change: impl FnOnce(&mut Vec<u8>)) -> Operation {
    let mut entry = first(local, keys::HELD);
    change(&mut entry.value.bytes);
    put(&entry.key, entry.value)
}

fn removed(state: &Path, prefix: &[u8]) {
    records(state, |local| vec![delete(&first(local, prefix))]);
}

fn case(name: &'static str, harm: fn(&Path), ends: Ends) -> Case {
    Case { name, base: Closed, harm, ends }
}

fn counter(local: &LocalStore) -> Entry {
    under(local, keys::COUNTER)
        .into_iter()
        .find(|entry| entry.key.ends_with(b"GM-BTN") || entry.key.windows(2).any(|two| two == b"GM"))
        .unwrap()
}

/// Two entries of the chain under each other's keys.
fn reordered(state: &Path) {
    records(state, |local| {
        let entries = under(local, keys::AUDIT);
        let (one, other) = (&entries[3], &entries[4]);
        vec![put(&one.key, other.value.clone()), put(&other.key, one.value.clone())]
    });
}

fn indexes() -> Vec<Case> {
    vec![
        case("an index key removed", |state| removed(state, keys::INDEX), Found(&["Index x/"])),
        case("a due message's key removed", |state| removed(state, keys::DUE), Found(&["Index q/"])),
        case(
            "an index key added",
            |state| records(state, |_| vec![put(b"x/mailboxes/VP/nobody@chinhphu.vn", raw(b"null"))]),
            Found(&["Index x/mailboxes/VP/nobody@chinhphu.vn"]),
        ),
        case(
            "a day's entry that says nothing",
            |state| records(state, |local| vec![day(local, Vec::clear)]),
            Found(&["Index x/held/20160505/1400/LH-2016-0001: what"]),
        ),
        case(
            "a day's entry that says another hour",
            |state| records(state, |local| vec![day(local, |bytes| bytes[8] ^= 1)]),
            Found(&["Index x/held/20160505/1400/LH-2016-0001: what"]),
        ),
        case(
            "a day's entry that says another place",
            |state| records(state, |local| vec![day(local, |bytes| *bytes.last_mut().unwrap() ^= 1)]),
            Found(&["Index x/held/20160505/1400/LH-2016-0001: what"]),
        ),
        case(
            "a counter raised",
            |state| records(state, |local| vec![put(&counter(local).key, raw(b"7"))]),
            Found(&["Series", "from 1 to 7"]),
        ),
        case("a counter removed", |state| records(state, |local| vec![delete(&counter(local))]), Found(&["Series", "from 1 to 0"])),
        case("a counter that is no number", |state| records(state, |local| vec![put(&counter(local).key, raw(b"\"x\""))]), Found(&["n/"])),
    ]
}

fn chain() -> Vec<Case> {
    vec![
        case(
            "an audit entry removed",
            |state| records(state, |local| vec![delete(&under(local, keys::AUDIT)[3])]),
            Found(&["Audit entry 4", "missing"]),
        ),
        case(
            "an audit entry changed",
            |state| records(state, |local| vec![with(&under(local, keys::AUDIT)[3], |json| json["actor"] = "nobody".into())]),
            Found(&["Audit entry 4", "own hash"]),
        ),
        case("two audit entries in each other's place", reordered, Found(&["Audit entry 4", "Audit entry 5"])),
        case(
            "the last audit entry removed",
            |state| records(state, |local| vec![delete(under(local, keys::AUDIT).last().unwrap())]),
            Found(&["Audit"]),
        ),
        case("the end of the chain removed", |state| removed(state, keys::CHAIN), Found(&["audit chain ends"])),
        case("a version removed", |state| removed(state, b"h/meeting/LH-2016-0001/"), Found(&["versions"])),
        case(
            "a version changed",
            |state| records(state, |local| vec![with(&first(local, b"h/meeting/LH-2016-0001/"), |json| json["by"] = "nobody".into())]),
            Found(&["versions"]),
        ),
    ]
}

fn values() -> Vec<Case> {
    vec![
        case(
            "a meeting changed without a version",
            |state| records(state, |local| vec![with(&first(local, keys::MEETING), |json| json["title"] = "Họp khác".into())]),
            Found(&["Record meeting/LH-2016-0001"]),
        ),
        case("a meeting removed", |state| removed(state, keys::MEETING), Found(&["LH-2016-0001"])),
        case("a unit removed", |state| removed(state, b"u/DV77"), Found(&["DV77"])),
        case("a meeting that is none", |state| records(state, |_| vec![put(b"m/LH-2016-0001", raw(b"{}"))]), Found(&["m/LH-2016-0001"])),
        case("a unit that is no JSON", |state| records(state, |_| vec![put(b"u/DV77", raw(b"{"))]), Found(&["u/DV77"])),
        case("a message removed", |state| removed(state, keys::MESSAGE), Found(&["Dispatch T1", "bytes: 1,", "should be 2"])),
        case("an item of the outbox removed", |state| removed(state, keys::ITEM), Found(&["Dispatch T1", "outbox: 1,", "should be 2"])),
        case(
            "a value of a newer program",
            |state| records(state, |_| vec![put(b"u/DV77", Value { schema: 999, ..raw(b"{}") })]),
            Found(&["u/DV77", "newer program"]),
        ),
        case(
            "a draft that is none",
            |state| records(state, |_| vec![put(&keys::draft("root", "meeting"), raw(b"[]"))]),
            Found(&["f/root"]),
        ),
        case(
            "a draft in another's place",
            |state| {
                records(state, |_| {
                    let draft = br#"{"form":"meeting/new","fields":[],"at":"2016-05-02T01:00:00Z"}"#;
                    vec![put(&keys::draft("root", "elsewhere"), raw(draft))]
                });
            },
            Found(&["f/root"]),
        ),
        case("the store's own facts removed", |state| removed(state, keys::META), Told(&["s/meta"])),
        case("the store's own facts not to be read", |state| records(state, |_| vec![put(keys::META, raw(b"7"))]), Told(&["s/meta"])),
        case(
            "a store of a newer program",
            |state| records(state, |local| vec![with(&first(local, keys::META), |json| json["schema"] = 999.into())]),
            Refused(78, &["999", "newer"]),
        ),
        case("nothing", |_| (), Whole),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [indexes(), chain(), values()].into_iter().flatten().collect()
}
