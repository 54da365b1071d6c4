//! A host that another process is.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Notify, broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec};

use crate::domain::fault::{Fault, HostFault, Permission};
use crate::host::socket;
use crate::wire::change::Change;
use crate::wire::frame::{self, Ask, Assembly, FrameError, RequestId, Tell, Welcome};
use crate::wire::reply::Reply;
use crate::wire::request::Request;

/// A host that does not greet in this time is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// Requests on their way to the host before those who ask must wait with asking.
const QUEUE: usize = 64;
/// What changes gathers so much for who does not take it; then he is told that everything did.
const CHANGES: usize = 256;

/// Why a host was not reached.
#[derive(Debug)]
pub(super) enum NotReached {
    /// Nobody listens there.
    Nobody,
    /// Somebody does, and this is why it does not help.
    Fault(Fault),
}

/// The connection was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    /// Whether the host may have been asked before: then it may or may not have done it.
    pub(super) asked: bool,
}

/// Lost before anything was asked.
const UNASKED: Lost = Lost { asked: false };

/// A connection to a host.
#[derive(Debug)]
pub(super) struct Remote {
    welcome: Welcome,
    calls: AtomicU64,
    outgoing: mpsc::Sender<Ask>,
    /// Somebody wants to follow.
    follow: Arc<Notify>,
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

/// Who waits for what; nothing any more when the connection is lost.
#[derive(Debug)]
struct Shared(Mutex<Option<Waiting>>);

#[derive(Debug)]
struct Waiting {
    replies: HashMap<u64, oneshot::Sender<Reply>>,
    changes: broadcast::Sender<Change>,
}

impl Remote {
    /// Connects to the host that listens at one of these paths.
    pub(super) async fn connect(paths: &[PathBuf]) -> Result<Self, NotReached> {
        for path in paths {
            match socket::connect(path).await {
                Ok(stream) => match timeout(PATIENCE, Self::greet(stream)).await {
                    Ok(greeted) => return greeted,
                    // It accepts and says nothing: a host that is stopped, or just ending.
                    Err(_) => return Err(NotReached::Nobody),
                },
                Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied) => {
                    return Err(NotReached::Fault(Fault::NotPermitted {
                        permission: Permission::Socket { path: path.display().to_string() },
                    }));
                }
                Err(error) => tracing::debug!(%error, path = %path.display(), "no host there"),
            }
        }
        Err(NotReached::Nobody)
    }

    async fn greet(stream: UnixStream) -> Result<Self, NotReached> {
        let (read, write) = stream.into_split();
        let mut frames = FramedRead::new(read, frame::codec());
        let mut sink = FramedWrite::new(write, frame::codec());
        // A host that is just ending closes the line.
        sink.send(frame::hello()).await.map_err(|_| NotReached::Nobody)?;
        let Some(Ok(greeting)) = frames.next().await else { return Err(NotReached::Nobody) };
        let welcome = frame::greeted(&greeting).and_then(frame::decode::<Result<Welcome, Fault>>);
        let welcome = welcome.map_err(|error| NotReached::Fault(misunderstood(error)))?.map_err(NotReached::Fault)?;
        let (outgoing, asked) = mpsc::channel(QUEUE);
        let (changes, _) = broadcast::channel(CHANGES);
        let follow = Arc::new(Notify::new());
        let shared = Arc::new(Shared(Mutex::new(Some(Waiting { replies: HashMap::new(), changes }))));
        let tasks = [tokio::spawn(write_all(sink, asked, follow.clone())), tokio::spawn(read_all(frames, shared.clone()))];
        Ok(Self { welcome, calls: AtomicU64::new(0), outgoing, follow, shared, tasks })
    }

    /// What the host said when it let us in.
    pub(super) fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Makes a request and waits for the answer.
    pub(super) async fn call(&self, id: RequestId, request: Request) -> Result<Reply, Lost> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let (answer, reply) = oneshot::channel();
        self.shared.waiting().as_mut().ok_or(UNASKED)?.replies.insert(call, answer);
        let _forget = Forget { shared: &self.shared, call };
        self.outgoing.send(Ask::Call { call, id, request: Box::new(request) }).await.map_err(|_| UNASKED)?;
        reply.await.map_err(|_| Lost { asked: true })
    }

    /// Follows what changes: from before anything that is asked later is answered.
    pub(super) fn follow(&self) -> Result<broadcast::Receiver<Change>, Lost> {
        let changes = self.shared.waiting().as_ref().ok_or(UNASKED)?.changes.subscribe();
        // Goes before whatever waits.
        self.follow.notify_one();
        Ok(changes)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who does not wait any more is forgotten.
struct Forget<'a> {
    shared: &'a Shared,
    call: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if let Some(waiting) = self.shared.waiting().as_mut() {
            waiting.replies.remove(&self.call);
        }
    }
}

fn misunderstood(error: FrameError) -> Fault {
    match error {
        FrameError::OtherVersion(host) => {
            Fault::Host { problem: HostFault::OtherVersion { host, own: env!("CARGO_PKG_VERSION").to_owned() } }
        }
        other => Fault::Internal { detail: format!("the host's greeting: {other}") },
    }
}

async fn write_all(mut sink: FramedWrite<OwnedWriteHalf, LengthDelimitedCodec>, mut asked: mpsc::Receiver<Ask>, follow: Arc<Notify>) {
    loop {
        let ask = tokio::select! {
            biased;
            () = follow.notified() => Ask::Follow,
            ask = asked.recv() => match ask {
                Some(ask) => ask,
                None => return,
            },
        };
        let message = match frame::encode(&ask) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(%error, "a request could not be encoded");
                continue;
            }
        };
        for piece in frame::pieces(&message) {
            if sink.send(piece).await.is_err() {
                // The reader notices the same, and tells those who wait.
                return;
            }
        }
    }
}

async fn read_all(mut frames: FramedRead<OwnedReadHalf, LengthDelimitedCodec>, shared: Arc<Shared>) {
    let mut assembly = Assembly::new(frame::MAX_TOLD);
    while let Some(Ok(piece)) = frames.next().await {
        let told = assembly.take(&piece).and_then(|message| message.map(|message| frame::decode::<Tell>(&message)).transpose());
        match told {
            Ok(None) => {}
            Ok(Some(tell)) => {
                let mut waiting = shared.waiting();
                let Some(waiting) = waiting.as_mut() else { break };
                match tell {
                    Tell::Reply { call, reply } => {
                        if let Some(answer) = waiting.replies.remove(&call) {
                            let _ = answer.send(*reply);
                        }
                    }
                    // Nobody may follow any more.
                    Tell::Change(change) => drop(waiting.changes.send(change)),
                }
            }
            Err(error) => {
                tracing::error!(%error, "the host said what is no message");
                break;
            }
        }
    }
    // Those who wait and those who follow notice.
    drop(shared.waiting().take());
}
