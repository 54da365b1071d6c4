//! Who asks: the Unix user, by the kernel's word.

use nix::unistd::{Uid, User};

/// The name of the user this process runs as; `uid:N` for one without a name.
#[must_use]
pub fn current_user() -> String {
    let uid = Uid::effective();
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid:{uid}"),
    }
}
