//! What the shield must know about redb.

use std::fmt;

use ::redb::{CommitError, Database, DatabaseError, SetDurabilityError, StorageError, TableError, TransactionError};

use super::super::shield::{self, Backing, Kind, Shielded};
use crate::usecase::ports::StoreError;

/// redb, shielded.
pub(super) type Engine = Shielded<Database>;
/// What redb answered instead of a result.
pub(super) type Fault = shield::Fault<Database>;

/// Why a call could not answer.
#[derive(Debug)]
pub(in super::super) enum Error {
    /// redb's own error.
    Engine(::redb::Error),
    /// A value is not what was written.
    Value(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Value(error)
    }
}

macro_rules! from_redb {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::Engine(error.into())
            }
        })*
    };
}

from_redb!(CommitError, DatabaseError, SetDurabilityError, StorageError, TableError, TransactionError);

impl Backing for Database {
    type Error = Error;

    fn kind(error: &Error) -> Kind {
        match error {
            Error::Value(_) => Kind::Damage,
            Error::Engine(::redb::Error::Io(error)) => Kind::of_io(error),
            Error::Engine(::redb::Error::DatabaseAlreadyOpen | ::redb::Error::LockProtocolMismatch) => Kind::Locked,
            // There is one format and one table, and both are as old as this engine here: whatever says otherwise is damage.
            Error::Engine(
                ::redb::Error::Corrupted(_)
                | ::redb::Error::UpgradeRequired(_)
                | ::redb::Error::TableDoesNotExist(_)
                | ::redb::Error::TableIsMultimap(_)
                | ::redb::Error::TableTypeMismatch { .. }
                | ::redb::Error::TypeDefinitionChanged { .. },
            ) => Kind::Damage,
            Error::Engine(_) => Kind::Other,
        }
    }

    fn words(error: &Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match error {
            Error::Value(StoreError::Corrupt(what)) => f.write_str(what),
            Error::Value(error) => write!(f, "{error}"),
            Error::Engine(error) => write!(f, "the engine: {error}"),
        }
    }

    fn close(self) -> Result<(), Error> {
        // The inherent method, which tells its errors; dropping would swallow them.
        Ok(Database::close(self)?)
    }
}
