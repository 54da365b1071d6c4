//! What was put right when a store was opened. Data, not words: the words are made in the reader's language by `i18n`.

use serde::{Deserialize, Serialize};

/// Something that was put right while a store was opened. Whoever opens it tells a person, in that person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// A start was interrupted while it wrote this index of the log. The file was unfinished and never the only copy;
    /// it is gone, and nothing is lost.
    TornSnapshotRemoved {
        /// Its name.
        file: String,
        /// Its length when it was found.
        bytes: u64,
    },
    /// The store could not be opened with its index of the log, and was read from the log itself. All of it was then
    /// compared with what had been recorded about it: nothing that the store knew to be safe is missing.
    SnapshotsSetAside {
        /// Where the index went, with a copy of the log as it was before anything was tried. May be deleted. For a person to
        /// read: a path that is not UTF-8 would not pass over the socket.
        folder: String,
        /// Names of the files moved there.
        files: Vec<String>,
        /// What the engine had against them.
        why: String,
    },
    /// The note of how far the store had come was unreadable and is written anew. Had the end of the log been lost at
    /// the same time, this start could not have told.
    MarkUnreadable,
    /// The place for what is written last could not be read, and by all that is known nothing was lost with it: a write that
    /// nobody had been told of broke off there.
    SlotUnreadable {
        /// Its number.
        slot: u8,
    },
}
