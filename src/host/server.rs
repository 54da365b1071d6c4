//! Serving a store to everybody on this machine: the socket, and who is let in.

use std::collections::{HashMap, VecDeque};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use crate::domain::fault::{Fault, HostFault};
use crate::host::connection;
use crate::host::identity;
use crate::host::open::Host;
use crate::host::socket::Socket;

/// So many connections a user may have that have greeted.
const PER_USER: usize = 256;
/// So many may be there that have not greeted yet; the oldest of more is let go.
const UNGREETED: usize = 64;
/// So long the replies that are owed are waited for when the host ends.
const OWED: Duration = Duration::from_secs(4);
/// When the system has nothing left to give, accepting waits so long.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// The task that serves, once it was started.
#[derive(Debug)]
pub struct Server {
    stopping: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to serve a host's store over a socket. Within a runtime.
    #[must_use]
    pub fn start(host: &Arc<Host>, socket: Socket) -> Self {
        let (stopping, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(host.clone(), socket, stopped));
        Self { stopping, task: Some(task) }
    }

    /// Takes no more connections and requests, and waits until what is owed was told, at most four seconds.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "what serves the socket ended badly");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn accept(host: Arc<Host>, socket: Socket, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let guests = Guests::default();
    loop {
        let accepted = tokio::select! {
            accepted = socket.listener.accept() => accepted,
            _ = stopped.wait_for(|stopping| *stopping) => break,
            Some(_) = connections.join_next() => continue,
            // Nothing can be written any more: whoever comes next looks for another host.
            () = host.failed() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let peer = identity::peer(&stream);
                match peer {
                    Ok((uid, user)) => admit(&host, stream, uid, user, &guests, &stopped, &mut connections),
                    Err(error) => tracing::warn!(%error, "who connected could not be told"),
                }
            }
            // Of one connection only.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    // Its file goes first, so that nobody comes any more.
    drop(socket);
    let owed = async { while connections.join_next().await.is_some() {} };
    if timeout(OWED, owed).await.is_err() {
        tracing::warn!("some who were owed a reply were not waited for any longer");
    }
}

fn admit(
    host: &Arc<Host>,
    stream: UnixStream,
    uid: u32,
    user: String,
    guests: &Guests,
    stopped: &watch::Receiver<bool>,
    connections: &mut JoinSet<()>,
) {
    let (host, stopped, guests) = (host.clone(), stopped.clone(), guests.clone());
    let (number, pushed_out) = guests.waits();
    connections.spawn(async move {
        let served = connection::serve(host, stream, user, stopped, || {
            guests.greeted(number);
            guests.enter(uid).ok_or(Fault::Host { problem: HostFault::Crowded })
        });
        let ended = tokio::select! {
            ended = served => ended,
            // Once it has greeted nobody can say so any more.
            Ok(()) = pushed_out => Err(connection::Ended::Silent),
        };
        guests.greeted(number);
        if let Err(why) = ended {
            tracing::info!(uid, %why, "a connection was ended");
        }
    });
}

/// Who is connected, and who has not greeted yet.
#[derive(Debug, Clone, Default)]
struct Guests(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    of_user: HashMap<u32, usize>,
    numbers: u64,
    ungreeted: VecDeque<(u64, oneshot::Sender<()>)>,
}

/// A user's place among the connections; given back when dropped.
#[derive(Debug)]
struct Place {
    guests: Guests,
    uid: u32,
}

impl Guests {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, uid: u32) -> Option<Place> {
        let mut known = self.known();
        let count = known.of_user.entry(uid).or_default();
        (*count < PER_USER).then(|| {
            *count += 1;
            Place { guests: self.clone(), uid }
        })
    }

    /// Notes a connection that has not greeted, and gives its number and what tells it to make room: those who only knock must
    /// not keep others out.
    fn waits(&self) -> (u64, oneshot::Receiver<()>) {
        let mut known = self.known();
        known.numbers += 1;
        let (push_out, pushed_out) = oneshot::channel();
        let number = known.numbers;
        known.ungreeted.push_back((number, push_out));
        if known.ungreeted.len() > UNGREETED
            && let Some((_, oldest)) = known.ungreeted.pop_front()
        {
            // It may have ended by itself.
            let _ = oldest.send(());
        }
        (number, pushed_out)
    }

