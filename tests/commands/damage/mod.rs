//! A corpus of damage. A state directory with some hundred records is made by the program itself; each case does one harm to a
//! copy of it, and the program is asked what it makes of that. Either all of it is there, entry by entry, or the damage is named
//! together with what to do: never fewer records without a word, never a wrong value, never a panic.

mod beside;
mod log;
mod records;
mod slots;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{House, Ran};

/// What every message about damage says to do.
const REPAIR: [&str; 3] = ["lichhop restore", "backups/lichhop-", "--data"];

/// How the files were left before the harm was done.
#[derive(Clone, Copy, PartialEq)]
enum Base {
    /// Closed in good order; nobody has opened them since.
    Closed,
    /// Closed, opened and read once more: a start has no need to read all of it again.
    Read,
    /// As a host that was killed in the midst of its days leaves them.
    Killed,
    /// Written anew by `vacuum`: `store-2` is in use, and `store.now` says so.
    Renewed,
}

/// What must come of a harm.
enum Ends {
    /// All is there, sound, and as it was.
    Whole,
    /// Refused as damage: these facts are named, and how to repair it.
    Told(&'static [&'static str]),
    /// The store opens, and `check` names these.
    Found(&'static [&'static str]),
    /// Refused for something else than damage of the store, with this exit code and these facts.
    Refused(i32, &'static [&'static str]),
    /// Whole or named: whether anything lies at that place depends on the run.
    Either,
}

/// What is done to a state directory.
type Harm = fn(&Path);

/// One harm.
struct Case {
    name: &'static str,
    base: Base,
    harm: Harm,
    ends: Ends,
}

/// The originals of which each case gets a copy.
struct Originals {
    house: House,
    /// What is in each, as JSON lines.
    contents: BTreeMap<&'static str, String>,
    /// What `unit list` says of any of them.
    units: String,
}

impl Base {
    const ALL: [Self; 4] = [Self::Closed, Self::Read, Self::Killed, Self::Renewed];

    fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Read => "read",
            Self::Killed => "killed",
            Self::Renewed => "renewed",
        }
    }
}

/// A host that is killed, also when the test fails.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Originals {
    fn make() -> Self {
        let house = House { lang: "en", ..House::office() };
        let units = (1..=150).fold("code,name\n".to_owned(), |table, n| format!("{table}DV{n},Đơn vị số {n}\n"));
        house.ok(&["unit", "import", &house.write("more.csv", units)]);
        house.issued("CDA,VPC");
        // Nothing is left for a host to send by itself.
        house.ok(&["flush"]);
        house.ok(&["backup", &house.name("last.lichhop")]);
        house.ok(&["unit", "list"]);
        copy(&house.state(), &house.path("earlier"));
        let mut host = Serving(house.start(&["serve"]));
        BufReader::new(host.0.stderr.take().unwrap()).read_line(&mut String::new()).unwrap();
        for n in 1..=3 {
            let start = format!("2016-06-0{n} 09:00");
            house.approved(&[("--start", &start), ("--place", &format!("Phòng {n}")), ("--chair", &format!("Chủ trì {n}"))]);
        }
        // What a kill at this moment would leave: the host sleeps, and nobody asks it anything.
        copy(&house.state(), &house.path(Base::Killed.name()));
        drop(host);
        copy(&house.path(Base::Killed.name()), &house.path(Base::Closed.name()));
        // The first start reads the log anew, and a commit comes after its snapshot.
        at(&house, Base::Closed.name(), &["meeting", "edit", "LH-2016-0004", "--invite", "CDA,VPC"]);
        at(&house, Base::Closed.name(), &["meeting", "approve", "LH-2016-0004"]);
        at(&house, Base::Closed.name(), &["meeting", "issue", "LH-2016-0004"]);
        copy(&house.path(Base::Closed.name()), &house.path(Base::Read.name()));
        at(&house, Base::Read.name(), &["check"]);
        at(&house, Base::Read.name(), &["check"]);
        copy(&house.path(Base::Closed.name()), &house.path(Base::Renewed.name()));
        at(&house, Base::Renewed.name(), &["vacuum"]);
        for base in Base::ALL {
            let place = house.path(base.name());
            let _ = fs::create_dir(place.join("backups"));
            fs::copy(house.path("last.lichhop"), place.join("backups/lichhop-2016-05-02.lichhop")).unwrap();
            // A case that brings an older file finds it here; no program looks there.
            copy(&house.path("earlier/store"), &place.join("earlier"));
        }
        let contents = Base::ALL.map(|base| {
            copy(&house.path(base.name()), &house.path("looked-at"));
            let contents = contents(&house, "looked-at");
            fs::remove_dir_all(house.path("looked-at")).unwrap();
            (base.name(), contents)
        });
        let lines = contents[0].1.lines().count();
        assert!(lines > 400, "only {lines} entries");
        let units = house.ok(&["unit", "list"]);
        Self { house, contents: contents.into(), units }
    }

    /// Does the harm to a copy and asks the program; gives what came of it.
    fn suffer(&self, case: &Case, number: usize) -> Came {
        let (house, state) = (&self.house, format!("case-{number}"));
        let place = house.path(&state);
        copy(&house.path(case.base.name()), &place);
        (case.harm)(&place);
        let before = self.contents.get(case.base.name()).unwrap();
        let ran = ask(house, &state, &["check"]);
        // Whoever asks again, or something else, is told no less.
        let listed = ask(house, &state, &["unit", "list"]);
        let outcome = match ran.code {
            0 => {
                let (verified, after) = (ask(house, &state, &["audit", "verify"]), contents(house, &state));
                if after != *before {
                    Came::Lost(difference(before, &after))
                } else if (verified.code, listed.code) != (0, 0) {
                    Came::Lost(format!("{verified:?}, {listed:?}"))
                } else {
                    Came::Whole(ran)
                }
            }
            // Whatever does not meet the damage says all that it says.
            _ if case.base == Base::Read && listed.code == 0 && listed.out != *self.units => Came::Lost(format!("{listed:?}")),
            _ if ran.out.is_empty() && listed.code != ran.code => Came::Lost(format!("{ran:?}, then {listed:?}")),
            _ if ran.out.is_empty() => Came::Refused(ran),
            _ => Came::Found(ran),
        };
        fs::remove_dir_all(place).unwrap();
        outcome
    }
}

