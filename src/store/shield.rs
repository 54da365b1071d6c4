//! A foreign engine behind a shield: its panics are caught, its errors told apart, and once it has failed in the middle
//! nobody calls it again.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::usecase::ports::StoreError;

/// What an engine's error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// There was no room on the disk (or in the user's share of it).
    Full,
    /// Somebody else has the files open.
    Locked,
    /// What lies on the disk is at fault, rather than the disk.
    Damage,
    /// The files were written by another version or with other parameters, or seem so.
    Unsupported,
    /// Everything else: the disk, the system, the permissions.
    Other,
}

impl Kind {
    /// What an error of the operating system is about, met while reading or writing a store's files.
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::Damage,
            _ => Self::Other,
        }
    }
}

/// What the shield must know about an engine.
pub(super) trait Backing: Sized {
    /// Its errors.
    type Error: fmt::Debug;

    /// What an error is about.
    fn kind(error: &Self::Error) -> Kind;

    /// An error in words that a person may read.
    fn words(error: &Self::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Closes it in good order.
    fn close(self) -> Result<(), Self::Error>;
}

/// What an engine answered instead of a result.
pub(super) enum Fault<B: Backing> {
    /// One of its errors.
    Error(B::Error),
    /// It panicked, with these words; its memory is in no known state.
    Panic(String),
}

impl<B: Backing> Fault<B> {
    /// What it is about. An engine that panics while nothing else is wrong has read something that it did not expect.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Error(error) => B::kind(error),
            Self::Panic(_) => Kind::Damage,
        }
    }

    /// The fault of an operation that changed nothing.
    pub(super) fn into_store_error(self) -> StoreError {
        match self.kind() {
            Kind::Full => StoreError::Full,
            Kind::Locked => StoreError::Locked { pid: None },
            Kind::Damage => StoreError::Corrupt(self.to_string()),
            Kind::Unsupported | Kind::Other => StoreError::Unavailable(self.to_string()),
        }
    }
}

impl<B: Backing> fmt::Debug for Fault<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => f.debug_tuple("Error").field(error).finish(),
            Self::Panic(words) => f.debug_tuple("Panic").field(words).finish(),
        }
    }
}

impl<B: Backing> fmt::Display for Fault<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => B::words(error, f),
            Self::Panic(words) => write!(f, "the engine gave up: {words}"),
        }
    }
}

/// Calls an engine and survives it.
pub(super) fn shielded<B: Backing, T>(call: impl FnOnce() -> Result<T, B::Error>) -> Result<T, Fault<B>> {
    // Whoever is told of a panic does not use what it left behind.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Fault::Error),
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
            Err(Fault::Panic(words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()))
        }
    }
}

/// Why nobody calls an engine any more.
#[derive(Debug)]
struct Stopped {
    why: String,
    /// Whether it was for want of room on the disk.
    full: bool,
}

impl Stopped {
    fn error(&self) -> StoreError {
        if self.full { StoreError::Full } else { StoreError::Unknown(self.why.clone()) }
    }
}

/// An open database, until it fails.
#[derive(Debug)]
pub(super) struct Shielded<B: Backing> {
    /// `None` only while it is being dropped.
    backing: Option<B>,
    stopped: OnceLock<Stopped>,
    panicked: AtomicBool,
}

impl<B: Backing> Shielded<B> {
    pub(super) fn new(backing: B) -> Self {
        Self { backing: Some(backing), stopped: OnceLock::new(), panicked: AtomicBool::new(false) }
    }

    /// Why it was stopped, if it was.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.get().map(|stopped| stopped.why.as_str())
    }

    /// Whether it may still be called.
    pub(super) fn alive(&self) -> Result<(), StoreError> {
        self.stopped.get().map_or(Ok(()), |stopped| Err(stopped.error()))
    }

    /// Ends its use: `why` answers this and every later call.
    pub(super) fn stop(&self, why: &str) -> StoreError {
        self.stopped.get_or_init(|| Stopped { why: why.to_owned(), full: false }).error()
    }

    /// As [`Shielded::stop`], because of a fault: want of room is told as that, now and later.
    pub(super) fn stop_at(&self, what: &str, fault: &Fault<B>) -> StoreError {
        let full = fault.kind() == Kind::Full;
        self.stopped.get_or_init(|| Stopped { why: format!("{what}: {fault}"), full }).error()
    }

    /// A write broke off. What memory holds is not known, so nobody may read on; on the disk it is all or nothing, and
    /// when there was no room for it, it is nothing.
    pub(super) fn broken_off(&self, fault: &Fault<B>) -> StoreError {
        self.stop_at("a write broke off", fault)
    }

    /// Calls the engine. After a panic it is never called again.
    pub(super) fn run<T>(&self, call: impl FnOnce(&B) -> Result<T, B::Error>) -> Result<T, Fault<B>> {
        let gone = || Fault::Panic("it is being closed".to_owned());
        let backing = self.backing.as_ref().ok_or_else(gone)?;
        shielded(|| call(backing)).inspect_err(|fault| {
            if let Fault::Panic(words) = fault {
                self.panicked.store(true, Ordering::SeqCst);
                self.stop(&format!("the engine gave up: {words}"));
            }
        })
    }

    /// Calls the engine for something that changes nothing.
    pub(super) fn read<T>(&self, call: impl FnOnce(&B) -> Result<T, B::Error>) -> Result<T, StoreError> {
        self.alive()?;
        self.run(call).map_err(Fault::into_store_error)
    }
}

impl<B: Backing> Drop for Shielded<B> {
    fn drop(&mut self) {
        let Some(backing) = self.backing.take() else { return };
        if self.panicked.load(Ordering::SeqCst) {
            // Closing writes. What a panic left behind must not reach the disk.
            std::mem::forget(backing);
        } else if let Err(fault) = shielded::<B, _>(|| backing.close()) {
            tracing::error!(%fault, "closing the store failed");
        }
    }
}
