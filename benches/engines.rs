//! The store's engines beside each other, in one run: a commit with its sync, a batch of commits with one sync, opening,
//! and what the files weigh before and after everything in them was rewritten once.
//!
//! `cargo bench --features redb --bench engines`; `LICHHOP_BENCH_ENTRIES` for another number of entries.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on says so by a panic, and prints figures")]

use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use lichhop::store::Engine;
use lichhop::usecase::ports::{Commit, Direction, Format, Operation, Range, Store, Value};

const SINGLE: u64 = 1000;
const BATCHES: u64 = 200;
const BATCH: u64 = 16;
const VALUE_BYTES: usize = 400;

fn puts(keys: impl Iterator<Item = u64>, byte: u8) -> Commit {
    let value = Value { format: Format::Raw, schema: 1, bytes: vec![byte; VALUE_BYTES] };
    // Scattered, as identifiers are.
    let key = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().to_vec();
    Commit { checks: Vec::new(), operations: keys.map(|number| Operation::Put { key: key(number), value: value.clone() }).collect() }
}

fn fill(store: &dyn Store, entries: u64, byte: u8) {
    for start in (0..entries).step_by(100) {
        store.commit(&puts(start..entries.min(start + 100), byte)).unwrap();
        if start % 10_000 == 0 {
            store.sync().unwrap();
        }
    }
    store.sync().unwrap();
}

fn bytes(folder: &Path) -> u64 {
    let sizes = fs::read_dir(folder).unwrap().map(|found| found.unwrap().metadata().unwrap());
    sizes.filter(fs::Metadata::is_file).map(|found| found.len()).sum()
}

fn micros(mut times: Vec<Duration>) -> (u128, u128) {
    times.sort_unstable();
    (times[times.len() / 2].as_micros(), times[times.len() * 99 / 100].as_micros())
}

fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = call();
    (result, began.elapsed())
}

fn measure(engine: Engine, entries: u64) {
    let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let (store, _) = engine.open(dir.path()).unwrap();
    let ((), filled) = timed(|| fill(&*store, entries, 1));
    let first = bytes(dir.path());
    let durable = |keys: std::ops::Range<u64>, each: u64| {
        let commits = || keys.clone().step_by(usize::try_from(each).unwrap());
        let time = |start: u64| {
            let ((), time) = timed(|| {
                for number in start..start + each {
                    store.commit(&puts((number * 5)..(number * 5 + 5), 2)).unwrap();
                }
                store.sync().unwrap();
            });
            time
        };
        micros(commits().map(time).collect())
    };
    let single = durable(0..SINGLE, 1);
    let batch = durable(0..BATCHES * BATCH, BATCH);
    fill(&*store, entries, 3);
    let rewritten = bytes(dir.path());
    let (page, scanned) = timed(|| store.scan(&Range::prefix(b""), usize::MAX, Direction::Forward).unwrap());
    assert!(page.entries.len() as u64 >= entries);
    drop((page, store));
    let closed = bytes(dir.path());
    let (_, opened) = timed(|| engine.open(dir.path()).unwrap());
    let (_, again) = timed(|| engine.open(dir.path()).unwrap());
    println!("{engine:?}: {entries} entries of {VALUE_BYTES} bytes, made in {} ms", filled.as_millis());
    println!("  one commit of 5 entries + sync: median {} µs, p99 {} µs", single.0, single.1);
    println!("  {BATCH} commits of 5 entries + sync: median {} µs, p99 {} µs", batch.0, batch.1);
    println!("  bytes: made {first}, all rewritten once {rewritten}, closed {closed}");
    println!(
        "  scan of everything: {} ms; open after writes: {} ms, again: {} ms",
        scanned.as_millis(),
        opened.as_millis(),
        again.as_millis()
    );
}

fn main() {
    let entries = env::var("LICHHOP_BENCH_ENTRIES").map_or(100_000, |number| number.parse().unwrap());
    for engine in [Engine::Sled, Engine::Redb] {
        measure(engine, entries);
    }
}
