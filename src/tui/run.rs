//! The loop: takes what happened, updates, performs, draws once for all of it.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::Timelike as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::Client;
use crate::i18n::setup as texts;
use crate::report::{Exit, Report};
use crate::tui::ask::Ticket;
use crate::tui::drafts::Keeper;
use crate::tui::following;
use crate::tui::model::{Model, Setting};
use crate::tui::msg::Msg;
use crate::tui::requests::{self, hear_out};
use crate::tui::term::{Event, Happening, Happenings, HungUp, Terminal};
use crate::tui::view;
use crate::tui::world::{World, opened};
use crate::wire::request::{DraftField, FormKey, Request};

/// Messages that may wait: answers and changes. Who sends more waits.
const QUEUE: usize = 256;
/// So long the first picture waits for the first week, so that it is whole.
const FIRST: Duration = Duration::from_millis(150);
/// The time between two pictures that nobody's key asked for.
const FRAME: Duration = Duration::from_millis(40);
/// How long ending may take after the terminal was lost.
const LOST: Duration = Duration::from_millis(700);
/// How long ending may take when somebody asked for it: what is on the wire has its grace, and is recorded.
const ASKED: Duration = Duration::from_secs(8);
/// After so long somebody who quit is told what is waited for.
const PATIENCE: Duration = Duration::from_millis(400);

/// Runs the application on the controlling terminal until somebody leaves it. Gives how the process ends.
///
/// # Errors
/// There is no terminal.
pub async fn run(client: Client, setting: Setting) -> Result<Exit, Report> {
    let lang = setting.lang;
    let (terminal, happenings) = Terminal::enter().map_err(|why| texts::no_terminal(lang, &why.to_string()))?;
    let client = Arc::new(client);
    let (tell, told) = mpsc::channel(QUEUE);
    let keeper = Keeper::start(client.clone(), tell.clone());
    // Before anything is loaded, so that no change falls between.
    let following = tokio::spawn(following::follow(following::heard(client.changes()), tell.clone()));
    let model = opened(&client, setting, terminal.size());
    let mut screen = Screen { terminal, happenings, told, tell, client, keeper, asked: JoinSet::new(), model };
    let exit = screen.run().await.unwrap_or(Exit::HungUp);
    following.abort();
    // It holds the client until it is gone.
    let _ = following.await;
    screen.end(exit).await;
    Ok(exit)
}

/// What the loop has at hand.
struct Screen {
    terminal: Terminal,
    happenings: Happenings,
    told: mpsc::Receiver<Msg>,
    tell: mpsc::Sender<Msg>,
    client: Arc<Client>,
    keeper: Keeper,
    /// Requests on their way.
    asked: JoinSet<()>,
    model: Model,
}

/// What a message leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing but a picture when there is time.
    Later,
    /// A picture at once: somebody waits for it.
    Now,
    /// The end.
    End(Exit),
}

impl From<Option<Exit>> for Next {
    fn from(left: Option<Exit>) -> Self {
        left.map_or(Self::Later, Self::End)
    }
}

impl World for Screen {
    fn model(&mut self) -> &mut Model {
        &mut self.model
    }

    fn ask(&mut self, ticket: Ticket, request: Request) {
        requests::ask(&mut self.asked, self.client.clone(), self.tell.clone(), ticket, request);
    }

    fn keep(&mut self, form: FormKey, fields: Option<Vec<DraftField>>) {
        self.keeper.keep(form, fields);
    }

    fn leave_to_shell(&mut self) -> bool {
        self.terminal.suspend().is_ok()
    }

    fn size(&self) -> (u16, u16) {
        self.terminal.size()
    }

    fn repaint(&mut self) {
        self.terminal.repaint();
    }
}

