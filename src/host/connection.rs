//! One connection to the host: what a client says is taken in order, what it asks is answered as it gets ready.
//!
//! A client can harm itself only. Whoever does not greet in time, announces too much, says what is no message, leaves a message
//! unfinished or does not read what he asked for, is let go; a few requests at a time are worked on for each.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec};

use crate::domain::fault::Fault;
use crate::host::answer;
use crate::host::changes::Changes;
use crate::host::open::Host;
use crate::wire::frame::{self, Ask, Assembly, FrameError, Tell, Welcome};

/// In this time a client has to greet, and to end a message that it began.
const PATIENCE: Duration = Duration::from_secs(5);
/// A client that takes nothing for so long is not there any more.
const STALLED: Duration = Duration::from_secs(10);
/// So many requests of a client are worked on at once; those behind them are not read.
const AT_ONCE: usize = 16;

type Frames = FramedRead<OwnedReadHalf, LengthDelimitedCodec>;
/// A message on its way, and the place among those worked on that it keeps until it is written.
type Outgoing = mpsc::Sender<(Vec<u8>, Option<OwnedSemaphorePermit>)>;

/// Why a connection ended that its client did not end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("it did not greet in time")]
    Silent,
    #[error("it left a message unfinished")]
    Unfinished,
    #[error("it does not read what it asked for")]
    Stalled,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Serves a user's connection until it ends, or until `stopping` says so and what is owed was told. `admit` is asked when the
/// client has shown that it is one; what it gives is kept as long as the connection lasts.
pub(super) async fn serve<P>(
    host: Arc<Host>,
    stream: UnixStream,
    user: String,
    mut stopping: watch::Receiver<bool>,
    admit: impl FnOnce() -> Result<P, Fault>,
) -> Result<(), Ended> {
    let (read, write) = stream.into_split();
    let mut frames = FramedRead::new(read, frame::codec());
    let mut sink = FramedWrite::new(write, frame::codec());
    let Some(hello) = timeout(PATIENCE, frames.next()).await.map_err(|_| Ended::Silent)?.transpose()? else { return Ok(()) };
    let versions = frame::greeted(&hello).map(|_| ());
    if versions == Err(FrameError::Stranger) {
        return Err(FrameError::Stranger.into());
    }
    let admitted = admit();
    let welcome = admitted.as_ref().map_err(Fault::clone).map(|_| Welcome {
        user: user.clone(),
        frozen: host.clock.frozen().then(|| host.now()),
        repairs: host.repairs().iter().map(|repair| format!("{repair:?}")).collect(),
    });
    timeout(STALLED, sink.send(frame::welcome(&welcome)?)).await.map_err(|_| Ended::Stalled)??;
    // A client of another version has read ours and knows what to say.
    versions?;
    let Ok(_place) = admitted else { return Ok(()) };

    let (out, inbox) = mpsc::channel(AT_ONCE);
    let writer = tokio::spawn(write_all(sink, inbox));
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let follower = Follower::default();
    let talk = Talk { host, user, out, places, follower };
    let heard = tokio::select! {
        heard = talk.listen(&mut frames) => heard,
        () = until(&mut stopping) => Ok(()),
    };
    if heard.is_ok() {
        // Whoever closed his side, or outlives the host, still gets what he asked for; the host says how long that may take.
        let owed = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let _ = talk.places.acquire_many(owed).await;
    }
    drop(talk);
    if heard.is_err() {
        writer.abort();
    }
    heard.and(writer.await.unwrap_or(Ok(())))
}

async fn until(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// What a connection has at hand.
struct Talk {
    host: Arc<Host>,
    user: String,
    out: Outgoing,
    places: Arc<Semaphore>,
    follower: Follower,
}

impl Talk {
    async fn listen(&self, frames: &mut Frames) -> Result<(), Ended> {
        let mut assembly = Assembly::new(frame::MAX_ASKED);
        loop {
            let next = if assembly.has_begun() {
                timeout(PATIENCE, frames.next()).await.map_err(|_| Ended::Unfinished)?
            } else {
                frames.next().await
            };
            let Some(next) = next.transpose()? else { return Ok(()) };
            let Some(message) = assembly.take(&next)? else { continue };
            match frame::decode(&message)? {
                Ask::Follow => self.follow(),
                Ask::Call { call, id, request } => {
                    let Ok(place) = self.places.clone().acquire_owned().await else { return Ok(()) };
                    let (host, user, out) = (self.host.clone(), self.user.clone(), self.out.clone());
                    // On its own: what was begun is ended, also when who asked goes away.
                    tokio::spawn(async move {
                        let reply = Box::new(answer::answer(&host, &user, id, *request).await);
                        tell(&out, &Tell::Reply { call, reply }, Some(place)).await;
                    });
                }
            }
        }
    }

    /// Begins to follow before anything that is asked later is answered.
    fn follow(&self) {
        self.follower.start(|| {
            let (mut changes, out) = (Changes::of(&self.host, &self.user), self.out.clone());
            tokio::spawn(async move {
                while let Some(change) = changes.next().await {
                    tell(&out, &Tell::Change(change), None).await;
                }
            })
        });
    }
}

/// The task that tells what changes; it ends with its connection.
#[derive(Default)]
struct Follower(Mutex<Option<JoinHandle<()>>>);

impl Follower {
    /// Starts it, unless it was started before.
    fn start(&self, task: impl FnOnce() -> JoinHandle<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(task);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        if let Some(task) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

async fn tell(out: &Outgoing, message: &Tell, place: Option<OwnedSemaphorePermit>) {
    match frame::encode(message) {
        // Who asked may be gone.
        Ok(bytes) => drop(out.send((bytes, place)).await),
        Err(error) => tracing::error!(%error, "a reply could not be encoded"),
    }
}

async fn write_all(
    mut sink: FramedWrite<OwnedWriteHalf, LengthDelimitedCodec>,
    mut inbox: mpsc::Receiver<(Vec<u8>, Option<OwnedSemaphorePermit>)>,
) -> Result<(), Ended> {
    while let Some((message, _place)) = inbox.recv().await {
        for piece in frame::pieces(&message) {
            timeout(STALLED, sink.send(piece)).await.map_err(|_| Ended::Stalled)??;
        }
    }
    Ok(())
}
