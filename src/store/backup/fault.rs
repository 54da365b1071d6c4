//! Why a backup cannot be read.

use std::io;

use thiserror::Error;

use crate::usecase::ports::StoreError;

/// Why a backup cannot be read, or not be taken back.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The operating system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It does not begin as a backup does.
    #[error("not a backup")]
    NotABackup,
    /// A backup in a format that this version does not know.
    #[error("a backup of another format")]
    OtherFormat,
    /// It is not what was written.
    #[error("damaged at byte {at}: {what}")]
    Damaged {
        /// Where.
        at: u64,
        /// How.
        what: String,
    },
    /// The store that takes it failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
