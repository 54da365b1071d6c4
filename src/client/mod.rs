//! The one way from a face of the application to its host, wherever that is: in this process or in another.

mod backup;
mod changes;
mod link;
mod receive;
mod remote;
mod unsure;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::Instant;

pub use self::backup::{backup, proposed};
pub use self::changes::{Changes, Heard};
use self::link::{Link, Wants};
pub use self::receive::maildir;
use self::unsure::Unsure;
use crate::config::Config;
use crate::domain::fault::{Fault, HostFault};
use crate::domain::repair::Repair;
use crate::host::clock;
pub use crate::host::identity::is_known as is_known_user;
use crate::host::open::WAIT;
pub use crate::host::part::{write_new, write_over};
pub use crate::host::restore::Engine;
use crate::host::{Host, Options, blocking, identity, restore, systemd};
use crate::i18n::Lang;
use crate::i18n::mended::mended;
use crate::wire::reply::{Reply, Restored};
use crate::wire::request::Request;

/// So often a request is asked again of the next host: who is asked and goes away may have died of it.
const LOST_MAX: usize = 16;

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
    /// Held while the host is reached anew; the last time that none was found.
    reaching: tokio::sync::Mutex<Option<Vain>>,
    /// How many hosts were reached after the first.
    reached: watch::Sender<u64>,
    unsure: Unsure,
    user: String,
}

/// A look for a host that found none.
struct Vain {
    begun: Instant,
    why: Fault,
}

/// Tells when a host was reached anew.
#[derive(Debug)]
pub struct Reached(watch::Receiver<u64>);

impl Reached {
    /// Returns when a host was reached since the last time that this returned; never, when the client is gone. Nothing is lost
    /// when this is dropped before it is ready.
    pub async fn anew(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
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
    let link = Link::host(target).await?;
    log_repairs(&link);
    let client = Client::of(target, link);
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
        let inner = Inner {
            target: target.clone(),
            wants: Mutex::default(),
            link: Mutex::new(Some(Arc::new(link))),
            reaching: tokio::sync::Mutex::default(),
            reached: watch::Sender::default(),
            unsure: Unsure::default(),
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

/// As [`restore()`], until somebody sets `stop`: then nothing was taken back.
///
/// # Errors
/// As [`restore()`]; [`crate::domain::fault::BackupFault::Unreadable`] when it was stopped.
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
    /// one is asked the same under the same number, so that nothing is done twice; nor when none comes and the same request is made
    /// again within a quarter of an hour.
    ///
    /// # Errors
    /// The fault that the host answered with; [`HostFault::Lost`] when it went away with the request and none came back;
    /// why none is reached ([`HostFault::Nobody`], [`Fault::Locked`]) where none was asked: then nothing was done.
    pub async fn call(&self, request: Request) -> Reply {
        let id = self.inner.unsure.number(&request);
        let mut asked = false;
        for _ in 0..LOST_MAX {
            let link = self.inner.link().ok_or_else(closed)?;
            match link.call(&self.inner.user, id, request.clone()).await {
                Ok(reply) => return reply,
                Err(lost) => asked |= lost.asked,
            }
            tracing::info!("the host went away; looking for the next");
            if let Err(why) = self.inner.relink(&link).await {
                if asked {
                    self.inner.unsure.remember(request, id);
                }
                return Err(match why {
                    Fault::Locked { .. } | Fault::Host { problem: HostFault::Nobody { .. } } if asked => {
                        Fault::Host { problem: HostFault::Lost }
                    }
                    why => why,
                });
            }
        }
        // Hosts that go away as soon as they are asked this will do so again.
        if asked {
            self.inner.unsure.remember(request, id);
        }
        Err(Fault::Host { problem: HostFault::Lost })
    }

    /// Tells when another host, or the same again, is reached: what could not be done without one can be done now.
    #[must_use]
    pub fn reached(&self) -> Reached {
        self.inner.reached()
    }

    /// What the host mended when it opened the store: to be told to whoever works with it.
    #[must_use]
    pub fn repairs(&self) -> Vec<Repair> {
        self.inner.link().map(|link| link.repairs().to_vec()).unwrap_or_default()
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

    fn reached(&self) -> Reached {
        Reached(self.reached.subscribe())
    }

    /// Reaches the host anew, unless somebody did since `lost` was. Several look together: who waited while another looked for
    /// as long as anybody does need not look again.
    async fn relink(&self, lost: &Arc<Link>) -> Result<Arc<Link>, Fault> {
        let waits_since = Instant::now();
        let mut vain = self.reaching.lock().await;
        let current = self.link().ok_or_else(closed)?;
        if !Arc::ptr_eq(&current, lost) {
            return Ok(current);
        }
        if let Some(vain) = vain.as_ref().filter(|vain| vain.begun >= waits_since) {
            return Err(vain.why.clone());
        }
        let (begun, wants) = (Instant::now(), *self.wants.lock().unwrap_or_else(PoisonError::into_inner));
        let fresh = match Link::reach(&self.target, wants).await {
            Ok(fresh) => Arc::new(fresh),
            Err(why) => {
                *vain = Some(Vain { begun, why: why.clone() });
                return Err(why);
            }
        };
        log_repairs(&fresh);
        match self.known().as_mut() {
            Some(link) => *link = fresh.clone(),
            // Closed meanwhile: nobody is left to use it.
            None => return Err(closed()),
        }
        self.reached.send_modify(|count| *count += 1);
        Ok(fresh)
    }
}

/// Puts into the log what was mended, where no person is there to be told. The log is English, whoever reads it.
fn log_repairs(link: &Link) {
    for repair in link.repairs() {
        tracing::warn!("{}", mended(Lang::En, repair));
    }
}

fn closed() -> Fault {
    Fault::Internal { detail: "the connection to the host was closed".into() }
}
