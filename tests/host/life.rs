//! A store's whole life at random, held against a model: meetings are worked on while the host is closed and opened, killed, backed
//! up and restored (into either engine), its files written anew, and an older program's hand undone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lichhop::client::{self, Client, Engine, Target};
use lichhop::domain::meeting::{Channel, Entry, MeetingId, MeetingState};
use lichhop::domain::order::IssueOrder;
use lichhop::domain::text::{Line, Prose};
use lichhop::store::LocalStore;
use lichhop::usecase::keys::{self, DayIndex};
use lichhop::usecase::ports::{Commit, Operation, Store as _, Value};
use lichhop::usecase::table;
use lichhop::wire::reply::{Answer, MeetingView};
use lichhop::wire::request::{BackupFormat, EntryChanges, MeetingFilter, Request};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use super::{House, entry};

/// What is known of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    title: String,
    state: MeetingState,
    number: Option<u32>,
}

/// The model: meetings by the order in which they were registered.
#[derive(Debug, Clone, Default)]
struct Model {
    meetings: Vec<Known>,
    issued: u32,
}

#[derive(Debug, Clone)]
enum Step {
    Add {
        submit: bool,
    },
    Rename(usize),
    Submit(usize),
    Approve(usize),
    Issue(usize),
    Cancel(usize),
    /// Closed in good order and opened again.
    Reopen,
    /// Ended as by `kill -9`: what is in the files is all there is.
    Crash,
    Vacuum,
    /// Everything goes on in what a backup became.
    Restore(usize),
    /// As if a program that knows only the first schema had worked with it.
    Migrate,
}

fn engines() -> &'static [Engine] {
    #[cfg(feature = "redb")]
    return &[Engine::Sled, Engine::Redb];
    #[cfg(not(feature = "redb"))]
    &[Engine::Sled]
}

