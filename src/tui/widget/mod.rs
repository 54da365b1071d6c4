//! The parts that screens are made of.

mod editing;
mod glyph;
mod line;
mod steps;
mod text;
mod wrap;

pub use editing::Pasted;
pub use line::LineField;
pub use text::TextField;

#[cfg(test)]
mod tests;
