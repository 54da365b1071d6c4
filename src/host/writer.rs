//! The writer: one at a time sits at the desk and decides. A thread of its own takes up to 256 waiting use cases, lets each
//! decide against the applied state, syncs once, and only then acknowledges them all. Where several were acknowledged together,
//! as many are expected again: the writer waits a moment for them, so that they share the next sync too. Whoever is alone is
//! not kept waiting: he sits down himself, since waking a thread and being woken by it would take him a third of a sync.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::fault::Fault;
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Changes, Rev};
use crate::usecase::{job, keys};

/// How many use cases share one sync at the most.
const BATCH: usize = 256;
/// How many may wait before those who ask must wait with asking.
const QUEUE: usize = 1024;
/// So long those are waited for who were acknowledged together last time: as long as some syncs of a fast disk.
const MOMENT: Duration = Duration::from_millis(1);

/// Tells who asked, once the sync has ended well or badly.
type Acknowledge = Box<dyn FnOnce(Result<(), Fault>) + Send>;
/// Decides at the desk.
type Task = Box<dyn FnOnce(&mut Desk) -> Acknowledge + Send>;

/// The writer's door.
pub struct Writer {
    tasks: Option<mpsc::Sender<Task>>,
    seat: Arc<Seat>,
    revisions: watch::Receiver<Rev>,
    outbox: watch::Receiver<()>,
    ended: watch::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

/// The one place at the desk; empty when nothing is decided any more.
struct Seat(Mutex<Option<Seated>>);

/// What whoever sits at the desk has before him.
struct Seated {
    desk: Desk,
    safe: watch::Sender<Rev>,
    /// Told of what is due in the outbox: each that is woken for nothing keeps a processor from who waits.
    due: watch::Sender<()>,
    /// Goes when nothing is decided any more.
    _ended: watch::Sender<()>,
    /// So many shared the last sync.
    expected: usize,
}

impl Writer {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(desk: Desk) -> Result<Self, Fault> {
        let (tasks, inbox) = mpsc::channel(QUEUE);
        let (safe, revisions) = watch::channel(desk.store().revision());
        let (due, outbox) = watch::channel(());
        let (held, ended) = watch::channel(());
        log_chain(&desk, "at the start");
        let seat = Arc::new(Seat(Mutex::new(Some(Seated { desk, safe, due, _ended: held, expected: 1 }))));
        let own = seat.clone();
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(&own, inbox))
            .map_err(|error| Fault::Internal { detail: error.to_string() })?;
        Ok(Self { tasks: Some(tasks), seat, revisions, outbox, ended, thread: Some(thread) })
    }

    /// Lets a use case decide, and waits until what it wrote is on disk. A sealed job that broke off goes first.
    ///
    /// # Errors
    /// The use case's; [`Fault::Store`] when the sync failed, after which every later call fails too.
    pub async fn decide<T, F>(&self, decide: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Desk) -> Result<T, Fault> + Send + 'static,
    {
        self.look(move |desk| job::finish_unfinished(desk).and_then(|()| decide(desk))).await
    }

