//! What the terminal application looks like and listens to, as the configuration and the surroundings say.

use std::path::{Path, PathBuf};

use crate::cli::args::ColorWhen;
use crate::cli::env::Env;
use crate::cli::setup;
use crate::config::{self, Config};
use crate::i18n::{Lang, nothing_written};
use crate::report::{Exit, Report};
use crate::tui::keymap::Keymap;
use crate::tui::screen_file::{Kind, ScreenFault, names};
use crate::tui::theme::{self, ColorDepth, Theme};

/// The keymap of the configuration.
///
/// # Errors
/// There is none of that name, or everything that is wrong with it.
pub fn keymap(config: &Config, env: &Env, lang: Lang) -> Result<Keymap, Report> {
    Keymap::load(&config.screen.keymap, &folders(config, env)).map_err(|fault| named_by(fault, config, "screen.keymap").report(lang))
}

/// The keymap of a name that was typed as a flag.
///
/// # Errors
/// There is none of that name, or everything that is wrong with it.
pub fn keymap_named(flag: &str, name: &str, config: &Config, env: &Env, lang: Lang) -> Result<Keymap, Report> {
    Keymap::load(name, &folders(config, env)).map_err(|fault| match fault.unknown_name(lang) {
        Some(sentence) => Report::new(Exit::Input, format!("{flag}: {sentence}")).kept(nothing_written(lang)),
        None => fault.report(lang),
    })
}

/// The theme of the configuration; where the user or the terminal wants no colours, the one that has none.
///
/// # Errors
/// There is none of that name, or everything that is wrong with it.
pub fn theme(config: &Config, color: Option<ColorWhen>, env: &Env, lang: Lang) -> Result<Theme, Report> {
    let no_color = !setup::colored(color, env, true);
    let text = |name: &str| env.var(name).and_then(|value| value.to_str());
    let name = Theme::choose(&config.screen.theme, no_color, text("COLORFGBG"));
    let depth = ColorDepth::detect(no_color, text("COLORTERM"), text("TERM"));
    Theme::load(name, &folders(config, env), depth).map_err(|fault| named_by(fault, config, "screen.theme").report(lang))
}

/// All themes to step through: first the one of the configuration, then the program's and the user's own that are right.
/// Where the user or the terminal wants no colours, there is but one.
///
/// # Errors
/// There is none of the configured name, or everything that is wrong with it.
pub fn themes(config: &Config, color: Option<ColorWhen>, env: &Env, lang: Lang) -> Result<Vec<Theme>, Report> {
    let first = theme(config, color, env, lang)?;
    if !setup::colored(color, env, true) {
        return Ok(vec![first]);
    }
    let text = |name: &str| env.var(name).and_then(|value| value.to_str());
    let depth = ColorDepth::detect(false, text("COLORTERM"), text("TERM"));
    let folders = folders(config, env);
    let others = names(Kind::Theme, &folders).into_iter().filter(|name| name != first.name());
    // One that is wrong is not offered; `config check` says what is wrong with it when it is the configured one.
    let others: Vec<Theme> = others.filter_map(|name| Theme::load(&name, &folders, depth).ok()).collect();
    Ok(std::iter::once(first).chain(others).collect())
}

/// Checks every file that the terminal application may read with this configuration.
///
/// # Errors
/// Everything that is wrong with them.
pub fn check(config: &Config, env: &Env, lang: Lang) -> Result<(), Report> {
    let folders = folders(config, env);
    let themes = match config.screen.theme.as_str() {
        theme::AUTO => vec!["dark", "light", theme::MONO],
        theme::MONO => vec![theme::MONO],
        own => vec![own, theme::MONO],
    };
    let keymap = Keymap::load(&config.screen.keymap, &folders).err().map(|fault| named_by(fault, config, "screen.keymap"));
    let themes = themes.into_iter().filter_map(|name| Theme::load(name, &folders, ColorDepth::Rgb).err());
    let faults = keymap.into_iter().chain(themes.map(|fault| named_by(fault, config, "screen.theme")));
    let problems: Vec<_> = faults.flat_map(|fault| fault.problems).collect();
    if problems.is_empty() { Ok(()) } else { Err(ScreenFault::new(problems).report(lang)) }
}

/// Where a user's keymaps and themes lie.
fn folders(config: &Config, env: &Env) -> Vec<PathBuf> {
    config::folders(config.path.as_deref(), &|name| env.var(name).map(ToOwned::to_owned))
}

/// A fault in the name itself stands in the configuration.
fn named_by(fault: ScreenFault, config: &Config, key: &str) -> ScreenFault {
    fault.named_by(config.path.as_deref().unwrap_or(Path::new("config.toml")), key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Role;

    fn config(theme: &str) -> Config {
        let mut config = config::defaults();
        theme.clone_into(&mut config.screen.theme);
        config
    }

    #[test]
    fn the_surroundings_choose_the_theme() {
        for (setting, color, variables, name) in [
            ("auto", None, &[][..], "dark"),
            ("auto", None, &[("COLORFGBG", "0;15")], "light"),
            ("auto", None, &[("COLORFGBG", "0;15"), ("NO_COLOR", "")], "light"),
            ("auto", None, &[("COLORFGBG", "0;15"), ("NO_COLOR", "1")], "mono"),
            ("light", None, &[("TERM", "dumb")], "mono"),
            ("light", Some(ColorWhen::Never), &[], "mono"),
            ("light", Some(ColorWhen::Always), &[("NO_COLOR", "1")], "light"),
        ] {
            let theme = theme(&config(setting), color, &Env::with(variables.iter().copied()), Lang::Vi).unwrap();
            assert_eq!(theme.name(), name, "{setting} {color:?} {variables:?}");
            let colors = Role::ALL.iter().any(|role| theme.style(*role).fg.is_some());
            assert_eq!(colors, name != "mono", "{setting} {color:?} {variables:?}");
        }
    }

    #[test]
    fn a_name_that_nobody_knows_stands_in_the_configuration() {
        let mut config = config("drak");
        config.screen.keymap = "vmi".to_owned();
        config.path = Some("/x/config.toml".into());
        let env = Env::default();
        let report = check(&config, &env, Lang::En).unwrap_err();
        assert_eq!(report.exit, Exit::Configuration);
        let lines: Vec<&str> = report.what.lines().collect();
        let expected = [
            "/x/config.toml: screen.keymap: there is no keymap “vmi”; there are: default, vim",
            "/x/config.toml: screen.theme: there is no theme “drak”; there are: dark, light, mono",
        ];
        assert_eq!(lines, expected);
        assert_eq!(keymap(&config, &env, Lang::Vi).unwrap_err().exit, Exit::Configuration);
        assert_eq!(theme(&config, None, &env, Lang::Vi).unwrap_err().exit, Exit::Configuration);
        let typed = keymap_named("--keymap", "vmi", &config, &env, Lang::En).unwrap_err();
        assert_eq!((typed.exit, typed.what.as_str()), (Exit::Input, "--keymap: there is no keymap “vmi”; there are: default, vim"));
    }
}
