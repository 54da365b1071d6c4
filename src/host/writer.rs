//! The writer: the one thread that decides. It takes up to 256 waiting use cases, lets each decide against the applied
//! state, syncs once, and only then acknowledges them all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::fault::Fault;
use crate::usecase::desk::Desk;
use crate::usecase::job;
use crate::usecase::ports::Rev;

/// How many use cases share one sync at the most.
const BATCH: usize = 256;
/// How many may wait before those who ask must wait with asking.
const QUEUE: usize = 1024;

/// Tells who asked, once the sync has ended well or badly.
type Acknowledge = Box<dyn FnOnce(Result<(), Fault>) + Send>;
/// Decides at the desk.
type Task = Box<dyn FnOnce(&mut Desk) -> Acknowledge + Send>;

/// The writer's door.
pub struct Writer {
    tasks: Option<mpsc::Sender<Task>>,
    revisions: watch::Receiver<Rev>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(desk: Desk) -> Result<Self, Fault> {
        let (tasks, inbox) = mpsc::channel(QUEUE);
        let (safe, revisions) = watch::channel(desk.store().revision());
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(desk, inbox, &safe))
            .map_err(|error| Fault::Internal { detail: error.to_string() })?;
        Ok(Self { tasks: Some(tasks), revisions, thread: Some(thread) })
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

    /// Lets somebody look at the desk while nothing changes, also beside a job that cannot be finished.
    ///
    /// # Errors
    /// As [`Writer::decide`].
    pub async fn look<T, F>(&self, decide: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Desk) -> Result<T, Fault> + Send + 'static,
    {
        let (answer, reply) = oneshot::channel();
        let task: Task = Box::new(move |desk| {
            let decided = catch_unwind(AssertUnwindSafe(|| decide(desk))).unwrap_or_else(|panic| Err(broken(desk, panic.as_ref())));
            Box::new(move |synced| {
                // Who asked may have gone away; what was decided stands all the same.
                let _ = answer.send(synced.and(decided));
            })
        });
        let tasks = self.tasks.as_ref().ok_or_else(stopped)?;
        tasks.send(task).await.map_err(|_| stopped())?;
        reply.await.map_err(|_| stopped())?
    }

    /// The revision up to which everything is on disk, as it moves. It ends when the writer does.
    #[must_use]
    pub fn revisions(&self) -> watch::Receiver<Rev> {
        self.revisions.clone()
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

fn run(mut desk: Desk, mut inbox: mpsc::Receiver<Task>, safe: &watch::Sender<Rev>) {
    let store = desk.around.store.clone();
    log_chain(&desk, "at the start");
    while let Some(first) = inbox.blocking_recv() {
        let before = store.revision();
        let mut waiting = vec![first(&mut desk)];
        while waiting.len() < BATCH {
            match inbox.try_recv() {
                Ok(task) => waiting.push(task(&mut desk)),
                Err(_) => break,
            }
        }
        // Also when nothing was written, which is immediate: a store that broke off in a write says so here.
        let after = store.revision();
        let synced = store.sync().map_err(Fault::from);
        let failed = synced.is_err();
        if !failed && after != before {
            // Before those who asked are told: whoever begins to follow once his own request was answered is not told of it.
            safe.send_replace(after);
        }
        for acknowledge in waiting {
            acknowledge(synced.clone());
        }
        if failed {
            // After a failed sync nobody knows what is on disk; a new process looks at what really is there.
            tracing::error!("the store could not be synced: the writer stops");
            return;
        }
    }
    log_chain(&desk, "at the end");
}
