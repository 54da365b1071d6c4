//! Opening a store as its host: the lock, the engine, what a crash left, then the writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};
use zeroize::Zeroizing;

use crate::config::{BackupConfig, Config, MailConfig, ReceiveConfig};
use crate::domain::account::{Account, Role};
use crate::domain::fault::{Fault, HostFault};
use crate::domain::office::{Rates, Rules};
use crate::host::backup;
use crate::host::clock::{FrozenClock, SystemClock, SystemRandom};
use crate::host::counts::Counts;
use crate::host::flusher::warn::Looked;
use crate::host::spool::{self, Spools};
use crate::host::status::FlusherState;
use crate::host::writer::Writer;
use crate::mail::compose::Composer;
use crate::mail::driver::Identity;
use crate::mail::secret;
use crate::mail::transport::{Settings, Transport, Unusable};
use crate::print::Typesetter;
use crate::store::{Engine, LocalStore, Repair, StateLock};
use crate::usecase::desk::{Desk, Surroundings};
use crate::usecase::ports::{Clock, Compose, Random, Store};
use crate::usecase::{draft, incoming, job, migrate, outbox, request, table};

/// How long a second process waits for the store.
pub const WAIT: Duration = Duration::from_secs(10);

/// What a host is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The state directory.
    pub state: PathBuf,
    /// The configuration.
    pub config: Arc<Config>,
    /// The instant at which the clock stands, if it stands.
    pub frozen: Option<DateTime<Utc>>,
    /// How long to wait for another process to let go of the store.
    pub wait: Duration,
}

/// A host: it owns a store as long as it lives.
pub struct Host {
    /// Where decisions are made. Before the lock in this list, so that it stops before the lock is let go.
    pub(crate) writer: Writer,
    pub(crate) store: Arc<dyn Store>,
    /// The same, with the files it lies in.
    pub(crate) local: Arc<LocalStore>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) compose: Arc<dyn Compose>,
    pub(crate) connections: usize,
    pub(crate) rates: Rates,
    /// Held by the one flush that runs.
    pub(crate) flushing: Mutex<()>,
    /// When it was looked last whether messages wait too long.
    pub(crate) looked: Looked,
    /// Held by the one look into mailboxes that goes on.
    pub(crate) looking: Mutex<()>,
    /// Held while the store is written anew.
    pub(crate) renewing: Mutex<()>,
    /// Backups that wait to be fetched.
    pub(crate) spools: Spools,
    /// What the flusher is at.
    pub(crate) flusher: watch::Sender<FlusherState>,
    /// Since when it is open, by its clock.
    pub(crate) opened: DateTime<Utc>,
    /// How many items of the outbox are in each state.
    pub(crate) counts: Counts,
    mail: MailConfig,
    receive: ReceiveConfig,
    backups: BackupConfig,
    state: PathBuf,
    stopping: watch::Sender<bool>,
    repairs: Vec<Repair>,
    _lock: StateLock,
}

impl Host {
    /// Opens the store of a state directory that was made before.
    ///
    /// # Errors
    /// [`Fault::NotInitialised`], [`Fault::Locked`] naming the process that keeps the store, [`Fault::Configuration`],
    /// [`Fault::Store`].
    pub fn open(options: &Options) -> Result<Self, Fault> {
        let not_there = || Fault::NotInitialised { path: options.state.display().to_string() };
        // Before the lock, which would make the directory.
        if !LocalStore::is_there(&options.state)? {
            return Err(not_there());
        }
        let (lock, local, repairs) = take(options)?;
        spool::clear(&options.state);
        let around = surroundings(options, local.clone());
        let mut desk = Desk::open(around.clone()).map_err(|fault| match fault {
            Fault::NotInitialised { .. } => not_there(),
            fault => fault,
        })?;
        if migrate::is_due(&desk) {
            // Before anything is changed.
            backup::before_migration(&desk, &local, &options.state)?;
            migrate::run(&mut desk)?;
        }
        recover(&mut desk)?;
        if let Err(fault) = draft::sweep(&desk).and_then(|()| request::sweep(&desk)) {
            // They stand in nobody's way; what else this means will show.
            tracing::warn!(?fault, "expired drafts and old requests could not be removed");
        }
        around.store.sync()?;
        Ok(Self {
            writer: Writer::start(desk)?,
            opened: around.clock.now(),
            store: around.store,
            local,
            rules: around.rules,
            clock: around.clock,
            random: around.random,
            compose: around.compose,
            connections: options.config.mail.connections,
            rates: options.config.mail.rates.clone(),
            flushing: Mutex::new(()),
            looked: Looked::default(),
            looking: Mutex::new(()),
            renewing: Mutex::new(()),
            spools: Spools::default(),
            flusher: watch::Sender::default(),
            counts: Counts::default(),
            mail: options.config.mail.clone(),
            receive: options.config.receive.clone(),
            backups: options.config.backup.clone(),
            state: options.state.clone(),
            stopping: watch::Sender::new(false),
            repairs,
            _lock: lock,
        })
    }

