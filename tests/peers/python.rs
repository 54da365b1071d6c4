//! The Python that `.ci/peers` made, and what its parsers say.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The interpreter: `PEERS_PYTHON`, else the one in the environment below `target`.
fn interpreter() -> PathBuf {
    let made = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers-venv/bin/python");
    let python = std::env::var_os("PEERS_PYTHON").map_or_else(made, PathBuf::from);
    assert!(python.exists(), "{} is not there; run .ci/peers", python.display());
    python
}

/// A script of ours, to be run.
pub(crate) fn script(name: &str) -> Command {
    let mut command = Command::new(interpreter());
    // Isolated: no packages but those of the environment. UTF-8 whatever the locale.
    command.args(["-I", "-X", "utf8"]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name));
    command
}

/// What the parsers understood of each message, in their order.
pub(crate) fn read_messages<'a>(messages: impl IntoIterator<Item = &'a [u8]>) -> Vec<Value> {
    read(messages, "eml")
}

/// What the parser understood of a calendar.
pub(crate) fn read_calendar(calendar: &[u8]) -> Value {
    read([calendar], "ics").remove(0)
}

fn read<'a>(contents: impl IntoIterator<Item = &'a [u8]>, extension: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = script("read.py");
    for (n, content) in contents.into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.{extension}"));
        std::fs::write(&file, content).unwrap();
        command.arg(file);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "read.py: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
