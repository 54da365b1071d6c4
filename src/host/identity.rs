//! Who asks: the Unix user, by the kernel's word.

use std::io;

use nix::unistd::{Uid, User};
use tokio::net::UnixStream;

/// The name of the user this process runs as; `uid:N` for one without a name.
#[must_use]
pub fn current_user() -> String {
    name(Uid::effective())
}

/// Who is at the other end of a socket: its user when it connected.
///
/// # Errors
/// The kernel does not say.
pub(crate) fn peer(stream: &UnixStream) -> io::Result<(u32, String)> {
    let uid = stream.peer_cred()?.uid();
    Ok((uid, name(Uid::from_raw(uid))))
}

fn name(uid: Uid) -> String {
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid:{uid}"),
    }
}
