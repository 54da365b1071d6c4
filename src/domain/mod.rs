//! The office's things and its rules, and nothing else: no runtime, no database, no files, no clock.
//!
//! Everything here is data with a meaning and functions over it. Whatever the rules need to know of the world (the time,
//! who asks, what is stored) is an argument.

pub mod access;
pub mod account;
pub mod attendance;
pub mod audit;
pub mod collation;
pub mod conflict;
pub mod delay;
pub mod dispatch;
pub mod draft;
pub mod fault;
pub mod glance;
pub mod history;
pub mod hmac;
pub mod incoming;
pub mod intervention;
pub mod invitation;
pub mod mailbox;
pub mod meeting;
pub mod number;
pub mod office;
pub mod order;
pub mod outbox;
pub mod policy;
pub mod preview;
pub mod registry;
pub mod repair;
pub mod request;
pub mod search;
mod stored_meeting;
pub mod text;
pub mod time;
pub mod unit;
pub mod verdict;
pub mod verp;
pub mod warning;
pub mod week;
pub mod when;
pub mod workflow;
