//! A flush over eight connections, killed again and again: nothing is lost, and only what was under way is sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::chance::{Chance, offices, say};
use super::ledger::outbox;
use super::office::{Doomed, Heard, Office};
use super::relay::{Relay, Taken};

const UNITS: usize = 400;
/// What one kill may make us send twice: 64 for each of the eight connections.
const REPEATS_MAX: usize = 64 * 8;

/// What was seen in a run.
#[derive(Default)]
struct Seen {
    kills: usize,
    messages: usize,
    /// Copies beyond the first of each message.
    repeats: usize,
    /// The most messages that one kill left taken but not recorded.
    worst: usize,
    /// The sum of these over all kills.
    under_way: usize,
    /// What flushes that came to their end sent again, and what they reported as possible repeats.
    repeated: usize,
    reported: usize,
}

/// An office, its relay, and what happened there.
struct Flushes {
    office: Office,
    relay: Relay,
    meetings: usize,
    /// Messages that are not sent, or not recorded as sent.
    waiting: usize,
    /// Those of them that the relay has.
    unrecorded: usize,
    seen: Seen,
}

impl Flushes {
    fn queue(&mut self) {
        self.meetings += 1;
        let id = self.office.done(&Office::registration(self.meetings).each_ref().map(String::as_str));
        self.office.done(&["meeting", "approve", id.trim()]);
        self.office.done(&["meeting", "issue", id.trim()]);
        self.waiting += UNITS;
    }

    /// Starts a flush and kills it after some messages and a little more. Tells whether it could be killed.
    fn kill_one(&mut self, chance: &mut Chance) -> bool {
        let enough = self.relay.copies() + chance.below(160);
        let rest = chance.moment(Duration::from_millis(4), Duration::from_millis(60));
        let mut process = Doomed::start(&mut self.office.command(&["flush", "--once"]));
        while !self.relay.wait_for(enough, Duration::from_millis(50)) && !process.has_ended() {}
        let late = process.hear(rest) == Heard::Late;
        let (status, _) = process.kill();
        self.look();
        if !late || status.code().is_some() {
            // It came to its end first: another time.
            return false;
        }
        self.seen.worst = self.seen.worst.max(self.unrecorded);
        self.seen.under_way += self.unrecorded;
        assert!(self.unrecorded <= REPEATS_MAX, "{} messages would be sent again", self.unrecorded);
        true
    }

    /// The store is sound, and what it calls sent was taken.
    fn look(&mut self) {
        self.office.assert_sound();
        let taken = self.relay.taken();
        (self.waiting, self.unrecorded) = (0, 0);
        for item in outbox(&self.office) {
            let id = item["message_id"].as_str().unwrap();
            match item["state"].as_str().unwrap() {
                "sent" => assert!(taken.contains_key(id), "{id} counts as sent, but the relay never had it"),
                "queued" => {
                    self.waiting += 1;
                    self.unrecorded += usize::from(taken.contains_key(id));
                }
                state => panic!("{id} is {state}"),
            }
        }
    }

    /// Lets a flush come to its end: what it reports as possible repeats holds all repeats that there were.
    fn finish(&mut self) {
        let before = self.relay.taken();
        let report = self.office.json(&["flush", "--once"]);
        let after = self.relay.taken();
        let number = |field: &str| usize::try_from(report[field].as_u64().unwrap_or_else(|| panic!("no {field}: {report}"))).unwrap();
        let repeated = before.iter().filter(|(id, taken)| after[*id].copies > taken.copies).count();
        assert_eq!((number("sent"), number("remaining")), (self.waiting, 0), "{report}");
        assert_eq!(repeated, self.unrecorded, "exactly what was taken without being recorded is sent again");
        assert!(repeated <= number("maybe_repeated"), "{repeated} repeats, but {report}");
        self.seen.reported += number("maybe_repeated");
        self.seen.repeated += repeated;
        self.look();
    }

    /// Kills so many flushes, then lets everything arrive.
    fn run(&mut self, kills: usize, chance: &mut Chance) {
        let mut done = 0;
        while done < kills {
            if self.waiting < 200 {
                self.queue();
            }
            done += usize::from(self.kill_one(chance));
            if chance.below(5) == 0 {
                self.finish();
            }
        }
        self.finish();
        let taken = self.relay.taken();
        assert_each_arrived(&outbox(&self.office), &taken);
        self.seen.kills += done;
        self.seen.messages += taken.len();
        self.seen.repeats += self.relay.copies() - taken.len();
    }
}

#[test]
fn a_killed_flush_loses_nothing_and_repeats_the_same_bytes() {
    let mut chance = Chance::new("flush");
    let mut seen = Seen::default();
    for kills in offices() {
        let relay = Relay::start();
        let office = Office::new(UNITS, relay.port);
        let mut flushes = Flushes { office, relay, meetings: 0, waiting: 0, unrecorded: 0, seen };
        flushes.run(kills, &mut chance);
        seen = flushes.seen;
    }
    let Seen { kills, messages, repeats, worst, under_way, repeated, reported } = seen;
    say(&format!(
        "flush: {kills} kills, {messages} messages, {repeats} repeats ({worst} by one kill at the worst, bound {REPEATS_MAX}); \
         flushes that came to their end sent {repeated} again and reported {reported}"
    ));
    assert!(repeats <= under_way, "{repeats} repeats, but only {under_way} were under way at the kills");
    assert!(repeats > 0 && reported > 0, "no kill met a message under way: nothing was proved");
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
