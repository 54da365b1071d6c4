//! The terminal application.
//!
//! What happened ([`msg`]) changes what is known ([`model`]) and asks for what is to be done ([`effect`]); that is [`update`],
//! and it is pure. [`view`] draws what is known; [`run`] is the loop around them, [`world`] what it shares with the tests, [`term`] the
//! terminal. What can be done is
//! an [`keymap::Action`], whether a key, the palette or help asks for it.

pub mod ask;
mod drafts;
pub mod effect;
#[cfg(feature = "faults")]
mod faults;
mod following;
pub mod keymap;
pub mod layer;
pub mod model;
pub mod msg;
pub mod notices;
pub mod pane;
mod requests;
pub mod run;
#[cfg(test)]
mod sample;
pub mod screen_file;
pub mod term;
pub mod theme;
pub mod update;
pub mod view;
pub mod watch;
pub mod widget;
pub mod world;
