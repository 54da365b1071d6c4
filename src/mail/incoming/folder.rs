//! A Maildir into which others deliver: what is new in it is read, and moved on once it was taken. Whoever can write there must not
//! lead us elsewhere: only regular files are read, no links are followed, and nothing outside is written.
//!
//! Calls block.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::domain::incoming::{HEAD_KEPT, MESSAGE_MAX};

/// The most messages that one look takes.
pub const AT_ONCE: usize = 500;
/// The most entries that one look looks at.
const LOOK: usize = 100_000;

/// What waits in a Maildir.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Files, the oldest name first.
    pub files: Vec<PathBuf>,
    /// Entries that are no files.
    pub skipped: u64,
    /// Whether there are more.
    pub more: bool,
}

/// A message, as much of it as is read.
#[derive(Debug)]
pub struct Mail {
    /// Its bytes; of one that is too long, the beginning.
    pub bytes: Vec<u8>,
    /// How many bytes it has, where these are not all.
    pub cut_from: Option<u64>,
}

/// Looks what is new.
///
/// # Errors
/// The folder is no Maildir that can be read.
pub fn look(root: &Path) -> io::Result<Waiting> {
    look_at(root, LOOK, AT_ONCE)
}

fn look_at(root: &Path, entries: usize, most: usize) -> io::Result<Waiting> {
    let mut waiting = Waiting::default();
    // A folder without it is another one than meant.
    std::fs::read_dir(root.join("cur"))?;
    for entry in std::fs::read_dir(root.join("new"))?.take(entries) {
        let entry = entry?;
        let hidden = entry.file_name().to_str().is_none_or(|name| name.starts_with('.'));
        // Of the entry itself: a link is none, wherever it leads.
        if hidden || !entry.file_type()?.is_file() {
            waiting.skipped += 1;
        } else {
            waiting.files.push(entry.path());
        }
    }
    waiting.files.sort();
    waiting.more = waiting.files.len() > most;
    waiting.files.truncate(most);
    Ok(waiting)
}

/// Reads a message; `None`: it is gone, or is no file any more.
///
/// # Errors
/// The system's.
pub fn read(file: &Path) -> io::Result<Option<Mail>> {
    // Not waiting for the other end of what became a pipe meanwhile.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = File::options().read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or(0)).open(file);
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let about = opened.metadata()?;
    if !about.is_file() {
        return Ok(None);
    }
    let too_long = about.len() > MESSAGE_MAX as u64;
    let most = if too_long { HEAD_KEPT } else { MESSAGE_MAX };
    let mut bytes = Vec::new();
    opened.take(most as u64).read_to_end(&mut bytes)?;
    Ok(Some(Mail { bytes, cut_from: too_long.then_some(about.len()) }))
}

/// Moves a message on that was taken: it was seen.
///
/// # Errors
/// The system's. The message is still new then, and is recognised the next time.
pub fn done(root: &Path, file: &Path) -> io::Result<()> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = name.split_once(":2,").map_or(name, |(name, _)| name);
    std::fs::rename(file, root.join("cur").join(format!("{name}:2,S")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_files_are_read_and_they_are_moved_on() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(look(root).is_err());
        for name in ["new", "cur", "tmp", "new/folder"] {
            std::fs::create_dir(root.join(name)).unwrap();
        }
        std::fs::write(root.join("secret"), "secret").unwrap();
        symlink(root.join("secret"), root.join("new/1.link")).unwrap();
        std::fs::write(root.join("new/.hidden"), "x").unwrap();
        for name in ["new/2.b", "new/1.a:2,"] {
            std::fs::write(root.join(name), name).unwrap();
        }
        let waiting = look(root).unwrap();
        assert_eq!(waiting.files, [root.join("new/1.a:2,"), root.join("new/2.b")]);
        assert_eq!((waiting.skipped, waiting.more), (3, false));
        assert_eq!(read(&waiting.files[1]).unwrap().unwrap().bytes, b"new/2.b");
        assert!(read(&root.join("new/1.link")).unwrap().is_none() && read(&root.join("new/gone")).unwrap().is_none());
        assert!(read(&root.join("new/folder")).unwrap().is_none());
        for file in &waiting.files {
            done(root, file).unwrap();
        }
        assert!(root.join("cur/1.a:2,S").exists() && root.join("cur/2.b:2,S").exists());
        assert!(look(root).unwrap().files.is_empty());
    }

    #[test]
    fn one_look_takes_so_many_and_the_next_one_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["new", "cur"] {
            std::fs::create_dir(root.join(name)).unwrap();
        }
        for n in 0..=AT_ONCE {
            std::fs::write(root.join(format!("new/{n:04}")), "x").unwrap();
        }
        let waiting = look(root).unwrap();
        assert_eq!((waiting.files.len(), waiting.more), (AT_ONCE, true));
        assert_eq!(waiting.files[AT_ONCE - 1], root.join(format!("new/{:04}", AT_ONCE - 1)), "the oldest first");
        for file in &waiting.files {
            done(root, file).unwrap();
        }
        let waiting = look(root).unwrap();
        assert_eq!((waiting.files, waiting.more), (vec![root.join(format!("new/{AT_ONCE:04}"))], false));
        // No look reads a folder without end.
        std::fs::write(root.join("new/x"), "x").unwrap();
        assert_eq!(look_at(root, 1, AT_ONCE).unwrap().files.len(), 1);
        assert_eq!((LOOK, AT_ONCE), (100_000, 500));
    }

    #[test]
    fn of_a_message_that_is_too_long_the_beginning_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("long");
        File::create(&file).unwrap().set_len(MESSAGE_MAX as u64 + 1).unwrap();
        let mail = read(&file).unwrap().unwrap();
        assert_eq!((mail.bytes.len(), mail.cut_from), (HEAD_KEPT, Some(MESSAGE_MAX as u64 + 1)));
    }
}
