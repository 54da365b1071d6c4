//! What the crash tests do to a store: they take its safeties away, to prove that they would notice; they end the process, or
//! let a sync fail, at a moment of their choice. Without the feature `faults` nothing of it exists.
//!
//! `LICHHOP_FAULT` holds one of: `no-write` (a sync does nothing), `no-flush` (it does not have the engine write what it was
//! given), `no-fdatasync` (it does not wait for the disk), `end=N` (the process ends at the Nth moment), `sync-fails=N` (the Nth
//! sync fails).

#[cfg(feature = "faults")]
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "faults")]
fn is(fault: &str) -> bool {
    std::env::var_os("LICHHOP_FAULT").is_some_and(|value| value == fault)
}

/// Whether this is the time of which the fault of that name speaks.
#[cfg(feature = "faults")]
fn is_time(fault: &str, count: &AtomicU64) -> bool {
    let Ok(value) = std::env::var("LICHHOP_FAULT") else { return false };
    let chosen = value.strip_prefix(fault).and_then(|rest| rest.strip_prefix('=')).and_then(|number| number.parse().ok());
    chosen.is_some_and(|chosen: u64| count.fetch_add(1, Ordering::SeqCst) + 1 == chosen)
}

/// Whether a sync hands anything to the kernel.
pub(super) fn writes() -> bool {
    #[cfg(feature = "faults")]
    return !is("no-write");
    #[cfg(not(feature = "faults"))]
    true
}

/// Whether a sync has the engine hand its log to the kernel.
pub(super) fn flushes() -> bool {
    #[cfg(feature = "faults")]
    return writes() && !is("no-flush");
    #[cfg(not(feature = "faults"))]
    true
}

/// Whether a sync waits for the disk.
pub(super) fn syncs() -> bool {
    #[cfg(feature = "faults")]
    return writes() && !is("no-fdatasync");
    #[cfg(not(feature = "faults"))]
    true
}

/// A moment at which the process may end: before and after everything that changes what is on the disk.
pub(super) fn moment() {
    #[cfg(feature = "faults")]
    {
        static MOMENTS: AtomicU64 = AtomicU64::new(0);
        #[allow(clippy::disallowed_methods, reason = "nothing may be put in order on the way")]
        if is_time("end", &MOMENTS) {
            std::process::abort();
        }
    }
}

/// The outcome of a sync, unless it is to fail.
pub(super) fn synced(outcome: std::io::Result<()>) -> std::io::Result<()> {
    #[cfg(feature = "faults")]
    {
        static SYNCS: AtomicU64 = AtomicU64::new(0);
        if is_time("sync-fails", &SYNCS) {
            return Err(std::io::Error::other("the disk is said to have failed"));
        }
    }
    outcome
}
