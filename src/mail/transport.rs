//! Where mail goes: one relay, one program or one Maildir, and a line to it that a worker keeps between messages.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use lettre::Address;
use zeroize::Zeroizing;

use crate::domain::audit::Digest;
use crate::domain::office::Retry;
use crate::domain::outbox::{Failure, Fate, Item};
use crate::mail::driver::{self, Connection, Credentials, Envelope, Fail, Identity, Relay, RelayUrl, Roots};
use crate::mail::maildir::Maildir;
use crate::mail::sendmail::Sendmail;
use crate::mail::verdict::{self, Trouble, Verdict};

/// What is needed to reach the relay.
pub struct Settings<'a> {
    /// The relay as the configuration writes it.
    pub relay: &'a str,
    /// User name and password.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// Certificates to trust instead of the machine's.
    pub ca_file: Option<&'a Path>,
    /// The certificate that we show.
    pub identity: Option<Identity>,
}

/// Where mail goes.
#[derive(Clone)]
pub enum Transport {
    /// To a relay.
    Smtp(Box<Relay>),
    /// To a program.
    Sendmail(Sendmail),
    /// Into a folder.
    Maildir(Arc<Mutex<Maildir>>),
}

/// Why there is nowhere to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// The configuration names nothing usable.
    Configuration(Failure),
    /// The folder cannot be used.
    Folder(Failure),
}

impl Unusable {
    /// The configuration cannot be used because of this.
    #[must_use]
    pub fn configuration(reason: &dyn ToString) -> Self {
        Self::Configuration(unusable("configuration", reason))
    }
}

fn unusable(phase: &str, text: &dyn ToString) -> Failure {
    Failure { phase: phase.to_owned(), code: None, enhanced: None, text: text.to_string() }
}

impl Transport {
    /// Makes ready what the settings name; nothing is connected yet.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn new(settings: Settings<'_>) -> Result<Self, Unusable> {
        let wants_tls = settings.credentials.is_some() || settings.identity.is_some();
        let url = RelayUrl::parse(settings.relay, wants_tls).map_err(|error| Unusable::configuration(&error))?;
        match url {
            RelayUrl::Maildir(folder) => open_maildir(&folder),
            RelayUrl::Sendmail(program) => Sendmail::at(&program).map(Self::Sendmail).map_err(|error| Unusable::configuration(&error)),
            RelayUrl::Smtp { host, port, security } => {
                let roots = settings.ca_file.map_or(Roots::Native, |file| Roots::File(file.to_owned()));
                let mut relay = Relay::new(&host, port, security, &roots).map_err(|error| Unusable::configuration(&error))?;
                if let Some(identity) = &settings.identity {
                    relay = relay.with_identity(identity).map_err(|error| Unusable::configuration(&error))?;
                }
                if let Some((username, password)) = settings.credentials {
                    relay = relay.with_credentials(Credentials { username, password });
                }
                Ok(Self::Smtp(Box::new(relay)))
            }
        }
    }

    /// How many lines to it are worth having.
    #[must_use]
    pub fn lines(&self, wanted: usize) -> usize {
        match self {
            Self::Smtp(_) | Self::Sendmail(_) => wanted.max(1),
            Self::Maildir(_) => 1,
        }
    }
}

fn open_maildir(folder: &Path) -> Result<Transport, Unusable> {
    match Maildir::open(folder) {
        Ok(maildir) => Ok(Transport::Maildir(Arc::new(Mutex::new(maildir)))),
        Err(error) => Err(Unusable::Folder(unusable("maildir", &error))),
    }
}

/// A worker's line to where mail goes: it keeps its connection from one message to the next.
pub struct Line {
    transport: Transport,
    connection: Option<Connection>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What became of the message.
    pub fate: Fate,
    /// Trouble with the relay as a whole, if that was it.
    pub trouble: Option<Trouble>,
}

impl Line {
    /// A line on which nothing was said yet.
    #[must_use]
    pub fn new(transport: &Transport) -> Self {
        Self { transport: transport.clone(), connection: None }
    }

    /// Sends one message.
    pub async fn send(&mut self, item: &Item, message: Vec<u8>, now: DateTime<Utc>, retry: &Retry, chance: u64) -> Attempt {
        let envelope = match envelope(item) {
            Ok(envelope) => envelope,
            Err(failure) => return Attempt { fate: Fate::Failed { failure }, trouble: None },
        };
        match self.transport.clone() {
            Transport::Maildir(maildir) => deliver(maildir, file_id(item), now, envelope, message).await,
            Transport::Sendmail(program) => {
                let (fate, trouble) = match program.hand_over(&envelope, &message).await {
                    Ok(()) => (Fate::Sent { at: now }, None),
                    Err(refusal) => verdict::judge_program(&refusal, item, now, retry, chance),
                };
                Attempt { fate, trouble }
            }
            Transport::Smtp(relay) => self.converse(&relay, item, &envelope, &message, now, retry, chance).await,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the message, and what its failure is judged by")]
    async fn converse(
        &mut self,
        relay: &Relay,
        item: &Item,
        envelope: &Envelope,
        message: &[u8],
        now: DateTime<Utc>,
        retry: &Retry,
        chance: u64,
    ) -> Attempt {
        loop {
            let fail = match self.try_once(relay, envelope, message).await {
                Ok(()) => return Attempt { fate: Fate::Sent { at: now }, trouble: None },
                Err(fail) => fail,
            };
            match verdict::judge(&fail, item, now, retry, chance) {
                // Only a kept connection can ask for this, and it is gone now: the next round is not like this one.
                Verdict::Reconnect => {}
                Verdict::Item(fate) => return Attempt { fate, trouble: None },
                Verdict::Relay { trouble, fate } => return Attempt { fate, trouble: Some(trouble) },
            }
        }
    }

    async fn try_once(&mut self, relay: &Relay, envelope: &Envelope, message: &[u8]) -> Result<(), Fail> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => driver::open(relay).await?,
        };
        let (kept, result) = connection.send(envelope, message).await;
        self.connection = kept;
        result.map(|_| ())
    }

    /// Ends the line politely; the next message opens it again.
    pub async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.quit().await;
        }
    }
}

fn envelope(item: &Item) -> Result<Envelope, Failure> {
    let address = |text: &str| text.parse::<Address>().map_err(|error| unusable("check", &error));
    Envelope::new(&address(item.from.as_str())?, &address(item.to.as_str())?).map_err(|error| unusable("check", &error))
}

/// The name of an item's file: items of another store that once delivered into the same folder are other items.
fn file_id(item: &Item) -> String {
    let digest = Digest::of(item.message_id.as_bytes());
    format!("{}-{}", item.id, digest.as_str().get(..16).unwrap_or_default())
}

async fn deliver(maildir: Arc<Mutex<Maildir>>, id: String, now: DateTime<Utc>, envelope: Envelope, message: Vec<u8>) -> Attempt {
    let delivery = tokio::task::spawn_blocking(move || {
        let mut maildir = maildir.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        maildir
            .deliver(&id, u64::try_from(now.timestamp()).unwrap_or(0), &envelope, &message)
            .map(|_| ())
            .map_err(|error| error.to_string())
    });
    let failure = match delivery.await {
        Ok(Ok(())) => return Attempt { fate: Fate::Sent { at: now }, trouble: None },
        Ok(Err(words)) => unusable("maildir", &words),
        Err(error) => unusable("maildir", &error),
    };
    // A folder that refuses one message refuses the next one too: it is the relay that is in trouble.
    Attempt { fate: Fate::Released { due: now }, trouble: Some(Trouble::Unreachable(failure)) }
}
