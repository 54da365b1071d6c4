//! A power cut cannot be played here; what can be seen is that the disk was waited for before each acknowledgement.

use std::path::Path;
use std::process::Stdio;

use super::chance::say;
use super::child::{Orders, under};
use super::office::Office;
use super::trace::{Call, Kind, overwritten, read, unproven};

const COMMITS: usize = 100;
/// The file of slots: so many are filled before the engine is given what they hold.
const HALF: usize = 8;
const SLOT_BYTES: usize = 128 * 1024;

/// What a process did that registered a hundred meetings.
fn traced(hands: usize, fault: Option<&str>) -> Vec<Call> {
    let strace = Path::new("/usr/bin/strace");
    assert!(strace.exists(), "strace is not installed: apt-get install strace");
    let office = Office::new(3, 1);
    let calls = "trace=write,pwrite64,writev,pwritev,pwritev2,fdatasync,fsync,sync_file_range,ftruncate,fallocate";
    let orders = Orders { hands, first: 1, meetings: COMMITS, units: 3, issue: false, serve: false };
    let mut command = under(strace, &["-f", "-y", "-s", "200000", "-e", calls, "-o", "trace"], &office, orders);
    command.envs(fault.map(|fault| ("LICHHOP_FAULT", fault)));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = std::fs::read_to_string(office.path().join("trace")).unwrap();
    let (log, slots) = (office.log(), office.log().with_file_name("slots"));
    read(&trace, &[slots.to_str().unwrap(), log.to_str().unwrap()])
}

fn count(calls: &[Call], matches: impl Fn(&Kind) -> bool) -> usize {
    calls.iter().filter(|call| matches(&call.kind)).count()
}

#[test]
fn the_disk_is_waited_for_before_each_acknowledgement() {
    let calls = traced(1, None);
    let acknowledged = count(&calls, |kind| matches!(kind, Kind::Said(line) if line.contains(" is ")));
    assert_eq!(acknowledged, COMMITS);
    assert_eq!(unproven(&calls), Vec::<String>::new());
    assert_eq!(overwritten(&calls, HALF, SLOT_BYTES), []);
    let refilled = count(&calls, |kind| matches!(kind, Kind::Wrote(0, Some(0), _)));
    assert!(refilled > 2, "the first slot was filled {refilled} times: too seldom to prove anything");
    let syncs = count(&calls, |kind| matches!(kind, Kind::Synced(_)));
    say(&format!("sync: {COMMITS} commits one by one, {syncs} syncs, each acknowledged behind one"));
}

#[test]
fn hands_that_wait_together_share_a_sync_and_each_has_one() {
    let calls = traced(8, None);
    assert_eq!(unproven(&calls), Vec::<String>::new());
    assert_eq!(overwritten(&calls, HALF, SLOT_BYTES), []);
    let syncs = count(&calls, |kind| matches!(kind, Kind::Synced(_)));
    say(&format!("sync: {COMMITS} commits of 8 hands, {syncs} syncs"));
    assert!(syncs < COMMITS, "{syncs} syncs for {COMMITS} commits of eight hands: nothing is grouped");
}

#[test]
fn without_its_sync_every_acknowledgement_is_unproven() {
    assert_eq!(unproven(&traced(1, Some("no-fdatasync"))).len(), COMMITS);
    assert_eq!(unproven(&traced(1, Some("no-write"))).len(), COMMITS);
}

#[test]
fn without_the_engines_flush_slots_are_overwritten_that_nothing_else_has_safe() {
    assert_ne!(overwritten(&traced(1, Some("no-flush")), HALF, SLOT_BYTES), []);
}
