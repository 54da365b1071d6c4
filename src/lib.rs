//! `lichhop`: units register meetings, the ministry's office approves them and issues electronic invitations to each
//! unit's shared official mailbox.
//!
//! The map of the house, from the inside out:
//!
//! - [`domain`]: the office's things and its rules, and nothing else.
//! - [`usecase`]: what the office does; each use case decides with the rules and makes one atomic commit. What it asks of
//!   the world is in [`usecase::ports`].
//! - [`store`], [`mail`], [`mod@print`]: the world behind those ports: engines, the composing and sending of messages, the
//!   setting of documents.
//! - [`host`]: who owns a store: the writer that decides, the flusher that sends, the answers.
//! - [`wire`] and [`client`]: requests and replies as data, and the one way by which a face makes them.
//! - [`tui`] and [`cli`]: the faces: the terminal application and the commands. [`card`] says what both show about a record;
//!   [`import`] reads tables for them, with the caller's own rights.
//! - [`config`], [`i18n`], [`report`]: settings, sentences, and how a run ends.
//!
//! `ARCHITECTURE.md` tells how a request travels and what is promised; a test holds who may know whom.

pub mod card;
pub mod cli;
pub mod client;
pub mod config;
pub mod domain;
pub mod host;
pub mod i18n;
pub mod import;
pub mod mail;
pub mod print;
pub mod report;
pub mod store;
pub mod tui;
pub mod usecase;
pub mod wire;
