//! Files that get their name when they are whole.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A file for this user alone that is not whole yet: it lies beside its place, and is gone when it does not get there.
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
        let mut name = place.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
        name.push(".part");
        let path = place.with_file_name(name);
        let file = File::options().read(true).write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        Ok(Self { file, path, place: place.to_owned(), done: false })
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
        if earlier == Earlier::Stays && self.place.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        fs::rename(&self.path, &self.place)?;
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

fn folder(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

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
        let refused = Part::create(&place).unwrap().finish(Earlier::Stays);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&place).unwrap(), fs::read_dir(place.parent().unwrap()).unwrap().count()), (b"one".to_vec(), 1));
        Part::create(&place).unwrap().finish(Earlier::Goes).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"");
        assert!(Part::create(&dir.path().join("..")).is_err());
    }
}
