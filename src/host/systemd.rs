//! What a service manager gives and wants to know: the socket it made (sd_listen_fds(3)), and when the service is ready
//! (sd_notify(3)). Without one, nothing of this does anything.

use std::io;

use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::net::UnixListener;

/// The socket that the service manager made, if it did. Within a runtime.
///
/// # Errors
/// What it gave is no Unix socket that is listened to.
pub fn inherited() -> io::Result<Option<UnixListener>> {
    let Some(listener) = ListenFd::from_env().take_unix_listener(0)? else { return Ok(None) };
    listener.set_nonblocking(true)?;
    UnixListener::from_std(listener).map(Some)
}

/// Whoever waits for the service may go on.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The service comes to its end.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(state: &[NotifyState<'_>]) {
    // It serves all the same.
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
