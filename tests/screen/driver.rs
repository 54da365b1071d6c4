//! The application without a terminal: the same messages, the same `update`, the same requests of a real host on a real
//! store, with a clock that stands and answers that come when the test lets them.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use futures_util::FutureExt as _;
use lichhop::client::{self, Changes, Client, Target};
use lichhop::config;
use lichhop::i18n::Lang;
use lichhop::report::Exit;
use lichhop::tui::ask::Ticket;
use lichhop::tui::effect::{self, Effect};
use lichhop::tui::keymap::{Chord, Keymap};
use lichhop::tui::model::{Model, Setting};
use lichhop::tui::msg::Msg;
use lichhop::tui::theme::{ColorDepth, Theme};
use lichhop::tui::update::{left, update};
use lichhop::tui::view;
use lichhop::tui::world::{World, opened};
use lichhop::wire::reply::{Answer, ItemView, MeetingView, Reply};
use lichhop::wire::request::{DraftField, FormKey, Request};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::picture::Picture;

/// Where the clock stands: a Wednesday morning in Hà Nội.
pub(super) const NOW: &str = "2026-11-25T10:00:00+07:00";
/// The size that is not spoken of.
pub(super) const USUAL: (u16, u16) = (80, 24);

/// The files of a folder, by their paths within it.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// The sample ministry as `lichhop demo` makes it, made once.
static MINISTRY: LazyLock<Files> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let env = lichhop::cli::env::Env::with([("LICHHOP_NOW", NOW)]);
    let data = folder.path().to_str().unwrap();
    let args = ["lichhop", "demo", "--json", "--data", data].map(Into::into).to_vec();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = runtime().block_on(lichhop::cli::run_with(args, &env, &mut out, &mut err));
    assert_eq!(exit, Exit::Done, "{}", String::from_utf8_lossy(&err));
    let mut files = Files::new();
    let root = folder.path().join("lichhop-demo");
    gather(&root, &root, &mut files);
    // What was delivered is not looked at.
    files.retain(|(path, _)| !path.starts_with("mail/new"));
    files.push(("mail/new/.keep".into(), Vec::new()));
    files
});

fn gather(folder: &Path, root: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, root, files);
        } else {
            files.push((path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap()));
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// How the application is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    pub(super) lang: Lang,
    /// Whether the sample ministry is there; else the store is empty.
    pub(super) ministry: bool,
    pub(super) approve_own: bool,
}

impl Opening {
    /// The sample ministry in Vietnamese, one person doing everything.
    pub(super) const MINISTRY: Self = Self { lang: Lang::Vi, ministry: true, approve_own: true };
    /// A store in which nothing is yet.
    pub(super) const EMPTY: Self = Self { ministry: false, ..Self::MINISTRY };

    pub(super) const fn lang(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }
}

/// The application, with what is on its way.
pub(super) struct Driver {
    pub(super) model: Model,
    /// Requests that were asked and not made yet.
    pub(super) asked: VecDeque<(Ticket, Request)>,
    /// How it ended.
    pub(super) exit: Option<Exit>,
    /// Drafts to be written.
    drafts: BTreeMap<FormKey, Option<Vec<DraftField>>>,
    changes: Option<Changes>,
    client: Option<Client>,
    pub(super) target: Target,
    setting: Setting,
    folder: Arc<TempDir>,
    runtime: Runtime,
}

impl Driver {
    /// Opens the application on the sample ministry.
    pub(super) fn ministry() -> Self {
        Self::open(Opening::MINISTRY)
    }

    /// Opens the application; everything that it asks at its start is answered.
    pub(super) fn open(opening: Opening) -> Self {
        let mut driver = Self::opened(opening);
        driver.settle();
        driver
    }

    /// Opens the application; nothing is answered yet.
    pub(super) fn opened(opening: Opening) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let (config, state) = (folder.path().join("config.toml"), folder.path().join("state"));
        if opening.ministry {
            for (path, bytes) in MINISTRY.iter() {
                let path = folder.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        } else {
            std::fs::write(&config, "[mail]\nrelay = \"maildir:mail\"\n").unwrap();
        }
        let mut config = config::load(Some(&config)).unwrap();
        config.rules.approve_own = opening.approve_own;
        let setting = Setting {
            lang: opening.lang,
            keymap: Arc::new(Keymap::default()),
            themes: ["dark", "mono", "light"].map(|name| Arc::new(Theme::load(name, &[], ColorDepth::Ansi).unwrap())).to_vec(),
            office: config.rules.office.symbol.to_string(),
            frozen: true,
            greeting: None,
        };
        let target = Target { state, config: Arc::new(config), frozen: Some(NOW.parse().unwrap()), socket: None };
        let runtime = runtime();
        if !opening.ministry {
            runtime.block_on(client::init(&target, None)).unwrap();
        }
        let model = Model::new(setting.clone(), NOW.parse().unwrap(), USUAL);
        let (asked, drafts) = (VecDeque::new(), BTreeMap::new());
        let mut driver = Self { model, asked, exit: None, drafts, changes: None, client: None, target, setting, folder, runtime };
        driver.start();
        driver
    }

