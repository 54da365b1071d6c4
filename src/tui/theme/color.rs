//! Colours, and what a terminal can show of them.

use ratatui::style::Color;

/// The terminal's own 16 colours by their ANSI names, in the order of their numbers.
pub(super) const NAMED: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// Red, green and blue.
type Rgb = (u8, u8, u8);

/// What xterm shows for its first 16 colours. Users choose others; it is the best guess.
const FIRST_16: [Rgb; 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];
/// The steps of red, green and blue in the cube of colours 16 to 231.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// How many colours a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// None, or the user wants none.
    None,
    /// The 16 of every terminal.
    Ansi,
    /// The 256 of xterm.
    Indexed,
    /// All.
    Rgb,
}

impl ColorDepth {
    /// What the environment promises: `COLORTERM` says `truecolor` or `24bit`, `TERM` has `256color` in its name. tmux and screen
    /// pass `COLORTERM` on from a terminal that they may have been left for another one, so there it is not believed.
    #[must_use]
    pub fn detect(no_color: bool, colorterm: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        let multiplexed = term.starts_with("tmux") || term.starts_with("screen");
        let all = colorterm.is_some_and(|word| matches!(word.trim(), "truecolor" | "24bit"));
        if no_color || term == "dumb" {
            Self::None
        } else if (all && !multiplexed) || term.ends_with("-direct") {
            Self::Rgb
        } else if all || term.contains("256color") {
            Self::Indexed
        } else {
            Self::Ansi
        }
    }

    /// The colour as this many colours can show it; `None` for no colour at all.
    #[must_use]
    pub fn shown(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) => None,
            (Self::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(nearest((r, g, b), 16..=255))),
            (Self::Ansi, Color::Rgb(r, g, b)) => Some(named(nearest((r, g, b), 0..=15))),
            (Self::Ansi, Color::Indexed(number @ 16..)) => Some(named(nearest(rgb(number), 0..=15))),
            (Self::Ansi, Color::Indexed(number)) => Some(named(number)),
            (_, color) => Some(color),
        }
    }
}

fn named(number: u8) -> Color {
    NAMED.get(usize::from(number)).map_or(Color::Reset, |(_, color)| *color)
}

/// The colour that looks most like another one, by its number.
fn nearest(wanted: Rgb, among: std::ops::RangeInclusive<u8>) -> u8 {
    among.min_by_key(|number| distance(wanted, rgb(*number))).unwrap_or_default()
}

/// How different two colours look: green weighs most, as it does for the eye.
fn distance(a: Rgb, b: Rgb) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    3 * square(a.0, b.0) + 4 * square(a.1, b.1) + 2 * square(a.2, b.2)
}

/// What xterm shows for a number.
fn rgb(number: u8) -> Rgb {
    let step = |n: u8| STEPS.get(usize::from(n % 6)).copied().unwrap_or_default();
    match number {
        0..=15 => FIRST_16.get(usize::from(number)).copied().unwrap_or_default(),
        16..=231 => (step((number - 16) / 36), step((number - 16) / 6), step(number - 16)),
        232.. => {
            let grey = 8 + 10 * (number - 232);
            (grey, grey, grey)
        }
    }
}

/// A colour as theme files write it.
pub(super) fn parse(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        let [_, r, g, b] = number.to_be_bytes();
        return Some(Color::Rgb(r, g, b));
    }
    NAMED.iter().find(|(name, _)| *name == text).map(|(_, color)| *color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_they_are_written() {
        for (text, color) in [
            ("black", Some(Color::Black)),
            ("white", Some(Color::Gray)),
            ("bright-white", Some(Color::White)),
            ("#1E90ff", Some(Color::Rgb(0x1e, 0x90, 0xff))),
            ("#fff", None),
            ("#+12345", None),
            ("#gggggg", None),
            ("Red", None),
            ("", None),
            ("lightred", None),
        ] {
            assert_eq!(parse(text), color, "{text}");
        }
    }

    #[test]
    fn the_environment_tells_how_many_colours_there_are() {
        for (no_color, colorterm, term, depth) in [
            (false, Some("truecolor"), Some("xterm-256color"), ColorDepth::Rgb),
            (false, Some("24bit"), None, ColorDepth::Rgb),
            (false, None, Some("xterm-direct"), ColorDepth::Rgb),
            (false, Some("truecolor"), Some("tmux-256color"), ColorDepth::Indexed),
            (false, Some("truecolor"), Some("screen"), ColorDepth::Indexed),
            (false, Some("yes"), Some("xterm-256color"), ColorDepth::Indexed),
            (false, None, Some("linux"), ColorDepth::Ansi),
            (false, None, None, ColorDepth::Ansi),
            (false, Some("truecolor"), Some("dumb"), ColorDepth::None),
            (true, Some("truecolor"), Some("xterm-256color"), ColorDepth::None),
        ] {
            assert_eq!(ColorDepth::detect(no_color, colorterm, term), depth, "{no_color} {colorterm:?} {term:?}");
        }
    }

    #[test]
    fn what_a_terminal_cannot_show_becomes_the_nearest_that_it_can() {
        let orange = Color::Rgb(255, 135, 0);
        for (depth, color, shown) in [
            (ColorDepth::Rgb, orange, Some(orange)),
            (ColorDepth::Indexed, orange, Some(Color::Indexed(208))),
            (ColorDepth::Indexed, Color::Rgb(8, 8, 8), Some(Color::Indexed(232))),
            (ColorDepth::Indexed, Color::Indexed(208), Some(Color::Indexed(208))),
            (ColorDepth::Ansi, Color::Rgb(250, 10, 5), Some(Color::LightRed)),
            (ColorDepth::Ansi, Color::Rgb(0, 0, 0), Some(Color::Black)),
            (ColorDepth::Ansi, Color::Indexed(46), Some(Color::LightGreen)),
            (ColorDepth::Ansi, Color::Indexed(3), Some(Color::Yellow)),
            (ColorDepth::Ansi, Color::Cyan, Some(Color::Cyan)),
            (ColorDepth::None, Color::Cyan, None),
            (ColorDepth::None, orange, None),
        ] {
            assert_eq!(depth.shown(color), shown, "{depth:?} {color:?}");
        }
    }

    #[test]
    fn every_colour_of_the_cube_is_its_own_nearest() {
        for number in 16..=255 {
            assert_eq!(rgb(nearest(rgb(number), 16..=255)), rgb(number), "{number}");
        }
    }
}
