//! `lichhop`: meetings are registered, approved and issued as electronic invitations.

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
pub mod usecase;
pub mod wire;