    fn start(&mut self) {
        let client = self.runtime.block_on(client::open(&self.target)).unwrap();
        self.changes = Some(client.changes());
        self.model = opened(&client, self.setting.clone(), USUAL);
        self.client = Some(client);
        self.exit = self.begin();
    }

    /// The application of somebody else, at another desk: a client of the host that is this one.
    pub(super) fn beside(&self) -> Self {
        let host = self.client.as_ref().unwrap();
        let _within = self.runtime.enter();
        host.serve();
        let (setting, target, folder) = (self.setting.clone(), self.target.clone(), self.folder.clone());
        let model = Model::new(setting.clone(), NOW.parse().unwrap(), USUAL);
        let (asked, drafts) = (VecDeque::new(), BTreeMap::new());
        let runtime = runtime();
        let mut driver = Self { model, asked, exit: None, drafts, changes: None, client: None, target, setting, folder, runtime };
        driver.start();
        driver.settle();
        driver
    }

    /// Waits until something is said to have changed, and takes it in.
    pub(super) fn heard(&mut self) -> &mut Self {
        let change = self.runtime.block_on(self.changes.as_mut().unwrap().next());
        self.send(Msg::Changed(change.unwrap()));
        self.settle();
        self
    }

    /// Ends as the application does when it is left, and opens it again on the same store.
    pub(super) fn reopened(&mut self) -> &mut Self {
        self.begun_again();
        self.settle();
        self
    }

    /// As [`Self::reopened`]; nothing is answered yet.
    pub(super) fn begun_again(&mut self) {
        self.keep_drafts();
        self.heard_out(Vec::new());
        self.changes = None;
        self.runtime.block_on(self.client.take().unwrap().close());
        self.exit = None;
        self.start();
    }

    /// Takes in what still comes after somebody has left: these answers, and those to what was asked.
    pub(super) fn heard_out(&mut self, mut answers: Vec<(Ticket, Reply)>) {
        loop {
            answers.extend(self.make(0));
            let Some((ticket, reply)) = answers.pop() else { break };
            let effects = left(&mut self.model, Msg::Answered { ticket, reply: Box::new(reply) });
            self.perform(effects);
        }
        self.keep_drafts();
    }

