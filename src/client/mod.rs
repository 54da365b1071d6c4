//! The one way from a face of the application to its host.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::fault::Fault;
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
pub struct Client {}

/// Reaches the host: takes the store itself when nobody has it, waits up to ten seconds when somebody has.
///
/// # Errors
/// [`Fault::Locked`] naming the process that keeps the store; [`Fault::NotInitialised`]; [`Fault::Store`];
/// [`Fault::Configuration`].
pub async fn open(_target: &Target) -> Result<Client, Fault> {
    Err(Fault::Internal { detail: "being built".into() })
}

/// What `init` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initialised {
    /// Whether the state directory is new; `false`: it was there already.
    pub created: bool,
    /// The administrator's Unix user.
    pub admin: String,
}

/// Makes the state directory and the first administrator (`admin`, or the Unix user who asks). Harmless when repeated.
///
/// # Errors
/// As [`open`].
pub async fn init(_target: &Target, _admin: Option<&str>) -> Result<Initialised, Fault> {
    Err(Fault::Internal { detail: "being built".into() })
}

impl Client {
    /// Makes a request and waits for the answer. What is acknowledged is on disk.
    ///
    /// # Errors
    /// The fault that the host answered with.
    pub async fn call(&self, _request: Request) -> Reply {
        Err(Fault::Internal { detail: "being built".into() })
    }

    /// What the host mended when it opened the store, for the log: torn snapshot files removed and the like.
    pub fn repairs(&self) -> &[String] {
        &[]
    }

    /// Lets go of the host: what it has is synced and the store is released.
    pub async fn close(self) {}
}
