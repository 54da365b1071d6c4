//! The sample ministry: there at once, in every state, at any clock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{House, finish, json, keys};

/// A house with a sample ministry, and how to ask about it.
struct Demo {
    house: House,
    data: String,
    config: String,
    mail: PathBuf,
}

impl Demo {
    fn at(now: Option<&'static str>) -> Self {
        let house = House { now, ..House::new() };
        let made = house.json(&["demo"]);
        assert_eq!(keys(&made), ["config", "created", "data", "mail"].into());
        assert_eq!(made["created"], true);
        let path = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { data: path("data"), config: path("config"), mail: path("mail").into(), house }
    }

    fn ask(&self, args: &[&str]) -> Value {
        self.house.json(&[&["--data", &self.data, "--config", &self.config], args].concat())
    }

    fn meetings(&self) -> Vec<Value> {
        self.ask(&["meeting", "list"]).as_array().unwrap().clone()
    }

    fn states(&self) -> BTreeMap<String, usize> {
        let mut states = BTreeMap::new();
        for meeting in self.meetings() {
            *states.entry(meeting["state"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        states
    }

    fn delivered(&self) -> Vec<String> {
        fs::read_dir(self.mail.join("new")).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    fn fingerprint(&self) -> (Value, Value) {
        (self.ask(&["audit", "verify"]), self.ask(&["check"]))
    }

    fn root(&self) -> &Path {
        Path::new(&self.config).parent().unwrap()
    }
}

#[test]
fn the_sample_has_meetings_in_every_state_and_its_mail_in_a_maildir() {
    let demo = Demo::at(Some("2026-11-25T10:00:00+07:00"));
    assert_eq!(demo.root(), demo.house.path("state/lichhop-demo"));
    let states = demo.states();
    for state in ["draft", "submitted", "approved", "rejected", "issued", "cancelled"] {
        assert!(states.get(state).is_some_and(|count| *count > 0), "{state}: {states:?}");
    }
    assert!((30..=40).contains(&states.values().sum::<usize>()), "{states:?}");
    let items = demo.ask(&["outbox", "list"]);
    let in_state = |state: &str| items.as_array().unwrap().iter().filter(|item| item["state"] == *state).count();
    assert!(in_state("sent") > 30 && in_state("queued") > 3, "{items}");
    let delivered = demo.delivered();
    assert_eq!(delivered.len(), in_state("sent"));
    for method in ["REQUEST", "CANCEL"] {
        assert!(delivered.iter().any(|mail| mail.contains(&format!("method={method}"))), "{method}");
    }
    // What waits can be sent.
    assert_eq!(demo.ask(&["flush"])["sent"], in_state("queued"));
    assert_eq!(demo.delivered().len(), items.as_array().unwrap().len());
}

#[test]
fn the_sample_shows_what_needs_a_decision() {
    let demo = Demo::at(Some("2026-11-25T10:00:00+07:00"));
    let meetings = demo.meetings();
    let conflict = meetings.iter().find(|meeting| meeting["state"] == "submitted" && meeting["conflicts"] != Value::Array(vec![])).unwrap();
    assert_eq!(conflict["conflicts"][0]["state"], "approved");
    let several = meetings.iter().filter(|meeting| meeting["start"].as_str().unwrap().starts_with("2026-11-25")).count();
    assert!(several >= 4, "{several} meetings today");
    for (field, wanted) in [("urgency", "urgent"), ("online", "https://")] {
        assert!(meetings.iter().any(|meeting| meeting[field].as_str().is_some_and(|value| value.starts_with(wanted))), "{field}");
    }
    // An approved one cannot be issued to everybody, one was issued without whom it could not reach, on record.
    let unreachable = meetings.iter().filter(|meeting| meeting["state"] == "approved").any(|meeting| {
        let id = meeting["id"].as_str().unwrap();
        let ran = demo.house.run(&["--data", &demo.data, "--config", &demo.config, "meeting", "issue", id, "--preview", "--json"]);
        json(&ran.out)["unreachable"].as_array().is_some_and(|units| !units.is_empty())
    });
    assert!(unreachable);
    assert!(meetings.iter().any(|meeting| meeting["without"].as_array().is_some_and(|units| !units.is_empty())));
}

#[test]
fn the_sample_is_sound_at_any_clock_and_the_same_but_for_the_dates() {
    let mut seen = BTreeSet::new();
    for now in [
        None,
        Some("2026-11-23T00:00:00+07:00"),
        Some("2026-11-28T23:59:59+07:00"),
        Some("2026-11-29T12:00:00+07:00"),
        Some("2026-12-31T23:59:59+07:00"),
        Some("2027-01-01T00:00:00+07:00"),
        Some("2027-01-06T08:00:00+07:00"),
        Some("2028-02-29T08:00:00+07:00"),
        Some("1990-01-01T08:00:00+07:00"),
        Some("2100-12-31T23:00:00+07:00"),
    ] {
        let demo = Demo::at(now);
        let (audit, store) = demo.fingerprint();
        assert_eq!((&audit["findings"], &store["findings"]), (&Value::Array(vec![]), &Value::Array(vec![])), "{now:?}");
        let told: BTreeSet<(String, String)> = demo
            .meetings()
            .iter()
            .map(|meeting| (meeting["title"].as_str().unwrap().to_owned(), meeting["state"].as_str().unwrap().to_owned()))
            .collect();
        seen.insert(told);
    }
    assert_eq!(seen.len(), 1);
}

#[test]
fn what_happened_in_the_past_was_done_in_the_past() {
    let demo = Demo::at(Some("2027-01-04T08:00:00+07:00"));
    let meetings = demo.meetings();
    let years: BTreeSet<&str> = meetings.iter().map(|meeting| meeting["id"].as_str().unwrap().get(..7).unwrap()).collect();
    assert_eq!(years, ["LH-2026", "LH-2027"].into());
    for meeting in &meetings {
        let id = meeting["id"].as_str().unwrap();
        let shown = demo.ask(&["meeting", "show", id]);
        let history = shown["history"].as_array().unwrap();
        assert!(history.is_sorted_by_key(|event| event["at"].as_str().unwrap().to_owned()), "{id}");
        if let Some(issued) = history.iter().find(|event| event["action"] == "issue") {
            let at = |text: &Value| text.as_str().unwrap().parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap();
            assert!(at(&issued["at"]) < at(&shown["start"]), "{id}: issued after it began");
        }
    }
}

#[test]
fn a_second_run_keeps_the_sample_and_fresh_makes_it_anew() {
    let demo = Demo::at(Some("2026-11-25T10:00:00+07:00"));
    let draft = demo.meetings().into_iter().find(|meeting| meeting["state"] == "draft").unwrap();
    demo.ask(&["meeting", "submit", draft["id"].as_str().unwrap()]);
    demo.ask(&["flush"]);
    let (before, mails) = (demo.fingerprint(), demo.delivered().len());
    let again = demo.house.json(&["demo"]);
    assert_eq!((&again["created"], again["data"].as_str()), (&false.into(), Some(demo.data.as_str())));
    assert_eq!((demo.fingerprint(), demo.delivered().len()), (before.clone(), mails));
    let fresh = demo.house.json(&["demo", "--fresh"]);
    assert_eq!(fresh["created"], true);
    assert_ne!(demo.fingerprint(), before);
    assert!(demo.delivered().len() < mails);
    let same = Demo::at(Some("2026-11-25T10:00:00+07:00"));
    // Revisions count commits, and how many a flush makes is up to its connections.
    let told = |demo: &Demo| {
        let mut meetings = demo.meetings();
        for meeting in &mut meetings {
            meeting.as_object_mut().unwrap().remove("revision");
        }
        meetings
    };
    assert!(told(&demo) == told(&same), "nothing but the clock decides");
}

#[test]
fn a_first_run_that_was_killed_is_made_good_by_the_next() {
    let house = House::new();
    let root = house.path("state/lichhop-demo");
    for landmark in ["state", "state/store", "mail"] {
        fs::remove_dir_all(&root).ok();
        let mut child = house.start(&["demo"]);
        while !root.join(landmark).exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let interrupted = !root.join("config.toml").exists();
        let made = house.json(&["demo"]);
        assert_eq!(made["created"], interrupted, "{landmark}");
        let demo = Demo {
            data: made["data"].as_str().unwrap().to_owned(),
            config: made["config"].as_str().unwrap().to_owned(),
            mail: made["mail"].as_str().unwrap().into(),
            house: House::new(),
        };
        assert!(demo.states().contains_key("issued"), "{landmark}");
        assert_eq!(demo.fingerprint().1["findings"], Value::Array(vec![]));
    }
}

#[test]
fn two_first_runs_at_once_make_one_sample() {
    let house = House::new();
    let runs = [house.start(&["demo", "--json"]), house.start(&["demo", "--json"])];
    let created = runs.map(|child| json(&finish(&["demo"], child).out)["created"] == true);
    assert_eq!(created.iter().filter(|created| **created).count(), 1);
}

#[test]
fn the_sample_is_kept_apart_from_everything_else() {
    let house = House::office();
    let before = house.fingerprint();
    let elsewhere = house.name("else where");
    let ran = house.run_in(
        &[("LICHHOP_DATA", house.state().to_str().unwrap()), ("LICHHOP_CONFIG", "/nowhere.toml")],
        &["demo", "--data", &elsewhere, "--config", "/nowhere.toml", "--lang", "en"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("--config") && ran.out.contains("lichhop week"), "{}{}", ran.out, ran.err);
    assert_eq!(house.fingerprint(), before);
    assert!(Path::new(&elsewhere).join("lichhop-demo/config.toml").exists());
    // The line that is to be pasted holds for a path with a space.
    let export = ran.out.lines().find(|line| line.trim_start().starts_with("export")).unwrap();
    let shell = Command::new("sh").arg("-c").arg(format!("{export}; printf %s \"$LICHHOP_DATA\"")).output().unwrap();
    assert_eq!(String::from_utf8(shell.stdout).unwrap(), format!("{elsewhere}/lichhop-demo/state"));
    // A folder with something of somebody else is not taken.
    fs::create_dir_all(house.path("mine/lichhop-demo/mail")).unwrap();
    house.refused(78, &["demo", "--fresh", "--data", &house.name("mine")], &["lichhop-demo", "--data"]);
    assert!(house.path("mine/lichhop-demo/mail").exists());
    house.refused(78, &["demo", "--store", "redis://x"], &["--store"]);
}

#[test]
fn what_another_process_works_in_is_not_thrown_away() {
    let demo = Demo::at(Some("2026-11-25T10:00:00+07:00"));
    let held = fs::OpenOptions::new().write(true).open(Path::new(&demo.data).join("lock")).unwrap();
    held.lock().unwrap();
    demo.house.refused(75, &["demo", "--fresh"], &[]);
    drop(held);
    assert!(Path::new(&demo.config).exists() && demo.states().contains_key("issued"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let house = House::new();
    let file = house.write("file", "");
    house.refused(78, &["demo", "--data", &file], &[&file]);
    let mut command = Command::new(super::BINARY);
    let child = command.args(["demo"]).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let ran = finish(&["demo"], child);
    assert!(ran.code == 78 && ran.err.contains("HOME"), "{}", ran.err);
}
