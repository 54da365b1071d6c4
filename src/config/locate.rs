//! Where the configuration and the state lie when nobody says so.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::config::HostMode;
use crate::domain::audit::Digest;

/// The name of the folder of this program within the folders of the system and of the user.
const FOLDER: &str = "lichhop";
/// The folder of the sample ministry.
const DEMO: &str = "lichhop-demo";
/// The configuration's file.
const FILE: &str = "config.toml";
/// The configuration of the whole machine.
const SYSTEM: &str = "/etc/lichhop/config.toml";

/// The socket of the machine's own service.
const SYSTEM_SOCKET: &str = "/run/lichhop/host.sock";

/// Looks up a variable of the environment.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The configuration file to read: the one asked for (`--config`), `LICHHOP_CONFIG`, the user's, the machine's, or none.
///
/// A file that was asked for need not exist: reading it tells. The others are taken when `exists` says so.
#[must_use]
pub fn locate(explicit: Option<&Path>, environment: Environment<'_>, exists: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let asked = explicit.map(Path::to_owned).or_else(|| variable(environment, "LICHHOP_CONFIG"));
    asked.or_else(|| users_file(environment).into_iter().chain([PathBuf::from(SYSTEM)]).find(|path| exists(path)))
}

/// The place of the user's own configuration file, whether or not it is there: `$XDG_CONFIG_HOME/lichhop/config.toml`, else
/// `~/.config/lichhop/config.toml`; `None` without a home.
#[must_use]
pub fn users_file(environment: Environment<'_>) -> Option<PathBuf> {
    base(environment, "XDG_CONFIG_HOME", ".config").map(|base| base.join(FOLDER).join(FILE))
}

/// Where the files lie that a user brings besides the configuration (keymaps, themes): the folder of the configuration in
/// force and the user's own, the nearest first. What a user has made comes before what the machine has for everybody.
#[must_use]
pub fn folders(configuration: Option<&Path>, environment: Environment<'_>) -> Vec<PathBuf> {
    let folder = |file: &Path| file.parent().map(Path::to_owned);
    let in_force = configuration.and_then(|file| folder(&std::path::absolute(file).unwrap_or_else(|_| file.to_owned())));
    let own = users_file(environment).as_deref().and_then(folder);
    let machine = configuration == Some(Path::new(SYSTEM));
    let mut folders: Vec<PathBuf> = if machine { [own, in_force] } else { [in_force, own] }.into_iter().flatten().collect();
    folders.dedup();
    folders
}

/// The state directory: the one asked for (`--data`), `LICHHOP_DATA`, `$STATE_DIRECTORY` (the first of several),
/// `$XDG_STATE_HOME/lichhop`, `~/.local/state/lichhop`; `None` without a home.
#[must_use]
pub fn locate_state(explicit: Option<&Path>, environment: Environment<'_>) -> Option<PathBuf> {
    let asked = explicit.map(Path::to_owned).or_else(|| variable(environment, "LICHHOP_DATA"));
    asked
        .or_else(|| {
            variable(environment, "STATE_DIRECTORY").and_then(|listed| std::env::split_paths(&listed).find(|path| path.is_absolute()))
        })
        .or_else(|| base(environment, "XDG_STATE_HOME", ".local/state").map(|base| base.join(FOLDER)))
}

/// The folder of the sample ministry: `lichhop-demo` below the folder asked for (`--data`), else below `$XDG_STATE_HOME` or
/// `~/.local/state`; `None` without a home. Variables that name the office's own state are not looked at: a sample has no
/// business there.
#[must_use]
pub fn locate_demo(explicit: Option<&Path>, environment: Environment<'_>) -> Option<PathBuf> {
    let above = explicit.map(Path::to_owned).or_else(|| base(environment, "XDG_STATE_HOME", ".local/state"));
    above.map(|above| above.join(DEMO))
}

/// The host's socket: the one asked for (`--socket`), `LICHHOP_SOCKET`; of a service, the machine's. Else the machine's where it
/// `exists`, unless somebody has chosen another state directory; else one in `$XDG_RUNTIME_DIR/lichhop` that is named after the
/// state directory; `None` without such a folder: it lies in the state directory.
#[must_use]
pub fn locate_socket(
    explicit: Option<&Path>,
    environment: Environment<'_>,
    state: &Path,
    chosen: bool,
    mode: HostMode,
    exists: &dyn Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let machines = PathBuf::from(SYSTEM_SOCKET);
    let asked = explicit.map(Path::to_owned).or_else(|| variable(environment, "LICHHOP_SOCKET"));
    asked.or_else(|| match mode {
        HostMode::Service => Some(machines),
        HostMode::Auto if !chosen && exists(&machines) => Some(machines),
        HostMode::Auto => {
            let folder = variable(environment, "XDG_RUNTIME_DIR").filter(|path| path.is_absolute())?;
            let state = std::path::absolute(state).unwrap_or_else(|_| state.to_owned());
            let name = Digest::of(state.as_os_str().as_encoded_bytes());
            Some(folder.join(FOLDER).join(format!("{}.sock", name.as_str().get(..16).unwrap_or_default())))
        }
    })
}

/// A folder of the XDG specification: relative values are to be ignored.
fn base(environment: Environment<'_>, name: &str, below_home: &str) -> Option<PathBuf> {
    let own = variable(environment, name).filter(|path| path.is_absolute());
    own.or_else(|| variable(environment, "HOME").map(|home| home.join(below_home)))
}

