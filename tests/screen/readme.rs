//! The pictures of the README: drawn by the application, written as SVG, and compared like the other references.

use std::fmt::Write as _;

use lichhop::domain::text::width;
use ratatui::style::{Color, Modifier};
use unicode_segmentation::UnicodeSegmentation as _;

use super::driver::Driver;
use super::layers;
use super::picture::{Picture, Run};
use crate::cli_text::reference::compare;

/// A cell in hundredths of a pixel wide, and in pixels high.
const WIDE: u32 = 840;
const HIGH: u32 = 18;
/// The ground around the screen.
const MARGIN: u32 = 14;
const GROUND: &str = "#1b1f27";
const LETTERS: &str = "#d7dae0";

fn color(color: Color) -> Option<&'static str> {
    Some(match color {
        Color::Reset => return None,
        Color::Black => "#1b1f27",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c792ea",
        Color::Cyan => "#56c2cf",
        Color::Gray => "#abb2bf",
        Color::DarkGray => "#7f8794",
        Color::LightRed => "#ff7b86",
        Color::LightGreen => "#b5e08d",
        Color::LightYellow => "#ffd68a",
        Color::LightBlue => "#82c4ff",
        Color::LightMagenta => "#dfb1ff",
        Color::LightCyan => "#7be0ec",
        Color::White => "#ffffff",
        other => panic!("{other} is not one of the terminal's own"),
    })
}

fn x(column: u16) -> String {
    let hundredths = MARGIN * 100 + WIDE * u32::from(column);
    format!("{}.{:02}", hundredths / 100, hundredths % 100).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The place of the middle of a row.
fn middle(y: u16) -> u32 {
    MARGIN + HIGH * u32::from(y) + HIGH / 2
}

/// To which sides a sign of a border reaches: left, right, up, down.
fn border(symbol: char) -> Option<[bool; 4]> {
    Some(match symbol {
        '─' => [true, true, false, false],
        '│' => [false, false, true, true],
        '┌' => [false, true, false, true],
        '┐' => [true, false, false, true],
        '└' => [false, true, true, false],
        '┘' => [true, false, true, false],
        _ => return None,
    })
}

/// The lines of borders that stand in a run, drawn as lines, so that they meet in every font.
fn borders(run: &Run, y: u16, fg: &str, svg: &mut String) {
    let half = f64::from(WIDE) / 200.0;
    let mut path = String::new();
    let mut chars = (run.from..).zip(run.text.chars()).peekable();
    while let Some((column, symbol)) = chars.next() {
        let Some([left, right, up, down]) = border(symbol) else { continue };
        let (x, y) = (f64::from(MARGIN) + half * f64::from(2 * column + 1), f64::from(middle(y)));
        let mut end = if right { x + half } else { x };
        while symbol == '─' && chars.next_if(|(_, next)| *next == symbol).is_some() {
            end += 2.0 * half;
        }
        let start = if left { x - half } else { x };
        if end > start {
            write!(path, "M{start:.1} {y}H{end:.1}").unwrap();
        }
        let rows = f64::from(HIGH) / 2.0;
        let (top, bottom) = (if up { y - rows } else { y }, if down { y + rows } else { y });
        if bottom > top {
            write!(path, "M{x:.1} {top}V{bottom}").unwrap();
        }
    }
    if !path.is_empty() {
        writeln!(svg, r#"<path d="{path}" stroke="{fg}" fill="none"/>"#).unwrap();
    }
}

/// The words of a run, each with the column at which it begins. What is underlined is one word.
fn words(run: &Run) -> Vec<(u16, String)> {
    let mut words: Vec<(u16, String)> = Vec::new();
    let (mut column, mut within) = (run.from, false);
    for symbol in run.text.graphemes(true) {
        let blank = symbol == " " && !run.modifiers.contains(Modifier::UNDERLINED) || symbol.chars().all(|c| border(c).is_some());
        match words.last_mut().filter(|_| within) {
            Some((_, word)) if !blank => word.push_str(symbol),
            _ if !blank => words.push((column, symbol.to_owned())),
            _ => {}
        }
        within = !blank;
        column += u16::try_from(width(symbol)).unwrap();
    }
    words
}

fn run(run: &Run, y: u16, svg: &mut String) {
    let (mut fg, mut bg) = (color(run.fg).unwrap_or(LETTERS), color(run.bg));
    if run.modifiers.contains(Modifier::REVERSED) {
        (fg, bg) = (bg.unwrap_or(GROUND), Some(fg));
    }
    let top = MARGIN + HIGH * u32::from(y);
    let wide = |columns: u32| format!("{:.1}", f64::from(columns * WIDE) / 100.0);
    if let Some(bg) = bg {
        let (x, wide) = (x(run.from), wide(u32::from(run.to - run.from)));
        writeln!(svg, r#"<rect x="{x}" y="{top}" width="{wide}" height="{HIGH}" fill="{bg}"/>"#).unwrap();
    }
    borders(run, y, fg, svg);
    let words = words(run);
    if words.is_empty() {
        return;
    }
    let mut style = if fg == LETTERS { String::new() } else { format!(r#" fill="{fg}""#) };
    for (modifier, attribute) in [
        (Modifier::BOLD, r#" font-weight="bold""#),
        (Modifier::ITALIC, r#" font-style="italic""#),
        (Modifier::UNDERLINED, r#" text-decoration="underline""#),
        (Modifier::DIM, r#" opacity="0.6""#),
    ] {
        if run.modifiers.contains(modifier) {
            style.push_str(attribute);
        }
    }
    write!(svg, r#"<text y="{}"{style}>"#, top + 13).unwrap();
    for (column, word) in words {
        let length = wide(u32::try_from(width(&word)).unwrap());
        let word = word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        write!(svg, r#"<tspan x="{}" textLength="{length}">{word}</tspan>"#, x(column)).unwrap();
    }
    svg.push_str("</text>\n");
}

/// A screen as a picture.
fn svg(picture: &Picture, title: &str) -> String {
    let area = picture.buffer.area;
    let (width, height) = (2 * MARGIN + u32::from(area.width) * WIDE / 100, 2 * MARGIN + u32::from(area.height) * HIGH);
    let mut svg = String::new();
    writeln!(svg, r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#).unwrap();
    writeln!(svg, "<title>{title}</title>").unwrap();
    writeln!(svg, r#"<rect width="{width}" height="{height}" rx="8" fill="{GROUND}"/>"#).unwrap();
    let fonts = "Cascadia Mono, Consolas, Menlo, Noto Sans Mono, Liberation Mono, DejaVu Sans Mono, monospace";
    writeln!(svg, r#"<g font-family="{fonts}" font-size="14" fill="{LETTERS}" xml:space="preserve">"#).unwrap();
    for y in 0..area.height {
        for one in picture.runs(y) {
            run(&one, y, &mut svg);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

#[test]
fn the_pictures_of_the_reference_are_what_is_drawn() {
    let size = (112, 32);
    let picture = |title: &str, opened: &dyn Fn(&mut Driver)| {
        let mut driver = Driver::ministry();
        driver.model.setting.frozen = false;
        opened(&mut driver);
        svg(&driver.screen(size), title)
    };
    for (file, text) in [
        ("docs/images/week.svg", picture("lichhop: lịch tuần", &|_| {})),
        ("docs/images/preview.svg", picture("lichhop: xem trước giấy mời", &|driver| _ = driver.select(layers::UNREACHABLE).keys("i"))),
    ] {
        assert!(text.len() < 100_000, "{file}: {}", text.len());
        compare(file, &text);
    }
}
