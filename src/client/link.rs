//! How the host is reached: over its socket, or by being it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::broadcast;
use tokio::time::Instant;

use super::Target;
use super::remote::{Lost, NotReached, Remote};
use crate::config::HostMode;
use crate::domain::fault::{Fault, HostFault};
use crate::domain::repair::Repair;
use crate::host::kept::Kept;
use crate::host::open::WAIT;
use crate::host::server::Server;
use crate::host::socket::{self, Socket};
use crate::host::{Host, Options, answer, background, blocking, changes, chores, clock, mailboxes, systemd};
use crate::wire::change::Change;
use crate::wire::frame::RequestId;
use crate::wire::reply::Reply;
use crate::wire::request::Request;

/// A service that restarts is waited for so long.
const SERVICE: Duration = Duration::from_secs(2);
/// Between two looks for a host or its lock; the next waits twice as long.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// What a process does for others when it is the host.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wants {
    pub(super) serving: bool,
    pub(super) flushing: bool,
}

/// The host.
pub(super) enum Link {
    /// This process.
    Own(Own),
    /// Another.
    Remote(Remote),
}

/// Being the host.
pub(super) struct Own {
    host: Arc<Host>,
    background: Kept,
    chores: Kept,
    mailboxes: Kept,
    server: Mutex<Option<Server>>,
}

/// What is followed.
pub(super) enum Followed {
    Own(changes::Changes),
    Remote(broadcast::Receiver<Change>),
}

pub(super) fn options(target: &Target) -> Options {
    Options { state: target.state.clone(), config: target.config.clone(), frozen: target.frozen, wait: Duration::ZERO }
}

/// Where a host of this target listens.
pub(super) fn place(target: &Target) -> PathBuf {
    target.socket.clone().unwrap_or_else(|| target.state.join(socket::NAME))
}

fn bind(target: &Target) -> Result<Socket, Fault> {
    let path = place(target);
    Socket::bind(&path, &target.state).map_err(|error| no_socket(&path.display().to_string(), &error))
}

fn no_socket(path: &str, error: &std::io::Error) -> Fault {
    Fault::Host { problem: HostFault::NoSocket { path: path.to_owned(), detail: error.to_string() } }
}

/// Where the host of a target listens, or says that it does.
fn places(target: &Target) -> Vec<PathBuf> {
    let (own, told) = (place(target), target.state.join(socket::NAME));
    // Nobody but the service may look into its state directory.
    if target.config.host == HostMode::Service || own == told { vec![own] } else { vec![told, own] }
}

/// Refuses at once what needs the store to itself, where whoever has it answers: such a process goes on for days.
///
/// # Errors
/// [`HostFault::Serving`].
pub(super) async fn none_serves(target: &Target, pid: Option<u32>) -> Result<(), Fault> {
    match Remote::connect(&places(target)).await {
        // Also one of another version, and one that lets nobody in any more.
        Ok(_) | Err(NotReached::Fault(Fault::Host { .. })) => Err(Fault::Host { problem: HostFault::Serving { pid } }),
        Err(_) => Ok(()),
    }
}

