//! Who asks: the Unix user, by the kernel's word.

use std::io;

use nix::unistd::{Uid, User};
use tokio::net::UnixStream;

/// How those are called who have no name.
const NAMELESS: &str = "uid:";

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
        Ok(None) | Err(_) => format!("{NAMELESS}{uid}"),
    }
}

/// Whether this machine knows a Unix user of that name. Where the system cannot say, it is believed: a warning that is wrong
/// would send people looking for a mistake that is not there.
#[must_use]
pub fn is_known(user: &str) -> bool {
    // What those are called who have no name.
    user.starts_with(NAMELESS) || !matches!(User::from_name(user), Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_there_is_known_and_a_mistyped_name_is_not() {
        assert!(is_known("root") && is_known(&current_user()) && is_known("uid:4711"));
        assert!(!is_known("khong-co-ai-ten-nay"));
    }
}