    /// Makes the state directory, its store and the first administrator. Gives whether anything was made, and who the
    /// first administrator is, if that can be told while another process keeps the store.
    ///
    /// # Errors
    /// As [`Host::open`].
    pub fn init(options: &Options, admin: &str) -> Result<(bool, Option<String>), Fault> {
        let (_lock, local, _) = match take(&Options { wait: Duration::ZERO, ..options.clone() }) {
            // Whoever keeps it made it before.
            Err(Fault::Locked { .. }) if LocalStore::is_there(&options.state)? => return Ok((false, None)),
            Err(Fault::Locked { .. }) => take(options)?,
            taken => taken?,
        };
        let around = surroundings(options, local);
        let created = Desk::make(&around)?;
        let mut desk = Desk::open(around.clone())?;
        // Not by `created`: a first run may have been cut off before this.
        if table::all::<Account>(desk.store())?.is_empty() {
            let mut change = desk.change(admin, "store.init", admin);
            change.put(None, &Account { user: admin.to_owned(), role: Role::Admin, units: Vec::new(), revoked: false })?;
            desk.commit(change)?;
        }
        around.store.sync()?;
        let first = table::all::<Account>(desk.store())?.into_iter().next();
        Ok((created, first.map(|account| account.value.user)))
    }

    /// What was mended when the store was opened.
    #[must_use]
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The present instant by this host's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Asks what runs to come to an end: a flush gives back what it has in hand.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Where mail goes, as the configuration writes it.
    pub(crate) fn relay(&self) -> &str {
        &self.mail.relay
    }

    /// The state directory.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    /// Where answers come from.
    pub(crate) fn receive(&self) -> &ReceiveConfig {
        &self.receive
    }

    /// The backups to be made by themselves.
    pub(crate) fn backups(&self) -> &BackupConfig {
        &self.backups
    }

    /// Returns when the writer has ended: after a failure of the store, or with the host.
    pub async fn failed(&self) {
        self.writer.ended().await;
    }

    /// Ends what takes long when the host does.
    ///
    /// # Errors
    /// [`HostFault::Lost`]: whoever asked may ask the next host.
    pub(crate) fn go_on(&self) -> Result<(), Fault> {
        if self.stopping() { Err(Fault::Host { problem: HostFault::Lost }) } else { Ok(()) }
    }

    pub(crate) fn stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Returns once somebody asked what runs to come to an end.
    pub(crate) async fn stopped(&self) {
        // The sender is part of the host: it cannot go away while somebody waits here.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// The password of the office's mailbox.
    pub(crate) fn mailbox_password(&self) -> Result<Zeroizing<String>, Unusable> {
        password(secret::MAILBOX, self.receive.password_file.as_deref())
    }

    /// Where mail goes, made ready.
    pub(crate) fn transport(&self) -> Result<Transport, Unusable> {
        let mail = &self.mail;
        let password = mail.username.as_ref().map(|_| password(secret::RELAY, mail.password_file.as_deref())).transpose()?;
        let credentials = mail.username.clone().zip(password);
        let files = mail.client_certificate.clone().zip(mail.client_key.clone());
        let identity = files.map(|(certificate, key)| Identity { certificate, key });
        Transport::new(Settings { relay: &mail.relay, credentials, ca_file: mail.ca_file.as_deref(), identity })
    }
}

/// Finishes what a crash left.
///
/// # Errors
/// The store's. A job that cannot be finished is none: the desk remembers it.
pub(super) fn recover(desk: &mut Desk) -> Result<(), Fault> {
    // In this order: a sealed cancellation must know which invitations a dead flusher may have sent.
    outbox::recover(desk)?;
    if let Err(fault) = job::recover(desk) {
        if desk.unfinished.is_none() {
            return Err(fault);
        }
        // It can be looked at, and `check` names what is wrong; whatever would be decided meets this fault first.
        tracing::error!(?fault, job = desk.unfinished, "a sealed job cannot be finished");
    }
    incoming::sweep(desk)
}

fn take(options: &Options) -> Result<(StateLock, Arc<LocalStore>, Vec<Repair>), Fault> {
    let lock = StateLock::acquire(&options.state, options.wait)?;
    let (local, repairs) = LocalStore::open(&options.state, Engine::default())?;
    Ok((lock, Arc::new(local), repairs))
}

pub(super) fn surroundings(options: &Options, store: Arc<dyn Store>) -> Surroundings {
    let clock: Arc<dyn Clock> = match options.frozen {
        Some(instant) => Arc::new(FrozenClock(instant)),
        None => Arc::new(SystemClock),
    };
    Surroundings {
        store,
        rules: Arc::new(options.config.rules.clone()),
        clock,
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    }
}

/// The password of the relay, or of the mailbox: from the configured file, a systemd credential, or the environment.
fn password(names: secret::Names, file: Option<&Path>) -> Result<Zeroizing<String>, Unusable> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let variable = secret::variable(std::env::var_os(names.variable));
    let places = secret::Places { file, credentials: credentials.as_deref(), variable };
    secret::password(names, places).map_err(|error| Unusable::configuration(&error))
}
