//! A task that goes on as long as the host does, started once.

use std::sync::{Mutex, PoisonError};

use tokio::task::JoinHandle;

/// The task, once it was started, and what it does.
#[derive(Default)]
pub struct Kept(Mutex<Option<(&'static str, JoinHandle<()>)>>);

impl Kept {
    /// Starts it, unless it was started before. Within a runtime.
    pub(super) fn start(&self, what: &'static str, task: impl FnOnce() -> JoinHandle<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| (what, task()));
    }

    /// Waits until it has ended, which the host was asked for before. What it waits for itself is not waited for.
    pub async fn ended(&self) {
        let task = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((what, task)) = task
            && let Err(error) = task.await
        {
            tracing::error!(what, %error, "a task of the host ended badly");
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Only when nobody waited for the end: the task must not keep a store open that nobody can reach any more. What it has in
        // hand is taken up by the next start.
        if let Some((_, task)) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}
