//! The terminal application.

pub mod keymap;
pub mod term;
