//! The host's socket in the file system.
//!
//! Only who holds the lock of the state directory makes it, so that what lies in its place is left over from a host that died
//! and can be removed. It lies in a folder that is closed to others before it is made there.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// The most bytes of a socket's path (unix(7), `sun_path`, with the byte that ends it).
const PATH_MAX: usize = 107;
/// Its name in the state directory: the socket itself, or where it is.
pub const NAME: &str = "host.sock";

/// A socket that is listened to; its file goes when this does.
#[derive(Debug)]
pub struct Socket {
    /// Where connections come in.
    pub listener: UnixListener,
    made: Vec<PathBuf>,
}

impl Socket {
    /// Makes the socket at `path`, for its owner and group alone, and says in the state directory where it is.
    ///
    /// # Errors
    /// The system's; [`ErrorKind::AlreadyExists`] when something else than a socket lies there.
    pub fn bind(path: &Path, state: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        clear(path)?;
        let short = Short::of(path)?;
        let listener = UnixListener::bind(short.path())?;
        let mut made = vec![path.to_owned()];
        fs::set_permissions(path, Permissions::from_mode(0o660))?;
        let told = state.join(NAME);
        if told != path {
            clear(&told)?;
            symlink(std::path::absolute(path)?, &told)?;
            made.push(told);
        }
        Ok(Self { listener, made })
    }

    /// The socket that a service manager made and keeps.
    #[must_use]
    pub fn inherited(listener: UnixListener) -> Self {
        Self { listener, made: Vec::new() }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        for path in &self.made {
            // What is left over keeps nobody from anything.
            let _ = fs::remove_file(path);
        }
    }
}

/// Connects to the socket at a path.
///
/// # Errors
/// The system's: [`ErrorKind::NotFound`] and [`ErrorKind::ConnectionRefused`] mean that nobody listens.
pub async fn connect(path: &Path) -> io::Result<UnixStream> {
    let short = Short::of(path)?;
    UnixStream::connect(short.path()).await
}

/// Removes a socket that nobody listens to, or a link to one.
fn clear(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() || found.file_type().is_symlink() => fs::remove_file(path),
        Ok(_) => Err(io::Error::new(ErrorKind::AlreadyExists, format!("{} is no socket", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A path by which the kernel finds the socket although its own is too long for it.
struct Short {
    path: PathBuf,
    /// Kept open as long as the path is used.
    _folder: Option<File>,
}

impl Short {
    fn of(path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() <= PATH_MAX {
            return Ok(Self { path: path.to_owned(), _folder: None });
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::Error::new(ErrorKind::InvalidInput, "not a path of a socket"));
        };
        let folder = OpenOptions::new().read(true).custom_flags(nix::libc::O_DIRECTORY).open(folder)?;
        let mut short = OsString::from(format!("/proc/self/fd/{}/", folder.as_raw_fd()));
        short.push(name);
        Ok(Self { path: short.into(), _folder: Some(folder) })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
