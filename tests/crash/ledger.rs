//! What was acknowledged, held against what is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::office::{Office, Registered};

/// How far a meeting is known to have come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Submitted,
    Approved,
    Issued(String),
}

/// The acknowledgements of a run.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Each meeting that was acknowledged or found, with the last stage known.
    pub(crate) known: BTreeMap<String, Stage>,
    /// How many lines acknowledged something.
    pub(crate) acknowledged: usize,
    /// Found although the process died before it could say so.
    pub(crate) unsaid: usize,
}

impl Ledger {
    /// Notes a line that a command printed: `ID`, `ID approved`, `ID issued: number N, …`. Other lines say nothing.
    pub(crate) fn note(&mut self, line: &str) -> bool {
        let Some((id, rest)) = line.split_once(' ').or(Some((line, ""))).filter(|(id, _)| id.starts_with("LH-")) else { return false };
        let stage = match rest.strip_prefix("issued: number ") {
            Some(number) => Stage::Issued(number.split(',').next().unwrap().to_owned()),
            None if rest.starts_with("approved") => Stage::Approved,
            None => Stage::Submitted,
        };
        let before = self.known.insert(id.to_owned(), stage.clone());
        assert!(before.is_none_or(|before| before < stage), "{line}: acknowledged twice");
        self.acknowledged += 1;
        true
    }

    /// Holds the ledger against the store: what was acknowledged is there, at most `in_flight` more than that, nothing
    /// is torn, and ids and numbers follow each other. What is found counts as known from now on.
    pub(crate) fn compare(&mut self, office: &Office, units: usize, in_flight: usize) {
        let found = meetings(office);
        let mut more = 0;
        for (id, (stage, _)) in &found {
            more += usize::from(self.known.get(id).is_none_or(|known| known != stage));
        }
        for (id, known) in &self.known {
            let (stage, _) = found.get(id).unwrap_or_else(|| panic!("{id} was acknowledged ({known:?}) and is gone"));
            let same = known == stage || known < stage && !matches!(known, Stage::Issued(_));
            assert!(same, "{id} was acknowledged as {known:?} and is {stage:?}");
        }
        assert!(more <= in_flight, "{more} steps that nobody was told of, but at most {in_flight} were under way");
        self.unsaid += more;
        assert_whole(&found, &outbox(office), units);
        self.known = found.into_iter().map(|(id, (stage, _))| (id, stage)).collect();
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}: {value}"))
}

/// The meetings there are.
fn meetings(office: &Office) -> BTreeMap<String, (Stage, Value)> {
    let list = office.json(&["meeting", "list"]);
    let stage = |meeting: &Value| match text(meeting, "state") {
        "submitted" => Stage::Submitted,
        "approved" => Stage::Approved,
        "issued" => Stage::Issued(text(meeting, "number").to_owned()),
        other => panic!("nobody made a meeting {other}"),
    };
    list.as_array().unwrap().iter().map(|meeting| (text(meeting, "id").to_owned(), (stage(meeting), meeting.clone()))).collect()
}

/// The items of the outbox.
pub(crate) fn outbox(office: &Office) -> Vec<Value> {
    let Value::Array(items) = office.json(&["outbox", "list"]) else { panic!("no list") };
    items
}

/// Each meeting is as somebody entered it, ids and numbers follow each other, and each issued meeting has one message for
/// each unit, no other has any.
fn assert_whole(found: &BTreeMap<String, (Stage, Value)>, items: &[Value], units: usize) {
    let mut numbers = BTreeSet::new();
    let mut mailed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut message_ids = BTreeSet::new();
    for item in items {
        assert!(mailed.entry(text(item, "meeting")).or_default().insert(text(item, "to")), "two messages to one mailbox: {item}");
        assert!(message_ids.insert(text(item, "message_id")), "one Message-ID twice: {item}");
    }
    let mut entered_once = BTreeSet::new();
    for ((id, (stage, meeting)), n) in found.iter().zip(1..) {
        assert_eq!(*id, format!("LH-2016-{n:04}"), "the ids have a gap");
        let n: usize = text(meeting, "title").rsplit(' ').next().unwrap().parse().unwrap();
        assert!(entered_once.insert(n), "{n} was entered once and is there twice");
        let entered = Registered::number(n);
        assert_eq!(text(meeting, "title"), entered.title);
        assert_eq!(text(meeting, "place"), entered.place);
        assert_eq!(text(meeting, "chair"), entered.chair);
        assert_eq!(text(meeting, "content"), entered.content);
        assert_eq!(meeting["invited"].as_array().unwrap().len(), units);
        let history = meeting["history"].as_array().unwrap().len();
        let messages = mailed.get(id.as_str()).map_or(0, BTreeSet::len);
        let (expected, steps) = match stage {
            Stage::Submitted => (0, 2),
            Stage::Approved => (0, 3),
            Stage::Issued(number) => {
                let (serial, organ) = number.split_once('/').unwrap();
                assert_eq!(organ, "GM-BVHTTDL");
                assert!(numbers.insert(serial.parse::<usize>().unwrap()), "{number} was given twice");
                (units, 4)
            }
        };
        assert_eq!((messages, history), (expected, steps), "{id} is torn: messages, steps in its history");
    }
    assert!(numbers.iter().copied().eq(1..=numbers.len()), "the numbers have a gap: {numbers:?}");
}
