//! Tables of several hundred rows, killed in the midst: all rows of a table are there or none is.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::chance::{Chance, offices, say};
use super::office::{Doomed, Heard, Office};

/// Rows of a table: several chunks of a job.
const ROWS: usize = 400;
/// Of which so many are new; the others change what is there.
const NEW: usize = 100;
const PATIENCE: Duration = Duration::from_mins(1);

/// Code and name of every unit that is known.
type Units = BTreeMap<String, String>;

/// The units that the `n`th table names, each under the name that only this table gives it.
fn rows(n: usize, known: usize) -> Units {
    let first = known.saturating_sub(ROWS - NEW);
    (first..first + ROWS).map(|unit| (format!("B{unit:05}"), format!("Đơn vị {unit}, bảng {n}"))).collect()
}

fn write(office: &Office, rows: &Units) {
    let table = rows.iter().fold("code,name\n".to_owned(), |table, (code, name)| table + &format!("{code},\"{name}\"\n"));
    std::fs::write(office.path().join("table.csv"), table).unwrap();
}

/// The units that tables brought.
fn found(office: &Office) -> Units {
    let listed = office.json(&["unit", "list"]);
    let text = |unit: &serde_json::Value, field: &str| unit[field].as_str().unwrap().to_owned();
    listed
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (text(unit, "code"), text(unit, "name")))
        .filter(|(code, _)| code.starts_with('B'))
        .collect()
}

/// What was seen in a run.
#[derive(Default)]
struct Seen {
    kills: usize,
    acknowledged: usize,
    /// Not acknowledged, and all of it there: sealed before the kill.
    unsaid: usize,
    /// Not acknowledged, and nothing of it there.
    absent: usize,
}

impl Seen {
    /// Looks at what a kill left: the table whole or not at all, whole if it was acknowledged.
    fn look(&mut self, office: &Office, known: &mut Units, rows: Units, acknowledged: bool) {
        office.assert_sound();
        let found = found(office);
        let mut after = known.clone();
        after.extend(rows);
        self.kills += 1;
        if found == after {
            *(if acknowledged { &mut self.acknowledged } else { &mut self.unsaid }) += 1;
            *known = after;
            return;
        }
        assert!(!acknowledged, "an acknowledged table is not there as it was read");
        assert!(
            found == *known,
            "a part of a table is there: {} units, {} before, {} with all of it",
            found.len(),
            known.len(),
            after.len()
        );
        self.absent += 1;
    }

    fn say(&self, name: &str) {
        let Self { kills, acknowledged, unsaid, absent } = self;
        say(&format!(
            "{name}: {kills} kills; {acknowledged} tables acknowledged, all whole; {unsaid} finished unsaid; {absent} without a trace"
        ));
        assert!(*kills > 0);
    }
}

/// Whether a line acknowledges a table.
fn acknowledges(line: &str) -> bool {
    line.starts_with(&format!("{ROWS} rows imported"))
}

/// Listens to an import until its end, at most so long; tells whether it acknowledged.
fn listen(import: &Doomed, time: Duration) -> bool {
    let end = Instant::now() + time;
    let mut acknowledged = false;
    while let Heard::Line(line) = import.hear(end.saturating_duration_since(Instant::now())) {
        acknowledged |= acknowledges(&line);
    }
    acknowledged
}

/// An import that is left alone; tells how long it takes.
fn whole(office: &Office, known: &mut Units, n: usize) -> Duration {
    let rows = rows(n, known.len());
    write(office, &rows);
    let begun = Instant::now();
    let out = office.done(&["unit", "import", "table.csv"]);
    let took = begun.elapsed();
    assert!(out.lines().any(acknowledges), "{out}");
    known.extend(rows);
    assert_eq!(found(office), *known);
    took
}

#[test]
fn a_killed_import_leaves_all_of_its_table_or_nothing() {
    let (mut chance, mut seen) = (Chance::new("import"), Seen::default());
    for kills in offices() {
        let (office, mut known) = (Office::new(2, 1), Units::new());
        let longest = whole(&office, &mut known, 0);
        let (end, mut n) = (seen.kills + kills, 0);
        while seen.kills < end {
            n += 1;
            let rows = rows(n, known.len());
            write(&office, &rows);
            let import = Doomed::start(&mut office.command(&["unit", "import", "table.csv"]));
            let mut acknowledged = listen(&import, chance.time(longest));
            let (status, unheard) = import.kill();
            acknowledged |= unheard.iter().any(|line| acknowledges(line));
            if status.success() {
                // It was faster than the kill; the next look finds it there, or not.
                assert!(acknowledged);
                seen.acknowledged += 1;
                known.extend(rows);
                continue;
            }
            seen.look(&office, &mut known, rows, acknowledged);
        }
    }
    seen.say("import");
}

/// A host that serves others, and says when it does.
fn serving(office: &Office, fault: Option<&str>) -> Doomed {
    let mut command = office.surround("/bin/sh");
    command.envs(fault.map(|fault| ("LICHHOP_FAULT", fault)));
    // Its word that it is ready goes where it is listened to.
    command.args(["-c", "exec \"$0\" serve 2>&1", env!("CARGO_BIN_EXE_lichhop")]).stderr(Stdio::null());
    let host = Doomed::start(&mut command);
    assert!(matches!(host.hear(PATIENCE), Heard::Line(_)), "the host does not serve");
    host
}

#[test]
fn an_import_whose_host_is_killed_is_done_once_and_whole_or_not_at_all() {
    let (mut chance, mut seen, mut went_on) = (Chance::new("import, served"), Seen::default(), 0);
    for kills in offices() {
        let (office, mut known) = (Office::new(2, 1), Units::new());
        let longest = whole(&office, &mut known, 0);
        for n in 1..=kills {
            let rows = rows(n, known.len());
            write(&office, &rows);
            let host = serving(&office, None);
            let import = Doomed::start(&mut office.command(&["unit", "import", "table.csv"]));
            let mut acknowledged = listen(&import, chance.time(longest));
            host.kill();
            let before_the_kill = acknowledged;
            // Whoever asked becomes the host, unless it is killed too: then nobody is left who goes on.
            let (status, unheard) = if chance.below(2) == 0 { import.kill() } else { import.wait() };
            acknowledged |= unheard.iter().any(|line| acknowledges(line));
            assert!(status.code().is_none() || (status.code(), acknowledged) == (Some(0), true), "{status}, {unheard:?}");
            went_on += usize::from(acknowledged && !before_the_kill);
            seen.look(&office, &mut known, rows, acknowledged);
        }
    }
    seen.say("import, served");
    say(&format!("import, served: {went_on} went on with another host"));
}

/// A table has no room in slots: the engine is given it, and must have written it.
#[test]
fn without_the_engines_flush_the_loss_is_noticed_each_time() {
    for tables in [1, 2, 3] {
        for fault in [None, Some("no-flush")] {
            let (office, mut known) = (Office::new(2, 1), Units::new());
            let host = serving(&office, fault);
            for n in 0..tables {
                whole(&office, &mut known, n);
            }
            host.kill();
            let look = office.run(&["check"]);
            if fault.is_none() {
                assert_eq!((look.code, found(&office)), (Some(0), known), "nothing is lost with the flush in place: {look:?}");
                continue;
            }
            assert_ne!(look.code, Some(0), "what the engine never wrote cannot be there");
            assert!(look.err.contains(" revision "), "the loss is not named: {look:?}");
            say(&format!("import without flush, {tables} tables: {}", look.err.lines().next().unwrap_or_default()));
        }
    }
}