impl Link {
    /// Connects, else takes the lock, else waits.
    pub(super) async fn reach(target: &Target, wants: Wants) -> Result<Self, Fault> {
        let (begun, places) = (Instant::now(), places(target));
        let service = target.config.host == HostMode::Service;
        let patience = if service { SERVICE } else { WAIT };
        let mut pause = SHORTEST_PAUSE;
        loop {
            let wait = pause.min(patience.saturating_sub(begun.elapsed()));
            match Remote::connect(&places).await {
                Ok(remote) => return Ok(Self::Remote(remote)),
                Err(NotReached::Fault(fault)) => return Err(fault),
                Err(NotReached::Nobody) => {}
            }
            let why = if service {
                tokio::time::sleep(wait).await;
                let socket = places.first().map(|path| path.display().to_string()).unwrap_or_default();
                Fault::Host { problem: HostFault::Nobody { socket } }
            } else {
                // At the lock, so that it is taken as soon as it is let go.
                let options = Options { wait, ..options(target) };
                match blocking(move || Host::open(&options)).await {
                    Ok(host) => {
                        let own = Own {
                            host: Arc::new(host),
                            background: Kept::default(),
                            chores: Kept::default(),
                            mailboxes: Kept::default(),
                            server: Mutex::default(),
                        };
                        let link = Self::Own(own);
                        link.grant(target, wants);
                        return Ok(link);
                    }
                    Err(locked @ Fault::Locked { .. }) => locked,
                    Err(other) => return Err(other),
                }
            };
            if begun.elapsed() >= patience {
                return Err(why);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Is the host, whatever the mode, and serves others; waits for the lock as anybody does.
    pub(super) async fn host(target: &Target) -> Result<Self, Fault> {
        let inherited = systemd::inherited().map_err(|error| no_socket("LISTEN_FDS", &error))?;
        let (begun, mut pause) = (Instant::now(), SHORTEST_PAUSE);
        let host = loop {
            let options = Options { wait: pause.min(WAIT.saturating_sub(begun.elapsed())), ..options(target) };
            let holder = match blocking(move || Host::open(&options)).await {
                Ok(host) => break Arc::new(host),
                Err(Fault::Locked { pid }) => pid,
                Err(other) => return Err(other),
            };
            // Behind a socket that the service manager made nobody answers but this process.
            if inherited.is_none() {
                none_serves(target, holder).await?;
            }
            if begun.elapsed() >= WAIT {
                return Err(Fault::Locked { pid: holder });
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        let socket = match inherited {
            Some(listener) => Socket::inherited(listener),
            None => bind(target)?,
        };
        let server = Mutex::new(Some(Server::start(&host, socket)));
        let (chores, mailboxes) = (Kept::default(), Kept::default());
        chores::start(&chores, &host);
        mailboxes::start(&mailboxes, &host);
        Ok(Self::Own(Own { host, background: Kept::default(), chores, mailboxes, server }))
    }

    /// Makes a request of the host.
    pub(super) async fn call(&self, user: &str, id: RequestId, request: Request) -> Result<Reply, Lost> {
        match self {
            // Deciding may block its task, and whoever asks has more to do than to wait.
            Self::Own(own) if answer::decides(&request) => {
                let (host, user) = (own.host.clone(), user.to_owned());
                let decided = tokio::spawn(async move { answer::answer(&host, &user, id, request).await }).await;
                Ok(decided.unwrap_or_else(|error| Err(Fault::Internal { detail: error.to_string() })))
            }
            Self::Own(own) => Ok(answer::answer(&own.host, user, id, request).await),
            Self::Remote(remote) => remote.call(id, request).await,
        }
    }

    pub(super) fn repairs(&self) -> &[Repair] {
        match self {
            Self::Own(own) => own.host.repairs(),
            Self::Remote(remote) => &remote.welcome().repairs,
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Own(own) => own.host.now(),
            Self::Remote(remote) => remote.welcome().frozen.unwrap_or_else(clock::now),
        }
    }

    /// Follows what changes; `None`: the connection is lost.
    pub(super) fn follow(&self, user: &str) -> Option<Followed> {
        match self {
            Self::Own(own) => Some(Followed::Own(changes::Changes::of(&own.host, user))),
            Self::Remote(remote) => remote.follow().ok().map(Followed::Remote),
        }
    }

    /// Does for others what was wanted, if this process is the host.
    pub(super) fn grant(&self, target: &Target, wants: Wants) {
        let Self::Own(own) = self else { return };
        if wants.flushing {
            background::start(&own.background, &own.host);
        }
        let mut server = own.server.lock().unwrap_or_else(PoisonError::into_inner);
        if wants.serving && server.is_none() {
            match bind(target) {
                Ok(socket) => *server = Some(Server::start(&own.host, socket)),
                // Whoever is alone does not notice; others wait as for any process that keeps the store.
                Err(fault) => tracing::error!(?fault, "nobody else can be served"),
            }
        }
    }

    pub(super) async fn failed(&self) {
        match self {
            Self::Own(own) => own.host.failed().await,
            Self::Remote(_) => std::future::pending().await,
        }
    }

    /// What keeps the nightly backups from being made, where this process would make them.
    pub(super) async fn look_at_backups(&self) -> Result<(), Fault> {
        match self {
            Self::Own(own) => chores::look(&own.host).await,
            Self::Remote(_) => Ok(()),
        }
    }

    pub(super) fn stop(&self) -> bool {
        match self {
            Self::Own(own) => {
                own.host.stop();
                true
            }
            Self::Remote(_) => false,
        }
    }

    pub(super) async fn close(link: Arc<Self>) {
        if let Self::Own(own) = link.as_ref() {
            own.host.stop();
            let server = own.server.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(server) = server {
                server.stop().await;
            }
            own.background.ended().await;
            own.chores.ended().await;
            own.mailboxes.ended().await;
        }
        // The writer is waited for; that may take as long as a sync.
        let _ = tokio::task::spawn_blocking(move || drop(link)).await;
    }
}
