//! Writes as an engine takes them: keys with the frames that are to lie there.

use std::borrow::Cow;

use super::codec;
use super::files::Copied;
use crate::usecase::ports::{Operation, Rev};

/// A key and the frame that is to lie there; `None` for nothing.
pub(super) type Frame<'a> = (&'a [u8], Option<Cow<'a, [u8]>>);

/// The writes of the commit `rev`.
pub(super) fn committed(rev: Rev, operations: &[Operation]) -> impl Iterator<Item = Frame<'_>> {
    operations.iter().map(move |operation| match operation {
        Operation::Put { key, value } => (key.as_slice(), Some(codec::encode(key, rev, value).into())),
        Operation::Delete { key } => (key.as_slice(), None),
    })
}

/// What lies in another store, as it lies there.
pub(super) fn copied(copied: &[Copied]) -> impl Iterator<Item = Frame<'_>> {
    copied.iter().map(|copied| match copied {
        Copied::Is(entry) => (entry.key.as_slice(), Some(codec::encode(&entry.key, entry.rev, &entry.value).into())),
        Copied::IsGone(key) => (key.as_slice(), None),
    })
}
