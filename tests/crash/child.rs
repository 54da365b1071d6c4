//! The hidden mode: this test binary, started once more, is a host with several hands that work at once and say what was
//! acknowledged.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::DateTime;
use lichhop::client::{self, Client, Target};
use lichhop::config;
use lichhop::domain::meeting::{Channel, Entry, InvitationMode, MeetingId, Urgency};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::wire::reply::{Answer, MeetingView};
use lichhop::wire::request::{IssueOrder, Request};

use super::office::{NOW, Office, Registered};

const MODE: &str = "LICHHOP_CRASH_CHILD";

/// What the child does.
#[derive(Clone, Copy)]
pub(crate) struct Orders {
    /// How many hands work at once.
    pub(crate) hands: usize,
    /// The number of the first meeting that is registered.
    pub(crate) first: usize,
    /// How many meetings are registered.
    pub(crate) meetings: usize,
    /// How many units there are; each meeting invites all of them.
    pub(crate) units: usize,
    /// Whether the meetings are approved and issued too.
    pub(crate) issue: bool,
    /// Whether others are served when this one is the host.
    pub(crate) serve: bool,
}

/// The command that starts the child.
pub(crate) fn command(office: &Office, orders: Orders) -> Command {
    let mut command = office.surround(std::env::current_exe().unwrap());
    command.args(arguments()).env(MODE, orders.written());
    command
}

/// The same, under another program that starts it.
pub(crate) fn under(program: &Path, args: &[&str], office: &Office, orders: Orders) -> Command {
    let mut command = office.surround(program);
    command.args(args).arg(std::env::current_exe().unwrap()).args(arguments()).env(MODE, orders.written());
    command
}

fn arguments() -> [&'static str; 4] {
    ["--exact", "child::works_and_says_so", "--nocapture", "--test-threads=1"]
}

impl Orders {
    fn written(self) -> String {
        let [issue, serve] = [self.issue, self.serve].map(usize::from);
        format!("{} {} {} {} {issue} {serve}", self.hands, self.first, self.meetings, self.units)
    }

    fn read(written: &str) -> Option<Self> {
        let numbers: Vec<usize> = written.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [hands, first, meetings, units, issue, serve] = numbers.try_into().ok()?;
        Some(Self { hands, first, meetings, units, issue: issue == 1, serve: serve == 1 })
    }
}

#[test]
fn works_and_says_so() {
    let orders = Orders { hands: 8, first: 7, meetings: 6, units: 5, issue: true, serve: false };
    assert_eq!(Orders::read(&orders.written()).unwrap().written(), orders.written());
    if let Ok(orders) = std::env::var(MODE) {
        work(Orders::read(&orders).unwrap());
    }
}

/// One write for each line, so that a kill or a trace sees each for itself.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn work(orders: Orders) {
    // What the test harness printed before stands on a line of its own.
    say("");
    let variable = |name: &str| std::env::var_os(name).unwrap();
    let target = Target {
        state: variable("LICHHOP_DATA").into(),
        config: Arc::new(config::load(Some(Path::new(&variable("LICHHOP_CONFIG")))).unwrap()),
        frozen: Some(NOW.parse().unwrap()),
        socket: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Arc::new(client::open(&target).await.unwrap());
        if orders.serve {
            client.serve();
        }
        let next = Arc::new(AtomicUsize::new(orders.first));
        let hands: Vec<_> = (0..orders.hands).map(|_| tokio::spawn(hand(client.clone(), next.clone(), orders))).collect();
        for hand in hands {
            hand.await.unwrap();
        }
        say("all done");
        // The host stays open until the kill: nothing that closing would put right happens.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    });
}

/// Takes one meeting after the other from registration to issue; says each request before it is made, and what was
/// acknowledged in the words of the command line.
async fn hand(client: Arc<Client>, next: Arc<AtomicUsize>, orders: Orders) {
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        if n >= orders.first + orders.meetings {
            return;
        }
        say(&format!("asks {n}"));
        let id = ask(&client, Request::MeetingAdd { entry: Box::new(entry(n, orders.units)), submit: true }).await.id;
        say(&format!("{id} is {n}"));
        if !orders.issue {
            continue;
        }
        ask(&client, Request::MeetingApprove { id: id.clone(), override_reason: None }).await;
        say(&format!("{id} approved"));
        let issued = ask(&client, Request::MeetingIssue(order(&id))).await;
        say(&format!("{id} issued: number {}, {} queued", issued.number.unwrap(), issued.queued.unwrap()));
    }
}

async fn ask(client: &Client, request: Request) -> MeetingView {
    match client.call(request).await {
        Ok(Answer::Meeting(meeting)) => *meeting,
        other => panic!("{other:?}"),
    }
}

fn entry(n: usize, units: usize) -> Entry {
    let entered = Registered::number(n);
    let line = |text: &str| Line::parse(text).unwrap();
    Entry {
        title: line(&entered.title),
        start: WallTime::parse(&entered.start, DateTime::UNIX_EPOCH).unwrap(),
        end: None,
        place: line(&entered.place),
        online: None,
        chair: line(&entered.chair),
        unit: UnitCode::parse("DV1").unwrap(),
        invited: (1..=units).map(|unit| UnitCode::parse(&format!("DV{unit}")).unwrap()).collect(),
        prepared_by: Vec::new(),
        content: Some(Prose::parse(&entered.content).unwrap()),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

fn order(id: &MeetingId) -> IssueOrder {
    IssueOrder { id: id.clone(), without: Vec::new(), reason: None, override_reason: None, channel: Channel::Electronic }
}
