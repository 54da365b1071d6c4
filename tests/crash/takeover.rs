//! Several processes on one store, of which the host is killed again and again: another takes its place, what it was asked goes
//! on, and nothing is done twice.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use super::chance::{Chance, offices, say};
use super::child::{Orders, command};
use super::ledger::Ledger;
use super::office::{Doomed, Heard, Office};

const UNITS: usize = 5;
/// Processes at once, each with so many hands.
const PROCESSES: usize = 4;
const HANDS: usize = 2;
/// More than a process ever comes to register.
const MEETINGS: usize = 500;
const PATIENCE: Duration = Duration::from_mins(1);
/// So long one is listened to before the next.
const TURN: Duration = Duration::from_millis(1);

struct Crowd {
    office: Office,
    processes: BTreeMap<u32, Doomed>,
    begun: usize,
}

impl Crowd {
    fn new() -> Self {
        let mut crowd = Self { office: Office::new(UNITS, 1), processes: BTreeMap::new(), begun: 0 };
        for _ in 0..PROCESSES {
            crowd.join();
        }
        crowd
    }

    /// One more process, with numbers that none had before.
    fn join(&mut self) {
        let first = 1 + self.begun * MEETINGS;
        self.begun += 1;
        let orders = Orders { hands: HANDS, first, meetings: MEETINGS, units: UNITS, issue: true, serve: true };
        let process = Doomed::start(&mut command(&self.office, orders));
        self.processes.insert(process.id(), process);
    }

    /// Listens to everybody in turn; waits a moment for those who say nothing. Gives how much was acknowledged.
    fn listen(&self, ledger: &mut Ledger) -> usize {
        let mut heard = 0;
        for process in self.processes.values() {
            let mut wait = TURN;
            while let Heard::Line(line) = process.hear(wait) {
                heard += usize::from(ledger.note(&line));
                wait = Duration::ZERO;
            }
        }
        heard
    }

    /// Listens to everybody until the time is over.
    fn listen_so_long(&self, time: Duration, ledger: &mut Ledger) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            self.listen(ledger);
        }
    }

    /// Listens until so much was acknowledged.
    fn listen_for(&mut self, count: usize, ledger: &mut Ledger) {
        let begun = Instant::now();
        let mut heard = 0;
        while heard < count {
            heard += self.listen(ledger);
            assert!(begun.elapsed() < PATIENCE, "nobody goes on");
            for process in self.processes.values_mut() {
                assert!(!process.has_ended(), "one of them has ended");
            }
        }
    }

    /// The process that holds the store.
    fn host(&self) -> Option<u32> {
        let holder = fs::read_to_string(self.office.path().join("state/lock")).ok()?.trim().parse().ok()?;
        self.processes.contains_key(&holder).then_some(holder)
    }
}

#[test]
fn when_the_host_is_killed_the_others_go_on() {
    let mut chance = Chance::new("takeover");
    let (mut kills, mut acknowledged, mut unsaid) = (0, 0, 0);
    for rounds in offices() {
        let (mut crowd, mut ledger) = (Crowd::new(), Ledger::default());
        for _ in 0..rounds {
            crowd.listen_for(1 + chance.below(30), &mut ledger);
            crowd.listen_so_long(chance.moment(Duration::from_millis(6), Duration::from_millis(60)), &mut ledger);
            // It may be between two hosts.
            let Some(host) = crowd.host() else { continue };
            for line in crowd.processes.remove(&host).unwrap().kill().1 {
                ledger.note(&line);
            }
            kills += 1;
            crowd.join();
        }
        // Those who are left were never told of an error.
        crowd.listen_for(20, &mut ledger);
        for process in std::mem::take(&mut crowd.processes).into_values() {
            for line in process.kill().1 {
                ledger.note(&line);
            }
        }
        crowd.office.assert_sound();
        // What each hand of a process that was killed had under way.
        ledger.compare(&crowd.office, UNITS, (rounds + PROCESSES) * HANDS);
        acknowledged += ledger.acknowledged;
        unsaid += ledger.unsaid;
    }
    say(&format!(
        "takeover: {kills} hosts killed among {PROCESSES} processes; {acknowledged} acknowledgements, all there; {unsaid} steps unsaid"
    ));
    assert!(kills > 0);
}