/// What came of a harm.
enum Came {
    Whole(Ran),
    Refused(Ran),
    Found(Ran),
    /// What must never come: something is wrong, and nobody says so.
    Lost(String),
}

impl Came {
    /// What is wrong with it.
    fn wrong(&self, ends: &Ends) -> Option<String> {
        let (ran, word) = match self {
            Self::Whole(ran) => (ran, "all is there"),
            Self::Refused(ran) => (ran, "refused"),
            Self::Found(ran) => (ran, "found"),
            Self::Lost(what) => return Some(format!("LOST: {what}")),
        };
        let said = format!("{}{}", ran.out, ran.err);
        let repair = |facts: &[&'static str]| [facts, &REPAIR].concat();
        let (fits, facts) = match (self, ends) {
            (Self::Whole(_), Ends::Whole | Ends::Either) => (true, vec![]),
            (Self::Refused(_), Ends::Told(facts)) => (ran.code == 74, [repair(facts), vec!["damaged"]].concat()),
            (Self::Refused(_), Ends::Either) => (ran.code == 74, repair(&["damaged", "/store"])),
            (Self::Found(_), Ends::Found(facts)) => (ran.code == 74, repair(facts)),
            (Self::Found(_), Ends::Either) => (ran.code == 74, repair(&[])),
            (Self::Refused(_), Ends::Refused(code, facts)) => (ran.code == *code, facts.to_vec()),
            _ => (false, vec![]),
        };
        let missing: Vec<&str> = facts.into_iter().filter(|fact| !said.contains(fact)).collect();
        (!fits || !missing.is_empty()).then(|| format!("{word}, {}, without {missing:?}: {said}", ran.code))
    }
}

/// A command upon another state directory.
fn ask(house: &House, state: &str, args: &[&str]) -> Ran {
    house.run(&[&["--data", &house.name(state)], args].concat())
}

/// The same, which must be done.
fn at(house: &House, state: &str, args: &[&str]) -> String {
    house.ok(&[&["--data", &house.name(state)], args].concat())
}

/// All that is in a store, entry by entry; without the line before them, which names the place of the store.
fn contents(house: &House, state: &str) -> String {
    let file = house.name(&format!("{state}.jsonl"));
    at(house, state, &["backup", &file, "--format", "jsonl"]);
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(file).unwrap();
    text.split_once('\n').unwrap().1.to_owned()
}

fn difference(before: &str, after: &str) -> String {
    let [before, after]: [BTreeSet<&str>; 2] = [before, after].map(|text| text.lines().collect());
    let gone: Vec<_> = before.difference(&after).take(3).collect();
    let new: Vec<_> = after.difference(&before).take(3).collect();
    format!("gone: {gone:#?}, new: {new:#?}")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for found in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (kind, to) = (found.file_type().unwrap(), to.join(found.file_name()));
        if kind.is_dir() {
            copy(&found.path(), &to);
        } else if kind.is_file() {
            fs::copy(found.path(), to).unwrap();
        }
    }
}

