//! Safeties that the crash tests take away, to prove that they would notice. Exists only with the feature `faults`.

use std::env;

const VARIABLE: &str = "LICHHOP_FAULT";

/// Whether a sync hands the log to the kernel.
pub(super) fn flushes() -> bool {
    !is("no-flush")
}

/// Whether a sync waits for the disk.
pub(super) fn syncs() -> bool {
    !is("no-flush") && !is("no-fdatasync")
}

fn is(fault: &str) -> bool {
    env::var_os(VARIABLE).is_some_and(|value| value == fault)
}