fn variable(environment: Environment<'_>, name: &str) -> Option<PathBuf> {
    environment(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        move |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn the_configuration_is_looked_for_in_order() {
        let find = |explicit: Option<&str>, variables: &[(&str, &str)], there: &[&str]| {
            let exists = |path: &Path| there.iter().any(|known| Path::new(known) == path);
            locate(explicit.map(Path::new), &environment(variables), &exists).map(|path| path.display().to_string())
        };
        let all = ["/x/lichhop/config.toml", "/h/.config/lichhop/config.toml", SYSTEM];
        let full = [("LICHHOP_CONFIG", "/e.toml"), ("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(find(Some("a.toml"), &full, &all).as_deref(), Some("a.toml"));
        assert_eq!(find(None, &full, &all).as_deref(), Some("/e.toml"));
        assert_eq!(find(None, &full[1..], &all).as_deref(), Some(all[0]));
        assert_eq!(find(None, &full[2..], &all).as_deref(), Some(all[1]));
        assert_eq!(find(None, &[("XDG_CONFIG_HOME", "relative"), ("HOME", "/h")], &all).as_deref(), Some(all[1]));
        assert_eq!(find(None, &[("XDG_CONFIG_HOME", ""), ("HOME", "/h")], &all[2..]).as_deref(), Some(SYSTEM));
        assert_eq!(find(None, &[], &all).as_deref(), Some(SYSTEM));
        assert_eq!(find(None, &full[1..], &[]), None);
    }

    #[test]
    fn a_users_own_files_come_before_those_of_the_machine() {
        let find = |configuration: Option<&str>, variables: &[(&str, &str)]| {
            folders(configuration.map(Path::new), &environment(variables)).iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        let home = [("HOME", "/h")];
        assert_eq!(find(Some("/o/config.toml"), &home), ["/o", "/h/.config/lichhop"]);
        assert_eq!(find(Some(SYSTEM), &home), ["/h/.config/lichhop", "/etc/lichhop"]);
        assert_eq!(find(Some("/h/.config/lichhop/config.toml"), &home), ["/h/.config/lichhop"]);
        assert_eq!(find(None, &home), ["/h/.config/lichhop"]);
        assert_eq!(find(None, &[]), [""; 0]);
    }

    #[test]
    fn the_state_is_looked_for_in_order() {
        let find = |explicit: Option<&str>, variables: &[(&str, &str)]| {
            locate_state(explicit.map(Path::new), &environment(variables)).map(|path| path.display().to_string())
        };
        let full = [("LICHHOP_DATA", "d"), ("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), ("XDG_STATE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(find(Some("asked"), &full).as_deref(), Some("asked"));
        assert_eq!(find(None, &full).as_deref(), Some("d"));
        assert_eq!(find(None, &full[1..]).as_deref(), Some("/var/lib/a"));
        assert_eq!(find(None, &full[2..]).as_deref(), Some("/x/lichhop"));
        assert_eq!(find(None, &full[3..]).as_deref(), Some("/h/.local/state/lichhop"));
        assert_eq!(find(None, &[]), None);
    }

    #[test]
    fn the_socket_is_looked_for_in_order() {
        let find = |explicit: Option<&str>, variables: &[(&str, &str)], chosen: bool, mode: HostMode, there: bool| {
            let found = locate_socket(explicit.map(Path::new), &environment(variables), Path::new("/s"), chosen, mode, &|_: &Path| there);
            found.map(|path| path.display().to_string())
        };
        let run = [("XDG_RUNTIME_DIR", "/run/user/7")];
        let full = [("LICHHOP_SOCKET", "/e.sock"), run[0]];
        for mode in [HostMode::Auto, HostMode::Service] {
            assert_eq!(find(Some("a.sock"), &full, true, mode, true).as_deref(), Some("a.sock"));
            assert_eq!(find(None, &full, true, mode, true).as_deref(), Some("/e.sock"));
        }
        assert_eq!(find(None, &run, true, HostMode::Service, false).as_deref(), Some(SYSTEM_SOCKET));
        assert_eq!(find(None, &run, false, HostMode::Auto, true).as_deref(), Some(SYSTEM_SOCKET));
        let other = find(None, &run, true, HostMode::Auto, true);
        assert_eq!(other, find(None, &run, false, HostMode::Auto, false), "who chose a state does not get the machine's");
        assert!(other.is_some_and(|path| path.starts_with("/run/user/7/lichhop/")));
        assert_eq!(find(None, &[("XDG_RUNTIME_DIR", "x")], false, HostMode::Auto, false), None);
        assert_eq!(find(None, &[], false, HostMode::Auto, false), None);
    }

    #[test]
    fn the_sample_keeps_away_from_the_offices_own_state() {
        let find = |explicit: Option<&str>, variables: &[(&str, &str)]| {
            locate_demo(explicit.map(Path::new), &environment(variables)).map(|path| path.display().to_string())
        };
        let full = [("LICHHOP_DATA", "/real"), ("STATE_DIRECTORY", "/var/lib/a"), ("XDG_STATE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(find(Some("asked"), &full).as_deref(), Some("asked/lichhop-demo"));
        assert_eq!(find(None, &full).as_deref(), Some("/x/lichhop-demo"));
        assert_eq!(find(None, &full[3..]).as_deref(), Some("/h/.local/state/lichhop-demo"));
        assert_eq!(find(None, &full[..2]), None);
    }
}
