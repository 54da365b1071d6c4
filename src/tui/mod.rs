//! The terminal application.

pub mod keymap;
