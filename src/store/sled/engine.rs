//! What the shield must know about sled.

use std::fmt;

use super::super::shield::{self, Backing, Kind, Shielded};

/// sled, shielded.
pub(super) type Engine = Shielded<::sled::Db>;
/// What sled answered instead of a result.
pub(super) type Fault = shield::Fault<::sled::Db>;

impl Backing for ::sled::Db {
    type Error = ::sled::Error;

    fn kind(error: &::sled::Error) -> Kind {
        match error {
            // sled makes an error of its own of it, with nothing but words to tell it by.
            ::sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => Kind::Locked,
            ::sled::Error::Io(error) => Kind::of_io(error),
            ::sled::Error::Unsupported(_) => Kind::Unsupported,
            _ => Kind::Damage,
        }
    }

    fn words(error: &::sled::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match error {
            // sled's own words end in an empty backtrace.
            ::sled::Error::Corruption { at: Some(at), .. } => write!(f, "the engine read damaged data at byte {} of its log", at.lid()),
            ::sled::Error::Corruption { at: None, .. } => f.write_str("the engine read damaged data"),
            error => write!(f, "the engine: {error}"),
        }
    }

    fn close(self) -> ::sled::Result<()> {
        drop(self);
        Ok(())
    }
}