impl Model {
    fn state(&self, n: usize) -> Option<MeetingState> {
        self.meetings.get(n).map(|meeting| meeting.state)
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let meetings = 0..state.meetings.len().max(1);
        let of = |make: fn(usize) -> Step| meetings.clone().prop_map(make);
        prop_oneof![
            4 => any::<bool>().prop_map(|submit| Step::Add { submit }),
            2 => of(Step::Rename),
            2 => of(Step::Submit),
            3 => of(Step::Approve),
            3 => of(Step::Issue),
            1 => of(Step::Cancel),
            1 => Just(Step::Reopen),
            2 => Just(Step::Crash),
            1 => Just(Step::Vacuum),
            1 => (0..engines().len()).prop_map(Step::Restore),
            1 => Just(Step::Migrate),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        use MeetingState::{Approved, Draft, Submitted};
        match step {
            Step::Rename(n) | Step::Submit(n) => state.state(*n) == Some(Draft),
            Step::Approve(n) => state.state(*n) == Some(Submitted),
            Step::Issue(n) => state.state(*n) == Some(Approved),
            Step::Cancel(n) => matches!(state.state(*n), Some(Draft | Submitted | Approved)),
            _ => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        let next = state.issued + 1;
        let mut to = |n: usize, to| state.meetings[n].state = to;
        match step {
            Step::Add { submit } => {
                let state_of = if *submit { MeetingState::Submitted } else { MeetingState::Draft };
                let title = format!("Họp số {}", state.meetings.len());
                state.meetings.push(Known { title, state: state_of, number: None });
            }
            Step::Rename(n) => state.meetings[*n].title.push_str(", đã sửa"),
            Step::Submit(n) => to(*n, MeetingState::Submitted),
            Step::Approve(n) => to(*n, MeetingState::Approved),
            Step::Cancel(n) => to(*n, MeetingState::Cancelled),
            Step::Issue(n) => {
                to(*n, MeetingState::Issued);
                state.meetings[*n].number = Some(next);
                state.issued = next;
            }
            Step::Reopen | Step::Crash | Step::Vacuum | Step::Restore(_) | Step::Migrate => {}
        }
        state
    }
}

/// The real thing.
struct Life {
    folder: tempfile::TempDir,
    client: Option<Client>,
    target: Target,
    lives: u32,
    ids: Vec<MeetingId>,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// Copies a folder as it is at this moment. Files that another store took the place of may go away meanwhile: they are no loss.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for found in std::fs::read_dir(from)? {
        let found = found?;
        let target = to.join(found.file_name());
        let copied = match found.file_type() {
            Ok(kind) if kind.is_dir() => copy(&found.path(), &target),
            Ok(_) => std::fs::copy(found.path(), target).map(drop),
            Err(error) => Err(error),
        };
        match copied {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

impl Life {
    fn ask(&self, request: Request) -> Answer {
        runtime().block_on(self.client.as_ref().unwrap().call(request)).unwrap()
    }

    fn meeting(&self, request: Request) -> MeetingView {
        match self.ask(request) {
            Answer::Meeting(meeting) => *meeting,
            other => panic!("{other:?}"),
        }
    }

    fn close(&mut self) {
        runtime().block_on(self.client.take().unwrap().close());
    }

    fn open(&mut self) {
        self.client = Some(runtime().block_on(client::open(&self.target)).unwrap());
    }

    /// A state directory that is not there yet.
    fn elsewhere(&mut self) -> PathBuf {
        self.lives += 1;
        self.folder.path().join(format!("state-{}", self.lives))
    }

    fn crash(&mut self) {
        let state = self.elsewhere();
        copy(&self.target.state, &state).unwrap();
        self.close();
        self.target.state = state;
        self.open();
    }

    fn restore(&mut self, engine: Engine) {
        let state = self.elsewhere();
        let file = self.folder.path().join(format!("{}.lichhop", self.lives));
        runtime().block_on(client::backup(self.client.as_ref().unwrap(), &file, BackupFormat::Store)).unwrap();
        self.close();
        self.target.state = state;
        runtime().block_on(client::restore(&self.target, file, engine, false)).unwrap();
        self.open();
    }

    fn migrate(&mut self) {
        self.close();
        let (store, _) = LocalStore::open(&self.target.state, Engine::default()).unwrap();
        let meta = store.get(b"s/meta").unwrap().unwrap();
        let mut value: serde_json::Value = serde_json::from_slice(&meta.value.bytes).unwrap();
        value["schema"] = 1.into();
        let mut operations =
            vec![Operation::Put { key: meta.key, value: Value { bytes: serde_json::to_vec(&value).unwrap(), ..meta.value } }];
        let index = |prefix: &[u8]| {
            let mut entries = Vec::new();
            table::each(&store, prefix, |entry| {
                entries.push(entry);
                Ok::<_, lichhop::usecase::ports::StoreError>(())
            })
            .unwrap();
            entries
        };
        // It kept an index of days of its own, and not that of what waits: what stands there, and in the index that took the
        // place of its own, was left by a newer program that broke off.
        operations.extend(index(keys::WAITING).into_iter().step_by(2).map(|entry| Operation::Delete { key: entry.key }));
        let held = index(keys::HELD);
        let bare = Value { format: lichhop::usecase::ports::Format::Raw, schema: 1, bytes: vec![] };
        operations.extend(held.iter().map(|entry| {
            let (day, id) = DayIndex::All.entry(&entry.key).unwrap();
            let key = format!("x/day/{}/{}", day.format("%Y%m%d"), id.as_str()).into_bytes();
            Operation::Put { key, value: bare.clone() }
        }));
        let others = held.iter().cycle().skip(1).map(|entry| entry.value.clone());
        operations.extend(held.iter().zip(others).enumerate().map(|(n, (entry, other))| {
            let key = entry.key.clone();
            if n.is_multiple_of(2) { Operation::Delete { key } } else { Operation::Put { key, value: other } }
        }));
        for stale in ["x/waiting/draft/20160101/LH-2016-9999", "x/held/20160101/0900/LH-2016-9999"] {
            operations.push(Operation::Put { key: stale.into(), value: bare.clone() });
        }
        store.commit(&Commit { checks: vec![], operations }).unwrap();
        store.sync().unwrap();
        drop(store);
        self.open();
    }
}

struct Lives;

impl StateMachineTest for Lives {
    type SystemUnderTest = Life;
    type Reference = Model;

    fn init_test(_: &Model) -> Life {
        let house = runtime().block_on(House::with("relay = \"maildir:mail\"\n"));
        let House { folder, client, target } = house;
        Life { folder, client: Some(client), target, lives: 0, ids: Vec::new() }
    }

    fn apply(mut life: Life, model: &Model, step: Step) -> Life {
        let reason = || Prose::parse("đã thống nhất").ok();
        match step {
            Step::Add { submit } => {
                let n = life.ids.len();
                let text = |text: String| Line::parse(&text).unwrap();
                let entry = Entry {
                    title: text(format!("Họp số {n}")),
                    place: text(format!("Phòng {n}")),
                    chair: text(format!("Người {n}")),
                    ..entry(&["CDA", "VPC"])
                };
                let id = life.meeting(Request::MeetingAdd { entry: Box::new(entry), submit }).id;
                life.ids.push(id);
            }
            Step::Rename(n) => {
                let title = Line::parse(&model.meetings[n].title).ok();
                let changes = Box::new(EntryChanges { title, ..EntryChanges::default() });
                life.meeting(Request::MeetingEdit { id: life.ids[n].clone(), changes, expected: None });
            }
            Step::Submit(n) => drop(life.meeting(Request::MeetingSubmit(life.ids[n].clone()))),
            Step::Approve(n) => drop(life.meeting(Request::MeetingApprove { id: life.ids[n].clone(), override_reason: reason() })),
            Step::Issue(n) => {
                let order = IssueOrder {
                    id: life.ids[n].clone(),
                    without: vec![],
                    reason: None,
                    override_reason: reason(),
                    channel: Channel::Electronic,
                };
                life.meeting(Request::MeetingIssue(order));
            }
            Step::Cancel(n) => drop(life.meeting(Request::MeetingCancel { id: life.ids[n].clone(), reason: reason().unwrap() })),
            Step::Reopen => {
                life.close();
                life.open();
            }
            Step::Crash => life.crash(),
            Step::Vacuum => drop(life.ask(Request::Vacuum)),
            Step::Restore(engine) => life.restore(engines()[engine]),
            Step::Migrate => life.migrate(),
        }
        life
    }

    fn check_invariants(life: &Life, model: &Model) {
        let list = |filter| match life.ask(Request::MeetingList(filter)) {
            Answer::Meetings(meetings) => meetings,
            other => panic!("{other:?}"),
        };
        let found: BTreeMap<MeetingId, Known> = list(MeetingFilter::default())
            .into_iter()
            .map(|meeting| {
                let number = meeting.number.and_then(|number| number.split('/').next()?.parse().ok());
                (meeting.id, Known { title: meeting.title.as_str().to_owned(), state: meeting.state, number })
            })
            .collect();
        let expected: BTreeMap<MeetingId, Known> = life.ids.iter().cloned().zip(model.meetings.iter().cloned()).collect();
        assert_eq!(found, expected);
        for state in MeetingState::ALL {
            let of_state = list(MeetingFilter { state: Some(state), ..MeetingFilter::default() }).len();
            assert_eq!(of_state, model.meetings.iter().filter(|meeting| meeting.state == state).count(), "{state:?}");
        }
        match life.ask(Request::Check) {
            Answer::Checked(report) => assert_eq!(report.findings, []),
            other => panic!("{other:?}"),
        }
    }

    fn teardown(mut life: Life, _: Model) {
        life.close();
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stores_whole_life(sequential 1..40 => Lives);
}
