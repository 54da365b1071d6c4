//! What was put right when a store was opened, and the moving of files that this takes.

use std::fs;
use std::io;
use std::path::Path;

use super::lock::create_private_dir;
pub use crate::domain::repair::Repair;

// After so many repairs of one kind the disk is at fault; more copies would only fill it.
const MOST_DAMAGED_FOLDERS: u32 = 3;
const SNAPSHOT: &str = "snap.";
const TORN: &str = ".generating";

/// Names of the finished snapshots in `dir`.
pub(super) fn snapshots(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = snapshot_files(dir)?;
    names.retain(|name| !name.ends_with(TORN));
    Ok(names)
}

/// Removes snapshots that were never finished.
pub(super) fn remove_torn_snapshots(dir: &Path) -> io::Result<Vec<Repair>> {
    let mut repairs = Vec::new();
    for file in snapshot_files(dir)?.into_iter().filter(|name| name.ends_with(TORN)) {
        let path = dir.join(&file);
        let bytes = fs::metadata(&path)?.len();
        fs::remove_file(&path)?;
        repairs.push(Repair::TornSnapshotRemoved { file, bytes });
    }
    Ok(repairs)
}

/// Moves the snapshots of `dir` and the engine's `parameters` into a new folder and puts a copy of the log beside them, because reading the log
/// without them cuts off what cannot be read. `None` when there is nothing to move, or has been too often.
pub(super) fn set_snapshots_aside(dir: &Path, log: &str, parameters: &str, why: &str) -> io::Result<Option<Repair>> {
    let mut files = snapshots(dir)?;
    // Always the same in this version: the engine writes it again.
    if dir.join(parameters).exists() {
        files.push(parameters.to_owned());
    }
    if files.is_empty() {
        return Ok(None);
    }
    let folders = (1..=MOST_DAMAGED_FOLDERS).map(|number| dir.join(format!("damaged-{number}")));
    let Some(folder) = folders.into_iter().find(|folder| !folder.exists()) else { return Ok(None) };
    create_private_dir(&folder)?;
    fs::copy(dir.join(log), folder.join(log))?;
    fs::File::open(folder.join(log))?.sync_all()?;
    for file in &files {
        fs::rename(dir.join(file), folder.join(file))?;
    }
    sync_dir(&folder)?;
    sync_dir(dir)?;
    Ok(Some(Repair::SnapshotsSetAside { folder: folder.display().to_string(), files, why: why.to_owned() }))
}

/// Makes the names in `dir` as durable as the files they stand for.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

/// Makes the names in `dir` durable, and its own.
pub(super) fn sync_names(dir: &Path) -> io::Result<()> {
    sync_dir(dir)?;
    // Whoever may not list the parent did not create the directory there.
    match dir.canonicalize()?.parent().map_or(Ok(()), sync_dir) {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

fn snapshot_files(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for found in fs::read_dir(dir)? {
        if let Ok(name) = found?.file_name().into_string()
            && name.starts_with(SNAPSHOT)
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}