    fn greeted(&self, number: u64) {
        self.known().ungreeted.retain(|(waiting, _)| *waiting != number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut known = self.guests.known();
        if let Some(count) = known.of_user.get_mut(&self.uid) {
            *count -= 1;
            if *count == 0 {
                known.of_user.remove(&self.uid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{SinkExt as _, StreamExt as _};
    use tokio::time::Instant;
    use tokio_util::codec::Framed;

    use super::*;
    use crate::host::Options;
    use crate::host::identity::current_user;
    use crate::wire::frame::{self, Ask, RequestId, Tell, Welcome};
    use crate::wire::request::Request;

    type Line = Framed<UnixStream, tokio_util::codec::LengthDelimitedCodec>;

    async fn say(line: &mut Line, call: u64, request: Request) {
        let ask = Ask::Call { call, id: RequestId([u8::try_from(call).unwrap(); 16]), request: Box::new(request) };
        for piece in frame::pieces(&frame::encode(&ask).unwrap()) {
            line.send(piece).await.unwrap();
        }
    }

    /// The number of the next call that is answered; `None`: the line is closed.
    async fn hear(line: &mut Line) -> Option<u64> {
        let mut assembly = frame::Assembly::new(frame::MAX_TOLD);
        while let Some(Ok(piece)) = line.next().await {
            if let Some(message) = assembly.take(&piece).unwrap() {
                match frame::decode::<Tell>(&message).unwrap() {
                    Tell::Reply { call, .. } => return Some(call),
                    Tell::Change(_) => {}
                }
            }
        }
        None
    }

    fn host(folder: &std::path::Path) -> Arc<Host> {
        let options = Options {
            state: folder.join("state"),
            config: Arc::new(crate::config::defaults()),
            frozen: Some("2016-05-03T02:00:00Z".parse().unwrap()),
            wait: Duration::ZERO,
        };
        Host::init(&options, &current_user()).unwrap();
        Arc::new(Host::open(&options).unwrap())
    }

    /// A server of a host whose flushes wait, and a client that is owed the outcome of one.
    async fn owing(host: &Arc<Host>, folder: &std::path::Path) -> (Server, Line) {
        let path = folder.join("host.sock");
        let server = Server::start(host, Socket::bind(&path, folder).unwrap());
        let mut line = Framed::new(UnixStream::connect(&path).await.unwrap(), frame::codec());
        line.send(frame::hello()).await.unwrap();
        let welcome = line.next().await.unwrap().unwrap();
        let welcome = frame::greeted(&welcome).and_then(frame::decode::<Result<Welcome, Fault>>);
        assert!(welcome.unwrap().is_ok());
        say(&mut line, 1, Request::flush()).await;
        // Answered behind it: the flush is being worked on.
        say(&mut line, 2, Request::DraftList).await;
        assert_eq!(hear(&mut line).await, Some(2));
        (server, line)
    }

    #[tokio::test]
    async fn replies_that_are_owed_are_waited_for_four_seconds_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(folder.path());
        let _busy = host.flushing.lock().await;
        let (server, _line) = owing(&host, folder.path()).await;
        tokio::time::pause();
        let began = Instant::now();
        server.stop().await;
        assert_eq!(began.elapsed().as_secs(), 4);
    }

    #[tokio::test]
    async fn a_reply_that_gets_ready_in_time_is_told_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(folder.path());
        let busy = host.flushing.lock().await;
        let (server, mut line) = owing(&host, folder.path()).await;
        let stopping = tokio::spawn(server.stop());
        // Nobody is let in any more: it has begun to end.
        while UnixStream::connect(folder.path().join("host.sock")).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!stopping.is_finished());
        drop(busy);
        assert_eq!(hear(&mut line).await, Some(1));
        stopping.await.unwrap();
    }
}
