//! Secrets that stand in files: bounded, wiped from memory, and told of when others can read them.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

/// The most bytes of a file with a secret: a key of 16,384 bits has some 13 KB in PEM.
const BYTES_MAX: usize = 64 * 1024;
/// The most bytes of a password.
pub const PASSWORD_MAX: usize = 4 * 1024;
/// Under which names a password is handed over.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// The file among the credentials that systemd hands over (`LoadCredential=`).
    pub credential: &'static str,
    /// The variable of the environment.
    pub variable: &'static str,
}

/// The relay's password.
pub const RELAY: Names = Names { credential: "smtp-password", variable: "LICHHOP_MAIL_PASSWORD" };
/// The password of the mailbox into which answers come.
pub const MAILBOX: Names = Names { credential: "receive-password", variable: "LICHHOP_RECEIVE_PASSWORD" };
/// What others must not be able to do with the file: read or write it.
const FOR_OTHERS: u32 = 0o006;

/// Why there is no secret. Never holds a part of it.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("cannot read the secret in {}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file, or the password in it, is larger than any secret is.
    #[error("too large for a secret, which has at most {limit} bytes: {}", .path.display())]
    TooLarge {
        /// The file, or the name of the variable.
        path: PathBuf,
        /// The most bytes.
        limit: usize,
    },
    /// No UTF-8, which passwords for a relay are (RFC 4616).
    #[error("the password is not in UTF-8: {}", .0.display())]
    Encoding(PathBuf),
    /// Nothing but the end of a line.
    #[error("the password is empty: {}", .0.display())]
    Empty(PathBuf),
    /// No file, no credential and no variable.
    #[error("no password: neither password_file, nor a credential {}, nor {}", .0.credential, .0.variable)]
    Nowhere(Names),
}

/// Where a password may stand, in the order in which it is looked for.
#[derive(Debug, Default)]
pub struct Places<'a> {
    /// The configured file. When there is one, nothing else is looked at.
    pub file: Option<&'a Path>,
    /// The folder of systemd's credentials (`$CREDENTIALS_DIRECTORY`).
    pub credentials: Option<&'a Path>,
    /// The variable of the environment.
    pub variable: Option<Zeroizing<Vec<u8>>>,
}

/// The value of a variable in a form that is wiped. What the system keeps of the environment cannot be.
#[must_use]
pub fn variable(value: Option<OsString>) -> Option<Zeroizing<Vec<u8>>> {
    value.map(|value| Zeroizing::new(value.into_encoded_bytes()))
}

/// The password: from the configured file, a credential of systemd, or the environment. Of a file, the ends of its last line
/// do not count.
///
/// # Errors
/// [`SecretError`].
pub fn password(names: Names, places: Places<'_>) -> Result<Zeroizing<String>, SecretError> {
    let credential = || places.credentials.map(|folder| folder.join(names.credential)).filter(|path| path.exists());
    if let Some(path) = places.file.map(Path::to_owned).or_else(credential) {
        let bytes = read(&path)?;
        let end = bytes.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
        return text(bytes.get(..end).unwrap_or_default(), &path);
    }
    places.variable.ok_or(SecretError::Nowhere(names)).and_then(|bytes| text(&bytes, Path::new(names.variable)))
}

fn text(bytes: &[u8], path: &Path) -> Result<Zeroizing<String>, SecretError> {
    if bytes.is_empty() {
        return Err(SecretError::Empty(path.to_owned()));
    }
    if bytes.len() > PASSWORD_MAX {
        return Err(SecretError::TooLarge { path: path.to_owned(), limit: PASSWORD_MAX });
    }
    let text = str::from_utf8(bytes).map_err(|_| SecretError::Encoding(path.to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Reads a file with a secret. One that others can read or write is used all the same, and told of in the log: refused, it
/// would keep the ministry's mail back for a slip that has nothing to do with it.
///
/// # Errors
/// [`SecretError::File`] and [`SecretError::TooLarge`].
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let bytes = read_public(path)?;
    let mode = std::fs::metadata(path).map_err(|source| SecretError::File { path: path.to_owned(), source })?.mode();
    if mode & FOR_OTHERS != 0 {
        tracing::warn!(path = %path.display(), mode = format!("{:03o}", mode & 0o777), "others can read or write a file with a secret: chmod 600");
    }
    Ok(bytes)
}

/// Reads a file that stands beside one with a secret, and that everybody may read.
///
/// # Errors
/// As [`read`].
pub fn read_public(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let failed = |source| SecretError::File { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    // All of the room at once: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES_MAX + 1));
    file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > BYTES_MAX {
        return Err(SecretError::TooLarge { path: path.to_owned(), limit: BYTES_MAX });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn the_configured_file_comes_first_then_the_credential_then_the_environment() {
        let (_one, file) = folder("secret", b"of the file\r\n\n");
        let (credentials, _) = folder(RELAY.credential, b"of systemd\n");
        let none = tempfile::tempdir().unwrap();
        let of = |file, credentials, value: Option<&str>| {
            password(RELAY, Places { file, credentials, variable: variable(value.map(Into::into)) }).map(|password| password.to_string())
        };
        assert_eq!(of(Some(&file), Some(credentials.path()), Some("of the environment")).unwrap(), "of the file");
        assert_eq!(of(None, Some(credentials.path()), Some("of the environment")).unwrap(), "of systemd");
        assert_eq!(of(None, Some(none.path()), Some("of the environment")).unwrap(), "of the environment");
        assert_eq!(of(None, None, Some(" mật khẩu\n")).unwrap(), " mật khẩu\n", "a variable is as it is");
        assert!(matches!(of(None, Some(none.path()), None), Err(SecretError::Nowhere(_))));
        let missing = none.path().join("missing");
        let error = of(Some(&missing), Some(credentials.path()), Some("x")).unwrap_err();
        assert!(matches!(&error, SecretError::File { .. }) && error.to_string().contains("missing"), "{error}");
    }

    #[test]
    fn what_is_no_password_is_refused_without_repeating_it() {
        for (bytes, words) in [
            (b"\n".to_vec(), "empty"),
            (Vec::new(), "empty"),
            (b"geheim\xff".to_vec(), "UTF-8"),
            (vec![b'g'; PASSWORD_MAX + 1], "4096"),
            (vec![b'g'; BYTES_MAX + 1], "65536"),
        ] {
            let (_folder, path) = folder("secret", &bytes);
            let error = password(RELAY, Places { file: Some(&path), ..Places::default() }).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("gg") && !error.contains("geheim"), "{error}");
        }
        let long = Zeroizing::new(vec![b'g'; PASSWORD_MAX + 1]);
        assert!(matches!(password(RELAY, Places { variable: Some(long), ..Places::default() }), Err(SecretError::TooLarge { .. })));
    }

    #[test]
    fn a_file_without_end_is_not_read_to_its_end() {
        assert!(matches!(read(Path::new("/dev/zero")), Err(SecretError::TooLarge { .. })));
        assert!(matches!(read(Path::new("/")), Err(SecretError::File { .. })));
    }
}
