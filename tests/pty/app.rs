//! The application on the sample ministry, and how its screen is read.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::session::{End, Session, Start};

/// The clock stands here, in the week of the sample.
pub(crate) const NOW: &str = "2026-06-15T02:00:00Z";
/// A key that does what `LICHHOP_FAULT` says.
pub(crate) const FAULT: &str = "\x1b[34~";
/// Draws everything anew.
pub(crate) const REDRAW: &str = "\x0c";
/// The name of its process.
pub(crate) const NAME: &str = "lichhop";

/// The application, to be opened on a sample ministry of its own, whose mail is all sent: nothing happens by itself.
pub(crate) fn app() -> Start {
    app_with(&["demo"])
}

/// The same with these arguments.
pub(crate) fn app_with(args: &[&str]) -> Start {
    let start = Start::lichhop(args).env("LICHHOP_NOW", NOW).env("LICHHOP_LANG", "vi");
    run(Command::new("cp").arg("-a").arg(sample().join(".local")).arg(start.home()));
    start
}

/// The same, opened.
pub(crate) fn open() -> Session {
    ready(app().spawn())
}

/// The same, opened on the list of meetings.
pub(crate) fn open_meetings() -> Session {
    let mut session = open();
    to_meetings(&mut session);
    session
}

/// Goes to the list of meetings.
pub(crate) fn to_meetings(session: &mut Session) {
    session.send("2");
    session.wait_until("a selected meeting", |session| row(session).contains("LH-2026-"));
}

/// Waits for the first picture with meetings on it.
pub(crate) fn ready(mut session: Session) -> Session {
    session.wait_until("the week", |session| row(session).contains(':'));
    session
}

/// The row on which the terminal's cursor stands: the selected one, or that of the field.
pub(crate) fn row(session: &Session) -> String {
    let (rows, columns) = session.screen().size();
    let row = usize::from(session.screen().cursor_position().0);
    assert!(row < usize::from(rows.get()));
    session.screen().rows(0, columns.get()).nth(row).unwrap_or_default().trim_end().to_owned()
}

/// Moves down and up again and sees that: the application is alive.
pub(crate) fn still_works(session: &mut Session) {
    let before = row(session);
    session.send("j");
    session.wait_until("another selected row", |session| row(session) != before);
    session.send("k");
    session.wait_until("the first row again", |session| row(session) == before);
}

/// Quits, from whatever pane.
pub(crate) fn quit(session: &mut Session) {
    session.send("1q");
    assert_eq!(session.wait_for_end(), End::Code(0));
}

/// The terminal is as it was before the application: its screen, pastes, its cursor, its pictures, its modes.
pub(crate) fn assert_left(session: &Session) {
    let modes = [1049, 2004, 25, 2026].map(|mode| session.private_mode(mode));
    assert_eq!(modes, [Some(false), Some(false), Some(true), Some(false)], "1049, 2004, 25, 2026");
    assert!(session.has_its_modes_back());
}

/// A sample ministry to be copied; made once.
fn sample() -> &'static Path {
    static SAMPLE: OnceLock<PathBuf> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pty-sample");
        // What an earlier run left may be of another version.
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(&home).unwrap();
        let demo = home.join(".local/state/lichhop-demo");
        let mut program = Command::new(env!("CARGO_BIN_EXE_lichhop"));
        program.env_clear().env("HOME", &home).env("LICHHOP_NOW", NOW);
        run(program.arg("demo"));
        let mut program = Command::new(env!("CARGO_BIN_EXE_lichhop"));
        program.env_clear().env("HOME", &home).env("LICHHOP_NOW", NOW);
        program.env("LICHHOP_DATA", demo.join("state")).env("LICHHOP_CONFIG", demo.join("config.toml"));
        run(program.arg("flush"));
        home
    })
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
