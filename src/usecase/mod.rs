//! What the office does. Each use case authorises, decides with the domain's rules, and makes one atomic commit (or seals
//! one job); reading ones only read.
//!
//! Nothing here knows which engine stores, which relay sends or which face asked.

pub mod access;
pub mod account;
pub mod ahead;
pub mod attendance;
pub mod audit;
pub mod check;
pub mod days;
pub mod desk;
pub mod draft;
pub mod due;
pub mod glance;
pub mod history;
pub mod incoming;
pub mod intervene;
pub mod issue;
pub mod job;
pub mod keys;
pub mod listing;
pub mod meeting;
pub mod message;
pub mod migrate;
pub mod outbox;
pub mod past;
pub mod ports;
pub mod preview;
pub mod recall;
pub mod reckoning;
pub mod registry;
pub mod request;
pub mod search;
pub mod strayed;
pub mod table;
pub mod update;
pub mod verp;
pub mod warn;
pub mod week;
