//! The one way from a face of the application to its host.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::fault::Fault;
use crate::host::background::Background;
pub use crate::host::changes::Changes;
use crate::host::open::WAIT;
use crate::host::{Host, Options, answer, identity};
use crate::wire::reply::Reply;
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
}

/// A connection to the host of a store.
pub struct Client {
    host: Arc<Host>,
    background: Background,
    actor: String,
}

/// Reaches the host: takes the store itself when nobody has it, waits up to ten seconds when somebody has.
///
/// # Errors
/// [`Fault::Locked`] naming the process that keeps the store; [`Fault::NotInitialised`]; [`Fault::Store`];
/// [`Fault::Configuration`].
pub async fn open(target: &Target) -> Result<Client, Fault> {
    let options = options(target);
    let host = blocking(move || Host::open(&options)).await?;
    for repair in host.repairs() {
        tracing::warn!(?repair, "the store was mended when it was opened");
    }
    Ok(Client { host: Arc::new(host), background: Background::default(), actor: identity::current_user() })
}

/// What `init` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initialised {
    /// Whether the state directory is new; `false`: it was there already.
    pub created: bool,
    /// The first administrator's Unix user: who was made one, or who is one already.
    pub admin: String,
}

/// Makes the state directory and the first administrator (`admin`, or the Unix user who asks). Harmless when repeated.
///
/// # Errors
/// As [`open`].
pub async fn init(target: &Target, admin: Option<&str>) -> Result<Initialised, Fault> {
    let options = options(target);
    let user = admin.map_or_else(identity::current_user, str::to_owned);
    let (created, admin) = blocking(move || Host::init(&options, &user)).await?;
    Ok(Initialised { created, admin })
}

fn options(target: &Target) -> Options {
    Options { state: target.state.clone(), config: target.config.clone(), frozen: target.frozen, wait: WAIT }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Fault::Internal { detail: error.to_string() }))
}

impl Client {
    /// Makes a request and waits for the answer. What is acknowledged is on disk.
    ///
    /// # Errors
    /// The fault that the host answered with.
    pub async fn call(&self, request: Request) -> Reply {
        answer::answer(&self.host, &self.actor, request).await
    }

    /// What the host mended when it opened the store, for the log: torn snapshot files removed and the like.
    #[must_use]
    pub fn repairs(&self) -> Vec<String> {
        self.host.repairs().iter().map(|repair| format!("{repair:?}")).collect()
    }

    /// The present instant by the host's clock, which decides.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.host.now()
    }

    /// What changes from now on in the store and at its flusher. Any number of readers may follow, each at its own pace.
    ///
    /// Who wants to miss nothing begins to follow first and loads what it shows afterwards.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::of(&self.host)
    }

    /// Sends what is due by itself, from now on until [`Client::stop`] or [`Client::close`]; how it fares is told by
    /// [`Request::OutboxStatus`]. Asked again it changes nothing.
    ///
    /// To be called within a runtime, in which it goes on as a task.
    pub fn keep_flushing(&self) {
        self.background.start(&self.host);
    }

    /// Asks what runs to come to an end, for whoever got a signal: a flush gives back what it has in hand.
    pub fn stop(&self) {
        self.host.stop();
    }

    /// Lets go of the host: what has been sent is recorded, what it has is synced and the store is released. What is on
    /// the wire has a few seconds to end; when nothing is, this is immediate.
    pub async fn close(self) {
        self.host.stop();
        self.background.ended().await;
        let host = self.host;
        // The writer is waited for; that may take as long as a sync.
        let _ = tokio::task::spawn_blocking(move || drop(host)).await;
    }
}