impl Screen {
    async fn run(&mut self) -> Result<Exit, HungUp> {
        let mut next = Next::from(self.begin());
        if let Ok(Some(msg)) = tokio::time::timeout(FIRST, self.told.recv()).await {
            next = self.take(msg).into();
        }
        self.draw()?;
        // Not before: the first picture needs both processors.
        self.client.serve();
        self.client.keep_flushing();
        let mut drawn = Instant::now();
        let mut due: Option<Instant> = None;
        let frozen = self.model.setting.frozen;
        let mut beginning = true;
        loop {
            match next {
                Next::End(exit) => return Ok(exit),
                Next::Now => {
                    self.draw()?;
                    (drawn, due) = (Instant::now(), None);
                }
                // What the start has asked for is shown as soon as all of it is there.
                Next::Later if beginning && self.model.asks.answered_all() => {
                    beginning = false;
                    due = Some(Instant::now());
                }
                Next::Later => due = due.or(Some(drawn + FRAME)),
            }
            next = tokio::select! {
                happening = self.happenings.next() => self.happened(happening),
                msg = self.told.recv() => msg.and_then(|msg| self.take(msg)).into(),
                () = until(due) => Next::Now,
                () = minute(frozen, self.client.as_ref()) => {
                    let now = self.client.now();
                    self.take(Msg::Ticked(now)).into()
                }
            };
            next = self.rest(next);
        }
    }

    /// Takes what else has happened already: one picture shows it all.
    fn rest(&mut self, mut next: Next) -> Next {
        while !matches!(next, Next::End(_)) {
            let other = if let Some(happening) = self.happenings.try_next() {
                self.happened(happening)
            } else if let Ok(msg) = self.told.try_recv() {
                self.take(msg).into()
            } else {
                break;
            };
            next = match (next, other) {
                (_, Next::End(exit)) => Next::End(exit),
                (Next::Now, _) | (_, Next::Now) => Next::Now,
                _ => Next::Later,
            };
        }
        next
    }

    fn happened(&mut self, happening: Happening) -> Next {
        match happening {
            Happening::Input(events) => {
                for event in events {
                    let msg = match event {
                        Event::Key(chord) => {
                            #[cfg(feature = "faults")]
                            crate::tui::faults::pressed(chord);
                            Msg::Pressed(chord)
                        }
                        Event::Paste(text) => Msg::Pasted(text),
                    };
                    if let Some(exit) = self.take(msg) {
                        return Next::End(exit);
                    }
                }
                Next::Now
            }
            Happening::Resized | Happening::Continued => {
                let (columns, rows) = self.terminal.size();
                self.take(Msg::Resized { columns, rows });
                Next::Now
            }
            Happening::StopRequested => {
                self.suspend();
                Next::Now
            }
            Happening::HungUp => Next::End(Exit::HungUp),
            Happening::Terminated => Next::End(Exit::Terminated),
            Happening::Interrupted => Next::End(Exit::Interrupted),
            Happening::Panicked(words) => self.take(Msg::Panicked(words)).into(),
        }
    }

    fn draw(&mut self) -> Result<(), HungUp> {
        let model = &self.model;
        self.terminal.draw(|frame| {
            view::draw(model, frame);
            #[cfg(feature = "faults")]
            crate::tui::faults::drawing();
        })
    }

    /// Keeps what is typed, gives the terminal back, lets what is on the wire end, and lets go of the store.
    async fn end(mut self, exit: Exit) {
        let lost = exit == Exit::HungUp;
        let limit = if lost { LOST } else { ASKED };
        self.terminal.ending(limit);
        if !lost {
            self.terminal.leave();
        }
        let lang = self.model.lang();
        let Self { client, keeper, mut asked, mut model, mut told, tell, .. } = self;
        // As large as the application: not to be carried about.
        let mut ended = Box::pin(async move {
            // First, so that nothing typed is lost should there be no time for answers.
            keeper.finish().await;
            // What another process does, it does without us.
            let _ = client.stop();
            hear_out(&mut model, &client, &mut asked, &mut told, &tell).await;
            if let Some(client) = Arc::into_inner(client) {
                client.close().await;
            }
        });
        let limited = tokio::time::timeout(limit, async {
            if tokio::time::timeout(PATIENCE, &mut ended).await.is_err() {
                // Nobody who ended it by a signal waits for words, and the terminal may take none.
                if !lost && exit == Exit::Done {
                    let _ = writeln!(std::io::stderr(), "{}", texts::finishing(lang));
                }
                ended.await;
            }
        });
        // What could not end in time is made good at the next start.
        let _ = limited.await;
    }
}

/// Waits for the next minute; with a clock that stands, for ever.
async fn minute(frozen: bool, client: &Client) {
    if frozen {
        return std::future::pending().await;
    }
    let left = 60 - u64::from(client.now().second().min(59));
    tokio::time::sleep(Duration::from_secs(left)).await;
}

/// Waits for an instant; without one, for ever.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
