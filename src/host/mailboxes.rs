//! Mailboxes that the host looks into: when it is asked to, and by itself as long as it serves others. Nothing is ever sent because
//! something came.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::fault::{Fault, MailboxFault};
use crate::domain::incoming::Source;
use crate::host::kept::Kept;
use crate::host::open::Host;
use crate::host::{blocking, receiving};
use crate::i18n::Lang;
use crate::i18n::fault::fault as words;
use crate::mail::incoming::folder;
use crate::mail::incoming::imap::{self, Account, Cursor, Trouble};
use crate::mail::transport::Unusable;
use crate::usecase::desk::PROGRAM;
use crate::usecase::incoming::place::{self, Place};
use crate::wire::reply::{PollReport, TakenView};
use crate::wire::request::Delivery;

fn problem(problem: MailboxFault) -> Fault {
    Fault::Mailbox { problem }
}

/// Looks into the mailbox that the configuration names for a way.
///
/// # Errors
/// [`Fault::Mailbox`]; those of taking a message. What was taken before stays so.
pub(super) async fn poll(host: &Arc<Host>, user: &str, source: Source) -> Result<PollReport, Fault> {
    let _only_one = host.looking.lock().await;
    let none = |key: &str| problem(MailboxFault::None { key: key.to_owned() });
    match source {
        Source::Imap => imap(host, user).await,
        Source::Maildir => {
            let root = host.receive().maildir.clone().ok_or_else(|| none("receive.maildir"))?;
            let (own, user) = (host.clone(), user.to_owned());
            maildir(&root, |delivery| {
                let (host, user) = (own.clone(), user.clone());
                async move {
                    host.go_on()?;
                    receiving::take(&host, &user, delivery).await
                }
            })
            .await
        }
        Source::Pipe => Err(none("receive.imap")),
    }
}

/// Takes what is new in a Maildir. A message that is refused is left there, and the others are taken first.
///
/// # Errors
/// [`MailboxFault::Folder`]; the first refusal; what else `take` answers, at once.
pub async fn maildir<F>(root: &Path, take: impl Fn(Delivery) -> F) -> Result<PollReport, Fault>
where
    F: Future<Output = Result<TakenView, Fault>>,
{
    let unusable =
        |root: &Path, error: &std::io::Error| problem(MailboxFault::Folder { path: root.display().to_string(), detail: error.to_string() });
    let at = root.to_owned();
    let waiting = blocking(move || folder::look(&at).map_err(|error| unusable(&at, &error))).await?;
    let mut report = PollReport { skipped: waiting.skipped, more: waiting.more, ..PollReport::default() };
    let mut refused = None;
    for file in waiting.files {
        let name = file.clone();
        let Some(mail) = blocking(move || folder::read(&name).map_err(|error| unusable(&name, &error))).await? else { continue };
        match take(Delivery { source: Source::Maildir, bytes: mail.bytes, cut_from: mail.cut_from }).await {
            Ok(taken) => report.count(&taken),
            Err(fault @ Fault::Refused { .. }) => {
                refused.get_or_insert(fault);
                continue;
            }
            Err(fault) => return Err(fault),
        }
        let root: PathBuf = root.to_owned();
        blocking(move || folder::done(&root, &file).map_err(|error| unusable(&file, &error))).await?;
    }
    refused.map_or(Ok(report), Err)
}

async fn imap(host: &Arc<Host>, user: &str) -> Result<PollReport, Fault> {
    let receive = host.receive();
    let none = |key: &str| problem(MailboxFault::None { key: key.to_owned() });
    let server = receive.imap.as_deref().ok_or_else(|| none("receive.imap"))?;
    let username = receive.username.as_deref().ok_or_else(|| none("receive.username"))?;
    let password = host.mailbox_password().map_err(|why| {
        let (Unusable::Configuration(why) | Unusable::Folder(why)) = why;
        problem(MailboxFault::Configuration { detail: why.text })
    })?;
    let account = Account {
        server,
        username,
        password,
        ca_file: receive.ca_file.as_deref(),
        folder: &receive.folder,
        processed: receive.processed.as_deref(),
    };
    let name = format!("{server}\n{username}\n{}", receive.folder);
    let Place { validity, last } = place::of(host.store.as_ref(), &name)?;
    let report = Arc::new(Mutex::new(PollReport::default()));
    let looked = imap::poll(&account, Cursor { validity, last }, |mail, cursor| {
        let (host, user, name, report) = (host.clone(), user.to_owned(), name.clone(), report.clone());
        async move {
            host.go_on()?;
            let delivery = Delivery { source: Source::Imap, bytes: mail.bytes, cut_from: mail.cut_from };
            let taken = receiving::take(&host, &user, delivery).await?;
            report.lock().unwrap_or_else(PoisonError::into_inner).count(&taken);
            let place = Place { validity: cursor.validity, last: cursor.last };
            host.writer.decide(move |desk| place::reached(desk, &name, place)).await
        }
    })
    .await;
    let report = report.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match looked {
        Ok(None) => Ok(report),
        Ok(Some(Cursor { validity, last })) => {
            // Also where there was nothing to take in all that was looked at.
            let (place, behind) = (Place { validity, last }, place::of(host.store.as_ref(), &name)?);
            if place != behind {
                host.writer.decide(move |desk| place::reached(desk, &name, place)).await?;
            }
            Ok(PollReport { more: true, ..report })
        }
        Err(Trouble::Unreachable(detail)) => Err(problem(MailboxFault::Unreachable { detail })),
        Err(Trouble::Credentials(detail)) => Err(problem(MailboxFault::Credentials { detail })),
        Err(Trouble::Configuration(detail)) => Err(problem(MailboxFault::Configuration { detail })),
        Err(Trouble::Taking(fault)) => Err(fault),
    }
}

/// Starts the task that looks into the configured mailboxes, if there are any, unless it was started before. Within a runtime.
pub fn start(task: &Kept, host: &Arc<Host>) {
    let receive = host.receive();
    if receive.imap.is_some() || receive.maildir.is_some() {
        task.start("mailboxes", || tokio::spawn(keep(host.clone())));
    }
}

async fn keep(host: Arc<Host>) {
    while !host.stopping() {
        let ways = [(Source::Imap, host.receive().imap.is_some()), (Source::Maildir, host.receive().maildir.is_some())];
        for (source, _) in ways.into_iter().filter(|(_, configured)| *configured) {
            // A server that does not answer keeps nobody from ending.
            let looked = tokio::select! {
                looked = poll(&host, PROGRAM, source) => looked,
                () = host.stopped() => return,
            };
            match looked {
                Ok(report) if report.taken > 0 => tracing::info!(?source, taken = report.taken, waiting = report.waiting, "took mail"),
                Ok(_) => {}
                Err(fault) => {
                    let why = words(Lang::En, &fault).what;
                    tracing::error!(?source, why, ?fault, "a mailbox could not be read; it is tried again");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(host.receive().every) => {}
            () = host.stopped() => {}
        }
    }
}
