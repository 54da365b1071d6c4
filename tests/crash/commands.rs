//! Real commands, one after the other, each of which may be the last: registering, approving, issuing.

use std::time::{Duration, Instant};

use super::chance::{Chance, rounds, say};
use super::ledger::{Ledger, Stage};
use super::office::{Doomed, Heard, Office};

const UNITS: usize = 40;

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
    let end = Instant::now() + kill_after.unwrap_or(Duration::from_secs(60));
    loop {
        match process.hear(end.saturating_duration_since(Instant::now())) {
            Heard::Line(line) => heard.push(line),
            Heard::End | Heard::Late => break,
        }
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

#[test]
fn what_a_command_printed_outlives_its_process() {
    let mut chance = Chance::new("commands");
    let office = Office::new(UNITS, 1);
    let mut ledger = Ledger::default();
    let (mut kills, mut met_after_the_word, mut longest) = (0, 0, Duration::from_millis(50));
    while kills < rounds() {
        for _ in 0..chance.below(4) {
            let begun = Instant::now();
            run(&office, &next(&ledger, &mut chance), None, &mut ledger);
            longest = longest.max(begun.elapsed().min(Duration::from_secs(1)));
        }
        let (args, before) = (next(&ledger, &mut chance), ledger.acknowledged);
        let time = chance.time(longest);
        let killed = run(&office, &args, Some(time), &mut ledger);
        kills += usize::from(killed);
        met_after_the_word += usize::from(killed && ledger.acknowledged > before);
        office.assert_sound();
        ledger.compare(&office, UNITS, 1);
    }
    say(&format!(
        "commands: {kills} kills, {met_after_the_word} of them between the acknowledgement and the end; {} acknowledgements, all \
         there; {} steps that were done and not said any more",
        ledger.acknowledged, ledger.unsaid
    ));
    assert!(ledger.acknowledged > kills / 2, "too little was acknowledged to prove anything");
}
