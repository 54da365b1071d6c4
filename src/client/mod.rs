//! The one way from a face of the application to its host, wherever that is: in this process or in another.

mod backup;
mod changes;
mod link;
mod remote;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

pub use self::backup::{backup, proposed};
pub use self::changes::Changes;
use self::link::{Link, Wants};
use crate::config::Config;
use crate::domain::fault::{Fault, HostFault};
use crate::host::clock::{self, request_id};
use crate::host::open::WAIT;
pub use crate::host::restore::Engine;
use crate::host::{Host, Options, blocking, identity, restore, systemd};
use crate::wire::reply::{Reply, Restored};
use crate::wire::request::Request;

/// Where and as whom to work.
#[derive(Debug, Clone)]
pub struct Target {
    /// The state directory.
    pub state: PathBuf,
    /// The configuration.
    pub config: Arc<Config>,
    /// The instant at which the clock stands, if it stands.
    pub frozen: Option<DateTime<Utc>>,
    /// Where the host listens; `None`: in the state directory.
    pub socket: Option<PathBuf>,
}

/// A connection to the host of a store. When the host goes away it is reached anew, or this process becomes the host.
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    wants: Mutex<Wants>,
    /// `None`: closed.
    link: Mutex<Option<Arc<Link>>>,
    /// Held while the host is reached anew.
    reaching: tokio::sync::Mutex<()>,
    user: String,
}

/// Reaches the host: whoever listens, else takes the store itself when nobody has it, waits up to ten seconds when somebody
/// has.
///
/// # Errors
/// [`Fault::Locked`] naming the process that keeps the store; [`Fault::Host`];
/// [`Fault::NotInitialised`]; [`Fault::Store`]; [`Fault::Configuration`].
pub async fn open(target: &Target) -> Result<Client, Fault> {
    let link = Link::reach(target, Wants::default()).await?;
    Ok(Client::of(target, link))
}

/// Is the host for everybody on this machine, and sends what is due.
///
/// # Errors
/// As [`open`]; [`HostFault::NoSocket`] when there can be no socket.
pub async fn serve(target: &Target) -> Result<Client, Fault> {
    let client = Client::of(target, Link::host(target).await?);
    client.serve();
    client.keep_flushing();
    systemd::ready();
    Ok(client)
}

/// Where [`serve`] listens.
#[must_use]
pub fn socket(target: &Target) -> PathBuf {
    link::place(target)
}

impl Client {
    fn of(target: &Target, link: Link) -> Self {
        for repair in link.repairs() {
            tracing::warn!(repair, "the store was mended when it was opened");
        }
        let inner = Inner {
            target: target.clone(),
            wants: Mutex::default(),
            link: Mutex::new(Some(Arc::new(link))),
            reaching: tokio::sync::Mutex::default(),
            user: identity::current_user(),
        };
        Self { inner: Arc::new(inner) }
    }
}

/// What `init` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initialised {
    /// Whether the state directory is new; `false`: it was there already.
    pub created: bool,
    /// The first administrator's Unix user: who was made one, or who is one already. `None`: another process keeps the store.
    pub admin: Option<String>,
}

/// Makes the state directory and the first administrator (`admin`, or the Unix user who asks). Harmless when repeated.
///
/// # Errors
/// As [`open`].
pub async fn init(target: &Target, admin: Option<&str>) -> Result<Initialised, Fault> {
    let options = Options { wait: WAIT, ..link::options(target) };
    let user = admin.map_or_else(identity::current_user, str::to_owned);
    let (created, admin) = blocking(move || Host::init(&options, &user)).await?;
    Ok(Initialised { created, admin })
}

/// Takes a backup back into a state directory that has no store yet, or only looks whether that can be done.
///
/// # Errors
/// See [`restore::restore`]; [`crate::domain::fault::HostFault::Serving`].
pub async fn restore(target: &Target, file: PathBuf, engine: Engine, only_look: bool) -> Result<Restored, Fault> {
    restore_until(target, file, engine, only_look, Arc::default()).await
}

/// As [`restore`], until somebody sets `stop`: then nothing was taken back.
///
/// # Errors
/// As [`restore`]; [`crate::domain::fault::BackupFault::Unreadable`] when it was stopped.
pub async fn restore_until(
    target: &Target,
    file: PathBuf,
    engine: Engine,
    only_look: bool,
    stop: Arc<AtomicBool>,
) -> Result<Restored, Fault> {
    let options = Options { wait: WAIT, ..link::options(target) };
    if !only_look {
        let state = target.state.clone();
        if let Some(pid) = blocking(move || Ok(restore::held(&state))).await? {
            link::none_serves(target, pid).await?;
        }
    }
    let order = restore::Order { file, engine, only_look, user: identity::current_user(), stop };
    blocking(move || restore::restore(&options, &order)).await
}

