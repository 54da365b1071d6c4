//! The terminal application.

pub mod ask;
pub mod effect;
pub mod keymap;
pub mod layer;
pub mod model;
pub mod msg;
pub mod notices;
pub mod pane;
pub mod screen_file;
pub mod term;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;
