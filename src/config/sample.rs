//! The commented file that a new installation gets.

use crate::config::show::text;
use crate::domain::text::Line;

/// The file, with marks where the name and the symbol of the organ stand.
const TEMPLATE: &str = include_str!("sample.toml");

/// The commented configuration for an issuing organ of this name and symbol; everything else in it is the default.
///
/// It loads without a problem if [`symbol`](crate::config::symbol) accepts the symbol.
#[must_use]
pub fn sample(office: &Line, symbol: &Line) -> String {
    let lines = TEMPLATE.lines().map(|line| match line {
        "name = \"%NAME%\"" => format!("name = {}\n", text(office.as_str())),
        "symbol = \"%SYMBOL%\"" => format!("symbol = {}\n", text(symbol.as_str())),
        line => format!("{line}\n"),
    });
    lines.collect()
}
