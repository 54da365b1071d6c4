//! The writer's group commit, killed while eight hands wait for it; and the proof that a missing flush would be noticed.

use std::time::{Duration, Instant};

use super::chance::{Chance, offices, say};
use super::child::{Orders, command};
use super::ledger::Ledger;
use super::office::{Doomed, Heard, Office};

const UNITS: usize = 20;
/// More than a child ever comes to register.
const MEETINGS: usize = 80;
const PATIENCE: Duration = Duration::from_mins(1);

/// What was seen in a run.
#[derive(Default)]
struct Seen {
    kills: usize,
    /// Kills before anything was acknowledged.
    empty: usize,
    acknowledged: usize,
    unsaid: usize,
}

/// Kills an office's host so often.
fn kill(office: &Office, kills: usize, chance: &mut Chance, seen: &mut Seen) {
    let mut ledger = Ledger::default();
    for kill in 0..kills {
        // Numbers that no child before had: a meeting entered twice would be refused as a conflict with itself.
        let orders = Orders { hands: 8, first: 1 + kill * MEETINGS, meetings: MEETINGS, units: UNITS, issue: true, serve: false };
        let process = Doomed::start(&mut command(office, orders));
        let (enough, rest) = (chance.below(120), chance.moment(Duration::from_millis(6), Duration::from_millis(60)));
        let before = ledger.acknowledged;
        while ledger.acknowledged < before + enough {
            match process.hear(PATIENCE) {
                Heard::Line(line) => ledger.note(&line),
                other => panic!("the child stopped working: {other:?}"),
            };
        }
        let mut heard = wait(&process, rest);
        heard.extend(process.kill().1);
        for line in &heard {
            ledger.note(line);
        }
        seen.empty += usize::from(ledger.acknowledged == before);
        office.assert_sound();
        ledger.compare(office, UNITS, orders.hands);
    }
    seen.kills += kills;
    seen.acknowledged += ledger.acknowledged;
    seen.unsaid += ledger.unsaid;
}

#[test]
fn what_the_writer_acknowledged_outlives_the_process() {
    let mut chance = Chance::new("writer");
    let mut seen = Seen::default();
    for kills in offices() {
        kill(&Office::new(UNITS, 1), kills, &mut chance, &mut seen);
    }
    let Seen { kills, empty, acknowledged, unsaid } = seen;
    say(&format!(
        "writer: {kills} kills, {empty} of them before the first acknowledgement; {acknowledged} acknowledgements, all there; \
         {unsaid} steps that were done and not said any more"
    ));
    assert!(acknowledged > kills, "too little was acknowledged to prove anything");
}

/// Listens for exactly so long.
fn wait(process: &Doomed, time: Duration) -> Vec<String> {
    let end = Instant::now() + time;
    let next = || match process.hear(end.saturating_duration_since(Instant::now())) {
        Heard::Line(line) => Some(line),
        Heard::End | Heard::Late => None,
    };
    std::iter::from_fn(next).collect()
}

/// Registers so many meetings one after the other, is killed while it stands still, and tells what the next start says.
fn killed_at_rest(meetings: usize, fault: Option<&str>) -> Result<(), String> {
    let office = Office::new(3, 1);
    let orders = Orders { hands: 1, first: 1, meetings, units: 3, issue: false, serve: false };
    let mut child = command(&office, orders);
    child.envs(fault.map(|fault| ("LICHHOP_FAULT", fault)));
    let process = Doomed::start(&mut child);
    let mut acknowledged = Vec::new();
    loop {
        match process.hear(PATIENCE) {
            Heard::Line(line) if line == "all done" => break,
            Heard::Line(line) => acknowledged.extend(line.split(' ').next().filter(|id| id.starts_with("LH-")).map(str::to_owned)),
            other => panic!("the child stopped working: {other:?}"),
        }
    }
    process.kill();
    assert_eq!(acknowledged.len(), meetings);
    let look = office.run(&["check"]);
    if look.code != Some(0) {
        return Err(look.err);
    }
    let there = office.done(&["meeting", "list"]);
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !there.contains(id.as_str())).collect();
    if lost.is_empty() { Ok(()) } else { Err(format!("lost without a word: {lost:?}")) }
}

#[test]
fn without_its_writes_the_loss_is_noticed_each_time() {
    for meetings in [1, 2, 7, 30] {
        assert_eq!(killed_at_rest(meetings, None), Ok(()), "nothing is lost with the writes in place");
        let noticed = killed_at_rest(meetings, Some("no-write")).expect_err("commits that were never written cannot be there");
        assert!(noticed.contains("the store ends at revision"), "the loss is not named: {noticed}");
        say(&format!("writer without writes, {meetings} meetings: {}", noticed.lines().next().unwrap_or_default()));
    }
}
