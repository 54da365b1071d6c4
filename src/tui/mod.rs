//! The terminal application.

pub mod keymap;
pub mod screen_file;
pub mod theme;