    /// The folder of the configuration, with the state and the Maildir in it.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes a message in and performs what it leads to; gives that too.
    pub(super) fn send(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.model, msg);
        let left = self.perform(effects.clone());
        self.exit = self.exit.or(left);
        effects
    }

    /// Presses keys as keymaps write them, and waits for everything they lead to.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.press(key);
            self.settle();
        }
        self
    }

    /// Presses a key, and waits for nothing.
    pub(super) fn press(&mut self, key: &str) -> Vec<Effect> {
        let chord = Chord::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
        self.send(Msg::Pressed(chord))
    }

    /// Types letter by letter.
    pub(super) fn typed(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            self.send(Msg::Pressed(Chord::char(letter)));
        }
        self.settle();
        self
    }

    /// Goes to a meeting of this week or the next one, by what its title begins with.
    pub(super) fn select(&mut self, title: &str) -> &mut Self {
        self.keys("1 t");
        for _ in 0..3 {
            self.keys("g g");
            for _ in 0..self.model.week.rows.len() {
                if self.model.selected_meeting().is_some_and(|meeting| meeting.title.as_str().starts_with(title)) {
                    return self;
                }
                self.keys("j");
            }
            self.keys("l");
        }
        panic!("{title} is not there");
    }

    /// Types into the fields of a form, one after the other.
    pub(super) fn filled(&mut self, texts: &[&str]) -> &mut Self {
        for text in texts {
            self.typed(text).keys("tab");
        }
        self
    }

    pub(super) fn pasted(&mut self, text: &str) -> &mut Self {
        self.send(Msg::Pasted(text.to_owned()));
        self.settle();
        self
    }

    pub(super) fn resized(&mut self, (columns, rows): (u16, u16)) -> &mut Self {
        self.send(Msg::Resized { columns, rows });
        self
    }

    /// Makes requests, keeps drafts and tells changes until nothing is on its way.
    pub(super) fn settle(&mut self) {
        loop {
            while !self.asked.is_empty() {
                self.answer(0);
            }
            self.keep_drafts();
            if !self.follow() && self.asked.is_empty() {
                break;
            }
        }
    }

    /// Makes one of the requests that were asked and takes the answer in.
    pub(super) fn answer(&mut self, at: usize) {
        if let Some((ticket, reply)) = self.make(at) {
            self.send(Msg::Answered { ticket, reply: Box::new(reply) });
        }
    }

    /// Makes one of the requests that were asked; the answer is still to be taken in.
    pub(super) fn make(&mut self, at: usize) -> Option<(Ticket, Reply)> {
        let (ticket, request) = self.asked.remove(at)?;
        Some((ticket, self.call(request)))
    }

    /// Writes the drafts that wait.
    pub(super) fn keep_drafts(&mut self) {
        for (form, fields) in std::mem::take(&mut self.drafts) {
            self.call(effect::draft_request(form, fields)).unwrap();
        }
    }

    /// Takes in what changed in the store, if anything did.
    pub(super) fn follow(&mut self) -> bool {
        let changes = self.changes.as_mut().unwrap();
        let change = self.runtime.block_on(async { changes.next().now_or_never() }).flatten();
        change.map(|change| self.send(Msg::Changed(change))).is_some()
    }

    /// Makes a request of the host as somebody else would.
    pub(super) fn call(&self, request: Request) -> Reply {
        let mut reply = self.runtime.block_on(self.client.as_ref().unwrap().call(request));
        if let Ok(answer) = &mut reply {
            still(answer);
        }
        reply
    }

    /// Makes a request about a meeting as somebody else would.
    pub(super) fn meeting(&self, request: Request) -> MeetingView {
        match self.call(request) {
            Ok(Answer::Meeting(meeting)) => *meeting,
            other => panic!("{other:?}"),
        }
    }

    /// All meetings of the store.
    pub(super) fn meetings(&self) -> Vec<MeetingView> {
        match self.call(Request::MeetingList(lichhop::wire::request::MeetingFilter::default())) {
            Ok(Answer::Meetings(meetings)) => meetings,
            other => panic!("{other:?}"),
        }
    }

    /// The one meeting of this title.
    pub(super) fn titled(&self, title: &str) -> MeetingView {
        let mut found: Vec<_> = self.meetings().into_iter().filter(|meeting| meeting.title.as_str() == title).collect();
        assert_eq!(found.len(), 1, "{title}");
        found.remove(0)
    }

    /// All messages of the store.
    pub(super) fn items(&self) -> Vec<ItemView> {
        match self.call(Request::OutboxList { state: None }) {
            Ok(Answer::Items(items)) => items,
            other => panic!("{other:?}"),
        }
    }

    /// Chooses a theme.
    pub(super) fn theme(&mut self, name: &str) -> &mut Self {
        self.model.theme = self.model.setting.themes.iter().find(|theme| theme.name() == name).unwrap().clone();
        self
    }

    /// What stands on a screen of this size.
    pub(super) fn screen(&mut self, size: (u16, u16)) -> Picture {
        self.resized(size);
        self.drawn()
    }

    /// What stands on the screen.
    pub(super) fn drawn(&self) -> Picture {
        let mut terminal = Terminal::new(TestBackend::new(self.model.size.0, self.model.size.1)).unwrap();
        let buffer = terminal.draw(|frame| view::draw(&self.model, frame)).unwrap().buffer.clone();
        let backend = terminal.backend();
        Picture { buffer, caret: backend.cursor_visible().then(|| backend.cursor_position().into()) }
    }

    /// The text of a screen that has room for everything.
    pub(super) fn told(&mut self) -> String {
        self.screen((160, 50)).text()
    }
}

/// A world without a terminal: requests wait until the test makes them, and there is always a shell.
impl World for Driver {
    fn model(&mut self) -> &mut Model {
        &mut self.model
    }

    fn ask(&mut self, ticket: Ticket, request: Request) {
        self.asked.push_back((ticket, request));
    }

    fn keep(&mut self, form: FormKey, fields: Option<Vec<DraftField>>) {
        self.drafts.insert(form, fields);
    }

    fn leave_to_shell(&mut self) -> bool {
        true
    }

    fn size(&self) -> (u16, u16) {
        self.model.size
    }

    fn repaint(&mut self) {}
}

/// Takes out of an answer what is different each time: who runs the tests, and the random part of names of messages.
fn still(answer: &mut Answer) {
    const WHO: &str = "lan";
    let meeting = |meeting: &mut MeetingView| {
        for by in meeting.history.iter_mut().map(|event| &mut event.by) {
            WHO.clone_into(by);
        }
    };
    let item = |item: &mut ItemView| {
        let (before, host) = item.message_id.rsplit_once('@').unwrap();
        let (before, _) = before.rsplit_once('.').unwrap();
        item.message_id = format!("{before}.0123456789abcdef@{host}");
    };
    match answer {
        Answer::Meeting(one) => meeting(one),
        Answer::Meetings(all) => all.iter_mut().for_each(meeting),
        Answer::MeetingPage(page) => page.meetings.iter_mut().for_each(meeting),
        Answer::Items(all) => all.iter_mut().for_each(item),
        Answer::Item(one) => item(one),
        Answer::Why(next) => item(&mut next.item),
        _ => {}
    }
}
