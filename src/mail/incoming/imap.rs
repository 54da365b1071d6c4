//! A mailbox at a provider, read by IMAP (RFC 9051, RFC 3501): what is new is fetched without being marked, and moved or marked
//! once it was taken. How far it was read is told to who asks, so that a crash in between fetches a message again and loses none.

use std::path::Path;
use std::time::Duration;

use async_imap::{Client, Session};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use super::folder::Mail;
use crate::domain::incoming::{HEAD_KEPT, MESSAGE_MAX};
use crate::mail::driver::Roots;
use crate::mail::driver::tls::Trust;
use crate::mail::driver::url::{authority, is_loopback};

/// The most messages that one look takes.
pub const AT_ONCE: usize = 200;
/// So many numbers are asked about at once.
const WINDOW: u32 = 2_000;
/// So many times in one look.
const WINDOWS: u32 = 500;
/// The longest that a step takes.
const STEP: Duration = Duration::from_mins(1);
/// The longest that a message takes to come.
const FETCH: Duration = Duration::from_mins(5);

/// Where a mailbox is and how it is read.
pub struct Account<'a> {
    /// `imaps://HOST[:PORT]`, `imap://HOST[:PORT]`.
    pub server: &'a str,
    /// The user name.
    pub username: &'a str,
    /// The password.
    pub password: Zeroizing<String>,
    /// Certificates to trust instead of the machine's.
    pub ca_file: Option<&'a Path>,
    /// The folder that is read.
    pub folder: &'a str,
    /// Where messages go that were taken.
    pub processed: Option<&'a str>,
}

/// How far a mailbox was read (RFC 3501, section 2.3.1.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// UIDVALIDITY: with another one, all numbers are new.
    pub validity: u32,
    /// The last number that was taken.
    pub last: u32,
}

/// Why a mailbox was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble<E> {
    /// The server cannot be reached, or does not speak as it must.
    Unreachable(String),
    /// It refuses user name and password.
    Credentials(String),
    /// What is configured cannot be used.
    Configuration(String),
    /// Who takes the messages did not take one.
    Taking(E),
}

fn unreachable<E>(error: impl std::fmt::Display) -> Trouble<E> {
    Trouble::Unreachable(error.to_string())
}

/// Ends a step that takes too long.
async fn within<T, X: std::fmt::Display, E>(
    limit: Duration,
    step: &str,
    work: impl Future<Output = Result<T, X>>,
) -> Result<T, Trouble<E>> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|error| Trouble::Unreachable(format!("{step}: {error}"))),
        Err(_) => Err(Trouble::Unreachable(format!("{step}: no answer within {} s", limit.as_secs()))),
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

type Open = Session<Box<dyn Wire>>;

/// Reads what is new behind `cursor`. Each message is given to `take` with the cursor behind it; only when that has taken it, it is
/// moved or marked. Gives how far it came, where there is more: the next look must not begin where this one did.
///
/// # Errors
/// [`Trouble`]. What was taken before stays so.
pub async fn poll<E, F>(
    account: &Account<'_>,
    cursor: Cursor,
    mut take: impl FnMut(Mail, Cursor) -> F,
) -> Result<Option<Cursor>, Trouble<E>>
where
    F: Future<Output = Result<(), E>>,
{
    let mut session = log_in(account).await?;
    let folder = within(STEP, "SELECT", session.select(account.folder)).await?;
    let validity = folder.uid_validity.unwrap_or(0);
    let mut last = if cursor.validity == validity { cursor.last } else { 0 };
    let next = folder.uid_next.unwrap_or(u32::MAX);
    let (mut left, mut windows) = (AT_ONCE, 0);
    let mut more = None;
    while folder.exists > 0 && last < next.saturating_sub(1) {
        if left == 0 || windows == WINDOWS {
            more = Some(Cursor { validity, last });
            break;
        }
        windows += 1;
        let end = last.saturating_add(WINDOW).min(next.saturating_sub(1));
        for (uid, size) in listed(&mut session, last + 1, end).await? {
            if left == 0 {
                break;
            }
            left -= 1;
            last = uid;
            let Some(mail) = fetched(&mut session, uid, size).await? else { continue };
            take(mail, Cursor { validity, last }).await.map_err(Trouble::Taking)?;
            put_away(&mut session, uid, account.processed).await?;
        }
        if left > 0 {
            last = end;
        }
    }
    // What was asked for is done; who does not say goodbye is gone all the same.
    let _ = timeout(Duration::from_secs(5), session.logout()).await;
    Ok(more)
}

/// The messages between two numbers, with their sizes.
async fn listed<E>(session: &mut Open, first: u32, last: u32) -> Result<Vec<(u32, u64)>, Trouble<E>> {
    let asking = async {
        let found = session.uid_fetch(format!("{first}:{last}"), "(UID RFC822.SIZE)").await?;
        found.try_collect::<Vec<_>>().await
    };
    let found = within(STEP, "UID FETCH", asking).await?;
    let mut named: Vec<(u32, u64)> = found.iter().filter_map(|one| Some((one.uid?, u64::from(one.size?)))).collect();
    // A server answers for its last message when the range is behind that.
    named.retain(|(uid, _)| (first..=last).contains(uid));
    named.sort_unstable();
    named.dedup_by_key(|(uid, _)| *uid);
    Ok(named)
}

