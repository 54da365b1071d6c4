//! Backups of a store that goes on being written.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::audit::Digest;
use crate::domain::fault::Fault;
use crate::host::open::Host;
use crate::host::part::{Earlier, Part};
use crate::host::room::Whose;
use crate::host::spool;
use crate::host::{blocking, shelf, vacuum};
use crate::store::backup::{Backup, BackupError, BackupWriter, Content, Header, Origin, write_lines};
use crate::store::{Copying, LocalStore};
use crate::usecase::desk::{Desk, chain_of};
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::SCHEMA;
use crate::wire::reply::BackupView;
use crate::wire::request::BackupFormat;

/// A backup that was written.
pub(crate) struct Written {
    /// The file.
    pub(crate) file: File,
    /// When it was begun, what it holds, and the digest of all of it.
    pub(crate) header: Header,
    pub(crate) content: Content,
    pub(crate) digest: Digest,
}

/// A backup for a user, to be fetched by him in pieces.
///
/// # Errors
/// As [`write`].
pub(crate) async fn make(host: &Arc<Host>, user: &str, format: BackupFormat) -> Result<BackupView, Fault> {
    // As lines it lies there twice for a moment.
    let (asked, copies) = (host.clone(), if format == BackupFormat::Jsonl { 2 } else { 1 });
    blocking(move || vacuum::fits(&asked, copies, asked.state(), Whose::Store)).await?;
    let state = host.state().to_owned();
    let file = blocking(move || spool::nameless(&state).map_err(|error| unwritten(&error))).await?;
    let mut written = write(host, file).await?;
    if format == BackupFormat::Jsonl {
        let state = host.state().to_owned();
        written = blocking(move || lines(written, &state)).await?;
    }
    let Written { file, header, content, digest } = written;
    let bytes = file.metadata().map_err(|error| unwritten(&error))?.len();
    let ticket = host.random.bits();
    host.spools.keep(ticket, user, file);
    Ok(BackupView {
        ticket,
        at: header.at,
        bytes,
        sha256: digest.as_str().to_owned(),
        revision: content.standing.rev,
        entries: content.standing.entries,
        chain: content.chain,
    })
}

/// Writes a backup of the store as it stands at the end of this.
///
/// The entries are read beside the writer, which only at the very end waits for what changed last.
///
/// # Errors
/// The store's, and [`Fault::Store`] when the file cannot be written.
pub(crate) async fn write(host: &Arc<Host>, file: File) -> Result<Written, Fault> {
    let header = header(host.store.as_ref(), host.state(), host.clock.now(), SCHEMA.into())?;
    let (copied, begun) = (host.clone(), header.clone());
    let (copying, mut writer) = blocking(move || {
        let mut copying = Copying::begin(copied.store.clone());
        let mut writer = BackupWriter::begin(file, &begun).map_err(|error| unwritten(&error))?;
        copying.pages(|page| {
            copied.go_on()?;
            writer.entries(&page).map_err(|error| unwritten(&error))
        })?;
        copying.catch_up(|changed| writer.changed(&changed).map_err(|error| unwritten(&error)))?;
        Ok((copying, writer))
    })
    .await?;
    let local = host.local.clone();
    let last = move |desk: &mut Desk| {
        let changed = copying.last()?;
        Ok((changed, Content { standing: local.standing(), chain: desk.chain().clone() }))
    };
    let (changed, content) = host.writer.look(last).await?;
    blocking(move || {
        let ended = writer.changed(&changed).and_then(|()| writer.finish(content.clone()));
        let (file, digest) = ended.map_err(|error| unwritten(&error))?;
        Ok(Written { file, header, content, digest })
    })
    .await
}

/// Writes a backup of a store that is going to be brought to another schema, into its state directory; nobody uses it yet.
///
/// # Errors
/// The store's, and [`Fault::Store`] when the file cannot be written: then nothing is changed.
pub(super) fn before_migration(desk: &Desk, local: &Arc<LocalStore>, state: &Path) -> Result<(), Fault> {
    let schema = desk.schema();
    let header = header(desk.store(), state, desk.now(), schema)?;
    let path = shelf::folder(state).join(format!("before-schema-{}.lichhop", schema + 1));
    let refused = |error: io::Error| shelf::told(&path, &error);
    let part = Part::create_with_folder(&path).map_err(refused)?;
    let mut copying = Copying::begin(local.clone());
    let mut writer = BackupWriter::begin(part.file(), &header).map_err(|error| unwritten(&error))?;
    copying.pages(|page| writer.entries(&page).map_err(|error| unwritten(&error)))?;
    let content = Content { standing: local.standing(), chain: desk.chain().clone() };
    writer.finish(content).map_err(|error| unwritten(&error))?;
    part.finish(Earlier::Goes).map_err(refused)?;
    tracing::info!(path = %path.display(), "the store is of an older schema; this is a backup of it as it was");
    Ok(())
}

fn header(store: &dyn Store, state: &Path, at: DateTime<Utc>, schema: u32) -> Result<Header, Fault> {
    let origin = Origin { chain: chain_of(store)?, place: place(state) };
    Ok(Header { program: env!("CARGO_PKG_VERSION").to_owned(), at, schema, store: Some(origin) })
}

/// A state directory for people, who may have several machines that keep theirs at the same path.
fn place(state: &Path) -> String {
    let path = std::path::absolute(state).unwrap_or_else(|_| state.to_owned());
    match std::fs::read_to_string("/proc/sys/kernel/hostname") {
        Ok(machine) => format!("{}:{}", machine.trim_end(), path.display()),
        Err(_) => path.display().to_string(),
    }
}

/// A backup as JSON lines, in another file without a name.
fn lines(written: Written, folder: &Path) -> Result<Written, Fault> {
    let Written { file, header, content, digest: _ } = written;
    let backup = Backup::read(file).map_err(|error| unread(&error))?;
    let file = spool::nameless(folder).map_err(|error| unwritten(&error))?;
    write_lines(&backup, BufWriter::new(&file)).map_err(|error| match error {
        BackupError::Io(error) => unwritten(&error),
        error => unread(&error),
    })?;
    let digest = digest(&file).map_err(|error| unwritten(&error))?;
    Ok(Written { file, header, content, digest })
}

fn digest(mut file: &File) -> io::Result<Digest> {
    file.seek(SeekFrom::Start(0))?;
    Digest::of_file(file)
}

/// The disk took no more of a backup.
pub(super) fn unwritten(error: &io::Error) -> Fault {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    if full { StoreError::Full.into() } else { Fault::Store { detail: format!("the backup could not be written: {error}") } }
}

/// What was just written cannot be read again.
fn unread(error: &BackupError) -> Fault {
    Fault::Store { detail: format!("the backup could not be read again: {error}") }
}
