//! sled behind a shield: its panics are caught, and once it has failed in the middle nobody calls it again.

use std::fmt;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::usecase::ports::StoreError;

/// What sled answered instead of a result.
#[derive(Debug)]
pub(super) enum Fault {
    /// One of its errors.
    Error(::sled::Error),
    /// It panicked, with these words; its memory is in no known state.
    Panic(String),
}

impl Fault {
    /// Whether there was no room on the disk (or in the user's share of it).
    pub(super) fn is_full(&self) -> bool {
        let Self::Error(::sled::Error::Io(error)) = self else { return false };
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    }

    /// Whether somebody else has the files open.
    pub(super) fn is_locked(&self) -> bool {
        // sled makes an error of its own of it, with nothing but words to tell it by.
        matches!(self, Self::Error(::sled::Error::Io(error)) if error.to_string().contains("could not acquire lock"))
    }

    /// Whether what lies on the disk is at fault, rather than the disk.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Panic(_) => true,
            Self::Error(::sled::Error::Io(error)) => matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData),
            Self::Error(_) => !self.is_unsupported(),
        }
    }

    /// Whether the files were written by another version or with other parameters, or seem so.
    pub(super) fn is_unsupported(&self) -> bool {
        matches!(self, Self::Error(::sled::Error::Unsupported(_)))
    }

    /// The fault of an operation that changed nothing.
    pub(super) fn into_store_error(self) -> StoreError {
        if self.is_full() {
            StoreError::Full
        } else if self.is_locked() {
            StoreError::Locked { pid: None }
        } else if self.is_damage() {
            StoreError::Corrupt(self.to_string())
        } else {
            StoreError::Unavailable(self.to_string())
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // sled's own words end in an empty backtrace.
            Self::Error(::sled::Error::Corruption { at: Some(at), .. }) => write!(f, "the engine read damaged data at {at:?}"),
            Self::Error(::sled::Error::Corruption { at: None, .. }) => f.write_str("the engine read damaged data"),
            Self::Error(error) => write!(f, "the engine: {error}"),
            Self::Panic(words) => write!(f, "the engine gave up: {words}"),
        }
    }
}

/// Calls sled and survives it.
pub(super) fn shielded<T>(call: impl FnOnce() -> ::sled::Result<T>) -> Result<T, Fault> {
    // Whoever is told of a panic does not use what it left behind.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Fault::Error),
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
            Err(Fault::Panic(words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()))
        }
    }
}

/// An open database, until it fails.
#[derive(Debug)]
pub(super) struct Engine {
    /// `None` only while it is being dropped.
    db: Option<::sled::Db>,
    stopped: OnceLock<String>,
    panicked: AtomicBool,
}

impl Engine {
    pub(super) fn new(db: ::sled::Db) -> Self {
        Self { db: Some(db), stopped: OnceLock::new(), panicked: AtomicBool::new(false) }
    }

    /// Why it was stopped, if it was.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.get().map(String::as_str)
    }

    /// Whether it may still be called.
    pub(super) fn alive(&self) -> Result<(), StoreError> {
        self.stopped.get().map_or(Ok(()), |why| Err(StoreError::Unknown(why.clone())))
    }

    /// Ends its use: `why` answers this and every later call.
    pub(super) fn stop(&self, why: &str) -> StoreError {
        StoreError::Unknown(self.stopped.get_or_init(|| why.to_owned()).clone())
    }

    /// Calls sled. After a panic it is never called again.
    pub(super) fn run<T>(&self, call: impl FnOnce(&::sled::Db) -> ::sled::Result<T>) -> Result<T, Fault> {
        let gone = || Fault::Panic("it is being closed".to_owned());
        let db = self.db.as_ref().ok_or_else(gone)?;
        shielded(|| call(db)).inspect_err(|fault| {
            if let Fault::Panic(words) = fault {
                self.panicked.store(true, Ordering::SeqCst);
                self.stop(&format!("the engine gave up: {words}"));
            }
        })
    }

    /// Calls sled for something that changes nothing.
    pub(super) fn read<T>(&self, call: impl FnOnce(&::sled::Db) -> ::sled::Result<T>) -> Result<T, StoreError> {
        self.alive()?;
        self.run(call).map_err(Fault::into_store_error)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let Some(db) = self.db.take() else { return };
        if self.panicked.load(Ordering::SeqCst) {
            // Closing writes. What a panic left behind must not reach the disk.
            std::mem::forget(db);
        } else if let Err(fault) = shielded(|| {
            drop(db);
            Ok(())
        }) {
            tracing::error!(%fault, "closing the store failed");
        }
    }
}
