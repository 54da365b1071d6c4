//! Taking mail that this process can read: it reads with its own rights, the host keeps.

use std::path::Path;

use super::Client;
use crate::domain::fault::Fault;
use crate::host::mailboxes;
use crate::wire::reply::{Answer, PollReport};
use crate::wire::request::Request;

/// Takes what is new in a Maildir.
///
/// # Errors
/// [`crate::domain::fault::MailboxFault::Folder`]; the host's. What was taken before stays so.
pub async fn maildir(client: &Client, root: &Path) -> Result<PollReport, Fault> {
    mailboxes::maildir(root, |delivery| async move {
        match client.call(Request::Receive(Box::new(delivery))).await? {
            Answer::Taken(taken) => Ok(*taken),
            _ => Err(Fault::Internal { detail: "the host answered something else than what was asked".into() }),
        }
    })
    .await
}