    /// As [`Writer::decide`]; what is to be told of the decision is made of it beside the writer, once it is on disk. Whoever is
    /// alone decides on this very thread, which may be blocked until then: a task of its own.
    ///
    /// Not while the disk is waited for: to be woken twice takes who waits with others longer than what is made meanwhile.
    ///
    /// # Errors
    /// As [`Writer::decide`], and what `tell` answers.
    pub async fn decide_and<T, U, F, G>(&self, decide: F, tell: G) -> Result<U, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Desk) -> Result<T, Fault> + Send + 'static,
        G: FnOnce(T) -> Result<U, Fault>,
    {
        let (task, reply) = task(move |desk| job::finish_unfinished(desk).and_then(|()| decide(desk)));
        if let Err(task) = self.at_once(task) {
            self.hand_over(task).await?;
        }
        let decided = reply.await.map_err(|_| stopped())??;
        catch_unwind(AssertUnwindSafe(|| tell(decided)))
            .unwrap_or_else(|panic| Err(Fault::Internal { detail: crate::host::panic::words(panic.as_ref()) }))
    }

    async fn hand_over(&self, task: Task) -> Result<(), Fault> {
        let tasks = self.tasks.as_ref().ok_or_else(stopped)?;
        tasks.send(task).await.map_err(|_| stopped())
    }

    /// Sits down here and now, if nobody else waits and the executor can do without this thread; else gives the task back. What
    /// may take long is not done so: it would hold up whatever its caller does besides waiting.
    fn at_once(&self, task: Task) -> Result<(), Task> {
        let nobody_waits = self.tasks.as_ref().is_some_and(|tasks| tasks.capacity() == tasks.max_capacity());
        let place = if nobody_waits && may_block() { self.seat.free() } else { None };
        let Some(place) = place else { return Err(task) };
        tokio::task::block_in_place(|| sit(place, task, |_| None));
        Ok(())
    }

    /// Lets somebody look at the desk while nothing changes, also beside a job that cannot be finished.
    ///
    /// # Errors
    /// As [`Writer::decide`].
    pub async fn look<T, F>(&self, decide: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Desk) -> Result<T, Fault> + Send + 'static,
    {
        let (task, reply) = task(decide);
        self.hand_over(task).await?;
        reply.await.map_err(|_| stopped())?
    }

    /// The revision up to which everything is on disk, as it moves. It ends when the writer does.
    #[must_use]
    pub fn revisions(&self) -> watch::Receiver<Rev> {
        self.revisions.clone()
    }

    /// Moves whenever what waits in the outbox has changed, once that is on disk. It ends when the writer does.
    #[must_use]
    pub fn outbox(&self) -> watch::Receiver<()> {
        self.outbox.clone()
    }

    /// Returns when nothing is decided any more.
    pub async fn ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }

    /// Waits for the last acknowledgement and lets go of the store.
    pub fn stop(&mut self) {
        drop(self.tasks.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn stopped() -> Fault {
    Fault::Store { detail: "the writer has stopped after a failure of the store".into() }
}

/// What decides at the desk, and where its outcome comes once it is on disk.
fn task<T, F>(decide: F) -> (Task, oneshot::Receiver<Result<T, Fault>>)
where
    T: Send + 'static,
    F: FnOnce(&mut Desk) -> Result<T, Fault> + Send + 'static,
{
    let (answer, reply) = oneshot::channel();
    let task: Task = Box::new(move |desk| {
        let decided = survive(desk, decide);
        Box::new(move |synced| {
            // Who asked may have gone away; what was decided stands all the same.
            let _ = answer.send(synced.and(decided));
        })
    });
    (task, reply)
}

fn survive<T>(desk: &mut Desk, decide: impl FnOnce(&mut Desk) -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(|| decide(desk))).unwrap_or_else(|panic| Err(broken(desk, panic.as_ref())))
}

/// A use case panicked. Each of its commits happened whole or not at all, and a job it had sealed is finished first by
/// whatever is decided next; the desk looks up where the chain ends.
fn broken(desk: &mut Desk, panic: &(dyn std::any::Any + Send)) -> Fault {
    let words = crate::host::panic::words(panic);
    match desk.look_up() {
        Ok(()) => Fault::Internal { detail: words },
        Err(fault) => fault,
    }
}

/// Says in the log where the audit chain ends: who rolls the store back cannot roll back the log as well.
fn log_chain(desk: &Desk, when: &str) {
    let head = desk.chain();
    tracing::info!(sequence = head.sequence, hash = head.hash.as_str(), when, "the audit chain ends here");
}

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The next task if it comes in time.
fn next_before(inbox: &mut mpsc::Receiver<Task>, patience: Instant) -> Option<Task> {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(task) = inbox.poll_recv(&mut context) {
            return task;
        }
        let left = patience.checked_duration_since(Instant::now())?;
        std::thread::park_timeout(left);
    }
}

impl Seat {
    fn take(&self) -> MutexGuard<'_, Option<Seated>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place, if nobody has it and he who takes it need not expect others.
    fn free(&self) -> Option<MutexGuard<'_, Option<Seated>>> {
        let seated = match self.0.try_lock() {
            Ok(seated) => seated,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        seated.as_ref().is_some_and(|seated| seated.expected <= 1).then_some(seated)
    }
}

/// Whether this thread may wait for the disk: an executor of one thread has no other to go on with.
fn may_block() -> bool {
    Handle::try_current().is_ok_and(|executor| executor.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// Lets those decide who are there, syncs once, and tells them. `next` gives another one, if there is any.
fn sit(mut place: MutexGuard<'_, Option<Seated>>, first: Task, mut next: impl FnMut(Option<Instant>) -> Option<Task>) {
    let Some(seated) = place.as_mut() else { return };
    let store = seated.desk.around.store.clone();
    let before = store.revision();
    let patience = Instant::now() + MOMENT;
    let mut waiting = vec![first(&mut seated.desk)];
    while waiting.len() < BATCH {
        let expects = waiting.len() < seated.expected && store.revision() != before;
        let Some(task) = next(expects.then_some(patience)) else { break };
        waiting.push(task(&mut seated.desk));
    }
    seated.expected = waiting.len();
    // Also when nothing was written, which is immediate: a store that broke off in a write says so here.
    let after = store.revision();
    let synced = store.sync().map_err(Fault::from);
    match &synced {
        // Before those who asked are told: whoever begins to follow once his own request was answered is not told of it.
        Ok(()) if after != before => {
            seated.safe.send_replace(after);
            let nothing_due = matches!(store.changes(keys::DUE, before, Duration::ZERO), Ok(Changes::Keys { keys, .. }) if keys.is_empty());
            if !nothing_due {
                seated.due.send_replace(());
            }
        }
        Ok(()) => {}
        // After a failed sync nobody knows what is on disk; a new process looks at what really is there.
        Err(_) => {
            tracing::error!("the store could not be synced: the writer stops");
            *place = None;
        }
    }
    for acknowledge in waiting {
        acknowledge(synced.clone());
    }
}

fn run(seat: &Seat, mut inbox: mpsc::Receiver<Task>) {
    while let Some(first) = inbox.blocking_recv() {
        let place = seat.take();
        if place.is_none() {
            return;
        }
        sit(place, first, |patience| match inbox.try_recv() {
            Ok(task) => Some(task),
            Err(_) => next_before(&mut inbox, patience?),
        });
    }
    if let Some(seated) = seat.take().take() {
        log_chain(&seated.desk, "at the end");
    }
}