impl Client {
    /// Makes a request and waits for the answer. What is acknowledged is on disk. When the host goes away meanwhile, the next
    /// one is asked the same under the same number, so that nothing is done twice.
    ///
    /// # Errors
    /// The fault that the host answered with; [`HostFault::Lost`] when none came back.
    pub async fn call(&self, request: Request) -> Reply {
        let id = request_id();
        loop {
            let link = self.inner.link().ok_or_else(closed)?;
            if let Ok(reply) = link.call(&self.inner.user, id, request.clone()).await {
                return reply;
            }
            tracing::info!("the host went away; looking for the next");
            self.inner.relink(&link).await.map_err(|why| match why {
                Fault::Locked { .. } | Fault::Host { problem: HostFault::Nobody { .. } } => Fault::Host { problem: HostFault::Lost },
                why => why,
            })?;
        }
    }

    /// What the host mended when it opened the store, for the log: torn snapshot files removed and the like.
    #[must_use]
    pub fn repairs(&self) -> Vec<String> {
        self.inner.link().map(|link| link.repairs()).unwrap_or_default()
    }

    /// The present instant by the host's clock, which decides.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.link().map_or_else(clock::now, |link| link.now())
    }

    /// What changes from now on in the store and at its flusher. Any number of readers may follow, each at its own pace.
    ///
    /// Who wants to miss nothing begins to follow first and loads what it shows afterwards.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::of(&self.inner)
    }

    /// Serves others as long as this process is the host, now or later; they come by the socket.
    ///
    /// To be called within a runtime, in which it goes on as a task.
    pub fn serve(&self) {
        self.inner.want(|wants| wants.serving = true);
    }

    /// Sends what is due by itself as long as this process is the host, now or later, until [`Client::stop`] or
    /// [`Client::close`]; how it fares is told by [`Request::OutboxStatus`]. Asked again it changes nothing.
    ///
    /// To be called within a runtime, in which it goes on as a task.
    pub fn keep_flushing(&self) {
        self.inner.want(|wants| wants.flushing = true);
    }

    /// Returns when the store that this process is the host of has failed: nothing is written any more, and only a new process
    /// can find out what is on the disk. Never, when another process is the host.
    pub async fn failed(&self) {
        match self.inner.link() {
            Some(link) => link.failed().await,
            None => std::future::pending().await,
        }
    }

    /// What keeps the nightly backups from being made, for whoever starts the service: nobody reads its log before the day on
    /// which a backup is missed.
    ///
    /// # Errors
    /// [`Fault::Backup`], [`Fault::Store`].
    pub async fn look_at_backups(&self) -> Result<(), Fault> {
        match self.inner.link() {
            Some(link) => link.look_at_backups().await,
            None => Ok(()),
        }
    }

    /// Asks what runs here to come to an end, for whoever got a signal: a flush gives back what it has in hand. `false`: what
    /// runs, runs in another process and goes on.
    #[must_use = "nobody but the host's own process can be waited for"]
    pub fn stop(&self) -> bool {
        self.inner.link().is_some_and(|link| link.stop())
    }

    /// Lets go of the host: what has been sent is recorded, what it has is synced and the store is released. What is on
    /// the wire has a few seconds to end; when nothing is, this is immediate.
    pub async fn close(self) {
        systemd::stopping();
        let link = self.inner.known().take();
        if let Some(link) = link {
            Link::close(link).await;
        }
    }
}

impl Inner {
    fn known(&self) -> MutexGuard<'_, Option<Arc<Link>>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn link(&self) -> Option<Arc<Link>> {
        self.known().clone()
    }

    fn want(&self, add: impl FnOnce(&mut Wants)) {
        let mut wants = self.wants.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut wants);
        if let Some(link) = self.link() {
            link.grant(&self.target, *wants);
        }
    }

    /// Reaches the host anew, unless somebody did since `lost` was.
    async fn relink(&self, lost: &Arc<Link>) -> Result<Arc<Link>, Fault> {
        let _only_one = self.reaching.lock().await;
        let current = self.link().ok_or_else(closed)?;
        if !Arc::ptr_eq(&current, lost) {
            return Ok(current);
        }
        let wants = *self.wants.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Arc::new(Link::reach(&self.target, wants).await?);
        match self.known().as_mut() {
            Some(link) => *link = fresh.clone(),
            // Closed meanwhile: nobody is left to use it.
            None => return Err(closed()),
        }
        Ok(fresh)
    }
}

fn closed() -> Fault {
    Fault::Internal { detail: "the connection to the host was closed".into() }
}
