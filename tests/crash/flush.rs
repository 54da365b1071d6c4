//! A flush over eight connections, killed again and again: nothing is lost, and only what was under way is sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::chance::{Chance, rounds, say};
use super::ledger::outbox;
use super::office::{Doomed, Heard, Office};
use super::relay::{Relay, Taken};

const UNITS: usize = 400;
/// What one kill may make us send twice: 64 for each of the eight connections.
const REPEATS_MAX: usize = 64 * 8;

struct Flushes {
    office: Office,
    relay: Relay,
    meetings: usize,
    kills: usize,
    /// The most messages that one kill left taken but not recorded.
    worst: usize,
    /// The sum of these over all kills.
    under_way: usize,
    reported: usize,
    repeated: usize,
}

impl Flushes {
    fn queue(&mut self) {
        self.meetings += 1;
        let id = self.office.done(&Office::registration(self.meetings).each_ref().map(String::as_str));
        self.office.done(&["meeting", "approve", id.trim()]);
        self.office.done(&["meeting", "issue", id.trim()]);
    }

    /// Starts a flush and kills it after some messages and a little more.
    fn kill_one(&mut self, chance: &mut Chance) {
        let enough = self.relay.copies() + chance.below(160);
        let rest = chance.moment(Duration::from_millis(4), Duration::from_millis(60));
        let mut process = Doomed::start(&mut self.office.command(&["flush", "--once"]));
        while !self.relay.wait_for(enough, Duration::from_millis(50)) && !process.has_ended() {}
        if process.hear(rest) != Heard::Late {
            // It came to its end first: no kill, another time.
            return;
        }
        process.kill();
        self.kills += 1;
        let (unrecorded, _) = self.compare();
        self.worst = self.worst.max(unrecorded);
        self.under_way += unrecorded;
        assert!(unrecorded <= REPEATS_MAX, "{unrecorded} messages would be sent again");
    }

    /// The store is sound, and what it calls sent was taken. Gives what was taken without being recorded, and what waits.
    fn compare(&self) -> (usize, usize) {
        self.office.assert_sound();
        let taken = self.relay.taken();
        let mut waiting = 0;
        let mut unrecorded = 0;
        for item in outbox(&self.office) {
            let id = item["message_id"].as_str().unwrap();
            match item["state"].as_str().unwrap() {
                "sent" => assert!(taken.contains_key(id), "{id} counts as sent, but the relay never had it"),
                "queued" => {
                    waiting += 1;
                    unrecorded += usize::from(taken.contains_key(id));
                }
                state => panic!("{id} is {state}"),
            }
        }
        (unrecorded, waiting)
    }

    /// Lets a flush come to its end: what it reports as possible repeats holds all repeats that there were.
    fn finish(&mut self) {
        let (unrecorded, waiting) = self.compare();
        let before = self.relay.taken();
        let report = self.office.json(&["flush", "--once"]);
        let after = self.relay.taken();
        let number = |field: &str| usize::try_from(report[field].as_u64().unwrap_or_else(|| panic!("no {field}: {report}"))).unwrap();
        let repeated = before.iter().filter(|(id, taken)| after[*id].copies > taken.copies).count();
        assert_eq!((number("sent"), number("remaining")), (waiting, 0), "{report}");
        assert_eq!(repeated, unrecorded, "exactly what was taken without being recorded is sent again");
        assert!(repeated <= number("maybe_repeated"), "{repeated} repeats, but {report}");
        self.reported += number("maybe_repeated");
        self.repeated += repeated;
    }
}

#[test]
fn a_killed_flush_loses_nothing_and_repeats_the_same_bytes() {
    let mut chance = Chance::new("flush");
    let relay = Relay::start();
    let office = Office::new(UNITS, relay.port);
    let mut flushes = Flushes { office, relay, meetings: 0, kills: 0, worst: 0, under_way: 0, reported: 0, repeated: 0 };
    while flushes.kills < rounds() {
        let (_, waiting) = flushes.compare();
        if waiting < 200 {
            flushes.queue();
        }
        flushes.kill_one(&mut chance);
        if chance.below(5) == 0 {
            flushes.finish();
        }
    }
    flushes.finish();
    let items = outbox(&flushes.office);
    let taken = flushes.relay.taken();
    assert_each_arrived(&items, &taken);
    let copies: usize = taken.values().map(|taken| taken.copies).sum();
    let repeats = copies - taken.len();
    say(&format!(
        "flush: {} kills, {} messages, {repeats} repeats ({:.1} a kill, {} at the worst, bound {REPEATS_MAX}); flushes that came \
         to their end sent {} again and reported {}",
        flushes.kills,
        taken.len(),
        repeats as f64 / flushes.kills as f64,
        flushes.worst,
        flushes.repeated,
        flushes.reported
    ));
    assert!(repeats <= flushes.under_way, "{repeats} repeats, but only {} were under way at the kills", flushes.under_way);
    assert!(repeats > 0 && flushes.reported > 0, "no kill met a message under way: nothing was proved");
}

fn assert_each_arrived(items: &[Value], taken: &BTreeMap<String, Taken>) {
    let mut ids = BTreeSet::new();
    for item in items {
        let id = item["message_id"].as_str().unwrap();
        assert_eq!(item["state"], "sent", "{item}");
        assert!(taken.contains_key(id), "{id} never arrived");
        ids.insert(id);
    }
    assert_eq!(ids.len(), taken.len(), "the relay has messages that the outbox does not know");
    for (id, taken) in taken {
        assert_eq!(taken.different, 0, "{id}: a repeat had other bytes");
    }
}