/// The folder of the store in use.
fn store(state: &Path) -> PathBuf {
    let name = fs::read_to_string(state.join("store.now")).unwrap_or_else(|_| "store".into());
    state.join(name.trim_end())
}

/// Changes the bytes of a file.
fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Gives each case its own copy; several at once.
#[test]
fn whatever_is_damaged_all_is_there_or_it_is_named_with_the_repair() {
    let originals = Originals::make();
    let cases: Vec<Case> = [log::cases(), slots::cases(), beside::cases(), records::cases()].into_iter().flatten().collect();
    let names: BTreeSet<(&str, &str)> = cases.iter().map(|case| (case.name, case.base.name())).collect();
    assert_eq!(names.len(), cases.len(), "a case stands there twice");
    assert!(names.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() >= 40, "{} cases", names.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                while let Some((number, case)) = Some(next.fetch_add(1, Ordering::SeqCst)).and_then(|n| Some((n, cases.get(n)?))) {
                    let came = originals.suffer(case, number);
                    outcomes.lock().unwrap().push((number, came));
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    assert_eq!(outcomes.len(), cases.len());
    let wrong: Vec<String> = outcomes
        .iter()
        .filter_map(|(number, came)| {
            let case = &cases[*number];
            came.wrong(&case.ends).map(|wrong| format!("{} ({}): {wrong}", case.name, case.base.name()))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// A backup in which something is damaged.
struct Harmed {
    name: &'static str,
    harm: fn(&mut Vec<u8>),
    facts: &'static [&'static str],
}

#[test]
fn a_damaged_backup_is_refused_with_the_place_and_the_one_of_the_night_before_is_named() {
    let house = House { lang: "en", ..House::office() };
    house.issued("CDA,VPC");
    house.ok(&["backup", &house.name("whole.lichhop")]);
    let whole = fs::read(house.path("whole.lichhop")).unwrap();
    let at_byte = &["is not whole", "byte", "night before"];
    let cases = [
        Harmed { name: "a bit at the beginning", harm: |bytes| bytes[0] ^= 1, facts: &["not a backup"] },
        Harmed { name: "another format", harm: |bytes| bytes[15] = b'9', facts: &["newer lichhop"] },
        Harmed { name: "a bit at a quarter", harm: |bytes| flip(bytes, 1), facts: at_byte },
        Harmed { name: "a bit in the middle", harm: |bytes| flip(bytes, 2), facts: at_byte },
        Harmed { name: "a bit at three quarters", harm: |bytes| flip(bytes, 3), facts: at_byte },
        Harmed { name: "a bit at the end", harm: |bytes| *bytes.last_mut().unwrap() ^= 1, facts: at_byte },
        Harmed { name: "cut to a half", harm: |bytes| bytes.truncate(bytes.len() / 2), facts: &["cut short", "night before"] },
        Harmed { name: "shorter by a byte", harm: |bytes| bytes.truncate(bytes.len() - 1), facts: &["cut short", "night before"] },
        Harmed { name: "longer by a byte", harm: |bytes| bytes.push(0), facts: at_byte },
        Harmed { name: "empty", harm: Vec::clear, facts: &["not a backup"] },
        Harmed { name: "zeroed in the middle", harm: |bytes| bytes[4096..8192].fill(0), facts: at_byte },
    ];
    let other = house.name("other");
    for Harmed { name, harm, facts } in cases {
        let mut bytes = whole.clone();
        harm(&mut bytes);
        let file = house.write("harmed.backup", bytes);
        for rehearsed in [&["restore", &file, "--dry-run"][..], &["restore", &file]] {
            let args = [&["--data", &other], rehearsed].concat();
            let ran = house.refused(65, &args, &[facts, &["harmed.backup"]].concat());
            assert!(!house.path("other/store.now").exists() && !house.path("other/store").exists(), "{name}: {ran:?}");
        }
    }
    house.ok(&["--data", &other, "restore", &house.name("whole.lichhop")]);
    assert_eq!(at(&house, "other", &["meeting", "list"]), house.ok(&["meeting", "list"]));
}

/// Flips a bit at so many quarters.
fn flip(bytes: &mut [u8], quarters: usize) {
    let at = bytes.len() * quarters / 4;
    bytes[at] ^= 0x10;
}
