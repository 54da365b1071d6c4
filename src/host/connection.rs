//! One connection to the host: what a client says is taken in order, what it asks is answered as it gets ready.
//!
//! A client can harm itself only. Whoever does not greet in time, announces too much, says what is no message, leaves a message
//! unfinished or does not read what he asked for, is let go; a few requests at a time are worked on for each.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Mutex as Turns, Semaphore, watch};
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
type Sink = FramedWrite<OwnedWriteHalf, LengthDelimitedCodec>;

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
        repairs: host.repairs().to_vec(),
    });
    timeout(STALLED, sink.send(frame::welcome(&welcome)?)).await.map_err(|_| Ended::Stalled)??;
    // A client of another version has read ours and knows what to say.
    versions?;
    let Ok(_place) = admitted else { return Ok(()) };

    let line = Arc::new(Line::new(sink));
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let follower = Follower::default();
    let talk = Talk { host, user, line: line.clone(), places, follower };
    let heard = tokio::select! {
        heard = talk.listen(&mut frames) => heard,
        () = until(&mut stopping) => Ok(()),
        () = line.cut() => Ok(()),
    };
    if heard.is_ok() {
        // Whoever closed his side, or outlives the host, still gets what he asked for; the host says how long that may take.
        let owed = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let _ = talk.places.acquire_many(owed).await;
    }
    // What follows has nobody to tell; whoever is not listened to is not spoken to.
    line.hang_up();
    heard.and(line.why())
}

async fn until(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// What a connection has at hand.
struct Talk {
    host: Arc<Host>,
    user: String,
    line: Arc<Line>,
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
                    let (host, user, line) = (self.host.clone(), self.user.clone(), self.line.clone());
                    // On its own: what was begun is ended, also when who asked goes away.
                    tokio::spawn(async move {
                        let reply = Box::new(answer::answer(&host, &user, id, *request).await);
                        line.tell(&Tell::Reply { call, reply }).await;
                        // Kept until it is written.
                        drop(place);
                    });
                }
            }
        }
    }

    /// Begins to follow before anything that is asked later is answered.
    fn follow(&self) {
        self.follower.start(|| {
            let (mut changes, line) = (Changes::of(&self.host, &self.user), self.line.clone());
            tokio::spawn(async move {
                while let Some(change) = changes.next().await {
                    line.tell(&Tell::Change(change)).await;
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

/// The way to the client. Whoever has something to tell writes it himself, one after the other.
struct Line {
    sink: Turns<Sink>,
    /// Whether it is over; nothing is written any more then.
    over: watch::Sender<bool>,
    /// Why, when the client is to blame.
    why: Mutex<Option<Ended>>,
}

impl Line {
    fn new(sink: Sink) -> Self {
        Self { sink: Turns::new(sink), over: watch::Sender::new(false), why: Mutex::default() }
    }

    async fn tell(&self, message: &Tell) {
        let bytes = match frame::encode(message) {
            Ok(bytes) => bytes,
            Err(error) => return tracing::error!(%error, "a reply could not be encoded"),
        };
        let told = tokio::select! {
            biased;
            () = self.cut() => return,
            told = self.write(&bytes) => told,
        };
        if let Err(why) = told {
            self.why.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
            self.hang_up();
        }
    }

    async fn write(&self, message: &[u8]) -> Result<(), Ended> {
        let mut sink = self.sink.lock().await;
        for piece in frame::pieces(message) {
            timeout(STALLED, sink.send(piece)).await.map_err(|_| Ended::Stalled)??;
        }
        Ok(())
    }

    /// Returns when the line is over.
    async fn cut(&self) {
        until(&mut self.over.subscribe()).await;
    }

    fn hang_up(&self) {
        self.over.send_replace(true);
    }

    /// Why it is over, told once.
    fn why(&self) -> Result<(), Ended> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}
