//! Real commands, one after the other, each of which may be the last: registering, approving, issuing.

use std::time::{Duration, Instant};

use super::chance::{Chance, offices, say};
use super::ledger::{Ledger, Stage};
use super::office::{Doomed, Heard, Office};

const UNITS: usize = 20;

/// What is done next: the oldest meeting that is not issued goes on, or a new one is registered.
fn next(ledger: &Ledger, chance: &mut Chance) -> Vec<String> {
    let open = ledger.known.iter().find(|(_, stage)| !matches!(stage, Stage::Issued(_)));
    let word = str::to_owned;
    match open {
        Some((id, stage)) if chance.below(4) > 0 => {
            let verb = if *stage == Stage::Submitted { "approve" } else { "issue" };
            vec![word("meeting"), word(verb), id.clone()]
        }
        _ => Office::registration(ledger.known.len() + 1).to_vec(),
    }
}

/// Runs one command and notes what it acknowledges. `Some`: it is killed after so long. Tells whether the kill met it.
fn run(office: &Office, args: &[String], kill_after: Option<Duration>, ledger: &mut Ledger) -> bool {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let process = Doomed::start(&mut office.command(&args));
    let mut heard = Vec::new();
    let end = Instant::now() + kill_after.unwrap_or(Duration::from_mins(1));
    while let Heard::Line(line) = process.hear(end.saturating_duration_since(Instant::now())) {
        heard.push(line);
    }
    let (status, unheard) = match kill_after {
        Some(_) => process.kill(),
        None => process.wait(),
    };
    heard.extend(unheard);
    let noted = heard.iter().filter(|line| ledger.note(line)).count();
    let killed = status.code().is_none();
    assert!(kill_after.is_some() || (status.code(), noted) == (Some(0), 1), "{args:?}: {status}, {heard:?}");
    assert!(noted <= 1, "{args:?} acknowledged twice: {heard:?}");
    killed
}

/// What was seen in a run.
#[derive(Default)]
struct Seen {
    kills: usize,
    /// Kills between the acknowledgement and the end of the process.
    late: usize,
    acknowledged: usize,
    unsaid: usize,
}

/// Kills so many commands in an office.
fn kill(office: &Office, kills: usize, chance: &mut Chance, seen: &mut Seen) {
    let mut ledger = Ledger::default();
    let (mut done, mut longest) = (0, Duration::from_millis(40));
    while done < kills {
        for _ in 0..chance.below(4) {
            let begun = Instant::now();
            run(office, &next(&ledger, chance), None, &mut ledger);
            longest = longest.max(begun.elapsed().min(Duration::from_millis(200)));
        }
        let (args, before) = (next(&ledger, chance), ledger.acknowledged);
        let time = chance.time(longest);
        let killed = run(office, &args, Some(time), &mut ledger);
        done += usize::from(killed);
        seen.late += usize::from(killed && ledger.acknowledged > before);
        office.assert_sound();
        ledger.compare(office, UNITS, 1);
    }
    seen.kills += done;
    seen.acknowledged += ledger.acknowledged;
    seen.unsaid += ledger.unsaid;
}

#[test]
fn what_a_command_printed_outlives_its_process() {
    let mut chance = Chance::new("commands");
    let mut seen = Seen::default();
    for kills in offices() {
        kill(&Office::new(UNITS, 1), kills, &mut chance, &mut seen);
    }
    let Seen { kills, late, acknowledged, unsaid } = seen;
    say(&format!(
        "commands: {kills} kills, {late} of them between the acknowledgement and the end; {acknowledged} acknowledgements, all \
         there; {unsaid} steps that were done and not said any more"
    ));
    assert!(acknowledged > kills / 2, "too little was acknowledged to prove anything");
}
