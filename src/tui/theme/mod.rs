//! What things look like: every part of the screen has a role, and a theme gives each role a style.

mod color;
mod load;
mod role;

use std::path::PathBuf;

use ratatui::style::{Color, Style};

pub use color::ColorDepth;
pub use role::Role;

use crate::tui::screen_file::ScreenFault;

/// The setting by which the terminal's background decides between the program's dark and light theme.
pub const AUTO: &str = "auto";
/// The theme without colours.
pub const MONO: &str = "mono";

/// A style for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: Vec<Style>,
}

impl Theme {
    /// The theme of that name: the user's own in `themes/` of one of the `folders`, else one of the program's. Colours that
    /// the terminal cannot show become the nearest that it can.
    ///
    /// # Errors
    /// There is none, or everything that is wrong with it and with those it inherits from.
    pub fn load(name: &str, folders: &[PathBuf], depth: ColorDepth) -> Result<Self, ScreenFault> {
        let styles = load::load(name, folders)?;
        let shown = |color: Option<Color>| color.and_then(|color| depth.shown(color));
        let within = |style: Style| Style { fg: shown(style.fg), bg: shown(style.bg), ..style };
        Ok(Self { name: name.to_owned(), styles: styles.into_iter().map(within).collect() })
    }

    /// The name of the theme to load: `setting`, and for [`AUTO`] the one that fits the terminal's background as `COLORFGBG`
    /// tells it. A user who wants no colours gets [`MONO`], whatever the setting.
    #[must_use]
    pub fn choose<'a>(setting: &'a str, no_color: bool, colorfgbg: Option<&str>) -> &'a str {
        match setting {
            _ if no_color => MONO,
            AUTO if colorfgbg.is_some_and(is_light) => "light",
            AUTO => "dark",
            setting => setting,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

impl Default for Theme {
    /// The program's own theme without colours: it is right on every terminal.
    fn default() -> Self {
        Self::load(MONO, &[], ColorDepth::None).expect("the program's own theme is tested")
    }
}

/// Whether `COLORFGBG` (`15;0`, `0;default;15`: foreground first, background last) tells of a light background. The numbers are
/// those of the terminal's colours: 7 and 9 to 15 are light.
fn is_light(colorfgbg: &str) -> bool {
    let background = colorfgbg.rsplit(';').next().and_then(|number| number.trim().parse::<u8>().ok());
    background.is_some_and(|number| matches!(number, 7 | 9..=15))
}

#[cfg(test)]
mod tests;