/// A message without marking it; `None`: it is gone.
async fn fetched<E>(session: &mut Open, uid: u32, size: u64) -> Result<Option<Mail>, Trouble<E>> {
    let too_long = size > MESSAGE_MAX as u64;
    let what = if too_long { format!("(UID BODY.PEEK[]<0.{HEAD_KEPT}>)") } else { "(UID BODY.PEEK[])".to_owned() };
    let fetch = async {
        let found = session.uid_fetch(uid.to_string(), what).await?;
        found.try_collect::<Vec<_>>().await
    };
    let found = within(FETCH, "UID FETCH", fetch).await?;
    let bytes = found.iter().find(|one| one.uid == Some(uid)).and_then(|one| one.body()).map(<[u8]>::to_vec);
    Ok(bytes.map(|bytes| Mail { cut_from: too_long.then_some(size), bytes }))
}

/// Moves a message that was taken, or marks it as seen.
async fn put_away<E>(session: &mut Open, uid: u32, processed: Option<&str>) -> Result<(), Trouble<E>> {
    let uid = uid.to_string();
    let Some(folder) = processed else { return mark(session, &uid, "+FLAGS.SILENT (\\Seen)").await };
    let can = within(STEP, "CAPABILITY", session.capabilities()).await?;
    if can.has_str("MOVE") {
        return within(STEP, "UID MOVE", session.uid_mv(&uid, folder)).await;
    }
    within(STEP, "UID COPY", session.uid_copy(&uid, folder)).await?;
    mark(session, &uid, "+FLAGS.SILENT (\\Seen \\Deleted)").await?;
    if can.has_str("UIDPLUS") {
        let expunge = async { session.uid_expunge(&uid).await?.try_collect::<Vec<_>>().await };
        within(STEP, "UID EXPUNGE", expunge).await?;
    }
    Ok(())
}

async fn mark<E>(session: &mut Open, uid: &str, flags: &str) -> Result<(), Trouble<E>> {
    let store = async { session.uid_store(uid, flags).await?.try_collect::<Vec<_>>().await };
    within(STEP, "UID STORE", store).await.map(drop)
}

/// Reaches the server, encrypted but for this very machine, and presents the account.
async fn log_in<E>(account: &Account<'_>) -> Result<Open, Trouble<E>> {
    let client = connect(account).await?;
    let login = timeout(STEP, client.login(account.username, account.password.as_str())).await;
    match login {
        Ok(Ok(session)) => Ok(session),
        Ok(Err((async_imap::error::Error::No(no), _))) => Err(Trouble::Credentials(no)),
        Ok(Err((error, _))) => Err(unreachable(error)),
        Err(_) => Err(Trouble::Unreachable(format!("LOGIN: no answer within {} s", STEP.as_secs()))),
    }
}

async fn connect<E>(account: &Account<'_>) -> Result<Client<Box<dyn Wire>>, Trouble<E>> {
    let configuration = |error: &dyn std::fmt::Display| Trouble::Configuration(error.to_string());
    let (scheme, rest) = account.server.split_once("://").ok_or_else(|| configuration(&"imaps://HOST"))?;
    let implicit = scheme == "imaps";
    let (host, port) = authority(rest, if implicit { 993 } else { 143 }).map_err(|error| configuration(&error))?;
    let tcp = within(STEP, "connect", TcpStream::connect((host.as_str(), port))).await?;
    if !implicit && is_loopback(&host) {
        return greeted(Client::new(Box::new(tcp))).await;
    }
    let roots = account.ca_file.map_or(Roots::Native, |file| Roots::File(file.to_owned()));
    let connector = Trust::load(&roots).map_err(|error| configuration(&error))?.connector();
    let name = ServerName::try_from(host).map_err(|error| configuration(&error))?;
    if implicit {
        let tls = within(STEP, "TLS", connector.connect(name, tcp)).await?;
        return greeted(Client::new(Box::new(tls))).await;
    }
    let mut clear = Client::new(tcp);
    within(STEP, "greeting", clear.read_response()).await?.ok_or_else(|| unreachable("no greeting"))?;
    within(STEP, "STARTTLS", clear.run_command_and_check_ok("STARTTLS", None)).await?;
    // What came in the clear behind the answer is forgotten with the reader.
    let tls = within(STEP, "TLS", connector.connect(name, clear.into_inner())).await?;
    Ok(Client::new(Box::new(tls)))
}

async fn greeted<E>(mut client: Client<Box<dyn Wire>>) -> Result<Client<Box<dyn Wire>>, Trouble<E>> {
    within(STEP, "greeting", client.read_response()).await?.ok_or_else(|| unreachable("no greeting"))?;
    Ok(client)
}
