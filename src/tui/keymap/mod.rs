//! Keys to actions.

pub mod action;
pub mod chord;

pub use action::{Action, Scope};
pub use chord::{Chord, Key};
