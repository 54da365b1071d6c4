//! Files that get their name when they are whole.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::host::clock::SystemRandom;
use crate::host::left;
use crate::usecase::ports::Random as _;

/// A file, mostly for this user alone, that is not whole yet: it lies beside its place, and is gone when it does not get there.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    place: PathBuf,
    done: bool,
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// It stays, and the new one does not get its name.
    Stays,
    /// The new one takes its place.
    Goes,
}

impl Part {
    /// As [`Part::create`], in a folder for this user alone, which is made where there is none.
    ///
    /// # Errors
    /// The operating system's.
    pub fn create_with_folder(place: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder(place))?;
        Self::create(place)
    }

    /// Begins a file that is to lie at `place`.
    ///
    /// # Errors
    /// The operating system's.
    pub fn create(place: &Path) -> io::Result<Self> {
        Self::begin(place, 0o600)
    }

    fn begin(place: &Path, mode: u32) -> io::Result<Self> {
        left::clear_parts(folder(place));
        loop {
            let mut name = place.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
            name.push(format!(".{:016x}.part", SystemRandom.bits()));
            let path = place.with_file_name(name);
            // One's own, whoever else may write there: nobody knows the name, and whatever bears it already is left alone.
            let file = File::options().read(true).write(true).create_new(true).mode(mode).open(&path)?;
            if left::hold(&file, &path)? {
                return Ok(Self { file, path, place: place.to_owned(), done: false });
            }
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Makes it durable and gives it its name.
    ///
    /// # Errors
    /// The operating system's; [`ErrorKind::AlreadyExists`] where an earlier one stays.
    pub fn finish(mut self, earlier: Earlier) -> io::Result<()> {
        self.file.sync_all()?;
        match earlier {
            // In one step: of two who come at once one is refused.
            Earlier::Stays => match fs::hard_link(&self.path, &self.place) {
                Ok(()) => fs::remove_file(&self.path)?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
                // A file system that has no links.
                Err(_) if self.place.symlink_metadata().is_ok() => return Err(ErrorKind::AlreadyExists.into()),
                Err(_) => fs::rename(&self.path, &self.place)?,
            },
            Earlier::Goes => fs::rename(&self.path, &self.place)?,
        }
        self.done = true;
        File::open(folder(&self.place))?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.done {
            // What failed before is the thing to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes a text file that must not be there yet, for whoever may read it by the process's mask.
///
/// # Errors
/// The operating system's; [`ErrorKind::AlreadyExists`].
pub fn write_new(place: &Path, text: &str) -> io::Result<()> {
    let part = Part::begin(place, 0o666)?;
    part.file().write_all(text.as_bytes())?;
    part.finish(Earlier::Stays)
}

/// Writes a text file that everybody may read, in the place of the one that lies there: who reads sees the one or the other.
///
/// # Errors
/// The operating system's.
pub fn write_over(place: &Path, text: &str) -> io::Result<()> {
    let part = Part::begin(place, 0o644)?;
    part.file().write_all(text.as_bytes())?;
    // Whatever the process's mask takes away.
    part.file().set_permissions(fs::Permissions::from_mode(0o644))?;
    part.finish(Earlier::Goes)
}

fn folder(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn of_those_who_write_a_file_at_once_one_does_and_nobody_reads_half_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let (place, text, begin) = (dir.path().join("x"), "a line\n".repeat(10_000), Barrier::new(4));
        let write = || {
            begin.wait();
            let written = write_new(&place, &text).map_err(|error| error.kind());
            (written, fs::read_to_string(&place).unwrap() == text)
        };
        let mut seen = thread::scope(|scope| [0; 4].map(|_| scope.spawn(write)).map(|thread| thread.join().unwrap()));
        seen.sort_by_key(|(written, _)| written.is_err());
        let refused = (Err(ErrorKind::AlreadyExists), true);
        assert_eq!(seen, [(Ok(()), true), refused, refused, refused]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_gets_its_name_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/b/x");
        assert!(Part::create(&place).is_err());
        let mut part = Part::create_with_folder(&place).unwrap();
        part.file.write_all(b"one").unwrap();
        assert!(!place.exists());
        part.finish(Earlier::Stays).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"one");
        drop(Part::create(&place).unwrap());
        let names = || fs::read_dir(place.parent().unwrap()).unwrap().count();
        {
            let (one, other) = (Part::create(&place).unwrap(), Part::create(&place).unwrap());
            assert!(one.path != other.path && names() == 3, "two who come at once do not write into each other's file");
        }
        let refused = Part::create(&place).unwrap().finish(Earlier::Stays);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&place).unwrap(), fs::read_dir(place.parent().unwrap()).unwrap().count()), (b"one".to_vec(), 1));
        Part::create(&place).unwrap().finish(Earlier::Goes).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"");
        assert!(Part::create(&dir.path().join("..")).is_err());
    }
}
