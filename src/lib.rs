//! `lichhop`: meetings are registered, approved and issued as electronic invitations.
pub mod mail;
pub mod store;
pub mod usecase;
